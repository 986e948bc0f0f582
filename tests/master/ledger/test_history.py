"""The history people see: paged, filtered, with the balance after each row."""

import pytest
from sqlalchemy import text

from app.common.clock import MICROSECONDS
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import TransferKind
from app.master.ledger.audit import LedgerAudit
from app.master.ledger.requests import HoldRequest, Refund, Settlement, Share
from app.master.store.ledger_rows import HistoryFilter
from tests.books import Books
from tests.sources import START_US

ANY = HistoryFilter()


@pytest.fixture
def books():
    """Ann pays Ben three times, a second apart, and has one task done and one cancelled."""
    made = Books("id-ann", "id-ben", grant_mcpt=1000)
    for name in ("ann", "ben"):
        made.connection.execute(
            text(
                "INSERT INTO users (id, name, name_key, password_hash, role, created_us)"
                f" VALUES ('id-{name}', '{name.title()}', '{name}', '', 1, 0)"
            )
        )
    for amount in (10, 20, 30):
        made.clock.advance(1)
        made.unit(lambda tx, amount=amount: made.ledger.transfer(tx, "id-ann", "id-ben", amount))
    holds = made.unit(
        lambda tx: made.ledger.hold_many(
            tx, [HoldRequest("id-ann", "t1", 100), HoldRequest("id-ann", "t2", 200)]
        )
    )
    made.unit(
        lambda tx: made.ledger.resolve_many(
            tx, [Settlement(holds[0], (Share("id-ben"),))], [Refund(holds[1], "cancelled")]
        )
    )
    yield made
    made.close()


@pytest.fixture
def audit(books):
    return LedgerAudit(books.reader)


async def all_pages(audit, user_id, size, wanted=ANY):
    entries, token = [], ""
    while True:
        page = await audit.history(wanted, user_id, size, token)
        assert len(page.entries) == size or not page.next_token
        entries += page.entries
        token = page.next_token
        if not token:
            return entries


async def test_newest_first_with_the_balance_after_each_row(audit):
    entries = await all_pages(audit, "id-ann", 100)
    seen = [(e.transfer.kind, e.transfer.amount_mcpt, e.balance_after_mcpt) for e in entries]
    assert seen == [
        (TransferKind.REFUND, 200, 840),
        (TransferKind.SETTLE, 100, 840),
        (TransferKind.HOLD, 200, 940),
        (TransferKind.HOLD, 100, 940),
        (TransferKind.PAYMENT, 30, 940),
        (TransferKind.PAYMENT, 20, 970),
        (TransferKind.PAYMENT, 10, 990),
        (TransferKind.GRANT, 1000, 1000),
    ]


async def test_the_balance_is_that_of_the_account_asked_for(audit):
    entries = await all_pages(audit, "id-ben", 100)
    assert [e.balance_after_mcpt for e in entries] == [1160, 1060, 1030, 1010, 1000]
    assert {e.balance_after_mcpt for e in await all_pages(audit, None, 100)} == {0}


async def test_people_and_holds_have_their_names(audit):
    refund, settle, *_ = await all_pages(audit, "id-ann", 100)
    assert (settle.payer, settle.payee, settle.pending_id) == ("Ann", "Ben", "hold:t1")
    assert (refund.payer, refund.payee, refund.pending_id) == ("escrow", "Ann", "hold:t2")
    assert refund.transfer.memo == "cancelled"
    *_, grant = await all_pages(audit, "id-ann", 100)
    assert (grant.payer, grant.payee, grant.pending_id) == ("treasury", "Ann", "")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9])
@pytest.mark.parametrize("user_id", ["id-ann", "id-ben", None])
async def test_pages_put_together_are_the_whole(audit, size, user_id):
    whole = await all_pages(audit, user_id, 1000)
    assert await all_pages(audit, user_id, size) == whole
    sequences = [entry.transfer.sequence for entry in whole]
    assert sequences == sorted(set(sequences), reverse=True)


async def test_a_page_holds_its_place_while_rows_are_added(audit, books):
    first = await audit.history(ANY, "id-ann", 3)
    books.unit(lambda tx: books.ledger.transfer(tx, "id-ben", "id-ann", 1))
    second = await audit.history(ANY, "id-ann", 3, first.next_token)
    last = first.entries[-1].transfer.sequence
    assert [e.transfer.sequence < last for e in second.entries] == [True] * 3


def second(number):
    return START_US + number * MICROSECONDS


@pytest.mark.parametrize(
    ("wanted", "amounts"),
    [
        (HistoryFilter(kinds=(TransferKind.PAYMENT,)), [30, 20, 10]),
        (HistoryFilter(kinds=(TransferKind.SETTLE, TransferKind.REFUND)), [200, 100]),
        (HistoryFilter(task_id="t2"), [200, 200]),
        (HistoryFilter(task_id="none"), []),
        (HistoryFilter(since_us=second(2), until_us=second(3)), [20]),
        (HistoryFilter(until_us=second(2)), [10, 1000]),
        (HistoryFilter(kinds=(TransferKind.PAYMENT,), since_us=second(2)), [30, 20]),
    ],
)
async def test_filters(audit, wanted, amounts):
    entries = await all_pages(audit, "id-ann", 1, wanted)
    assert [entry.transfer.amount_mcpt for entry in entries] == amounts


async def test_a_task_shows_its_owner_only_what_is_his(audit):
    entries = await all_pages(audit, "id-ben", 10, HistoryFilter(task_id="t2"))
    assert entries == []


async def test_refusals(audit):
    with pytest.raises(HiveMindError) as refused:
        await audit.history(ANY, "nobody", 10)
    assert refused.value.reason is Reason.ACCOUNT_NOT_FOUND
    with pytest.raises(HiveMindError) as refused:
        await audit.history(ANY, "id-ann", 10, "made-up")
    assert refused.value.reason is Reason.BAD_PAGE_TOKEN


async def test_totals_add_up_to_zero(audit, books):
    books.unit(lambda tx: books.ledger.hold_many(tx, [HoldRequest("id-ben", "t3", 50)]))
    totals = {each.name: (each.balance_mcpt, each.held_mcpt) for each in await audit.totals()}
    assert totals == {
        "treasury": (-2000, 0),
        "fees": (0, 0),
        "escrow": (0, 0),
        "users": (2000, 50),
    }
    assert await audit.count() == len(books.rows())


async def test_a_page_walks_an_index_and_sorts_nothing(books):
    for side in ("debit_account", "credit_account"):
        plan = books.connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN SELECT * FROM transfers WHERE {side} = 4 AND sequence < 9"
            " ORDER BY sequence DESC LIMIT 3"
        ).fetchall()
        assert all("TEMP B-TREE" not in row[3] for row in plan)
        assert any(f"ix_transfers_{side}_sequence" in row[3] for row in plan)
