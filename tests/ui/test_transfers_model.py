"""How transfers read from the side of an account, and pages that come one by one."""

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from app.common.vocabulary import TransferKind
from tests.ui.ledger_rows import transfer
from ui.models.transfers import (
    MARKS,
    Step,
    TransfersModel,
    amount_text,
    amount_tone,
    counterparty,
    flows_of,
    kind_meaning,
    kind_word,
    memo,
    moved_mcpt,
)
from ui.theme import Tone

HELD = QAbstractItemModelTester.FailureReportingMode.Fatal


def test_the_model_keeps_qts_rules_while_pages_come(qtbot):
    model = TransfersModel()
    QAbstractItemModelTester(model, HELD)
    model.show([transfer(number) for number in range(20, 10, -1)], "alice", more=True)
    model.sort(0)
    model.add([transfer(number) for number in range(10, 0, -1)], more=False)
    model.add([transfer(21), transfer(20)], more=False)
    assert model.rowCount() == 21


def test_more_is_asked_for_once_at_a_time(qtbot):
    model = TransfersModel()
    asked = []
    model.more_wanted.connect(lambda: asked.append(1))
    model.show([transfer(2)], "alice", more=True)
    for _ in range(3):
        if model.canFetchMore(QModelIndex()):
            model.fetchMore(QModelIndex())
    assert asked == [1]
    model.add([transfer(1)], more=False)
    assert not model.canFetchMore(QModelIndex())


def test_rows_that_overlap_with_what_is_known_are_told(qtbot):
    model = TransfersModel()
    model.show([transfer(5), transfer(4)], "alice", more=False)
    assert model.add([transfer(6), transfer(5)], more=False)
    assert not model.add([transfer(9)], more=False)


def test_what_moved_has_the_sign_of_the_account():
    paid = transfer(1, TransferKind.PAYMENT, payer="alice", payee="bob", amount=1500)
    assert moved_mcpt(paid, "alice") == -1500
    assert moved_mcpt(paid, "bob") == 1500
    assert moved_mcpt(paid, "carol") == 0
    assert amount_text(paid, "alice") == "−1.5 CPT"
    assert amount_text(paid, "bob") == "+1.5 CPT"
    assert amount_text(paid, "") == "1.5 CPT"
    assert amount_tone(paid, "alice") is Tone.BAD
    assert amount_tone(paid, "bob") is Tone.GOOD
    assert amount_tone(paid, "") is None


def test_holds_and_refunds_move_nothing():
    for kind, text in ((TransferKind.HOLD, "2 CPT held"), (TransferKind.REFUND, "2 CPT freed")):
        row = transfer(1, kind, payer="alice", payee="escrow", amount=2000)
        assert moved_mcpt(row, "alice") == 0
        assert amount_text(row, "alice") == text


def test_the_other_side_is_named():
    paid = transfer(1, TransferKind.PAYMENT, payer="alice", payee="bob")
    assert counterparty(paid, "alice") == "bob"
    assert counterparty(paid, "bob") == "alice"
    assert counterparty(paid, "") == "alice → bob"
    grant = transfer(1, TransferKind.GRANT, payer="treasury", payee="alice")
    assert counterparty(grant, "alice") == "the treasury"


def test_every_kind_has_a_word_a_mark_and_a_meaning():
    for kind in TransferKind:
        assert kind_word(kind)
        assert kind_meaning(kind)
    assert len({MARKS[kind] for kind in TransferKind}) == len(TransferKind)


def test_days_add_up_and_end_with_the_last_balance():
    day = 86_400
    rows = [
        transfer(4, TransferKind.HOLD, amount=9000, balance=700, at=2 * day + 50),
        transfer(3, payer="bob", payee="alice", amount=500, balance=700, at=2 * day + 40),
        transfer(2, payer="alice", payee="bob", amount=300, balance=200, at=day + 20),
        transfer(1, payer="bob", payee="alice", amount=500, balance=500, at=day + 10),
    ]
    long_ago = transfer(0, payer="x", payee="y", amount=1, balance=0, at=-9 * day)
    _, first, second = flows_of([*rows, long_ago], "alice")
    assert (first.income_mcpt, first.spent_mcpt, first.balance_mcpt) == (500, 300, 200)
    assert (second.income_mcpt, second.spent_mcpt, second.balance_mcpt) == (500, 0, 700)
    assert first.begin < second.begin
    assert second.step is Step.DAY


@pytest.mark.parametrize(
    ("span", "step"),
    [(0, Step.MINUTE), (7200, Step.MINUTE), (7201, Step.HOUR), (300_000, Step.DAY)],
)
def test_the_chart_is_as_fine_as_the_time_that_it_shows(span, step):
    rows = [transfer(n, payer="bob", payee="alice", amount=1, at=n * span + 50) for n in range(2)]
    flows = flows_of(rows, "alice")
    assert {flow.step for flow in flows} == {step}
    assert len(flows) == (2 if span else 1)
    assert sum(flow.income_mcpt for flow in flows) == 2


def test_nothing_has_no_flow():
    assert flows_of([], "alice") == []


def test_only_the_masters_own_memos_are_translated(qtbot, translations):
    translations.use("zh_CN")
    refund = transfer(1, TransferKind.REFUND, memo="another priority")
    assert memo(refund) == "更改优先级"
    assert memo(transfer(2, TransferKind.GRANT, memo="for the weekend")) == "for the weekend"
    assert memo(transfer(3, TransferKind.PAYMENT, memo="failed")) == "failed"
