"""How an act of the audit log reads."""

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from app.common.errors import Reason
from app.master.rpc.audited import AUDITED, action_of
from tests.ui.audit_rows import act
from ui.models.audit import (
    AuditModel,
    action_text,
    action_words,
    details_of,
    details_text,
    filter_of,
    place_text,
    result_meaning,
    result_text,
    target_text,
    who_text,
)
from ui.theme import Tone

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def test_every_call_of_the_log_has_words(qapp):
    """A new one goes into `action_words` of ui/models/audit.py."""
    assert {action_of(method) for method in AUDITED} <= set(action_words())


def test_a_call_without_words_is_told_by_its_name(qapp):
    assert action_text(act(1, "AdminService/ListUsers")) == "AdminService/ListUsers"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "alice"),
        ({"actor_name": ""}, "user:id-alice"),
        ({"actor": "", "actor_name": ""}, "not signed in"),
        ({"actor": "master", "actor_name": "master"}, "the master itself"),
    ],
)
def test_who_did_it(qapp, fields, words):
    assert who_text(act(1, **fields)) == words


def test_what_it_was_done_to(qapp):
    assert target_text(act(1)) == "bob"
    assert target_text(act(1, target="task:01x-3", target_name="")) == "01x-3"
    assert target_text(act(1, target="", target_name="")) == ""


def test_where_it_came_from(qapp):
    assert place_text(act(1)) == "192.0.2.7"
    assert place_text(act(1, peer="")) == "the master's machine"


def test_what_came_of_it(qapp):
    assert (result_text(act(1)), result_meaning(act(1))) == ("✓ done", "")
    refused = act(1, result="BAD_CREDENTIALS", times=312)
    assert result_text(refused) == "✕ bad credentials ×312"
    assert result_meaning(refused) == Reason.BAD_CREDENTIALS.meaning
    assert result_meaning(act(1, result="NEWER_THAN_THIS_CONSOLE")) == ""


def test_what_came_of_it_in_another_language(translations):
    translations.use("zh_CN")
    refused = act(1, result="BAD_CREDENTIALS")
    assert result_text(refused) == f"✕ {result_meaning(refused)}"
    assert "credentials" not in result_text(refused)
    assert result_text(act(1, result="NEWER_THAN_IT")) == "✕ newer than it"


def test_details_are_for_people(qapp):
    event = act(
        1, details={"amount_mcpt": "12500", "password": "(set)", "state": "NODE_STATE_PAUSED"}
    )
    assert details_of(event) == [
        ("amount", "12.5 CPT"),
        ("password", "was set"),
        ("state", "paused"),
    ]
    assert details_text(event) == "amount 12.5 CPT · password was set · state paused"


def test_a_filter_for_the_master(qapp):
    wanted = filter_of(who="ann", action="UserService/Login", results="refused")
    assert (wanted.actor, wanted.actions, wanted.refused) == ("ann", ("UserService/Login",), True)
    assert filter_of(results="OK").results == ("OK",)
    assert filter_of() == filter_of(results="")


def test_the_model(qapp):
    model = AuditModel()
    QAbstractItemModelTester(model, FATAL)
    model.replace([act(3), act(2, result="PERMISSION_DENIED")], more=True)
    assert model.canFetchMore(model.index(-1, -1).parent())
    assert not model.add([act(1)], more=False)
    assert model.add([act(4), act(3)], more=False)
    assert model.total == 4
    place = model.place_of("2")
    result = next(n for n, column in enumerate(model.columns) if column.name == "result")
    assert model.columns[result].color(model.row_at(place)) == Tone.BAD.color()
