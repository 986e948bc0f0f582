"""The pool's own certificate authority and the server certificate it issues.

ECDSA P-256 throughout: gRPC's TLS refuses Ed25519 certificates.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
from app.common.ids import IdSource
from app.common.pki import MASTER_HOST, ca_pin, issued_by
from app.common.vault import Vault

CA_LIFE = timedelta(days=3652)
SERVER_LIFE = timedelta(days=90)
#: A client whose clock is slow must not find the certificate "not yet valid".
BACKDATED = timedelta(hours=1)
#: What part of its life a server certificate must still have at a start.
RENEWED_BELOW = 1 / 3
#: A CA with less than this left is followed by another.
CA_FOLLOWED_BELOW = timedelta(days=365)

CA_FILE = "ca.pem"
#: The CA before, and its word for the one of now: no secret.
FORMER_FILE = "ca-former.pem"
SERVER_FILE = "server.pem"

_ALWAYS = (MASTER_HOST, "localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, repr=False)
class Authority:
    """What the server shows to its clients, all as PEM."""

    ca_certificate_pem: bytes
    server_certificate_pem: bytes
    private_key_pem: bytes
    #: The CA's key certified by the CA before, for who trusts only that; empty without one.
    cross_certificate_pem: bytes = b""
    #: The CA before, as long as it vouches so; empty without one.
    former_certificate_pem: bytes = b""

    @property
    def certificate_chain_pem(self) -> bytes:
        """The server's certificate, then what leads from it to a CA that clients trust."""
        return self.server_certificate_pem + (self.cross_certificate_pem or self.ca_certificate_pem)

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
    vault: Vault, clock: Clock, ids: IdSource, names: Sequence[str] = ()
) -> Authority:
    """The authority in `vault`, made at the first start.

    `names` are the host's own name and the configured names and addresses; the server
    certificate is renewed when they change, or when under a third of its life is left, and
    the CA is followed by another a year before its end. Blocks on the disk. Raises
    HiveMindError(CONFIG_INVALID) for a name that cannot be in a certificate or a damaged
    file, (STORE_FULL) if it cannot be written.
    """
    wanted = _subject_names(names)
    now = to_datetime(clock.now_us())
    ca = _load(vault, CA_FILE)
    if ca is None:
        ca = _make_ca(now, ids)
        _save(vault, CA_FILE, ca)
    elif ca.certificate.not_valid_after_utc - now < CA_FOLLOWED_BELOW:
        ca = rotate_ca(vault, clock, ids)
    server = _load(vault, SERVER_FILE)
    if server is None or not _still_good(server, ca, wanted, now):
        server = _make_server(ca, wanted, now, ids)
        _save(vault, SERVER_FILE, server)
    cross, former = _cross(vault, ca, now)
    return Authority(ca.certificate_pem, server.certificate_pem, server.key_pem, cross, former)


def rotate_ca(vault: Vault, clock: Clock, ids: IdSource) -> "_Pair":
    """Let another CA follow the one in `vault`, which vouches for it until its own end.

    Who trusts the CA before goes on trusting the master; whoever learns the new one needs
    the old no more. Interrupted, nothing has changed. Blocks on the disk.
    """
    now = to_datetime(clock.now_us())
    former = _load(vault, CA_FILE)
    following = _make_ca(now, ids)
    if former is not None:
        cross = _cross_certificate(former, following, now, ids)
        # First what vouches for the new CA: it means nothing until that is there.
        vault.write(FORMER_FILE, former.certificate_pem + cross.public_bytes(Encoding.PEM))
    _save(vault, CA_FILE, following)
    return following


def forget_former_ca(vault: Vault) -> None:
    """From the next start on, who trusts only the CA before is no more believed, nor believes."""
    vault.remove(FORMER_FILE)


def _cross(vault: Vault, ca: "_Pair", now: datetime) -> tuple[bytes, bytes]:
    """The former CA's word for `ca` and itself, while they are good; empty without them."""
    found = vault.read(FORMER_FILE, _read_former)
    if found is None:
        return b"", b""
    former, cross = found
    good = cross.public_key() == ca.certificate.public_key() and (
        now < min(cross.not_valid_after_utc, former.not_valid_after_utc)
    )
    if not good:
        return b"", b""
    return cross.public_bytes(Encoding.PEM), former.public_bytes(Encoding.PEM)


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
    # Two CAs of one pool are told apart by their names: TLS looks for an issuer by name.
    mark = ids.secret(4).hex()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"HiveMind pool CA {mark}")])
    builder = _builder(name, name, key.public_key(), ids).not_valid_before(now - BACKDATED)
    certificate = (
        builder.not_valid_after(now + CA_LIFE)
        # One below: the CA that follows.
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(key, SHA256())
    )
    return _Pair(key, certificate)


def _cross_certificate(
    former: _Pair, following: _Pair, now: datetime, ids: IdSource
) -> x509.Certificate:
    """The key of `following`, certified by `former`."""
    subject, issuer = following.certificate.subject, former.certificate.subject
    return (
        _builder(subject, issuer, following.key.public_key(), ids)
        .not_valid_before(now - BACKDATED)
        .not_valid_after(former.certificate.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(former.key.public_key()),
            critical=False,
        )
        .sign(former.key, SHA256())
    )


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


def _save(vault: Vault, name: str, pair: _Pair) -> None:
    vault.write(name, pair.key_pem + pair.certificate_pem)


def _load(vault: Vault, name: str) -> _Pair | None:
    return vault.read(name, lambda data: _read_pair(name, data))


def _read_former(data: bytes) -> tuple[x509.Certificate, x509.Certificate]:
    try:
        former, cross = x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise _damaged(FORMER_FILE) from error
    return former, cross


def _read_pair(name: str, data: bytes) -> _Pair:
    try:
        key = load_pem_private_key(data, password=None)
        certificate = x509.load_pem_x509_certificate(data)
    except ValueError as error:
        raise _damaged(name) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise _damaged(name)
    return _Pair(key, certificate)


def _damaged(name: str) -> HiveMindError:
    return HiveMindError(
        Reason.CONFIG_INVALID,
        f"The file {name} is damaged: restore it from a backup. A deleted {SERVER_FILE} is made "
        f"anew; without {CA_FILE} the pool starts over with a new CA and every node joins again.",
    )
