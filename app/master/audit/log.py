"""The audit log: who did what to what, when, from where, with what result.

What holds:

* An act that changes the store by a unit with a request id is written in that very unit:
  there is no such change without its row, and no row without its change.
* Any other act (signing in and out, a machine's registration) is written in a unit of its
  own, after the change and before the answer is sent, also if the caller has gone by
  then. Only a master that is killed between the two commits loses the row.
* A refusal is written before the answer is sent. Equal refusals that follow within
  `WINDOW_SECONDS` are counted, and the count is written when that time is over or the
  master stops; a killed master loses the count, not the first row.
* A row is never changed, and each holds a hash over itself and the row before. Rows that
  are missing at the end show only against a head that was noted elsewhere.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.hash_chain import ChainWalk, Fault, Verification
from app.common.page_tokens import decode_page_token, encode_page_token
from app.master.audit.act import Act, Entry
from app.master.audit.chain import CHAIN
from app.master.audit.refusals import Refusals
from app.master.audit.targets import entry_of, look_up
from app.master.identity.names import name_key
from app.master.store import Tx
from app.master.store import audit as store
from app.master.store.audit import AuditFilter, AuditRow
from app.master.store.reader import Reader
from app.master.store.writer import Writer

log = structlog.get_logger(__name__)

#: Rows of one step of a verification: some ten milliseconds of work.
VERIFY_ROWS = 2000
#: How often counts whose time is over are written.
INTERVAL_SECONDS = 10.0

_LISTING = "audit"


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A part of the log, newest first; `next_token` is empty on the last page."""

    rows: list[AuditRow]
    next_token: str


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """Which acts are asked for, in the words of who asks. `actor` and `target` are names or ids."""

    wanted: AuditFilter
    actor: str = ""
    target: str = ""


class AuditLog:
    """Adds to the log and reads it."""

    def __init__(self, writer: Writer, reader: Reader, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._refusals = Refusals()

    def append(self, tx: Tx, act: Act) -> None:
        """Part of a unit: write an act that the unit carries out."""
        self._append(tx, [entry_of(act, *look_up(tx, act))])

    async def write(self, act: Act) -> None:
        """Write an act whose change is committed already."""
        await self._commit(lambda tx: self.append(tx, act))

    async def refuse(self, act: Act) -> None:
        """Write that an act was refused, or count it."""
        # Only what is aimed at somebody needs a look into the store; and a flood that nobody
        # had time for gets none here either.
        looked_at = act.target and act.result != Reason.OVERLOADED.name
        aim = await self._reader.run(lambda tx: look_up(tx, act)) if looked_at else ()
        entry = entry_of(act, *aim)
        due = self._refusals.take(entry, self._clock.monotonic())
        if due is not None:
            await self._commit(lambda tx: self._append(tx, [due]))

    async def run(self) -> None:
        """Write the counts whose time is over, for ever."""
        while True:
            await asyncio.sleep(INTERVAL_SECONDS)
            await self._write_counts(self._refusals.over(self._clock.monotonic()))

    async def close(self) -> None:
        """Write all counts: the master stops."""
        await self._write_counts(self._refusals.close())

    async def page(self, asked: AuditQuestion, size: int, page_token: str = "") -> AuditPage:
        """A page of `size` rows. Raises HiveMindError(BAD_PAGE_TOKEN)."""
        wanted = asked.wanted
        if page_token:
            wanted = replace(wanted, before_sequence=decode_page_token(_LISTING, page_token))

        def read(tx: Tx) -> list[AuditRow]:
            actors, targets = (
                store.keys_of(tx, name, name_key(name)) if name else None
                for name in (asked.actor, asked.target)
            )
            return store.newest(tx, replace(wanted, actors=actors, targets=targets), size + 1)

        rows = await self._reader.run(read)
        more, rows = len(rows) > size, rows[:size]
        return AuditPage(rows, encode_page_token(_LISTING, rows[-1].sequence) if more else "")

    async def verify(self, known_rows: int = 0, known_head: str = "") -> Verification:
        """Recompute the chain from the first row.

        `known_rows` and `known_head` are the length and the head that somebody noted
        before: the log must still begin with that. Rows that are added while it runs are
        left out.
        """
        head = await self._reader.run(store.find_head)
        last = head.sequence if head else 0
        walk = ChainWalk(CHAIN)

        def step(tx: Tx) -> Fault | None:
            for row in store.rows_after(tx, walk.sequence, last, VERIFY_ROWS):
                fault = walk.fault_of(row)
                if fault is not None:
                    return fault
                walk.step(row)
                if row.sequence == known_rows and row.hash.hex() != known_head:
                    return Fault(row.sequence, _rewritten(known_rows))
            return None

        fault = None
        while fault is None and walk.sequence < last:
            fault = await self._reader.run(step)
        if fault is None and walk.sequence < known_rows:
            fault = Fault(walk.sequence + 1, f"Row {walk.sequence + 1} is missing.")
        return Verification(walk.sequence, walk.head_hash.hex(), fault)

    def _append(self, tx: Tx, entries: Sequence[Entry]) -> None:
        store.append(tx, CHAIN.append(store.find_head(tx), entries, self._clock.now_us()))

    async def _write_counts(self, entries: list[Entry]) -> None:
        if entries:
            await self._commit(lambda tx: self._append(tx, entries))

    async def _commit(self, unit: Callable[[Tx], None]) -> None:
        try:
            await self._writer.run(unit)
        except HiveMindError as error:
            # What was done stays done, and what was refused is refused all the same.
            if error.reason is not Reason.SHUTTING_DOWN:
                log.warning("an act is not in the audit log", reason=error.reason.name)


def _rewritten(rows: int) -> str:
    return f"The first {rows} rows are not those whose head was noted: they were rewritten."
