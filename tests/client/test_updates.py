"""Whether there is a newer release: asked of a real HTTPS server, honest and otherwise."""

import base64
import json
import ssl
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from app.client.updates import UpdateCheck
from app.common.clock import to_datetime
from app.common.errors import HiveMindError, Reason
from app.common.release import BYTES_MAX, Release, announce, is_newer
from tests.sources import ManualClock

CLOCK = ManualClock()
NOW = to_datetime(CLOCK.now_us())
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
RELEASE = Release("1.2.0", 7, NOW + timedelta(days=30), "https://example.org/1.2.0")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Of a server on this machine, signed by itself: its file, and whoever trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "of the test")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def asked(certificate, tmp_path):
    """Asks a server that answers with `document`; `of`: the running version."""

    @asynccontextmanager
    async def serving(document, status, headers):
        async def answer(_request):
            return web.Response(body=document, status=status, headers=headers)

        server = web.Application()
        server.router.add_get("/release.json", answer)
        runner = web.AppRunner(server)
        await runner.setup()
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        try:
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()

    async def ask(document, *, of="1.0.0", status=200, headers=None, trusted=True, **fields):
        trust = ssl.create_default_context(cafile=str(certificate)) if trusted else None
        async with serving(document, status, headers) as port:
            address = f"https://127.0.0.1:{port}/release.json"
            check = UpdateCheck(address, tmp_path / "kept", CLOCK, PUBLIC, trust)
            return await replace(check, **fields).newer(of)

    return ask


async def refused(asking) -> Reason:
    with pytest.raises(HiveMindError) as refusal:
        await asking
    return refusal.value.reason


async def test_a_newer_release_is_told_and_the_same_is_not(asked):
    document = announce(RELEASE, KEY)
    assert await asked(document) == RELEASE
    assert await asked(document, of="1.2.0") is None
    assert await asked(document, of="1.10.0") is None


async def test_another_key_is_not_believed(asked):
    other = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    assert await refused(asked(announce(RELEASE, other))) is Reason.RELEASE_UNTRUSTED


async def test_a_changed_announcement_is_not_believed(asked):
    document = announce(RELEASE, KEY).replace(b"example.org", b"example.com")
    assert await refused(asked(document)) is Reason.RELEASE_UNTRUSTED


async def test_a_signature_for_something_else_is_not_believed(asked):
    body = json.loads(announce(RELEASE, KEY))["release"]
    signature = base64.b64encode(KEY.sign(body.encode())).decode()
    document = json.dumps({"release": body, "signature": signature}).encode()
    assert await refused(asked(document)) is Reason.RELEASE_UNTRUSTED


async def test_an_old_announcement_does_not_come_back(asked):
    newer = replace(RELEASE, version="1.3.0", number=8)
    assert await asked(announce(newer, KEY)) == newer
    assert await refused(asked(announce(RELEASE, KEY))) is Reason.RELEASE_UNTRUSTED
    # What was believed before is not forgotten by that.
    assert await asked(announce(newer, KEY)) == newer


async def test_an_announcement_ends(asked):
    ended = replace(RELEASE, expires=NOW)
    assert await refused(asked(announce(ended, KEY))) is Reason.RELEASE_UNTRUSTED


@pytest.mark.parametrize(
    "document",
    [b"", b"[]", b"{}", b'{"release": 1, "signature": ""}', b"\xff\xfe", b"<html>"],
)
async def test_what_is_no_announcement(asked, document):
    assert await refused(asked(document)) is Reason.RELEASE_UNTRUSTED


@pytest.mark.parametrize(
    "release",
    [replace(RELEASE, page="http://example.org"), replace(RELEASE, version="latest; rm")],
)
async def test_what_makers_would_not_sign(asked, release):
    assert await refused(asked(announce(release, KEY))) is Reason.RELEASE_UNTRUSTED


async def test_a_server_that_is_not_trusted_or_does_not_have_it(asked):
    document = announce(RELEASE, KEY)
    assert await refused(asked(document, trusted=False)) is Reason.UPDATE_UNREACHABLE
    assert await refused(asked(document, status=404)) is Reason.UPDATE_UNREACHABLE
    elsewhere = {"Location": "http://127.0.0.1:9/"}
    moved = asked(b"", status=302, headers=elsewhere)
    assert await refused(moved) is Reason.UPDATE_UNREACHABLE
    assert await refused(asked(b"x" * (BYTES_MAX + 1))) is Reason.UPDATE_UNREACHABLE


async def test_without_a_key_or_https_nobody_is_asked(asked):
    document = announce(RELEASE, KEY)
    # Asked, it would have answered that there is nothing.
    assert await refused(asked(document, key="", status=404)) is Reason.CONFIG_INVALID
    plain = asked(document, address="http://127.0.0.1:9/release.json")
    assert await refused(plain) is Reason.CONFIG_INVALID


@pytest.mark.parametrize(
    ("one", "other", "newer"),
    [("1.10", "1.9.9", True), ("1.0.0", "1.0", False), ("2.0", "10.0", False)],
)
def test_versions_are_compared_by_their_numbers(one, other, newer):
    assert is_newer(one, other) is newer
