"""Whether two results are the same, by the rule that their task names. Pure, and bounded.

What a file holds was written by somebody's program: it is read as text of which numbers
and words are taken, and never run or parsed as anything that nests.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from re import Match

from app.common.vocabulary import ResultComparer

#: Larger files are compared byte by byte, whatever the rule.
TEXT_BYTES_MAX = 4 * 1024 * 1024

# Every repetition is possessive: a hostile text is read once.
_NUMBER = re.compile(r"[+-]?+(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?+\d++)?+", re.ASCII)
_WORD = re.compile(r"\S+")
_NUMBER_CHARACTERS_MAX = 400
_BILLION = 1_000_000_000
#: A number that stands alone in a word of text: not the 2 of "x2".
_PIECE = re.compile(rf"(?<![\w.]){_NUMBER.pattern}(?![\w.])|\s+|\w+|[^\w\s]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rule:
    """How results are compared. `tolerance_ppb`: see `TaskSpec`."""

    comparer: ResultComparer = ResultComparer.EXACT
    tolerance_ppb: int = 1000


@dataclass(frozen=True, slots=True)
class File:
    """One entry of a result; a folder has no content."""

    name: str
    is_folder: bool
    is_executable: bool
    size_bytes: int

    @property
    def kind(self) -> tuple[str, bool, bool]:
        return self.name, self.is_folder, self.is_executable


def same_names(left: Sequence[File], right: Sequence[File]) -> bool:
    """Whether both hold the same files and folders, whatever is in them."""
    return sorted(file.kind for file in left) == sorted(file.kind for file in right)


def wants_text(left: File, right: File, rule: Rule) -> bool:
    """Whether two files of one name are compared as text: both are then read whole."""
    if rule.comparer not in (ResultComparer.WHITESPACE, ResultComparer.NUMBERS):
        return False
    return max(left.size_bytes, right.size_bytes) <= TEXT_BYTES_MAX


def same_bytes(left: Iterable[bytes], right: Iterable[bytes]) -> bool:
    """Whether two contents are equal, however each is cut into chunks."""
    rest_left, rest_right = b"", b""
    for chunk_left, chunk_right in zip_longest(left, right, fillvalue=b""):
        rest_left += chunk_left
        rest_right += chunk_right
        length = min(len(rest_left), len(rest_right))
        if rest_left[:length] != rest_right[:length]:
            return False
        rest_left, rest_right = rest_left[length:], rest_right[length:]
    return not rest_left and not rest_right


def same_text(left: bytes, right: bytes, rule: Rule) -> bool:
    """Whether two whole files are the same by `rule`; what is no UTF-8 text is compared exactly."""
    if left == right:
        return True
    try:
        texts = left.decode(), right.decode()
    except UnicodeDecodeError:
        return False
    if "\0" in texts[0] or "\0" in texts[1]:
        return False
    if rule.comparer is ResultComparer.WHITESPACE:
        words = (map(Match.group, _WORD.finditer(text)) for text in texts)
        return all(one == other for one, other in zip_longest(*words))
    pairs = zip_longest(_pieces(texts[0]), _pieces(texts[1]))
    return all(_same_piece(one, other, rule.tolerance_ppb / _BILLION) for one, other in pairs)


def _pieces(text: str) -> Iterator[str]:
    return (found.group() for found in _PIECE.finditer(text) if not found.group().isspace())


def _same_piece(one: str | None, other: str | None, tolerance: float) -> bool:
    if one == other:
        return True
    if one is None or other is None or max(len(one), len(other)) > _NUMBER_CHARACTERS_MAX:
        return False
    if not _NUMBER.fullmatch(one) or not _NUMBER.fullmatch(other):
        return False
    left, right = float(one), float(other)
    # Two numbers beyond all measure are not the same for that.
    if math.isinf(left) or math.isinf(right):
        return False
    return math.isclose(left, right, rel_tol=tolerance, abs_tol=tolerance)
