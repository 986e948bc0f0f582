"""The pool's secret keys: all derived from one secret, but for those that sign and rotate."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.common.vault import Vault

FILE_NAME = "pool.key"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class PoolKeys:
    """One key a purpose. None of them is ever written to the store or a log."""

    #: Makes refresh tokens (HMAC-SHA-256).
    refresh_tokens: bytes
    #: Makes the secrets of join tokens (HMAC-SHA-256).
    join_tokens: bytes
    #: Hashes the bodies of answered requests (HMAC-SHA-256).
    requests: bytes
    #: Makes codes for forgotten passwords (HMAC-SHA-256).
    reset_codes: bytes


def derive_keys(root: bytes) -> PoolKeys:
    """The keys of all purposes out of 32 bytes of chance (HKDF-SHA-256, RFC 5869)."""

    def derive(purpose: str) -> bytes:
        info = f"hivemind-master {purpose}".encode()
        return HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(root)

    return PoolKeys(
        refresh_tokens=derive("refresh tokens"),
        join_tokens=derive("join tokens"),
        requests=derive("requests"),
        reset_codes=derive("reset codes"),
    )


def open_keys(vault: Vault, ids: IdSource) -> PoolKeys:
    """The keys of the pool whose secrets are in `vault`; made at the first start.

    Blocks on the disk. Raises HiveMindError(CONFIG_INVALID) if the file is damaged and
    (STORE_FULL) if it cannot be written.
    """
    root = vault.read(FILE_NAME, _checked)
    if root is None:
        root = ids.secret(_KEY_BYTES)
        vault.write(FILE_NAME, root)
    return derive_keys(root)


def _checked(root: bytes) -> bytes:
    if len(root) != _KEY_BYTES:
        raise HiveMindError(
            Reason.CONFIG_INVALID,
            f"The pool's key file {FILE_NAME} is damaged: restore it from a backup, or delete it; "
            "then everybody signs in again and open join tokens end.",
        )
    return root
