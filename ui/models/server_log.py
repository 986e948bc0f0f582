"""The master's log as rows: how a record reads, and how many are kept."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QColor

from app.common.vocabulary import LogLevel
from proto import nodepool_pb2 as pb
from ui import formats
from ui.models.rows import Column, RowsModel
from ui.theme import Tone

translate = QCoreApplication.translate

#: As many as the master keeps.
RECORDS_MAX = 10_000

#: Beside the word, so that levels can be told apart at a glance.
MARKS = {
    LogLevel.DEBUG: "·",
    LogLevel.INFO: "•",
    LogLevel.WARNING: "▲",
    LogLevel.ERROR: "✕",
    LogLevel.CRITICAL: "✕✕",
}
_TONES = {
    LogLevel.DEBUG: Tone.QUIET,
    LogLevel.WARNING: Tone.WARNING,
    LogLevel.ERROR: Tone.BAD,
    LogLevel.CRITICAL: Tone.BAD,
}
#: Shown apart: it has many lines.
TRACE = "exception"


def level_of(record: pb.ServerLogRecord) -> LogLevel:
    """The record's level; INFO where the master names one that is not known here."""
    try:
        return LogLevel(record.level)
    except ValueError:
        return LogLevel.INFO


def level_word(level: LogLevel) -> str:
    """What people call a level."""
    return {
        LogLevel.DEBUG: translate("ServerLog", "debug"),
        LogLevel.INFO: translate("ServerLog", "info"),
        LogLevel.WARNING: translate("ServerLog", "warning"),
        LogLevel.ERROR: translate("ServerLog", "error"),
        LogLevel.CRITICAL: translate("ServerLog", "critical"),
    }[level]


def level_text(record: pb.ServerLogRecord) -> str:
    """The level with its mark."""
    level = level_of(record)
    return f"{MARKS[level]} {level_word(level)}"


def fields_text(record: pb.ServerLogRecord) -> str:
    """The record's own fields on one line."""
    parts = [f"{name}={record.fields[name]}" for name in sorted(record.fields) if name != TRACE]
    if TRACE in record.fields:
        # The last line of a traceback says what it was.
        parts.append(record.fields[TRACE].rstrip().rpartition("\n")[2])
    return "  ".join(parts).replace("\n", " ")


def line_of(record: pb.ServerLogRecord) -> str:
    """The whole record as text: a line, and a traceback below it where there is one."""
    fields = "".join(
        f" {name}={record.fields[name]}" for name in sorted(record.fields) if name != TRACE
    )
    level = level_of(record).name.lower()
    line = f"{formats.moment(record.at)} {level:<8} {record.event}{fields}"
    trace = record.fields.get(TRACE, "")
    said = f"{line}  [{record.logger}]" if record.logger else line
    return f"{said}\n{trace}" if trace else said


def whole_text(record: pb.ServerLogRecord) -> str:
    """All that is known of a record, a line for each field; the traceback last."""
    names = sorted(record.fields, key=lambda name: (name == TRACE, name))
    lines = [f"{name}: {record.fields[name]}" for name in names if name != TRACE]
    lines += [record.fields[name] for name in names if name == TRACE]
    head = [record.event, record.logger] if record.logger else [record.event]
    return "\n".join([*head, formats.moment(record.at), *lines])


class ServerLogModel(RowsModel[pb.ServerLogRecord]):
    """The newest records by their number."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_columns(), parent)
        self._records: dict[str, pb.ServerLogRecord] = {}
        self.set_rows(self._records)

    def clear(self) -> None:
        """Know of none."""
        self._records = {}
        self.set_rows(self._records)

    def add(self, records: Iterable[pb.ServerLogRecord]) -> None:
        """Show these too; the oldest go when there are too many."""
        came = {str(record.number): record for record in records}
        self._records.update(came)
        changed = list(came)
        while len(self._records) > RECORDS_MAX:
            oldest = next(iter(self._records))
            del self._records[oldest]
            changed.append(oldest)
        self.update(changed)

    def show_only(self, text: str, level_min: LogLevel) -> None:
        """Show the records of this level and above in which every word of `text` occurs."""
        self.set_filter(text, lambda record: level_of(record) >= level_min)


def _color(record: pb.ServerLogRecord) -> QColor | None:
    tone = _TONES.get(level_of(record))
    return tone.color() if tone is not None else None


def _columns() -> list[Column[pb.ServerLogRecord]]:
    return [
        Column(
            "at",
            translate("ServerLog", "When"),
            lambda row: formats.moment(row.at),
            key=lambda row: row.number,
            width=150,
        ),
        Column(
            "level",
            translate("ServerLog", "Level"),
            level_text,
            key=lambda row: (row.level, row.number),
            color=_color,
            width=95,
        ),
        Column(
            "event",
            translate("ServerLog", "Event"),
            lambda row: row.event,
            tooltip=lambda row: row.logger,
            width=240,
        ),
        Column("fields", translate("ServerLog", "Fields"), fields_text, width=420),
        Column(
            "logger",
            translate("ServerLog", "Part"),
            lambda row: row.logger,
            width=200,
            hidden=True,
        ),
    ]
