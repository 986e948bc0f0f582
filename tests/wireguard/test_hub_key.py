"""A hub's key from a server that somebody runs: fetched by a pin or by an authority, or refused."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.common.errors import HiveMindError, Reason
from app.wireguard.hub_key import ANSWER_BYTES_MAX, KeySource, checked_source, fetch_hub_key
from app.wireguard.keys import new_private_key, public_key_of
from tests.sources import SeededIds
from tests.wireguard.key_server import KeyServer, key_server

KEY = public_key_of(new_private_key(SeededIds(11)))
OTHER_PIN = "0" * 52


@pytest.fixture
def server(tmp_path: Path) -> Iterator[KeyServer]:
    with key_server(tmp_path) as made:
        yield made


def refusal(source: KeySource) -> HiveMindError:
    with pytest.raises(HiveMindError) as caught:
        fetch_hub_key(source)
    return caught.value


@pytest.mark.parametrize(
    "answer", [KEY, f"{KEY}\n", json.dumps({"public_key": KEY, "endpoint": "192.0.2.1:51820"})]
)
def test_the_key_comes_from_the_server_that_the_pin_names(server: KeyServer, answer: str):
    server.answer = answer.encode()
    assert fetch_hub_key(KeySource(server.url, server.pin)) == KEY


def test_another_server_is_asked_nothing(server: KeyServer):
    server.answer = KEY.encode()
    error = refusal(KeySource(server.url, OTHER_PIN))
    assert error.reason is Reason.PIN_MISMATCH
    assert "keeper" in error.message
    assert (error.details["expected"], error.details["found"]) == (OTHER_PIN, server.pin)
    assert server.asked == []


def test_without_a_pin_an_authority_must_have_signed(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
):
    server.answer = KEY.encode()
    error = refusal(KeySource(server.url))
    assert error.reason is Reason.VPN_HUB_KEY_UNAVAILABLE
    assert "ask its keeper for the pin" in error.message
    assert server.asked == []
    # An authority that this system trusts.
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    assert fetch_hub_key(KeySource(server.url)) == KEY
    # Its certificate is for another name.
    named = server.url.replace("127.0.0.1", "localhost")
    assert refusal(KeySource(named)).reason is Reason.VPN_HUB_KEY_UNAVAILABLE


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>", KEY[:-2].encode(), b"{}", b'{"public_key": 7}', b"\xff" * 44,
     KEY.encode() + b" " * ANSWER_BYTES_MAX + b"x"],
    ids=["nothing", "a page", "a part of a key", "no name", "a number", "no text", "too long"],
)  # fmt: skip
def test_an_answer_that_is_no_key_is_refused(server: KeyServer, answer: bytes):
    server.answer = answer
    error = refusal(KeySource(server.url, server.pin))
    assert error.reason is Reason.VPN_HUB_KEY_UNAVAILABLE
    assert "names the key" in error.message


def test_where_the_key_is_not_is_told(server: KeyServer):
    gone = refusal(KeySource(server.url.replace("hub.key", "gone"), server.pin))
    assert (gone.reason, "404" in gone.message) == (Reason.VPN_HUB_KEY_UNAVAILABLE, True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    silent = refusal(KeySource(f"https://127.0.0.1:{port}/", server.pin))
    assert (silent.reason, "refused" in silent.message) == (Reason.VPN_HUB_KEY_UNAVAILABLE, True)
    unknown = refusal(KeySource(server.url.replace("127.0.0.1", "nowhere.invalid"), server.pin))
    assert unknown.reason is Reason.VPN_HUB_KEY_UNAVAILABLE


@pytest.mark.parametrize(
    ("url", "pin", "field"),
    [
        ("http://hub.example/key", "", "hub_key_url"),
        ("hub.example/key", "", "hub_key_url"),
        ("https:///key", "", "hub_key_url"),
        ("https://me:secret@hub.example/key", "", "hub_key_url"),
        ("https://hub.example:99999/key", "", "hub_key_url"),
        ("https://hub.example/key", "abc", "hub_key_pin"),
    ],
)
def test_an_address_that_cannot_be_is_refused_by_its_field(url: str, pin: str, field: str):
    with pytest.raises(HiveMindError) as caught:
        checked_source(url, pin)
    assert (caught.value.reason, caught.value.details["field"]) == (Reason.INVALID_FIELD, field)


def test_a_pin_is_taken_in_capitals():
    assert checked_source(" https://hub.example/key ", "A" * 52) == KeySource(
        "https://hub.example/key", "a" * 52
    )
