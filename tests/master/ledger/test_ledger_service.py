"""What the service adds to the rules: accounts, repeats, parts of a settlement, money at rest."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.invariant import InvariantViolated
from app.common.vocabulary import TransferKind
from app.master.ledger.requests import HoldRequest, Refund, Settlement, Share
from tests.books import Books


@pytest.fixture
def open_books():
    made = []

    def make(*users, **settings):
        made.append(Books(*users, **settings))
        return made[-1]

    yield make
    for books in made:
        books.validate()
        books.close()


def resolve(books, amount, shares, **settlement):
    (hold,) = books.unit(
        lambda tx: books.ledger.hold_many(tx, [HoldRequest("ann", "task", amount)])
    )
    wanted = Settlement(hold, shares, **settlement)
    (made,) = books.unit(lambda tx: books.ledger.settle_many(tx, [wanted]))
    return made, [row for row in books.rows() if row.pending_sequence == hold]


def test_a_new_user_gets_the_grant_from_the_treasury(open_books):
    books = open_books(grant_mcpt=100_000)
    assert books.unit(lambda tx: books.ledger.open_account(tx, "ann")) == 100_000
    assert books.balance("ann").available_mcpt == 100_000
    assert books.accounts()["treasury"].balance_mcpt == -100_000
    (row,) = books.rows()
    assert (row.kind, row.amount_mcpt) == (TransferKind.GRANT, 100_000)


def test_without_a_grant_the_account_is_empty(open_books):
    books = open_books("ann")
    assert books.balance("ann").balance_mcpt == 0
    assert books.rows() == []


def test_a_user_has_one_account(open_books):
    books = open_books("ann")
    with pytest.raises(InvariantViolated):
        books.unit(lambda tx: books.ledger.open_account(tx, "ann"))


def test_preparing_again_changes_nothing(open_books):
    books = open_books("ann", grant_mcpt=5)
    before = books.accounts()
    books.unit(books.ledger.prepare)
    assert books.accounts() == before


def test_a_refusal_tells_what_is_there_and_what_it_takes(open_books):
    books = open_books("ann", grant_mcpt=12_500)
    requests = [HoldRequest("ann", "t1", 10_000), HoldRequest("ann", "t2", 10_000)]
    with pytest.raises(HiveMindError) as refused:
        books.unit(lambda tx: books.ledger.hold_many(tx, requests))
    assert refused.value.reason is Reason.INSUFFICIENT_BALANCE
    assert refused.value.details == {"available_mcpt": "12500", "needed_mcpt": "20000"}
    assert "20 CPT" in refused.value.message
    assert "12.5 CPT" in refused.value.message


def test_a_settlement_pays_the_shares_the_fee_and_the_rest_back(open_books):
    books = open_books("ann", "ben", "cal", grant_mcpt=10_000, fee_permille=100)
    made, rows = resolve(
        books,
        1000,
        (Share("ben", 2), Share("cal", 1), Share("ann", 1), Share(None, 1)),
        charge_mcpt=500,
    )
    # 500 in fifths: 200, 100, 100 the payer's own, 100 the pool's; a tenth of 400 is the fee.
    assert made.earnings == (("ben", 180), ("cal", 90))
    assert made.fee_mcpt == 40 + 90
    assert (made.charged_mcpt, made.refunded_mcpt, made.earned_mcpt) == (400, 600, 270)
    assert [(row.kind, row.part, row.amount_mcpt) for row in rows] == [
        (TransferKind.SETTLE, 0, 180),
        (TransferKind.SETTLE, 1, 90),
        (TransferKind.FEE, 2, 130),
        (TransferKind.REFUND, 3, 600),
    ]
    assert books.balance("ann").balance_mcpt == 9600
    assert books.balance("ann").held_mcpt == 0
    assert books.accounts()["fees"].balance_mcpt == 130


def test_who_runs_a_task_on_a_node_of_his_own_pays_nothing(open_books):
    books = open_books("ann", grant_mcpt=1000, fee_permille=500)
    made, rows = resolve(books, 1000, (Share("ann"),))
    assert (made.charged_mcpt, made.fee_mcpt, made.earnings) == (0, 0, ())
    assert [(row.kind, row.amount_mcpt) for row in rows] == [(TransferKind.REFUND, 1000)]


def test_a_node_nobody_owns_earns_for_the_pool(open_books):
    books = open_books("ann", grant_mcpt=1000)
    made, rows = resolve(books, 1000, (Share(None),))
    assert (made.charged_mcpt, made.fee_mcpt) == (1000, 1000)
    assert [(row.kind, row.amount_mcpt) for row in rows] == [(TransferKind.FEE, 1000)]


def test_a_fee_of_everything_leaves_nothing_to_earn(open_books):
    books = open_books("ann", "ben", grant_mcpt=1000, fee_permille=1000)
    made, _ = resolve(books, 999, (Share("ben"),))
    assert (made.charged_mcpt, made.fee_mcpt, made.earnings) == (999, 999, ())


def test_one_pass_settles_and_refunds(open_books):
    books = open_books("ann", "ben", grant_mcpt=1000)
    requests = [HoldRequest("ann", f"t{number}", 100) for number in range(4)]
    holds = books.unit(lambda tx: books.ledger.hold_many(tx, requests))
    made = books.unit(
        lambda tx: books.ledger.resolve_many(
            tx,
            [Settlement(holds[3], (Share("ben"),)), Settlement(holds[0], (Share("ben"),))],
            [Refund(holds[2], "cancelled"), Refund(holds[1], "failed")],
        )
    )
    assert [each.hold_sequence for each in made] == [holds[3], holds[0], holds[2], holds[1]]
    assert [each.charged_mcpt for each in made] == [100, 100, 0, 0]
    assert [row.memo for row in books.rows()[-2:]] == ["cancelled", "failed"]
    assert books.balance("ben").balance_mcpt == 1200


def test_one_bad_part_refuses_the_whole_batch(open_books):
    books = open_books("ann", "ben", grant_mcpt=1000)
    holds = books.unit(
        lambda tx: books.ledger.hold_many(
            tx, [HoldRequest("ann", "t1", 100), HoldRequest("ann", "t2", 100)]
        )
    )
    before = books.rows(), books.accounts()
    batch = [Settlement(holds[0], (Share("ben"),)), Settlement(holds[1], (Share("nobody"),))]
    twice = [Refund(holds[0]), Refund(holds[0])]
    with pytest.raises(HiveMindError, match="no account"):
        books.unit(lambda tx: books.ledger.settle_many(tx, batch))
    with pytest.raises(HiveMindError, match="already"):
        books.unit(lambda tx: books.ledger.refund_many(tx, twice))
    assert (books.rows(), books.accounts()) == before


def test_nothing_asked_nothing_done(open_books):
    books = open_books("ann")
    assert books.unit(lambda tx: books.ledger.hold_many(tx, [])) == []
    assert books.unit(lambda tx: books.ledger.resolve_many(tx, [], [])) == []


def test_a_task_is_held_for_once_in_a_batch(open_books):
    books = open_books("ann", grant_mcpt=1000)
    with pytest.raises(InvariantViolated):
        books.unit(
            lambda tx: books.ledger.hold_many(
                tx, [HoldRequest("ann", "t1", 1), HoldRequest("ann", "t1", 1)]
            )
        )


def test_units_of_one_transaction_see_each_other(open_books):
    books = open_books("ann", "ben", grant_mcpt=1000)

    def several(tx):
        (hold,) = books.ledger.hold_many(tx, [HoldRequest("ann", "t1", 600)])
        books.ledger.transfer(tx, "ben", "ann", 100)
        books.ledger.settle_many(tx, [Settlement(hold, (Share("ben"),))])
        return books.ledger.balance_in(tx, "ann")

    assert books.unit(several).balance_mcpt == 500


def test_a_large_batch_is_one_unit(open_books):
    books = open_books("ann", "ben", grant_mcpt=10_000_000)
    requests = [HoldRequest("ann", f"t{number}", 1000) for number in range(2000)]
    holds = books.unit(lambda tx: books.ledger.hold_many(tx, requests))
    assert holds == list(range(holds[0], holds[0] + 2000))
    books.unit(
        lambda tx: books.ledger.settle_many(tx, [Settlement(h, (Share("ben"),)) for h in holds])
    )
    assert books.balance("ben").balance_mcpt == 12_000_000


async def test_a_balance_of_nobody_is_refused(open_books):
    books = open_books("ann", grant_mcpt=7)
    assert (await books.ledger.balance("ann")).available_mcpt == 7
    with pytest.raises(HiveMindError) as refused:
        await books.ledger.balance("nobody")
    assert refused.value.reason is Reason.ACCOUNT_NOT_FOUND
