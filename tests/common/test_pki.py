"""Pins, fingerprints and the message a node signs."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from app.common.ids import ALPHABET
from app.common.pki import ca_pin, issued_by, key_fingerprint, node_auth_message

START = datetime(2026, 1, 1, tzinfo=UTC)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, key, issuer, issuer_key, days=1):
    made = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=days))
        .sign(issuer_key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM)


@pytest.fixture(scope="module")
def ca_key():
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def leaf_key():
    return ec.generate_private_key(ec.SECP256R1())


def test_the_pin_is_the_sha256_of_the_public_key(ca_key):
    pin = ca_pin(certificate("ca", ca_key, "ca", ca_key))
    info = ca_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    number = 0
    for character in pin:
        number = number * 32 + ALPHABET.index(character)
    assert len(pin) == 52
    assert number.to_bytes(32) == hashlib.sha256(info).digest()


def test_the_pin_survives_a_renewal_and_changes_with_the_key(ca_key, leaf_key):
    pin = ca_pin(certificate("ca", ca_key, "ca", ca_key))
    assert ca_pin(certificate("ca", ca_key, "ca", ca_key, days=9)) == pin
    assert ca_pin(certificate("ca", leaf_key, "ca", leaf_key)) != pin


def test_issued_by_takes_only_the_cas_signature(ca_key, leaf_key):
    ca = certificate("ca", ca_key, "ca", ca_key)
    assert issued_by(certificate("leaf", leaf_key, "ca", ca_key), ca)
    assert not issued_by(certificate("leaf", leaf_key, "ca", leaf_key), ca)
    assert not issued_by(certificate("leaf", leaf_key, "other", ca_key), ca)


def test_what_is_no_certificate_is_a_value_error():
    with pytest.raises(ValueError, match="PEM"):
        ca_pin(b"junk")


def test_a_fingerprint_looks_as_ssh_shows_it():
    shown = key_fingerprint(bytes(32))
    assert shown.startswith("SHA256:")
    assert (
        base64.b64decode(shown.removeprefix("SHA256:") + "=") == hashlib.sha256(bytes(32)).digest()
    )


def test_the_message_a_node_signs():
    message = node_auth_message("pool", "node", b"\x01\x02")
    assert message == b"hivemind-node-auth-v1\0pool\0node\0\x01\x02"
