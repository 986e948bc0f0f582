"""Access tokens: what is taken, and everything that is not."""

import base64
import hmac
import json
import random

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.common.errors import HiveMindError, Reason
from app.master.identity.principal import PrincipalKind
from app.master.identity.signing_keys import SigningKey, SigningKeys
from app.master.identity.tokens import ACCESS_SECONDS, AccessTokens
from tests.long_forms import long_form
from tests.sources import ManualClock, SeededIds

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
POOL = "pool-1"


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def tokens(clock):
    return AccessTokens(SigningKeys([SigningKey(KEY, 0)]), POOL, clock, SeededIds())


@pytest.fixture
def good(tokens):
    return tokens.issue(PrincipalKind.USER, "ann", "s1").text


def reason_of(tokens, text):
    with pytest.raises(HiveMindError) as caught:
        tokens.verify(text)
    assert len(text) < 10 or text not in caught.value.message
    return caught.value.reason


def forged(good, *, key=KEY, algorithm="EdDSA", header=None, **claims):
    """`good` with some headers and claims changed (None: left out), signed anew."""
    headers = jwt.get_unverified_header(good) | (header or {})
    body = jwt.decode(good, options={"verify_signature": False}) | claims
    body = {name: value for name, value in body.items() if value is not None}
    headers = {name: value for name, value in headers.items() if value is not None}
    headers.pop("alg", None)
    return jwt.encode(body, key, algorithm=algorithm, headers=headers)


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_user_and_a_node_are_told_apart(tokens, good):
    claims = tokens.verify(good)
    assert (claims.kind, claims.subject, claims.session_id) == (PrincipalKind.USER, "ann", "s1")
    node = tokens.verify(tokens.issue(PrincipalKind.NODE, "n1").text)
    assert (node.kind, node.subject, node.session_id) == (PrincipalKind.NODE, "n1", "")


def test_forging_without_a_change_is_taken(tokens, good):
    assert tokens.verify(forged(good)).subject == "ann"


def test_it_ends_after_a_quarter_of_an_hour_even_when_it_was_just_used(tokens, good, clock):
    clock.advance(ACCESS_SECONDS - 1)
    assert tokens.verify(good)
    clock.advance(1)
    assert reason_of(tokens, good) is Reason.TOKEN_EXPIRED


@pytest.mark.parametrize(
    "change",
    [
        {"key": OTHER_KEY},
        {"iss": "pool-2"},
        {"iss": None},
        {"aud": "hivemind-node"},
        {"aud": "somebody"},
        {"aud": None},
        {"sub": None},
        {"sub": 7},
        {"sid": None},
        {"jti": None},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": None},
        {"header": {"typ": "JWT"}},
        {"header": {"typ": None}},
        {"header": {"typ": "node+jwt"}},
        {"header": {"kid": "0123456789abcdef"}},
        {"header": {"kid": None}},
        {"header": {"kid": "../../etc/passwd"}},
        {"header": {"crit": ["exp"], "exp": 1}},
        {"header": {"jku": "https://example.test/keys"}, "key": OTHER_KEY},
    ],
)
def test_what_is_changed_is_refused(tokens, good, change):
    assert reason_of(tokens, forged(good, **change)) is Reason.UNAUTHENTICATED


def test_a_nodes_token_relabelled_as_a_users_is_refused(tokens):
    node = tokens.issue(PrincipalKind.NODE, "n1").text
    assert reason_of(tokens, forged(node, header={"typ": "at+jwt"})) is Reason.UNAUTHENTICATED


def test_alg_none_is_refused(tokens, good):
    header = jwt.get_unverified_header(good) | {"alg": "none"}
    body = jwt.decode(good, options={"verify_signature": False})
    for signature in ("", good.rpartition(".")[2]):
        text = f"{part(header)}.{part(body)}.{signature}"
        assert reason_of(tokens, text) is Reason.UNAUTHENTICATED


@pytest.mark.parametrize(
    ("encoding", "form"),
    [
        (Encoding.Raw, PublicFormat.Raw),
        (Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ],
    ids=str,
)
def test_a_mac_with_the_public_key_is_refused(tokens, good, encoding, form):
    public = KEY.public_key().public_bytes(encoding, form)
    header = jwt.get_unverified_header(good) | {"alg": "HS256"}
    body = jwt.decode(good, options={"verify_signature": False})
    signed = f"{part(header)}.{part(body)}"
    mac = hmac.digest(public, signed.encode(), "sha256")
    text = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    assert reason_of(tokens, text) is Reason.UNAUTHENTICATED


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", "é.é.é", "x" * 10_000, "e30.e30.", "\ud800", "null"]
)
def test_junk_is_refused(tokens, text):
    assert reason_of(tokens, text) is Reason.UNAUTHENTICATED


def test_every_changed_character_is_noticed(tokens, good):
    for place in range(0, len(good) - 1, 3):
        swapped = "A" if good[place] != "A" else "B"
        text = good[:place] + swapped + good[place + 1 :]
        assert reason_of(tokens, text) is Reason.UNAUTHENTICATED


def test_every_changed_bit_is_noticed(tokens, good):
    chance = random.Random(11)
    for _ in range(long_form(1_000, 100_000)):
        changed = bytearray(good.encode())
        for _ in range(chance.randint(1, 3)):
            # Not of the last character, whose low bits mean nothing (RFC 4648, 3.5).
            changed[chance.randrange(len(changed) - 1)] ^= 1 << chance.randrange(7)
        text = changed.decode()
        assert text == good or reason_of(tokens, text) is Reason.UNAUTHENTICATED


def test_tokens_of_another_pool_with_another_key_are_refused(clock, good):
    other = AccessTokens(SigningKeys([SigningKey(OTHER_KEY, 0)]), POOL, clock, SeededIds())
    assert reason_of(other, good) is Reason.UNAUTHENTICATED
