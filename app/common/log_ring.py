"""The newest log records in memory, for whoever is allowed to read them."""

import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from app.common.clock import Clock
from app.common.log_secrets import without_secrets
from app.common.vocabulary import LogLevel

RECORDS_MAX = 10_000
EVENT_CHARACTERS_MAX = 500
FIELDS_MAX = 20
FIELD_CHARACTERS_MAX = 500
#: Of an exception with its traceback.
TRACE_CHARACTERS_MAX = 4000

#: What structlog and its formatter put beside a record's own fields.
_OWN = frozenset(
    {"event", "level", "timestamp", "logger", "exc_info", "stack_info", "_record"}
    | {"_from_structlog", "positional_args", "stack", "_logger", "_name"}
)


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One record. `number` counts from 1 since the start, whatever the level."""

    number: int
    at_us: int
    level: LogLevel
    event: str
    logger: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader gets at once: records, oldest first, and where to go on.

    `lost` are the records, of whatever level, that were forgotten before they were read.
    """

    records: list[LogRecord]
    position: int
    lost: int


class LogRing:
    """Keeps the newest records; a structlog processor, called from any thread.

    It reads a record and hands it on as it is. Put it behind what blacks out secrets.
    `ignored`: packages of the same process that are none of its business.
    """

    def __init__(
        self, clock: Clock, records_max: int = RECORDS_MAX, ignored: tuple[str, ...] = ()
    ) -> None:
        self._clock = clock
        self._ignored = tuple(f"{package}." for package in ignored)
        self._records: deque[LogRecord] = deque(maxlen=records_max)
        self._last = 0
        self._lock = threading.Lock()
        self._listeners: dict[int, Callable[[], None]] = {}
        self._next_key = 0

    def __call__(self, _logger: Any, method: str, event: Any) -> Any:
        logger, level = _origin(event, method)
        if f"{logger}.".startswith(self._ignored):
            return event
        fields = _fields(event)
        text = _clipped(str(event.get("event", "")), EVENT_CHARACTERS_MAX)
        with self._lock:
            self._last += 1
            self._records.append(
                LogRecord(self._last, self._clock.now_us(), level, text, logger, fields)
            )
            listeners = list(self._listeners.values())
        for listener in listeners:
            listener()
        return event

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each record, on the thread that made it; it must not log.

        The returned function ends that.
        """
        with self._lock:
            key = self._next_key
            self._next_key += 1
            self._listeners[key] = listener

        def unlisten() -> None:
            with self._lock:
                self._listeners.pop(key, None)

        return unlisten

    def start_of(self, level_min: LogLevel, records_max: int) -> int:
        """The position from which the newest `records_max` records of the level are read.

        Zero means all that are kept.
        """
        with self._lock:
            kept = list(self._records)
        wanted = [record.number for record in kept if record.level >= level_min]
        if records_max and len(wanted) > records_max:
            return wanted[-records_max]
        return kept[0].number if kept else 1

    def read(self, position: int, level_min: LogLevel, limit: int) -> Reading:
        """The records of a level from the number `position` on, `limit` at most."""
        with self._lock:
            first = self._last - len(self._records) + 1
            lost = max(0, first - position)
            kept = list(islice(self._records, max(0, position - first), None))
        found: list[LogRecord] = []
        for record in kept:
            if record.level >= level_min:
                if len(found) == limit:
                    return Reading(found, record.number, lost)
                found.append(record)
        return Reading(found, kept[-1].number + 1 if kept else max(position, first), lost)


def _origin(event: Any, method: str) -> tuple[str, LogLevel]:
    record = event.get("_record")
    name = str(event.get("level") or method).upper()
    level = LogLevel.__members__.get({"WARN": "WARNING", "EXCEPTION": "ERROR"}.get(name, name))
    logger = record.name if record is not None else event.get("logger", "")
    return _clipped(str(logger), EVENT_CHARACTERS_MAX), level or LogLevel.INFO


def _fields(event: Any) -> tuple[tuple[str, str], ...]:
    own = ((name, value) for name, value in event.items() if name not in _OWN)
    fields = [
        (str(name), _clipped(str(value), FIELD_CHARACTERS_MAX))
        for name, value in islice(own, FIELDS_MAX)
    ]
    trace = _trace(event.get("exc_info"))
    if trace:
        fields.append(("exception", trace))
    return tuple(fields)


def _trace(exc_info: Any) -> str:
    """The traceback, without the frames' variables; its end counts most."""
    if exc_info is True:
        exc_info = sys.exc_info()
    if isinstance(exc_info, tuple):
        exc_info = exc_info[1]
    if not isinstance(exc_info, BaseException):
        return ""
    text = without_secrets("".join(traceback.format_exception(exc_info))).rstrip()
    return text if len(text) <= TRACE_CHARACTERS_MAX else "…" + text[-TRACE_CHARACTERS_MAX:]


def _clipped(text: str, characters_max: int) -> str:
    return text if len(text) <= characters_max else text[: characters_max - 1] + "…"
