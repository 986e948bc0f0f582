"""Giving queued tasks another priority: their price, bucket and place in line go with it."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Memo, Priority, TaskState
from app.master.ledger.pricing import quote
from app.master.ledger.requests import HoldRequest, Refund
from app.master.ledger.service import LedgerService
from app.master.scheduling.dispatcher import Dispatcher, Parts, changed
from app.master.store import Tx, task_priorities
from app.master.store import tasks as task_store
from app.master.store.task_priorities import Member, RepriceRow
from app.master.store.task_views import task_id
from app.master.store.tasks import TaskRow
from app.master.tasks.book import records_of
from app.master.tasks.catalogue import parse_task_id
from app.master.tasks.spec import requirements_to_json, spec_from_json


@dataclass(frozen=True, slots=True)
class Repricing:
    """What another priority comes to. `before` and `after`: the tasks that change, in pairs."""

    before: list[TaskRow]
    after: list[TaskRow]
    #: Tasks that were named and are no longer queued.
    started: int
    ended: int

    @property
    def price_change_mcpt(self) -> int:
        """What is held more than before; below zero: less."""
        return sum(row.price_mcpt for row in self.after) - sum(
            row.price_mcpt for row in self.before
        )

    @property
    def users(self) -> int:
        """Whose tasks change."""
        return len({row.owner_id for row in self.after})


class Priorities:
    """Decides over the store's rows; memory follows after the commit.

    A task is placed by its priority and pays for it, so only queued ones change: one that
    has started would get its place cheaper, or pay for a place it no longer needs.
    """

    def __init__(self, parts: Parts, ledger: LedgerService, dispatcher: Dispatcher) -> None:
        self._parts = parts
        self._ledger = ledger
        self._dispatcher = dispatcher

    def turn(self, names: Iterable[str]) -> AbstractAsyncContextManager[None]:
        """To be held from before the unit with `change` until after `done`.

        Raises HiveMindError(BAD_ID).
        """
        return self._parts.turns.of(parse_task_id(name)[0] for name in names)

    async def preview(
        self, names: Collection[str], owner_id: str | None, priority: Priority
    ) -> Repricing:
        """What `look` sees now."""
        return await self._parts.reader.run(lambda tx: self.look(tx, names, owner_id, priority))

    def look(
        self, tx: Tx, names: Collection[str], owner_id: str | None, priority: Priority
    ) -> Repricing:
        """What it would come to; `owner_id` None stands for a caller who may change all.

        `names` are ids of tasks and arrays. The holds and buckets of `after` are those
        before. Raises HiveMindError: BAD_ID, TASK_NOT_FOUND also for another user's task, and
        where nothing named is queued any more TASK_STARTED or TASK_ENDED.
        """
        wanted = [parse_task_id(name) for name in names]
        arrays = {array_id for array_id, _ in wanted}
        named = _named(wanted, task_priorities.members(tx, arrays), owner_id)
        queued = [row for row in task_store.load_queued_of(tx, arrays) if row.sequence in named]
        ended = sum(TaskState(member.state).ended for member in named.values())
        started = len(named) - len(queued) - ended
        if not queued:
            raise _too_late(started)
        rows = [row for row in queued if row.priority != priority]
        return Repricing(rows, _at(rows, priority), started, ended)

    def change(
        self, tx: Tx, names: Collection[str], owner_id: str | None, priority: Priority
    ) -> Repricing:
        """Unit part: give what is queued its new bucket, price and hold.

        Raises what `look` raises, and HiveMindError(INSUFFICIENT_BALANCE).
        """
        found = self.look(tx, names, owner_id, priority)
        holds = self._hold_anew(tx, found)
        buckets: dict[tuple[str, str], int] = {}
        after = []
        for row in found.after:
            key = (row.owner_id, row.array_id)
            if key not in buckets:
                wanted = requirements_to_json(spec_from_json(row.spec).requirements)
                buckets[key] = task_store.ensure_bucket(tx, priority, row.owner_id, wanted)
            hold = holds.get(row.sequence, row.hold_sequence)
            after.append(replace(row, bucket_id=buckets[key], hold_sequence=hold))
        task_priorities.reprice(
            tx,
            [
                RepriceRow(row.bucket_id, row.price_mcpt, row.hold_sequence, row.sequence)
                for row in after
            ],
        )
        return replace(found, after=after)

    def done(self, change: Repricing) -> None:
        """After the commit: memory files the tasks anew, and everybody who watches is told."""
        # A refill that read them in their old bucket reads again.
        self._dispatcher.withdrawing()
        records = records_of(change.after)
        self._parts.cluster.refile(records)
        self._parts.events.publish(changed(record) for record in records)
        self._dispatcher.wake()

    def _hold_anew(self, tx: Tx, found: Repricing) -> dict[int, int]:
        """Refund and hold where the price is another; the new holds by task."""
        pairs = [
            (old, new)
            for old, new in zip(found.before, found.after, strict=True)
            if old.price_mcpt != new.price_mcpt
        ]
        self._ledger.refund_many(
            tx, [Refund(old.hold_sequence, Memo.PRIORITY.value) for old, _ in pairs]
        )
        requests = [
            HoldRequest(
                owner_id=new.owner_id,
                task_id=task_id(new.array_id, new.array_index, new.array_count),
                amount_mcpt=new.price_mcpt,
                instead_of=old.hold_sequence,
            )
            for old, new in pairs
        ]
        holds = self._ledger.hold_many(tx, requests)
        return {new.sequence: hold for (_, new), hold in zip(pairs, holds, strict=True)}


def _named(
    wanted: Sequence[tuple[str, int | None]], members: Sequence[Member], owner_id: str | None
) -> dict[int, Member]:
    """The tasks that are meant, by sequence."""
    arrays: dict[str, dict[int, Member]] = {}
    for member in members:
        if owner_id in (None, member.owner_id):
            arrays.setdefault(member.array_id, {})[member.array_index] = member
    found: dict[int, Member] = {}
    for array_id, index in wanted:
        tasks = arrays.get(array_id, {})
        if index is not None:
            of_array = index in tasks and tasks[index].array_count > 1
            tasks = {index: tasks[index]} if of_array else {}
        if not tasks:
            name = array_id if index is None else f"{array_id}-{index}"
            raise HiveMindError(Reason.TASK_NOT_FOUND, f"There is no task {name}.")
        found |= {member.sequence: member for member in tasks.values()}
    return found


def _at(rows: Sequence[TaskRow], priority: Priority) -> list[TaskRow]:
    """`rows` with the price of `priority`; the tasks of an array cost the same."""
    prices: dict[str, int] = {}
    for row in rows:
        if row.array_id not in prices:
            requirements = spec_from_json(row.spec).requirements
            prices[row.array_id] = quote(requirements, priority).price_mcpt
    return [replace(row, priority=priority, price_mcpt=prices[row.array_id]) for row in rows]


def _too_late(started: int) -> HiveMindError:
    if started:
        return HiveMindError(
            Reason.TASK_STARTED,
            "It has started: its priority brought it there, and counts only while it waits.",
        )
    return HiveMindError(Reason.TASK_ENDED, "It has already ended.")
