"""What every part of the master stands on."""

from dataclasses import dataclass, field

from app.common.clock import Clock
from app.common.ids import IdSource
from app.master.events import EventBus
from app.master.settings import Settings
from app.master.store.reader import Reader
from app.master.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Basis:
    """Settings, time, chance, the store, and what is told of its commits."""

    settings: Settings
    clock: Clock
    ids: IdSource
    writer: Writer
    reader: Reader
    events: EventBus = field(default_factory=EventBus)
