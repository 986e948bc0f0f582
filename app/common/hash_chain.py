"""Chains of hashes over rows that are only ever added: the ledger's, the audit log's. Pure.

A row is a tuple that begins with its sequence (1, 2, 3 …), its time in µs and its hash;
what follows is its content, the draft. A chain is told apart by its genesis, which stands
for the hash before the first row, and by its link: how a row's hash is made of the hash
before it, its sequence, its draft and its time.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

#: A row of any chain.
ChainedRow: TypeAlias = tuple[Any, ...]

D = TypeVar("D", bound=tuple[Any, ...])


class Head(NamedTuple):
    """The end of a chain: the last sequence and its hash."""

    sequence: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong: at which row, and what, in one sentence."""

    sequence: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found. `rows` were good; `head_hash` is that of the last of them.

    Who notes `head_hash` and `rows` elsewhere can later tell that nothing up to there
    was rewritten, even by somebody able to compute the whole chain anew.
    """

    rows: int
    head_hash: str
    fault: Fault | None = None

    @property
    def ok(self) -> bool:
        return self.fault is None


@dataclass(frozen=True, slots=True)
class HashChain(Generic[D]):
    """`link(previous hash, sequence, draft, at_us)` is a row's hash.

    A link raises struct.error for a value that no row may hold.
    """

    genesis: bytes
    link: Callable[[bytes, int, D, int], bytes]

    def append(self, head: Head | None, drafts: Iterable[D], at_us: int) -> list[ChainedRow]:
        """The rows that put `drafts` behind `head`, in their order, at the time `at_us`."""
        sequence, last = head or (0, self.genesis)
        link = self.link
        rows = []
        for draft in drafts:
            sequence += 1
            last = link(last, sequence, draft, at_us)
            rows.append((sequence, at_us, last, *draft))
        return rows

    def row_hash(self, previous: bytes, row: Sequence[Any]) -> bytes:
        """The hash that `row` must have after a row with the hash `previous`.

        Raises ValueError, TypeError or AttributeError if it holds what no row may hold.
        """
        draft: D = tuple(row[3:])  # type: ignore[assignment] # a row is what `append` made
        try:
            return self.link(previous, row[0], draft, row[1])
        except struct.error as error:
            raise ValueError(str(error)) from error


class ChainWalk(Generic[D]):
    """A chain read from its first row on; each row is checked against the one before."""

    def __init__(self, chain: HashChain[D]) -> None:
        self._chain = chain
        self.sequence = 0
        self.head_hash = chain.genesis

    def fault_of(self, row: Sequence[Any]) -> Fault | None:
        """What is wrong with `row` as the next one."""
        following = self.sequence + 1
        if row[0] != following:
            return Fault(following, f"Row {following} is missing.")
        try:
            expected = self._chain.row_hash(self.head_hash, row)
        except (ValueError, TypeError, AttributeError) as error:
            return Fault(
                following, f"Row {following} holds a value that no row may hold ({error})."
            )
        if row[2] == expected:
            return None
        return Fault(
            following,
            f"Row {following} does not have the hash that its content and the row before it give:"
            " it was changed, or rows were swapped, dropped or inserted here.",
        )

    def step(self, row: Sequence[Any]) -> None:
        """Go on to `row`, which was found good."""
        self.sequence = row[0]
        self.head_hash = row[2]

    def feed(self, rows: Iterable[Sequence[Any]]) -> Fault | None:
        """Take the next rows; the first fault, or None."""
        for row in rows:
            fault = self.fault_of(row)
            if fault is not None:
                return fault
            self.step(row)
        return None
