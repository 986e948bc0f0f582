"""The texts of pages: all of them are there in Chinese; languages, quantities, places."""

import re
from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from app.master.rpc.audited import AUDITED, action_of
from app.master.web.page_texts import (
    FOLDER,
    LANGUAGES,
    Speech,
    chosen_language,
    cores,
    lasted,
    mib,
    percent,
    size,
    texts,
)
from app.master.web.page_words import (
    ACTIONS,
    WORD_TABLES,
    node_standing,
    peer_state,
    token_state,
)
from proto import nodepool_pb2 as pb

_CALL = re.compile(r'\b_\("((?:[^"\\]|\\.)*)"')


def said_texts() -> set[str]:
    """What templates and tables of words say."""
    found = {text for table in WORD_TABLES for text in table} | {"Done"}
    for path in FOLDER.glob("*.html"):
        found.update(_CALL.findall(path.read_text("utf-8")))
    return found


@pytest.mark.parametrize("locale", [locale for _, locale in LANGUAGES.values() if locale])
def test_every_text_is_translated_and_no_other(locale):
    known = texts(locale)
    assert sorted(said_texts() - set(known)) == []
    assert sorted(set(known) - said_texts()) == []
    for english, shown in known.items():
        gaps = re.findall(r"\{\d?\}", english)
        assert sorted(re.findall(r"\{\d?\}", shown)) == sorted(gaps), english


def test_every_text_of_a_template_goes_through_the_translation():
    """No words stand between the tags of a template themselves."""
    for path in FOLDER.glob("*.html"):
        text = path.read_text("utf-8")
        # Attributes of the body that a page adds.
        text = re.sub(r"\{% block body_data %\}.*?\{% endblock %\}", "", text)
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", "", text, flags=re.DOTALL)
        words = set(re.findall(r"[A-Za-z]{3,}", text))
        assert words <= {"HiveMind", "Master", "UTC"}, (path.name, words)


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("", "zh", "zh-CN"),
        ("", "fr, de", "en"),
        ("", "fr,zh-TW;q=0.7", "zh-CN"),
        ("en", "zh-CN", "en"),
        ("zh-CN", "en", "zh-CN"),
        ("../x", "en", "en"),
    ],
)
def test_the_language_is_the_one_chosen_or_the_first_accepted(cookie, accepted, language):
    assert chosen_language(cookie, accepted) == language


def test_quantities():
    assert [size(n) for n in (0, 1023, 1024, 1536, 150 * 1024, 5 * 2**30)] == [
        "0 B",
        "1023 B",
        "1.0 KiB",
        "1.5 KiB",
        "150 KiB",
        "5.0 GiB",
    ]
    assert mib(512) == "512 MiB"
    assert [cores(n) for n in (1000, 1500, 250)] == ["1", "1.5", "0.2"]
    assert (percent(1, 3), percent(5, 0), percent(9, 3)) == (33, 0, 100)


def test_durations_go_on_until_the_end():
    start, end = Timestamp(seconds=1000), Timestamp(seconds=1000 + 3725)
    now = datetime.fromtimestamp(1061, UTC)
    assert lasted(start, end, now) == "1:02:05"
    assert lasted(start, Timestamp(), now) == "1:01"
    assert lasted(Timestamp(), Timestamp(), now) == "–"


def test_a_node_that_is_gone_is_offline_unless_it_was_paused():
    assert node_standing(pb.NodeInfo(state=pb.NODE_STATE_ACTIVE, online=True))[0] == "Active"
    assert node_standing(pb.NodeInfo(state=pb.NODE_STATE_ACTIVE))[0] == "Offline"
    assert node_standing(pb.NodeInfo(state=pb.NODE_STATE_PAUSED))[0] == "Paused"


def test_places_go_from_the_near_to_the_far():
    place = pb.Location(continent=pb.CONTINENT_ASIA, country="CN", site="机房 3")
    assert Speech("en").place(place) == "机房 3, CN, Asia"
    assert Speech("zh-CN").place(place) == "机房 3, CN, 亚洲"
    assert Speech("en").place(pb.Location()) == "–"


def test_the_audit_logs_calls_have_words():
    audited = {action_of(method) for method in AUDITED}
    assert audited <= set(ACTIONS)


def test_what_came_of_an_act_reads_in_both_languages():
    assert Speech("en").outcome("OK") == "Done"
    assert Speech("en").outcome("PERMISSION_DENIED") == "permission denied"
    assert Speech("zh-CN").outcome("OK") == "完成"
    assert Speech("zh-CN").outcome("PERMISSION_DENIED") != "permission denied"
    assert Speech("en").outcome("OF_A_LATER_VERSION") == "of a later version"
    assert Speech("en").detail("amount_mcpt", "1500") == "amount 1.5 CPT"
    assert Speech("en").detail("state", "NODE_STATE_PAUSED") == "state paused"
    assert Speech("zh-CN").detail("password", "(set)") == "密码 已设置"


def test_only_the_masters_own_memos_are_translated() -> None:
    speech = Speech("zh-CN")
    refund = pb.TransferInfo(kind=pb.TRANSFER_KIND_REFUND, memo="cancelled")
    assert speech.memo(refund) == "已取消"
    payment = pb.TransferInfo(kind=pb.TRANSFER_KIND_PAYMENT, memo="cancelled")
    assert speech.memo(payment) == "cancelled"


def test_the_pools_own_accounts_are_called_as_people_do() -> None:
    assert Speech("en").account("escrow") == "held"
    assert Speech("zh-CN").account("treasury") == "金库"
    assert Speech("zh-CN").account("ann") == "ann"
    assert Speech("zh-CN").account("") == "–"


def test_a_join_token_is_good_for_something_or_not():
    now = datetime.fromtimestamp(1000, UTC)
    token = pb.JoinTokenInfo(uses_left=1, expires_at=Timestamp(seconds=1001))
    assert token_state(token, now) == "usable"
    token.expires_at.seconds = 1000
    assert token_state(token, now) == "expired"
    token.uses_left = 0
    assert token_state(token, now) == "used"
    token.revoked = True
    assert token_state(token, now) == "revoked"


def test_a_peer_is_connected_away_or_past_its_tunnel():
    assert peer_state(pb.VpnPeer(connected=True)) == "connected"
    assert peer_state(pb.VpnPeer()) == "away"
    assert peer_state(pb.VpnPeer(connected=True, past_tunnel=True)) == "past"
