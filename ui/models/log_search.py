"""Finds the lines of a log in which a text occurs, a piece at a time. No Qt."""

from array import array
from bisect import bisect_left, insort

from ui.models.ansi import without_escapes
from ui.models.log_lines import Block, LogText, Source

#: More lines are not noted.
FOUND_MAX = 2_000_000


class LogSearch:
    """The numbers of the lines that hold `wanted`, in whatever case; ascending, as they are found.

    `source`: only its lines, None for all. An empty `wanted` occurs in every line. Notes of
    whoever shows the log are always among them where a source is chosen.
    """

    def __init__(self, text: LogText, wanted: str, source: Source | None = None) -> None:
        self.found = array("Q")
        self._text = text
        self._wanted = wanted.casefold()
        self._source = source
        self._next = 0
        #: Lines that were looked at before they had ended, with nothing found.
        self._growing: set[int] = set()

    @property
    def full(self) -> bool:
        """Whether there are more than are noted."""
        return len(self.found) >= FOUND_MAX

    def step(self, size_bytes: int) -> bool:
        """Look through about `size_bytes` more; whether anything is left."""
        self._look_again()
        text, left = self._text, size_bytes
        while left > 0 and self._next < text.lines and not self.full:
            block = text.block(self._next, text.lines)
            self._next += block.lines
            left -= len(block.data) + 1
            if (
                self._source
                in (
                    None,
                    block.source,
                )
                or block.source is Source.NOTE
            ):
                self._look_through(block)
        return self._next < text.lines and not self.full

    def after(self, line: int) -> int | None:
        """The place in `found` of the first line after `line`; the very first where none is."""
        at = bisect_left(self.found, line + 1)
        return (at if at < len(self.found) else 0) if self.found else None

    def before(self, line: int) -> int | None:
        """The place in `found` of the last line before `line`; the very last where none is."""
        at = bisect_left(self.found, line) - 1
        return (at if at >= 0 else len(self.found) - 1) if self.found else None

    def _look_through(self, block: Block) -> None:
        if not self._wanted:
            self.found.extend(range(block.first, block.first + block.lines))
            return
        text = _searched(block.data)
        line, at, last = block.first, 0, -1
        found = text.find(self._wanted)
        while found >= 0:
            line += text.count("\n", at, found)
            if line != last:
                self.found.append(line)
                last = line
            # On to the next line: how often it occurs in one does not matter.
            at = text.find("\n", found)
            if at < 0:
                break
            found = text.find(self._wanted, at)
        for number in self._text.growing():
            if block.first <= number < block.first + block.lines and number != last:
                self._growing.add(number)

    def _look_again(self) -> None:
        for number in list(self._growing):
            block = self._text.block(number, number + 1)
            if self._wanted in _searched(block.data):
                insort(self.found, number)
                self._growing.discard(number)
            elif block.data.endswith(b"\n"):
                self._growing.discard(number)


def _searched(data: bytes) -> str:
    return without_escapes(data.decode("utf-8", "replace")).casefold()
