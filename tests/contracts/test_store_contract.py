"""What every store keeps to, tried on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import TransferKind
from app.master.ledger.audit import LedgerAudit
from app.master.ledger.requests import HoldRequest, LedgerSettings, Refund, Settlement, Share
from app.master.ledger.service import LedgerService
from app.master.ledger.validate import validate_ledger
from app.master.store import ledger as statements
from app.master.store.engine import Engines, open_engines, sqlite_url
from app.master.store.errors import StoreFailed
from app.master.store.ledger_rows import HistoryFilter
from app.master.store.migrations import migrate
from app.master.store.reader import PooledReader
from app.master.store.writer import GroupCommitWriter
from tests.sources import ManualClock, SeededIds


@dataclass
class Store:
    """A migrated store with its writer, its reader and a ledger on it."""

    engines: Engines
    writer: GroupCommitWriter
    reader: PooledReader
    ledger: LedgerService
    clock: ManualClock
    failures: list[StoreFailed]

    async def stop(self) -> None:
        await self.writer.stop()
        await self.reader.stop()
        self.engines.dispose()


async def open_store(url: str) -> Store:
    engines = open_engines(url)
    migrate(engines)
    failures: list[StoreFailed] = []
    writer, reader, clock = (
        GroupCommitWriter(engines, failures.append),
        PooledReader(engines),
        ManualClock(),
    )
    writer.start()
    settings = LedgerSettings(fee_permille=50, grant_mcpt=100_000)
    ledger = LedgerService(reader, clock, SeededIds(), settings)
    await writer.run(ledger.prepare)
    return Store(engines, writer, reader, ledger, clock, failures)


@pytest.fixture(params=["sqlite", "postgres"])
async def store(request, tmp_path) -> AsyncIterator[Store]:
    if request.param == "sqlite":
        url = sqlite_url(tmp_path / "store.db")
    else:
        url = request.getfixturevalue("postgres_url")
    opened = await open_store(url)
    yield opened
    await opened.stop()


def put(key, value="v"):
    def unit(tx):
        tx.execute(
            text("INSERT INTO pool_facts VALUES (:key, :value)"), {"key": key, "value": value}
        )
        return key

    return unit


def keys(tx):
    return tx.execute(text("SELECT key FROM pool_facts ORDER BY key")).scalars().all()


async def test_the_reader_sees_what_was_committed(store):
    await store.writer.run(put("a"))
    assert await store.reader.run(keys) == ["a"]


async def test_many_callers_and_some_refusals(store):
    def refuses(number):
        def unit(tx):
            put(f"half {number}")(tx)
            raise HiveMindError(Reason.TASK_ENDED)

        return unit

    def duplicates(tx):
        put("twice")(tx)
        put("twice")(tx)

    units = [put(f"{n:03}") if n % 3 else refuses(n) for n in range(150)]
    units += [duplicates, lambda tx: tx.execute(text("SELECT nothing FROM nowhere"))]
    answers = await asyncio.gather(
        *(store.writer.run(unit) for unit in units), return_exceptions=True
    )
    kept = [f"{n:03}" for n in range(150) if n % 3]
    assert [answer for answer in answers if isinstance(answer, str)] == kept
    assert await store.reader.run(keys) == kept
    assert isinstance(answers[-1], DBAPIError)
    assert store.failures == []


async def test_the_reader_cannot_write(store):
    with pytest.raises(DBAPIError):
        await store.reader.run(put("a"))
    assert await store.reader.run(keys) == []


async def test_a_query_sees_one_moment(store):
    await store.writer.run(put("a"))
    began, loop = asyncio.Event(), asyncio.get_running_loop()
    written = loop.create_future()

    async def until_written():
        await written

    def twice(tx):
        before = keys(tx)
        loop.call_soon_threadsafe(began.set)
        asyncio.run_coroutine_threadsafe(until_written(), loop).result()
        return before, keys(tx)

    reading = asyncio.ensure_future(store.reader.run(twice))
    await began.wait()
    await store.writer.run(put("b"))
    written.set_result(None)
    before, after = await reading
    assert before == after == ["a"]
    assert await store.reader.run(keys) == ["a", "b"]


async def test_readers_run_side_by_side(store):
    await asyncio.gather(*(store.reader.run(keys) for _ in range(50)))


async def test_constraints_speak_by_their_reasons(store):
    user = (
        "INSERT INTO users (id, name, name_key, password_hash, role, created_us)"
        " VALUES ('{}', 'A', 'a', '', 1, 0)"
    )
    await store.writer.run(lambda tx: tx.execute(text(user.format(1))))
    with pytest.raises(HiveMindError) as refused:
        await store.writer.run(lambda tx: tx.execute(text(user.format(2))))
    assert refused.value.reason is Reason.USER_EXISTS
    with pytest.raises(HiveMindError) as refused:
        await store.writer.run(
            lambda tx: tx.execute(
                text("INSERT INTO accounts (id, name, debits_posted) VALUES (99, 'x', 1)")
            )
        )
    assert refused.value.reason is Reason.INSUFFICIENT_BALANCE


async def test_the_hot_statements_speak_by_their_reasons_too(store):
    await store.writer.run(lambda tx: store.ledger.open_account(tx, "ann"))
    (row,) = await store.reader.run(lambda tx: statements.transfers_after(tx, 0, 9, 9))
    again = [row._replace(sequence=2)]
    with pytest.raises(HiveMindError) as refused:
        await store.writer.run(lambda tx: statements.append_transfers(tx, again))
    assert refused.value.reason is Reason.TRANSFER_EXISTS
    part = row._replace(sequence=2, id="p", pending_sequence=1)
    parts = [part, part._replace(sequence=3, id="q")]
    with pytest.raises(HiveMindError) as refused:
        await store.writer.run(lambda tx: statements.append_transfers(tx, parts))
    assert refused.value.reason is Reason.HOLD_RESOLVED
    assert store.failures == []


async def play(store):
    """Money of every kind, in batches below and above what is spelled out in a statement."""
    ledger, run = store.ledger, store.writer.run
    for name in ("ann", "ben", "cal"):
        await run(lambda tx, name=name: ledger.open_account(tx, name))
    await run(lambda tx: ledger.transfer(tx, "ann", "ben", 700, "für 午餐", transfer_id="lunch"))
    await run(lambda tx: ledger.transfer(tx, "ann", "ben", 700, "für 午餐", transfer_id="lunch"))
    store.clock.advance(1)
    requests = [HoldRequest("ann", f"t{number}", 100 + number) for number in range(60)]
    holds = await run(lambda tx: ledger.hold_many(tx, requests))
    assert await run(lambda tx: ledger.hold_many(tx, requests[:3])) == holds[:3]
    assert await run(lambda tx: ledger.hold_many(tx, requests)) == holds
    store.clock.advance(1)
    shares = (Share("ben", 2), Share("cal", 1), Share("ann", 1), Share(None, 1))
    await run(
        lambda tx: ledger.resolve_many(
            tx,
            [Settlement(hold, shares) for hold in holds[:40]],
            [Refund(hold, "cancelled") for hold in holds[40:58]],
        )
    )
    await run(lambda tx: ledger.settle_many(tx, [Settlement(holds[58], (Share("cal"),), 7)]))
    with pytest.raises(HiveMindError) as refused:
        await run(lambda tx: ledger.refund_many(tx, [Refund(holds[0])]))
    assert refused.value.reason is Reason.HOLD_RESOLVED
    with pytest.raises(HiveMindError) as refused:
        await run(lambda tx: ledger.hold_many(tx, [HoldRequest("ann", "t99", 10**9)]))
    assert refused.value.reason is Reason.INSUFFICIENT_BALANCE


async def snapshot(store):
    return await store.reader.run(
        lambda tx: (statements.transfers_after(tx, 0, 10**6, 10**6), statements.all_accounts(tx))
    )


async def test_the_ledger_is_whole(store):
    await play(store)
    rows, accounts = await snapshot(store)
    hold = next(row for row in rows if row.task_id == "t59")
    validate_ledger(rows, accounts, {hold.sequence: "t59"})
    found = await LedgerAudit(store.reader).verify()
    assert (found.ok, found.rows) == (True, len(rows))


async def test_history_and_totals(store):
    await play(store)
    audit = LedgerAudit(store.reader)
    wanted = HistoryFilter(kinds=(TransferKind.PAYMENT, TransferKind.GRANT))
    page = await audit.history(wanted, "ann", 1)
    (entry,) = page.entries
    assert (entry.payer, entry.payee, entry.balance_after_mcpt) == ("user:ann", "user:ben", 99_300)
    (entry,) = (await audit.history(wanted, "ann", 1, page.next_token)).entries
    assert (entry.payer, entry.balance_after_mcpt) == ("treasury", 100_000)
    totals = await audit.totals()
    assert [each.name for each in totals] == ["treasury", "fees", "escrow", "users"]
    assert sum(each.balance_mcpt for each in totals) == 0
    assert (await store.ledger.balance("ann")).held_mcpt == totals[3].held_mcpt == 159


async def test_a_dropped_row_is_found(store):
    await play(store)

    def drop(tx):
        if store.engines.is_sqlite:
            tx.execute(text("DROP TRIGGER transfers_no_delete"))
        else:
            tx.execute(text("DROP TRIGGER transfers_no_change ON transfers"))
        tx.execute(text("DELETE FROM transfers WHERE sequence = 70"))

    await store.writer.run(drop)
    found = await LedgerAudit(store.reader).verify()
    assert found.fault is not None
    assert found.fault.sequence == 70


async def test_both_databases_keep_the_very_same_books(tmp_path, postgres_url):
    books = []
    for url in (sqlite_url(tmp_path / "store.db"), postgres_url):
        store = await open_store(url)
        await play(store)
        books.append(await snapshot(store))
        await store.stop()
    assert books[0] == books[1]


async def test_a_lost_connection_ends_the_writer(postgres_url):
    store = await open_store(postgres_url)
    await store.writer.run(put("a"))
    end = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(StoreFailed):
        await store.writer.run(lambda tx: tx.execute(end))
    with pytest.raises(StoreFailed):
        await store.writer.run(put("b"))
    assert store.failures
    assert await store.reader.run(keys) == ["a"]
    await store.stop()


@pytest.mark.parametrize("url", ["mysql://x", "", "store.db"])
def test_another_kind_of_address_is_refused(url):
    with pytest.raises(HiveMindError) as refused:
        open_engines(url)
    assert refused.value.reason is Reason.CONFIG_INVALID


def test_a_server_that_does_not_answer_is_told(tmp_path):
    with pytest.raises(HiveMindError) as refused:
        open_engines(f"postgresql://someone@/x?host={tmp_path}")
    assert refused.value.reason is Reason.STORE_UNAVAILABLE
