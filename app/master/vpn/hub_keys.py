"""The keys that a master's tunnel has: its own, the one that follows, and those with each peer."""

from pathlib import Path

import structlog
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.common.vault import Vault
from app.wireguard.file import read_configuration
from app.wireguard.keys import KEY_BYTES, new_private_key, public_key_of, to_bytes, to_text

log = structlog.get_logger(__name__)

#: In the vault: what the preshared keys are made of.
PRESHARED_FILE = "vpn-preshared.key"
_CONTEXT = b"hivemind-wireguard-preshared-v1"


class HubKeys:
    """Private keys in memory; the own one is kept in the tunnel's file.

    A preshared key belongs to a pair: it is derived (HKDF, RFC 5869) from a secret of this
    pool and the public keys of both ends, so it changes with either, and nothing of it is
    in the store.
    """

    def __init__(self, vault: Vault, ids: IdSource) -> None:
        self._vault = vault
        self._ids = ids
        self._secret = b""
        self._private = ""
        self._next = ""

    @property
    def private(self) -> str:
        return self._private

    @property
    def public(self) -> str:
        """Of the key in use; "" while there is none."""
        return public_key_of(self._private) if self._private else ""

    @property
    def coming(self) -> str:
        """The public key that peers are to know: of the key that follows, if one does."""
        return public_key_of(self._next) if self._next else self.public

    def load(self, path: Path) -> None:
        """Take the key in the hub's file at `path` into use. Blocks."""
        self._private, self._next = self.kept(path), ""
        secret = self._vault.read(PRESHARED_FILE, _checked)
        if secret is None:
            secret = self._ids.secret(KEY_BYTES)
            self._vault.write(PRESHARED_FILE, secret)
        self._secret = secret

    def forget(self) -> None:
        """The master is no hub."""
        self._private = self._next = ""

    def prepare(self) -> None:
        """Make the key that follows; peers are told of it before it is used."""
        self._next = new_private_key(self._ids)

    def follow(self) -> None:
        """Use the key that follows."""
        if self._next:
            self._private, self._next = self._next, ""

    def preshared(self, hub_key: str, peer_key: str) -> str:
        """The key of that pair, by the public keys of its ends."""
        info = _CONTEXT + to_bytes(hub_key) + to_bytes(peer_key)
        return to_text(HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(self._secret))

    def kept(self, path: Path) -> str:
        """The private key in the file at `path`, or a new one where there is none. Blocks."""
        try:
            return read_configuration(path).private_key
        except HiveMindError as error:
            if error.reason is not Reason.VPN_NOT_SET_UP:
                log.warning("the tunnel's file is replaced", problem=error.message)
            return new_private_key(self._ids)


def _checked(secret: bytes) -> bytes:
    if len(secret) != KEY_BYTES:
        raise HiveMindError(
            Reason.SECRET_UNREADABLE,
            f"The secret {PRESHARED_FILE} is damaged: restore it, or remove it and export "
            "phones and laptops anew.",
        )
    return secret
