"""The person at the terminal that a command was typed in. Questions go to standard error."""

import sys
from typing import TextIO

import typer


class Terminal:
    """Asks on the terminal; where standard input is none, nobody is there."""

    @property
    def is_there(self) -> bool:
        return sys.stdin.isatty()

    def say(self, text: str) -> None:
        typer.echo(showable(text, sys.stderr), err=True)

    def choose(self, count: int) -> int:
        def picked(text: str) -> int:
            if text.isdecimal() and 1 <= int(text) <= count:
                return int(text)
            raise typer.BadParameter(f"pick a number from 1 to {count}.")

        number: int = typer.prompt("Which one", value_proc=picked, err=True)
        return number

    def agree(self, question: str) -> None:
        typer.confirm(question, abort=True, err=True)


def showable(text: str, stream: TextIO) -> str:
    """`text` with what `stream` has no characters for as escapes."""
    encoding = stream.encoding or "ascii"
    return text.encode(encoding, "backslashreplace").decode(encoding)
