"""What a task printed, as lines that are found by number. No Qt.

The bytes of each stream stand in one buffer as they came. Of lines only every so many bytes
one is noted, so that fifty megabytes cost little more than themselves, even where each line is
empty. A line stands where its first byte came: what ends it later changes nothing before it.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

#: Bytes between two noted lines.
PIECE_BYTES = 8 * 1024
#: Shown of one line; all of it is kept.
LINE_BYTES_MAX = 16 * 1024

_NEWLINE = b"\n"
_NEWLINE_BYTE = 10
_RETURN = b"\r"
_RETURN_BYTE = 13
_SOURCE_BITS = 2


class Source(IntEnum):
    """Where a line comes from. NOTE: from whoever shows the log."""

    OUTPUT = 0
    ERROR = 1
    NOTE = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is shown, without its end, with escape sequences."""

    number: int
    source: Source
    text: str
    #: Bytes at its end that are not shown.
    cut_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring lines of one source: `lines` of them from number `first` on."""

    first: int
    lines: int
    source: Source
    data: bytes


class LogText:
    """Lines count from 0. A line that has no end yet counts as well."""

    def __init__(self) -> None:
        self.lines = 0
        self._buffers = tuple(bytearray() for _ in Source)
        #: Of each source: whether its last line may still grow, and its number.
        self._open = [False for _ in Source]
        self._last_line = [-1 for _ in Source]
        # Side by side, for each noted line: its number, where it stands, and the noted line
        # of its source that follows.
        self._firsts = array("Q")
        self._places = array("Q")
        self._nexts = array("q")
        self._last_piece = [-1 for _ in Source]
        #: Where the line that was looked up last begins, with its piece: mostly the next follows.
        self._looked_up = (0, -1, 0)

    @property
    def size_bytes(self) -> int:
        """All that came."""
        return sum(map(len, self._buffers))

    def append(self, source: Source, data: bytes) -> None:
        """Add what came of one source."""
        buffer = self._buffers[source]
        at = len(buffer)
        buffer += data
        end = len(buffer)
        if self._open[source]:
            newline = data.find(_NEWLINE)
            if newline < 0:
                return
            at += newline + 1
            self._open[source] = False
        while at < end:
            stop = end
            if end - at > PIECE_BYTES:
                newline = buffer.find(_NEWLINE, at + PIECE_BYTES)
                stop = end if newline < 0 else newline + 1
            count = buffer.count(_NEWLINE, at, stop)
            if buffer[stop - 1] != _NEWLINE_BYTE:
                count += 1
                self._open[source] = True
            self._note(source, at, stop)
            self.lines += count
            self._last_line[source] = self.lines - 1
            at = stop

    def growing(self) -> list[int]:
        """The numbers of the lines that may still grow."""
        return sorted(self._last_line[source] for source in Source if self._open[source])

    def read(self, first: int, count: int) -> Iterator[Line]:
        """`count` lines from number `first` on, or as many as there are."""
        piece = bisect_right(self._firsts, first) - 1
        number, last = first, min(first + count, self.lines)
        while number < last:
            source, at = self._place_of(number, piece)
            buffer = self._buffers[source]
            end = self._end_of(piece)
            while number < last and number < end:
                stop = buffer.find(_NEWLINE, at)
                stop = len(buffer) if stop < 0 else stop
                yield _line(number, source, buffer, at, stop)
                number, at = number + 1, stop + 1
            piece += 1

    def block(self, first: int, end: int) -> Block:
        """Lines from number `first` on that stand side by side, none from `end` on."""
        piece = bisect_right(self._firsts, first) - 1
        source, at = self._place_of(first, piece)
        buffer = self._buffers[source]
        last = min(end, self._end_of(piece))
        follower = self._nexts[piece]
        if last < self._end_of(piece):
            stop = at
            for _ in range(last - first):
                stop = buffer.find(_NEWLINE, stop) + 1
        else:
            stop = self._places[follower] >> _SOURCE_BITS if follower >= 0 else len(buffer)
        return Block(first, last - first, source, bytes(buffer[at:stop]))

    def blocks(self) -> Iterator[bytes]:
        """Everything as it stands now, in the order of the lines, each with its end.

        May be read in another thread while more is appended.
        """
        number, end = 0, self.lines
        while number < end:
            block = self.block(number, end)
            yield block.data if block.data.endswith(_NEWLINE) else block.data + _NEWLINE
            number += block.lines

    def _note(self, source: Source, at: int, stop: int) -> None:
        """Lines of `source` from byte `at` to `stop` come next."""
        last = self._last_piece[source]
        if last >= 0 and last == len(self._firsts) - 1:
            begin = self._places[last] >> _SOURCE_BITS
            if stop - begin <= PIECE_BYTES:
                return
        if last >= 0:
            self._nexts[last] = len(self._firsts)
        self._last_piece[source] = len(self._firsts)
        self._firsts.append(self.lines)
        self._places.append(at << _SOURCE_BITS | source)
        self._nexts.append(-1)

    def _end_of(self, piece: int) -> int:
        """The number of the line after the last one of a piece."""
        return self._firsts[piece + 1] if piece + 1 < len(self._firsts) else self.lines

    def _place_of(self, number: int, piece: int) -> tuple[Source, int]:
        """Where a line of a piece begins."""
        place = self._places[piece]
        source, at = Source(place & (1 << _SOURCE_BITS) - 1), place >> _SOURCE_BITS
        buffer, first = self._buffers[source], self._firsts[piece]
        known, known_piece, known_at = self._looked_up
        if known_piece == piece and known <= number:
            first, at = known, known_at
        for _ in range(number - first):
            at = buffer.find(_NEWLINE, at) + 1
        self._looked_up = (number, piece, at)
        return source, at


def _line(number: int, source: Source, buffer: bytearray, at: int, stop: int) -> Line:
    if stop > at and buffer[stop - 1] == _RETURN_BYTE:
        stop -= 1
    # As on a terminal: what follows a carriage return is written over what was there.
    at = max(at, buffer.rfind(_RETURN, at, stop) + 1)
    cut = max(0, stop - at - LINE_BYTES_MAX)
    text = bytes(buffer[at : stop - cut]).decode("utf-8", "replace")
    return Line(number, source, text, cut)
