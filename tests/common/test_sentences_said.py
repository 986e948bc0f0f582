"""The catalogues of sentences: complete, nothing left over, placeholders that agree."""

import tomllib
from pathlib import Path

import pytest

from app.common import sentences
from app.common.sentences import parse_template
from app.common.vocabulary import (
    Continent,
    IsolationClass,
    Memo,
    NodeState,
    Priority,
    Role,
    TrustLevel,
)
from app.master.identity.permissions import Permission
from tests.common.spoken import Said, Unread, everything_said

CATALOGUES = sorted(Path(sentences.__file__).parent.glob("sentences_*.toml"))

#: Modules whose sentences no person in the console sees, and why.
NOT_SHOWN = {
    "app/worker/executors/fake.py": "a stand-in for tests",
}
#: Texts that are said as they came, and what they are.
PASSED_ON = {
    ("app/client/errors.py", "_SENTENCES[reason]"): "of the table, which is read as a whole",
    ("app/client/errors.py", "_SENTENCES.get(reason, said)"): "of the table, or gRPC's own words",
    ("app/client/errors.py", "status.message"): "the master's sentence",
    (
        "app/common/archive_guard.py",
        "answer['message']",
    ): "of the child, which says what this process would",
    ("app/common/archive_directory.py", "fault"): "of name_fault, which is read as a whole",
    ("app/master/audit/log.py", "_rewritten(known_rows)"): "read as a whole",
    ("app/master/scheduling/attendance.py", "why"): "what the callers of _lost say",
    ("app/master/scheduling/reports.py", "detail"): "what the callers of end say",
    ("app/master/store/errors.py", "message"): "of the table, which is read as a whole",
    ("app/master/vpn/peers.py", "error.message"): "another refusal's sentence",
    ("app/master/vpn/setup.py", "error.message"): "another refusal's sentence",
    ("app/master/vpn/setup.py", "message"): "what the callers of _refusal say",
    ("app/wireguard/checks.py", "error.message"): "another refusal's sentence",
    ("app/master/tasks/artifacts.py", "message"): "what the callers of _mismatch say",
    ("app/master/tasks/state.py", "detail"): "what the node says",
    (
        "app/master/web/page_frame.py",
        "reader.speech.sentence(error.message)",
    ): "another refusal's sentence, in the reader's language",
    ("app/worker/executors/choice.py", "error.message"): "another refusal's sentence",
    ("app/worker/executors/choice.py", "install_command(*_this_system())"): "a command",
    ("app/worker/runner.py", "_STOPPED[reason]"): "of the table, which is read as a whole",
    ("app/worker/runner.py", "error.message"): "another refusal's sentence",
    ("app/worker/runner.py", "report.detail"): "the executor's sentence",
    ("app/worker/runner.py", "verdict.detail"): "the executor's sentence",
    ("app/worker/state.py", "detail"): "of _refusal, which is read as a whole",
}


@pytest.fixture(scope="module")
def said() -> dict[str, Said]:
    found = {one.template: one for one in everything_said() if isinstance(one, Said)}
    return {text: one for text, one in found.items() if one.path not in NOT_SHOWN}


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.stem)
def body(request: pytest.FixtureRequest) -> dict[str, dict[str, str]]:
    parsed: dict[str, dict[str, str]] = tomllib.loads(request.param.read_text("utf-8"))
    return parsed


def test_every_sentence_is_translated(
    said: dict[str, Said], body: dict[str, dict[str, str]]
) -> None:
    known = {parse_template(text).bare for text in body["sentences"]}
    missing = [f"{one.path}:{one.line}: {text}" for text, one in said.items() if text not in known]
    assert not missing, "add these to the catalogue:\n" + "\n".join(sorted(missing))


def test_no_translation_is_left_over(
    said: dict[str, Said], body: dict[str, dict[str, str]]
) -> None:
    left = [text for text in body["sentences"] if parse_template(text).bare not in said]
    assert not left, "nothing says these any more:\n" + "\n".join(left)


def test_placeholders_agree(body: dict[str, dict[str, str]]) -> None:
    for text, shown in body["sentences"].items():
        asked, given = parse_template(text), parse_template(shown)
        numbers = [each.number for each in asked.placeholders]
        assert numbers == list(range(len(numbers))), text
        assert sorted(each.number for each in given.placeholders) == numbers, text
        assert all(asked.literals[1:-1]), f"{text}: nothing tells where a placeholder ends"
        assert any(asked.literals), text


def test_every_sentence_has_an_end_as_its_original_has(body: dict[str, dict[str, str]]) -> None:
    for text, shown in body["sentences"].items():
        assert text.endswith(".") == shown.endswith("。"), text


def test_the_words_of_the_vocabulary_are_known(body: dict[str, dict[str, str]]) -> None:
    words = {each.value for each in Permission}
    for kind in (NodeState, TrustLevel, Priority, Role):
        words |= {each.name.lower() for each in kind}
    words |= {
        each.name.replace("_", " ").title() for each in Continent if each is not each.UNSPECIFIED
    }
    assert not words - body["words"].keys()
    assert not {each.value for each in Memo} - body["labels"].keys()
    assert not body["labels"].keys() & body["words"].keys()
    assert len(IsolationClass) == 3, "phrases.py says each in its own words"


def test_what_cannot_be_read_off_the_source_is_named() -> None:
    unread = {(one.path, one.source) for one in everything_said() if isinstance(one, Unread)}
    assert not unread - PASSED_ON.keys(), "say whose sentence it is, or let spoken.py read it"
    assert not PASSED_ON.keys() - unread, "these are no longer said"
