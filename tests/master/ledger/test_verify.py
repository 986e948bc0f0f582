"""Whatever was done to the journal by hand, verification names the first row it shows at."""

import pytest

from app.common.invariant import InvariantViolated
from app.master.ledger.audit import LedgerAudit
from app.master.ledger.chain import GENESIS, row_hash
from app.master.ledger.requests import HoldRequest, Refund, Settlement, Share
from app.master.store import ledger as statements
from tests.books import Books

#: The number of rows that `books` has.
LAST = 14


@pytest.fixture
def books():
    """Fourteen rows of every kind: grants, a payment, holds, settlements, a fee, a refund."""
    made = Books("ann", "ben", "cal", grant_mcpt=100_000, fee_permille=50)
    ledger = made.ledger
    made.unit(lambda tx: ledger.transfer(tx, "ann", "ben", 500, "lunch"))
    holds = made.unit(
        lambda tx: ledger.hold_many(
            tx, [HoldRequest("ann", f"t{number}", 1000 * number) for number in (1, 2, 3)]
        )
    )
    made.clock.advance(5)
    settlement = Settlement(holds[0], (Share("ben", 2), Share("cal", 1)))
    made.unit(lambda tx: ledger.resolve_many(tx, [settlement], [Refund(holds[1], "cancelled")]))
    made.unit(lambda tx: ledger.settle_many(tx, [Settlement(holds[2], (Share("cal"),), 1500)]))
    yield made
    made.close()


async def verified(books):
    return await LedgerAudit(books.reader).verify()


def sql_values(row):
    return ", ".join(
        "NULL"
        if value is None
        else f"x'{value.hex()}'"
        if isinstance(value, bytes)
        else repr(value)
        for value in row
    )


def insert(row):
    return f"INSERT INTO transfers ({', '.join(row._fields)}) VALUES ({sql_values(row)})"


def rehash(books, sequence):
    """SQL that makes the chain whole again from `sequence` on, as an able forger would."""
    rows = books.rows()
    last = rows[sequence - 2].hash if sequence > 1 else GENESIS
    made = []
    for row in rows[sequence - 1 :]:
        last = row_hash(last, row)
        made.append(f"UPDATE transfers SET hash = x'{last.hex()}' WHERE sequence = {row.sequence}")
    return made


async def test_an_untouched_journal_is_good(books):
    found = await verified(books)
    assert found.ok
    assert found.rows == LAST == len(books.rows())
    assert found.head_hash == books.rows()[-1].hash.hex()
    books.validate({})


async def test_an_empty_journal_is_good():
    empty = Books()
    found = await verified(empty)
    empty.close()
    assert (found.ok, found.rows, found.head_hash) == (True, 0, GENESIS.hex())


@pytest.mark.parametrize(
    "change",
    [
        "amount_mcpt = amount_mcpt + 1",
        "memo = memo || '.'",
        "at_us = at_us - 1",
        "credit_account = 4 + (credit_account = 4) + (debit_account = 5)",
        "kind = 1 + kind % 6",
        "id = id || 'x'",
        "task_id = 'other'",
        "debit_balance_mcpt = debit_balance_mcpt + 1",
        "hash = zeroblob(32)",
        "part = part + 7",
        "amount_mcpt = 'many'",
        "amount_mcpt = 9223372036854775807",
        "hash = NULL || x'00'",
    ],
)
@pytest.mark.parametrize("sequence", [1, 4, 8, LAST])
async def test_a_changed_row_is_named(books, sequence, change):
    books.tamper(
        "PRAGMA ignore_check_constraints=ON",
        "PRAGMA writable_schema=ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'transfers'",
        "PRAGMA writable_schema=RESET",
        f"UPDATE transfers SET {change} WHERE sequence = {sequence}",
    )
    found = await verified(books)
    assert found.fault is not None
    assert found.fault.sequence == sequence
    assert str(sequence) in found.fault.sentence
    assert found.rows == sequence - 1


@pytest.mark.parametrize("sequence", range(1, LAST + 1))
async def test_a_dropped_row_is_named(books, sequence):
    books.tamper(f"DELETE FROM transfers WHERE sequence = {sequence}")
    found = await verified(books)
    assert found.fault is not None
    assert found.fault.sequence == sequence
    with pytest.raises(InvariantViolated):
        books.validate()


@pytest.mark.parametrize("sequence", [2, 5, 9])
async def test_a_dropped_row_is_named_though_the_others_close_up(books, sequence):
    books.tamper(
        f"DELETE FROM transfers WHERE sequence = {sequence}",
        f"UPDATE transfers SET sequence = -sequence WHERE sequence > {sequence}",
        "UPDATE transfers SET sequence = -sequence - 1 WHERE sequence < 0",
    )
    found = await verified(books)
    assert found.fault is not None
    assert found.fault.sequence == sequence


