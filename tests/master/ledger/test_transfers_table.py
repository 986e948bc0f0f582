"""What the ledger allows and refuses, one line an event with its result.

    event  arguments                  -> result

Amounts are mCPT. A result is "ok", the reason of a refusal, or for `balance` what is
posted and held. After every line the whole ledger is validated.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.common.errors import HiveMindError, Reason
from app.master import ledger
from app.master.ledger.requests import HoldRequest, Refund, Settlement, Share
from tests.books import Books

PAYMENTS = """
    balance ann                        -> 1000 0
    pay     ann ben 300                -> ok
    balance ann                        -> 700 0
    balance ben                        -> 1300 0
    pay     ann ben 701                -> INSUFFICIENT_BALANCE
    pay     ann ben 700                -> ok
    pay     ann ben 1                  -> INSUFFICIENT_BALANCE
    pay     ben ann 0                  -> AMOUNT_NOT_POSITIVE
    pay     ben ann -5                 -> AMOUNT_NOT_POSITIVE
    pay     ben ann 1000000000000001   -> AMOUNT_TOO_LARGE
    pay     ben ben 5                  -> TRANSFER_TO_SELF
    pay     ben nobody 5               -> ACCOUNT_NOT_FOUND
    pay     nobody ben 5               -> ACCOUNT_NOT_FOUND
    pay     ben ann 5 a\tb             -> INVALID_FIELD
    grant   ben 1000000000000000       -> ok
    pay     ben ann 1000000000000000   -> ok
    pay     ann ben 5 id=p1            -> ok
    pay     ann ben 5 id=p1            -> ok
    pay     ann ben 6 id=p1            -> TRANSFER_EXISTS
    pay     ann ben 5 id=p1 other      -> TRANSFER_EXISTS
    pay     ben ann 5 id=p1            -> TRANSFER_EXISTS
    balance ben                        -> 2005 0
"""

#: The first rule broken is the one that is named, in the order of the ladder.
ORDER = """
    pay     ann ann -1 a\tb            -> AMOUNT_NOT_POSITIVE
    pay     ann ann 5 a\tb             -> INVALID_FIELD
    pay     nobody nobody 5            -> TRANSFER_TO_SELF
    pay     nobody ann 5               -> ACCOUNT_NOT_FOUND
    hold    nobody t1=-1               -> AMOUNT_NOT_POSITIVE
    hold    nobody t1=5                -> ACCOUNT_NOT_FOUND
"""

HOLDS = """
    hold    ann t1=600                 -> ok
    balance ann                        -> 1000 600
    hold    ann t2=401                 -> INSUFFICIENT_BALANCE
    pay     ann ben 401                -> INSUFFICIENT_BALANCE
    hold    ann t2=0                   -> AMOUNT_NOT_POSITIVE
    hold    ann t2=1000000000000001    -> AMOUNT_TOO_LARGE
    hold    ann t2=200 t3=200          -> ok
    balance ann                        -> 1000 1000
    hold    ann t1=600                 -> ok
    hold    ann t1=601                 -> TRANSFER_EXISTS
    hold    ben t1=600                 -> TRANSFER_EXISTS
    balance ann                        -> 1000 1000
    balance ben                        -> 1000 0
    hold    ben t4=600 t5=401          -> INSUFFICIENT_BALANCE
    balance ben                        -> 1000 0
    hold    nobody t6=5                -> ACCOUNT_NOT_FOUND
"""

RESOLUTIONS = """
    hold    ann t1=600 t2=300          -> ok
    settle  t1 ben:1                   -> ok
    balance ann                        -> 400 300
    balance ben                        -> 1600 0
    settle  t1 ben:1                   -> HOLD_RESOLVED
    refund  t1                         -> HOLD_RESOLVED
    refund  t2                         -> ok
    refund  t2                         -> HOLD_RESOLVED
    settle  t2 ben:1                   -> HOLD_RESOLVED
    balance ann                        -> 400 0
    refund  #99                        -> HOLD_NOT_FOUND
    refund  #1                         -> HOLD_NOT_FOUND
    settle  #99 ben:1                  -> HOLD_NOT_FOUND
    hold    ann t3=100                 -> ok
    settle  t3 ben:1 charge=101        -> AMOUNT_EXCEEDS_HOLD
    settle  t3 ben:1 charge=0          -> AMOUNT_NOT_POSITIVE
    settle  t3 nobody:1                -> ACCOUNT_NOT_FOUND
    refund  t3 a\tb                    -> INVALID_FIELD
    settle  t3 ben:1 charge=40         -> ok
    balance ann                        -> 360 0
    balance ben                        -> 1640 0
