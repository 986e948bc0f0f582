"""The hash chain: every field counts, and the layout never changes."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.common.hash_chain import Head
from app.master.ledger.chain import GENESIS, append, row_hash
from app.master.store.ledger_rows import TransferRow

DRAFT = ("hold:t1", 3, 4, 3, 5000, None, 0, "t1", "why", 95_000, 0)


def row(**changes) -> TransferRow:
    (made,) = append(None, [DRAFT], 1_767_225_600_000_000)
    return TransferRow._make(made)._replace(**changes)


def test_the_layout_is_the_documented_one():
    made = row()
    numbers = [4, 3, 5000, 0, 1_767_225_600_000_000, 95_000, 0]
    fixed = GENESIS + (1).to_bytes(8) + bytes([3]) + b"".join(n.to_bytes(8) for n in numbers)
    fixed += b"".join(n.to_bytes(2) for n in (0, len("hold:t1") + 1, len("t1") + 1, len("why") + 1))
    assert made.hash == hashlib.sha256(fixed + b"hold:t1" + b"t1" + b"why").digest()


def test_a_hash_once_written_stays_the_same():
    known = "dc77c3143c15dfa2"
    assert row().hash.hex().startswith(known)


def test_each_row_rests_on_the_one_before():
    first, second = append(None, [DRAFT, DRAFT], 7)
    assert (first[0], second[0]) == (1, 2)
    assert append(Head(1, first[2]), [DRAFT], 7) == [second]
    assert row_hash(first[2], TransferRow._make(second)) == second[2]


@pytest.mark.parametrize(
    "changes",
    [
        {"sequence": 2},
        {"at_us": 1},
        {"id": "hold:t2"},
        {"kind": 4},
        {"debit_account": 5},
        {"credit_account": 5},
        {"amount_mcpt": 5001},
        {"pending_sequence": 1},
        {"part": 1},
        {"task_id": "t2"},
        {"task_id": None},
        {"task_id": None, "memo": "t1why"},
        {"id": "hold:t1t", "task_id": "1"},
        {"memo": ""},
        {"debit_balance_mcpt": 94_999},
        {"credit_balance_mcpt": 1},
        {"debit_balance_mcpt": -95_000},
    ],
)
def test_every_field_changes_the_hash(changes):
    assert row_hash(GENESIS, row(**changes)) != row().hash


def test_nothing_is_not_the_same_as_empty():
    assert row_hash(GENESIS, row(task_id=None)) != row_hash(GENESIS, row(task_id=""))


@given(st.integers(2**63, 2**70))
def test_a_value_no_row_can_hold_is_refused(amount):
    with pytest.raises(ValueError, match=r"format requires|too large|range"):
        row_hash(GENESIS, row(amount_mcpt=amount))
