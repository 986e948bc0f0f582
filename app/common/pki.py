"""What a pool's certificates and keys mean to both ends: pins, fingerprints, challenges.

The master's side, which makes the certificates, is `app/master/identity/authority.py`.
"""

import base64
import hashlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.common.ids import ALPHABET, encode_base32

#: The name every master's certificate carries, so that a changed address never breaks trust.
MASTER_HOST = "master.hivemind.internal"
#: Characters of a pin: 256 bits in base32, padded with zeros in front.
PIN_LENGTH = 52
#: Bytes of an Ed25519 public key.
PUBLIC_KEY_BYTES = 32

_NODE_AUTH_CONTEXT = b"hivemind-node-auth-v1"


def ca_pin(certificate_pem: bytes) -> str:
    """The pin of a CA: SHA-256 over its public key (SubjectPublicKeyInfo, DER) in base32.

    It survives a renewal of the certificate under the same key (RFC 7469, section 2.4).
    Raises ValueError if `certificate_pem` is no certificate.
    """
    public_key = x509.load_pem_x509_certificate(certificate_pem).public_key()
    info = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encode_base32(int.from_bytes(hashlib.sha256(info).digest()), PIN_LENGTH)


def is_pin(text: str) -> bool:
    """Whether `text` has the shape of a pin."""
    return len(text) == PIN_LENGTH and all(character in ALPHABET for character in text)


def issued_by(leaf_pem: bytes, ca_pem: bytes) -> bool:
    """Whether the CA's key signed the leaf. Dates and names are TLS's to check.

    Raises ValueError if either is no certificate.
    """
    leaf = x509.load_pem_x509_certificate(leaf_pem)
    ca = x509.load_pem_x509_certificate(ca_pem)
    try:
        leaf.verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def with_authority(known_pem: bytes, current_pem: bytes) -> bytes:
    """The CAs to trust once a master that was trusted by `known_pem` names `current_pem`.

    The current one comes first, so that the pool's pin is its; one before it stays, for a
    master that was put back to an older state. Raises ValueError if either is no certificate.
    """
    known = x509.load_pem_x509_certificates(known_pem)
    current = x509.load_pem_x509_certificate(current_pem)
    others = [certificate for certificate in known if certificate != current]
    kept = [current, *others[:1]]
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in kept)


def key_fingerprint(public_key: bytes) -> str:
    """What people compare before they approve a node: "SHA256:" and 43 base64 characters.

    `public_key` is the raw Ed25519 key, 32 bytes. The form is the one ssh shows keys in;
    the hash is over the raw key alone.
    """
    digest = hashlib.sha256(public_key).digest()
    return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")


def node_auth_message(pool_id: str, node_id: str, nonce: bytes) -> bytes:
    """The bytes a node signs to prove itself to the pool `pool_id` with the master's nonce."""
    return b"\0".join((_NODE_AUTH_CONTEXT, pool_id.encode(), node_id.encode(), nonce))