@pytest.mark.parametrize(("one", "other"), [(1, 2), (4, 9), (12, 13)])
async def test_swapped_rows_are_named(books, one, other):
    books.tamper(
        f"UPDATE transfers SET sequence = -1 WHERE sequence = {one}",
        f"UPDATE transfers SET sequence = {one} WHERE sequence = {other}",
        f"UPDATE transfers SET sequence = {other} WHERE sequence = -1",
    )
    found = await verified(books)
    assert found.fault is not None
    assert found.fault.sequence == one


@pytest.mark.parametrize("sequence", [1, 6, LAST + 1])
async def test_an_inserted_row_is_named(books, sequence):
    forged = books.rows()[0]._replace(sequence=sequence, id="forged", amount_mcpt=10**9)
    books.tamper(
        f"UPDATE transfers SET sequence = -sequence WHERE sequence >= {sequence}",
        "UPDATE transfers SET sequence = 1 - sequence WHERE sequence < 0",
        insert(forged),
    )
    found = await verified(books)
    assert found.fault is not None
    assert found.fault.sequence == sequence


async def test_a_balance_changed_by_hand_is_named(books):
    books.tamper("UPDATE accounts SET credits_posted = credits_posted + 5 WHERE name = 'user:ben'")
    found = await verified(books)
    assert found.fault is not None
    assert found.rows == LAST
    assert "user:ben" in found.fault.sentence
    with pytest.raises(InvariantViolated):
        books.validate()


async def test_a_dropped_account_is_named(books):
    books.tamper("DELETE FROM accounts WHERE name = 'user:cal'")
    found = await verified(books)
    assert found.fault is not None
    assert "missing" in found.fault.sentence


FORGERIES = {
    "a grant that was none": (2, "UPDATE transfers SET amount_mcpt = 10 WHERE sequence = 2", 2),
    "a payment from the treasury": (
        4,
        "UPDATE transfers SET debit_account = 1 WHERE sequence = 4",
        4,
    ),
    "a hold that pays": (5, "UPDATE transfers SET kind = 2 WHERE sequence = 5", 5),
    "a kind that does not exist": (4, "UPDATE transfers SET kind = 9 WHERE sequence = 4", 4),
    "a settlement that takes more": (
        8,
        "UPDATE transfers SET amount_mcpt = amount_mcpt + 5000 WHERE sequence = 8",
        8,
    ),
    "a refund of more than was held": (
        11,
        "UPDATE transfers SET amount_mcpt = amount_mcpt + 1 WHERE sequence = 11",
        11,
    ),
    "a settlement to the fees": (
        8,
        "UPDATE transfers SET credit_account = 2 WHERE sequence = 8",
        8,
    ),
    "a later part that begins": (
        8,
        "UPDATE transfers SET part = 9 WHERE sequence = 8",
        8,
    ),
    "a hold resolved twice": (
        11,
        "UPDATE transfers SET pending_sequence = 5, part = 0, task_id = 't1' WHERE sequence = 11",
        11,
    ),
    "a part of another's resolution": (
        9,
        "UPDATE transfers SET pending_sequence = 7 WHERE sequence = 9",
        9,
    ),
    "a resolution cut short": (
        10,
        "UPDATE transfers SET kind = 2, pending_sequence = NULL, part = 0 WHERE sequence = 10",
        10,
    ),
    "a payment that resolves": (
        4,
        "UPDATE transfers SET pending_sequence = 1 WHERE sequence = 4",
        4,
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forger_who_recomputes_the_chain_is_found_by_the_rules(books, name):
    sequence, change, first_bad = FORGERIES[name]
    books.tamper("DROP INDEX uq_transfers_pending", change)
    books.tamper(*rehash(books, sequence))
    found = await verified(books)
    assert found.fault is not None
    assert "hash" not in found.fault.sentence
    assert found.fault.sequence == first_bad


async def test_an_overdraft_that_somebody_wrote_is_found(books):
    row = books.rows()[3]
    forged = row._replace(
        sequence=LAST + 1,
        id="forged",
        amount_mcpt=10**9,
        debit_balance_mcpt=statements.find_accounts(books.connection, ["user:ann"])[0].balance_mcpt
        - 10**9,
        credit_balance_mcpt=books.balance("ben").balance_mcpt + 10**9,
    )
    books.tamper(insert(forged))
    books.tamper(*rehash(books, LAST + 1))
    found = await verified(books)
    assert found.fault is not None
    assert "overdraws" in found.fault.sentence


async def test_rows_are_read_in_steps(books, monkeypatch):
    monkeypatch.setattr("app.master.ledger.audit.VERIFY_ROWS", 2)
    assert (await verified(books)).rows == LAST
    books.tamper(f"DELETE FROM transfers WHERE sequence = {LAST}")
    assert (await verified(books)).fault is not None
