"""The pool's own certificate authority and the server certificate it issues.

ECDSA P-256 throughout: gRPC's TLS refuses Ed25519 certificates.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.common.clock import Clock, to_datetime
from app.common.errors import HiveMindError, Reason
from app.common.files import atomic_write, private_folder
from app.common.ids import IdSource
from app.common.pki import MASTER_HOST, ca_pin, issued_by

CA_LIFE = timedelta(days=3652)
SERVER_LIFE = timedelta(days=90)
#: A client whose clock is slow must not find the certificate "not yet valid".
BACKDATED = timedelta(hours=1)
#: What part of its life a server certificate must still have at a start.
RENEWED_BELOW = 1 / 3

CA_FILE = "ca.pem"
SERVER_FILE = "server.pem"

_ALWAYS = (MASTER_HOST, "localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, repr=False)
class Authority:
    """What the server shows to its clients, all as PEM."""

    ca_certificate_pem: bytes
    server_certificate_pem: bytes
    private_key_pem: bytes

    @property
    def certificate_chain_pem(self) -> bytes:
        """The server's certificate, then the CA's."""
        return self.server_certificate_pem + self.ca_certificate_pem

    @property
    def ca_pin(self) -> str:
        """What join tokens carry, see `app/common/pki.py`."""
        return ca_pin(self.ca_certificate_pem)


@dataclass(frozen=True, slots=True, repr=False)
class _Pair:
    """A private key with its certificate: one file, so that they are replaced together."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def open_authority(
    folder: Path, clock: Clock, ids: IdSource, names: Sequence[str] = ()
) -> Authority:
    """The authority in `folder`, made at the first start.

    `names` are the host's own name and the configured names and addresses; the server
    certificate is renewed when they change, or when under a third of its life is left.
    Blocks on the disk. Raises HiveMindError(CONFIG_INVALID) for a name that cannot be in
    a certificate or a damaged file, (STORE_FULL) if it cannot be written.
    """
    wanted = _subject_names(names)
    private_folder(folder)
    now = to_datetime(clock.now_us())
    ca = _load(folder / CA_FILE)
    if ca is None:
        ca = _make_ca(now, ids)
        _save(folder / CA_FILE, ca)
    server = _load(folder / SERVER_FILE)
    if server is None or not _still_good(server, ca, wanted, now):
        server = _make_server(ca, wanted, now, ids)
        _save(folder / SERVER_FILE, server)
    return Authority(ca.certificate_pem, server.certificate_pem, server.key_pem)


def _subject_names(names: Sequence[str]) -> list[x509.GeneralName]:
    return [_general_name(name) for name in dict.fromkeys((*_ALWAYS, *names))]


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    if not name or not name.isascii():
        raise HiveMindError(
            Reason.CONFIG_INVALID,
            f"{name!r} cannot be in the server's certificate: name a host or an IP address, "
            "international names in their xn-- form.",
        )
    return x509.DNSName(name)


def _still_good(server: _Pair, ca: _Pair, wanted: list[x509.GeneralName], now: datetime) -> bool:
    certificate = server.certificate
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    left = certificate.not_valid_after_utc - now
    return (
        set(names) == set(wanted)
        and certificate.not_valid_before_utc <= now
        and left >= life * RENEWED_BELOW
        and issued_by(server.certificate_pem, ca.certificate_pem)
    )


def _make_ca(now: datetime, ids: IdSource) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "HiveMind pool CA")])
    builder = _builder(name, name, key.public_key(), ids).not_valid_before(now - BACKDATED)
    certificate = (
        builder.not_valid_after(now + CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(key, SHA256())
    )
    return _Pair(key, certificate)


def _make_server(ca: _Pair, names: list[x509.GeneralName], now: datetime, ids: IdSource) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, MASTER_HOST)])
    issuer = ca.certificate.subject
    until = min(now + SERVER_LIFE, ca.certificate.not_valid_after_utc)
    authority_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key())
    certificate = (
        _builder(name, issuer, key.public_key(), ids)
        .not_valid_before(now - BACKDATED)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(authority_key, critical=False)
        .sign(ca.key, SHA256())
    )
    return _Pair(key, certificate)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, ids: IdSource
) -> x509.CertificateBuilder:
    # RFC 5280, 4.1.2.2: a serial number is positive and at most 20 bytes long.
    serial = int.from_bytes(ids.secret(16)) | 1
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _save(path: Path, pair: _Pair) -> None:
    atomic_write(path, pair.key_pem + pair.certificate_pem)


def _load(path: Path) -> _Pair | None:
    if not path.exists():
        return None
    data = path.read_bytes()
    try:
        key = load_pem_private_key(data, password=None)
        certificate = x509.load_pem_x509_certificate(data)
    except ValueError as error:
        raise _damaged(path) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise _damaged(path)
    return _Pair(key, certificate)


def _damaged(path: Path) -> HiveMindError:
    return HiveMindError(
        Reason.CONFIG_INVALID,
        f"The file {path} is damaged: restore it from a backup. A deleted {SERVER_FILE} is made "
        f"anew; without {CA_FILE} the pool starts over with a new CA and every node joins again.",
    )