"""

SHARES = """
    hold    ann t1=100 t2=100 t3=100 t4=100 t5=100 -> ok
    settle  t1 ben:1 cal:1 dan:1       -> ok
    balance ben                        -> 1034 0
    balance cal                        -> 1033 0
    balance dan                        -> 1033 0
    settle  t2 ben:0 cal:0             -> ok
    balance ben                        -> 1084 0
    balance cal                        -> 1083 0
    settle  t3 ben:3 ann:1             -> ok
    balance ben                        -> 1159 0
    balance ann                        -> 725 200
    settle  t4 ann:1                   -> ok
    balance ann                        -> 725 100
    settle  t5 ben:1 ben:1 dan:2       -> ok
    balance ben                        -> 1209 0
    balance dan                        -> 1083 0
    balance ann                        -> 625 0
"""

SCENARIOS = {
    "payments": PAYMENTS,
    "order": ORDER,
    "holds": HOLDS,
    "resolutions": RESOLUTIONS,
    "shares": SHARES,
}


def events(table: str) -> Iterator[tuple[str, list[str], str]]:
    """The lines of a table as (event, arguments, result)."""
    for line in table.strip().splitlines():
        event, result = line.split("->")
        name, *arguments = event.strip(" ").split(" ")
        yield name, [argument for argument in arguments if argument], result.strip()


class Player:
    """Plays events on a ledger."""

    def __init__(self) -> None:
        self.books = Books("ann", "ben", "cal", "dan", grant_mcpt=1000)
        self._holds: dict[str, int] = {}

    def play(self, name: str, arguments: list[str]) -> str:
        try:
            return getattr(self, f"_{name}")(*arguments)
        except HiveMindError as error:
            return error.reason.name

    def _pay(self, payer: str, payee: str, amount: str, *rest: str) -> str:
        id_ = next((word[3:] for word in rest if word.startswith("id=")), None)
        memo = " ".join(word for word in rest if not word.startswith("id="))
        self.books.unit(
            lambda tx: self.books.ledger.transfer(
                tx, payer, payee, int(amount), memo, transfer_id=id_
            )
        )
        return "ok"

    def _grant(self, payee: str, amount: str) -> str:
        self.books.unit(lambda tx: self.books.ledger.grant(tx, payee, int(amount), ""))
        return "ok"

    def _balance(self, user: str) -> str:
        balance = self.books.balance(user)
        assert balance.available_mcpt == balance.balance_mcpt - balance.held_mcpt
        return f"{balance.balance_mcpt} {balance.held_mcpt}"

    def _hold(self, owner: str, *tasks: str) -> str:
        requests = [
            HoldRequest(owner, task, int(amount))
            for task, amount in (word.split("=") for word in tasks)
        ]
        made = self.books.unit(lambda tx: self.books.ledger.hold_many(tx, requests))
        for request, sequence in zip(requests, made, strict=True):
            assert self._holds.setdefault(request.task_id, sequence) == sequence
        return "ok"

    def _settle(self, task: str, *rest: str) -> str:
        charge = next((int(word[7:]) for word in rest if word.startswith("charge=")), None)
        shares = tuple(
            Share(user, int(weight))
            for user, weight in (word.split(":") for word in rest if ":" in word)
        )
        settlement = Settlement(self._sequence(task), shares, charge)
        self.books.unit(lambda tx: self.books.ledger.settle_many(tx, [settlement]))
        return "ok"

    def _refund(self, task: str, memo: str = "") -> str:
        refund = Refund(self._sequence(task), memo)
        self.books.unit(lambda tx: self.books.ledger.refund_many(tx, [refund]))
        return "ok"

    def _sequence(self, task: str) -> int:
        return int(task[1:]) if task.startswith("#") else self._holds[task]


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_event_has_its_result(name):
    player = Player()
    for number, (event, arguments, expected) in enumerate(events(SCENARIOS[name]), 1):
        assert player.play(event, arguments) == expected, f"line {number}: {event} {arguments}"
        player.books.validate()
    player.books.close()


def test_every_refusal_of_the_ledger_is_in_a_table():
    used = {
        node.attr
        for path in Path(ledger.__path__[0]).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == Reason.__name__
    }
    shown = {result for table in SCENARIOS.values() for _, _, result in events(table)}
    assert used == shown & set(Reason.__members__)
