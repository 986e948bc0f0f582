"""What every part of the master stands on."""

from dataclasses import dataclass

from app.common.clock import Clock
from app.common.ids import IdSource
from app.master.settings import Settings
from app.master.store.reader import Reader
from app.master.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Basis:
    """Settings, time, chance and the store."""

    settings: Settings
    clock: Clock
    ids: IdSource
    writer: Writer
    reader: Reader
