"""Lists taken along as files: CSV for spreadsheets, JSON for programs. All calls block."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TextIO, TypeVar

#: A cell that begins with one of these is a formula to a spreadsheet (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

T = TypeVar("T")


class ExportKind(StrEnum):
    """The forms in which a list can be taken along."""

    CSV = "csv"
    #: One document: a list.
    JSON = "json"
    #: A document a line.
    LINES = "jsonl"


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """What is written of one row: cells under the names of `header`, or fields by name."""

    header: tuple[str, ...]
    cells: Callable[[T], tuple[str, ...]]
    fields: Callable[[T], dict[str, object]]


def plain_cell(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula: an apostrophe goes before."""
    return f"'{text}" if text.startswith(_FORMULA) else text


class Export(Generic[T]):
    """Rows written to an open text, piece by piece."""

    def __init__(self, out: TextIO, kind: ExportKind, shape: Shape[T]) -> None:
        self._out, self._kind, self._shape = out, kind, shape
        self._count = 0
        if kind is ExportKind.CSV:
            out.write(_csv_line(shape.header))
        elif kind is ExportKind.JSON:
            out.write("[")

    def add(self, rows: Iterable[T]) -> int:
        """Write these; how many there are now."""
        for row in rows:
            self._out.write(self._text(row))
            self._count += 1
        return self._count

    def end(self) -> None:
        """Nothing follows."""
        if self._kind is ExportKind.JSON:
            self._out.write("\n]\n")

    def _text(self, row: T) -> str:
        if self._kind is ExportKind.CSV:
            return _csv_line(self._shape.cells(row))
        text = json.dumps(self._shape.fields(row), ensure_ascii=False)
        if self._kind is ExportKind.LINES:
            return text + "\n"
        return f"{',' if self._count else ''}\n  {text}"


class ExportFile(Generic[T]):
    """A file that rows are added to.

    Written beside its place and put there at the end, so that half a file is never left.
    """

    def __init__(self, path: Path, kind: ExportKind, shape: Shape[T]) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        self._file = self._part.open("w", encoding="utf-8", newline="")
        self._export = Export(self._file, kind, shape)

    def __enter__(self) -> Self:
        return self

    def add(self, rows: Iterable[T]) -> int:
        """Write these; how many there are now."""
        return self._export.add(rows)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._export.end()
        self._file.close()
        if error is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)


def _csv_line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
