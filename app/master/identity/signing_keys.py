"""The keys that sign access tokens: each for a quarter of a year, without signing anybody out.

A key that is followed by another goes on verifying for as long as a token lives.
"""

import hashlib
import json
from dataclasses import dataclass, field

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.common.clock import MICROSECONDS, Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.common.vault import Vault

log = structlog.get_logger(__name__)

FILE_NAME = "signing.keys"
ROTATED_AFTER_US = 90 * 24 * 3600 * MICROSECONDS
#: Longer than any access token lives.
KEPT_US = 3600 * MICROSECONDS
_SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key with its id, and since when it signs."""

    private: Ed25519PrivateKey = field(repr=False)
    since_us: int

    @property
    def public(self) -> Ed25519PublicKey:
        return self.private.public_key()

    @property
    def id(self) -> str:
        """The `kid` of its tokens."""
        raw = self.public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return hashlib.sha256(raw).hexdigest()[:16]


class SigningKeys:
    """The key that signs, and those that still verify. Made by `open_signing_keys`."""

    def __init__(self, keys: list[SigningKey]) -> None:
        self.take(keys)

    @property
    def current(self) -> SigningKey:
        """The one that signs."""
        return self._keys[-1]

    @property
    def current_id(self) -> str:
        return self._current_id

    def verifying(self, kid: str) -> Ed25519PublicKey | None:
        """The public key with this id, if its tokens may still be good."""
        return self._public.get(kid)

    def take(self, keys: list[SigningKey]) -> None:
        """Sign and verify with these from now on, oldest first."""
        self._keys = keys
        self._public = {key.id: key.public for key in keys}
        self._current_id = keys[-1].id

    @property
    def all(self) -> list[SigningKey]:
        """All of them, oldest first."""
        return list(self._keys)


def open_signing_keys(vault: Vault, clock: Clock, ids: IdSource) -> SigningKeys:
    """The signing keys in `vault`; made at the first start. Blocks on the disk.

    Raises HiveMindError(SECRET_UNREADABLE) if they are damaged.
    """
    keys = vault.read(FILE_NAME, _from_json)
    signing = SigningKeys(keys or [_fresh(clock, ids)])
    if not keys:
        vault.write(FILE_NAME, _to_json(signing.all))
    rotate_if_due(vault, signing, clock, ids)
    return signing


def rotate_if_due(vault: Vault, signing: SigningKeys, clock: Clock, ids: IdSource) -> bool:
    """Another key in the place of one that has signed for long; whether it was. Blocks."""
    now_us = clock.now_us()
    keys = signing.all
    if now_us - keys[-1].since_us >= ROTATED_AFTER_US:
        keys.append(_fresh(clock, ids))
    # A key verifies until the last token it signed is over.
    kept = [
        key
        for key, following in zip(keys, [*keys[1:], None], strict=True)
        if following is None or now_us - following.since_us < KEPT_US
    ]
    if [key.id for key in kept] == [key.id for key in signing.all]:
        return False
    vault.write(FILE_NAME, _to_json(kept))
    signing.take(kept)
    log.info("another key signs access tokens", kid=signing.current_id)
    return True


def _fresh(clock: Clock, ids: IdSource) -> SigningKey:
    private = Ed25519PrivateKey.from_private_bytes(ids.secret(_SEED_BYTES))
    return SigningKey(private, clock.now_us())


def _to_json(keys: list[SigningKey]) -> bytes:
    body = [
        {"seed": key.private.private_bytes_raw().hex(), "since_us": key.since_us} for key in keys
    ]
    return json.dumps({"version": 1, "keys": body}).encode()


def _from_json(data: bytes) -> list[SigningKey]:
    try:
        return [
            SigningKey(
                Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key["seed"])),
                int(key["since_us"]),
            )
            for key in json.loads(data)["keys"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise HiveMindError(
            Reason.SECRET_UNREADABLE,
            f"The file {FILE_NAME} is damaged: restore it, or delete it; then people and nodes "
            "get new access tokens.",
        ) from error
