"""What commands print: tables for people, one JSON document a line for programs."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.console import Console
from rich.table import Table

from app.common.errors import HiveMindError

#: Where no terminal sets a width, lines are as long as they need to be.
_UNBOUNDED_WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column. `width_max` clips it on a terminal only."""

    head: str
    width_max: int | None = None
    right: bool = False


def json_line(message: Message) -> str:
    """`message` as one line of JSON with the wire's field names.

    64-bit integers are strings and bytes are base64, as protobuf's JSON has them.
    """
    return json.dumps(
        MessageToDict(
            message,
            preserving_proto_field_name=True,
            always_print_fields_with_no_presence=True,
        ),
        ensure_ascii=False,
    )


class Output:
    """Standard output and standard error of one command."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.console = _console(sys.stdout.isatty(), stderr=False)
        self.errors = _console(sys.stderr.isatty(), stderr=True)

    @property
    def is_terminal(self) -> bool:
        """Whether a person watches."""
        return self.console.is_terminal

    def show(self, message: Message, for_people: Callable[[], None]) -> None:
        """Print `message` as JSON where that is wanted, else do `for_people`."""
        if self.as_json:
            self.line(json_line(message))
        else:
            for_people()

    def line(self, text: str) -> None:
        """Print `text` as it is."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def say(self, sentence: str) -> None:
        """Tell a person something, without markup; silent with --json."""
        if not self.as_json:
            self.console.print(sentence, markup=False, soft_wrap=True)

    def note(self, sentence: str) -> None:
        """A remark beside the result, on standard error."""
        if not self.as_json:
            self.errors.print(f"note: {sentence}", markup=False, soft_wrap=True)

    def fail(self, error: HiveMindError) -> None:
        """Report `error` on standard error."""
        if self.as_json:
            body = {
                "reason": error.reason.name,
                "message": error.message,
                "details": error.details,
            }
            sys.stderr.write(json.dumps({"error": body}, ensure_ascii=False) + "\n")
        else:
            text = f"error: {error.message} [{error.reason.name}]"
            self.errors.print(text, markup=False, soft_wrap=True)

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
        """Print a table; on a terminal long cells are clipped."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for column in columns:
            table.add_column(
                column.head,
                justify="right" if column.right else "left",
                no_wrap=True,
                overflow="ellipsis",
                max_width=column.width_max if self.is_terminal else None,
            )
        for row in rows:
            table.add_row(*(_plain(cell) for cell in row))
        self.console.print(table)

    def facts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Print names and values, leaving out what is empty."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in rows:
            if value:
                table.add_row(name, _plain(value))
        self.console.print(table)


def _console(is_terminal: bool, *, stderr: bool) -> Console:
    bounded = is_terminal or "COLUMNS" in os.environ
    return Console(
        stderr=stderr,
        highlight=False,
        emoji=False,
        width=None if bounded else _UNBOUNDED_WIDTH,
    )


def _plain(text: str) -> str:
    """`text` for a cell: nothing in it is markup, control characters are shown escaped."""
    shown = "".join(
        character if character.isprintable() else f"\\x{ord(character):02x}" for character in text
    )
    return shown.replace("[", "\\[")
