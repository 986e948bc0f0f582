"""The ledger against a model that shares nothing with it, over any sequence of requests.

The model keeps one number a user and the open holds; it knows no accounts, no journal
and no database.
"""

from fractions import Fraction

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from app.common.errors import HiveMindError, Reason
from app.master.ledger.requests import HoldRequest, Refund, Settlement, Share
from tests.books import Books

USERS = ("ann", "ben", "cal", "dan")
GRANT_MCPT = 50_000

users = st.sampled_from(USERS)
amounts = st.one_of(st.integers(1, 2000), st.integers(1, 80_000))
shares = st.lists(st.tuples(st.one_of(users, st.none()), st.integers(0, 9)), min_size=1, max_size=4)


class LedgerMachine(RuleBasedStateMachine):
    """Plays requests on the ledger and on the model."""

    holds = Bundle("holds")

    @initialize(fee_permille=st.sampled_from([0, 25, 333, 1000]))
    def open_books(self, fee_permille):
        self.books = Books(*USERS, grant_mcpt=GRANT_MCPT, fee_permille=fee_permille)
        self.fee_permille = fee_permille
        self.has = dict.fromkeys(USERS, GRANT_MCPT)
        self.earned_by_pool = 0
        self.granted = GRANT_MCPT * len(USERS)
        #: Task -> sequence, payer, amount.
        self.open = {}
        self.tasks = 0

    def teardown(self):
        if hasattr(self, "books"):
            self.books.close()

    def free(self, user):
        return self.has[user] - sum(held for _, owner, held in self.open.values() if owner == user)

    def attempt(self, part, *, reason):
        """Run `part`; it must succeed if `reason` is None, else be refused with it."""
        result, refused = None, None
        try:
            result = self.books.unit(part)
        except HiveMindError as error:
            refused = error.reason
        assert refused is reason
        return result

    @rule(user=users, amount=amounts)
    def grant(self, user, amount):
        self.books.unit(lambda tx: self.books.ledger.grant(tx, user, amount, "more"))
        self.has[user] += amount
        self.granted += amount

    @rule(payer=users, payee=users, amount=amounts)
    def pay(self, payer, payee, amount):
        reason = None
        if payer == payee:
            reason = Reason.TRANSFER_TO_SELF
        elif amount > self.free(payer):
            reason = Reason.INSUFFICIENT_BALANCE
        row = self.attempt(
            lambda tx: self.books.ledger.transfer(tx, payer, payee, amount), reason=reason
        )
        if row is not None:
            self.has[payer] -= amount
            self.has[payee] += amount
            assert row.debit_balance_mcpt == self.has[payer]
            assert row.credit_balance_mcpt == self.has[payee]

    @rule(target=holds, owner=users, wanted=st.lists(amounts, min_size=1, max_size=5))
    def hold(self, owner, wanted):
        requests = []
        for amount in wanted:
            self.tasks += 1
            requests.append(HoldRequest(owner, f"task{self.tasks}", amount))
        reason = Reason.INSUFFICIENT_BALANCE if sum(wanted) > self.free(owner) else None
        made = self.attempt(lambda tx: self.books.ledger.hold_many(tx, requests), reason=reason)
        if made is None:
            return multiple()
        for request, sequence in zip(requests, made, strict=True):
            self.open[request.task_id] = (sequence, owner, request.amount_mcpt)
        again = self.books.unit(lambda tx: self.books.ledger.hold_many(tx, requests))
        assert again == made
        return multiple(*(request.task_id for request in requests))

    @rule(task=consumes(holds), work=shares, part=st.integers(1, 4))
    def settle(self, task, work, part):
        sequence, payer, held = self.open.pop(task)
        charge = max(1, held * part // 4)
        settlement = Settlement(sequence, tuple(Share(*share) for share in work), charge)
        (made,) = self.books.unit(lambda tx: self.books.ledger.settle_many(tx, [settlement]))
        earned = dict(made.earnings)
        self.check_division(work, payer, charge, earned, made)
        assert made.charged_mcpt + made.refunded_mcpt == held
        assert made.charged_mcpt == sum(earned.values()) + made.fee_mcpt
        self.has[payer] -= made.charged_mcpt
        self.earned_by_pool += made.fee_mcpt
        for user, amount in earned.items():
            self.has[user] += amount
        self.refused_now(sequence)

    def check_division(self, work, payer, charge, earned, made):
        """Each gets what his share comes to, give or take the rounding of a few parts."""
        total = sum(weight for _, weight in work)
        due = {}
        for user, weight in work:
            # Weights that are all zero count as equal for each who is named.
            due[user] = due.get(user, 0) + weight
        if total == 0:
            due = dict.fromkeys(due, 1)
            total = len(due)
        others = {user: weight for user, weight in due.items() if user != payer}
        charged = Fraction(charge * sum(others.values()), total)
        assert abs(made.charged_mcpt - charged) < 1
        kept = Fraction(1000 - self.fee_permille, 1000)
        for user, weight in others.items():
            if user is not None:
                assert abs(earned.get(user, 0) - Fraction(charge * weight, total) * kept) < 3
        assert payer not in earned

    @rule(tasks=st.lists(consumes(holds), min_size=1, max_size=4))
    def refund(self, tasks):
        sequences = [self.open.pop(task)[0] for task in tasks]
        refunds = [Refund(sequence, "cancelled") for sequence in sequences]
        made = self.books.unit(lambda tx: self.books.ledger.refund_many(tx, refunds))
        assert [each.charged_mcpt for each in made] == [0] * len(tasks)
        self.refused_now(sequences[0])

    def refused_now(self, sequence):
        """A hold that was resolved is never resolved again, either way."""
        settlement = Settlement(sequence, (Share("ann"),))
        ledger = self.books.ledger
        self.attempt(lambda tx: ledger.settle_many(tx, [settlement]), reason=Reason.HOLD_RESOLVED)
        self.attempt(
            lambda tx: ledger.refund_many(tx, [Refund(sequence)]), reason=Reason.HOLD_RESOLVED
        )

    @invariant()
    def model_and_ledger_agree(self):
        if not hasattr(self, "books"):
            return
        for user in USERS:
            balance = self.books.balance(user)
            assert balance.balance_mcpt == self.has[user] >= 0
            assert balance.available_mcpt == self.free(user) >= 0
        accounts = self.books.accounts()
        assert accounts["fees"].balance_mcpt == self.earned_by_pool
        assert accounts["treasury"].balance_mcpt == -self.granted
        assert accounts["escrow"].balance_mcpt == 0

    @invariant()
    def the_whole_is_valid(self):
        if hasattr(self, "books"):
            self.books.validate({sequence: task for task, (sequence, *_) in self.open.items()})


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
