"""What the console remembers between two starts: one JSON file with a schema version."""

import json
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog

from app.common.files import atomic_write, private_folder

log = structlog.get_logger(__name__)

VERSION = 1


class ThemeChoice(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class CloseChoice(StrEnum):
    """What closing the window does to a master that is hosted here."""

    ASK = "ask"
    KEEP_SERVING = "keep serving"
    QUIT = "quit"


@dataclass(slots=True)
class ConsoleSettings:
    """Every field is JSON. An unknown or damaged one falls back to its default."""

    #: A locale ("en", "zh_CN"); empty: the system's.
    language: str = ""
    theme: str = ThemeChoice.SYSTEM
    close: str = CloseChoice.ASK
    #: Whether this computer lends its own resources to the hosted pool.
    local_worker: bool = False
    #: Masters attached to before, "host:port", the last one first.
    masters: list[str] = field(default_factory=list)
    #: The newest crash report that was shown: each is shown once.
    crash_report_shown: str = ""
    #: Base64 of QMainWindow.saveState by the user's role, and of saveGeometry.
    window_states: dict[str, str] = field(default_factory=dict)
    window_geometry: str = ""
    #: Of which kinds of things nothing is told (ui/models/notices.py).
    notices_off: list[str] = field(default_factory=list)
    #: Below this the balance counts as low.
    balance_low_cpt: int = 10
    #: Named layouts, the same way.
    layouts: dict[str, str] = field(default_factory=dict)
    #: Per table: base64 of QHeaderView.saveState.
    tables: dict[str, str] = field(default_factory=dict)
    #: The submit dialog's draft and its templates.
    draft: dict[str, Any] = field(default_factory=dict)
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)


class SettingsFile:
    """Reads and writes the settings. Blocks for moments only: the file is small."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.values = self._read()

    def save(self) -> None:
        """Write them, whole or not at all."""
        private_folder(self._path.parent)
        document = {"version": VERSION, **asdict(self.values)}
        atomic_write(self._path, (json.dumps(document, indent=2) + "\n").encode())

    def _read(self) -> ConsoleSettings:
        try:
            document = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return ConsoleSettings()
        except (OSError, ValueError) as error:
            log.warning("the console's settings cannot be read", error=str(error))
            return ConsoleSettings()
        values = ConsoleSettings()
        if not isinstance(document, dict) or document.get("version") != VERSION:
            return values
        for each in fields(values):
            value, default = document.get(each.name), getattr(values, each.name)
            if type(value) is (str if isinstance(default, str) else type(default)):
                setattr(values, each.name, value)
        if values.theme not in list(ThemeChoice):
            values.theme = ThemeChoice.SYSTEM
        if values.close not in list(CloseChoice):
            values.close = CloseChoice.ASK
        return values
