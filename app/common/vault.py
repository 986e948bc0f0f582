"""A folder of sealed files, and the ring of keys that opens them. All calls block.

The ring has one key; while keys are changed it has two, and each file is opened by the
one that sealed it. A change that was interrupted is finished when the vault is opened.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import structlog

from app.common.errors import HiveMindError, Reason
from app.common.files import atomic_write, private_folder
from app.common.ids import IdSource
from app.common.key_homes import FileHome, KeyHome
from app.common.private_modes import mend_private
from app.common.sealing import (
    KEY_BYTES,
    NONCE_BYTES,
    SealingKeys,
    is_sealed,
    key_id,
    key_id_of,
    seal,
    unseal,
)

log = structlog.get_logger(__name__)

T = TypeVar("T")

KEY_FILE = "master.key"
_ID_CHANCE_BYTES = 8


class Vault:
    """Secrets by name, each a sealed file of `folder`. Made by `open_vault`."""

    def __init__(self, folder: Path, home: KeyHome, ids: IdSource, keys: SealingKeys) -> None:
        self._folder = folder
        self._home = home
        self._ids = ids
        self._keys = keys

    def read(self, name: str, parse: Callable[[bytes], T]) -> T | None:
        """What `parse` makes of the secret `name`, or None where there is none.

        One that lies there unsealed is sealed by this, if `parse` takes it. Raises what
        `parse` raises, HiveMindError(SECRET_UNREADABLE), and CONFIG_INVALID if others can
        read the file and that cannot be mended.
        """
        path = self._folder / name
        if not path.exists():
            return None
        mend_private(path)
        blob = path.read_bytes()
        if is_sealed(blob):
            return parse(unseal(self._keys, name, blob))
        parsed = parse(blob)
        self.write(name, blob)
        log.info("a secret is sealed that was not", name=name)
        return parsed

    def write(self, name: str, data: bytes) -> None:
        """Seal `data` and keep it as `name`. Raises HiveMindError(STORE_FULL)."""
        nonce = self._ids.secret(NONCE_BYTES)
        atomic_write(self._folder / name, seal(self._keys, name, data, nonce))

    def remove(self, name: str) -> None:
        """Forget the secret `name`."""
        (self._folder / name).unlink(missing_ok=True)

    def rekey(self) -> None:
        """Seal everything under a new key, and forget the old one.

        It may be interrupted anywhere: opening the vault, or another `rekey`, finishes it.
        """
        fresh = key_id(self._ids.secret(_ID_CHANCE_BYTES))
        keys = {**self._keys.keys, fresh: self._ids.secret(KEY_BYTES)}
        self._keep(SealingKeys(fresh, keys))
        self.finish()

    def finish(self) -> None:
        """Seal anew what older keys sealed, then forget those keys; nothing if there are none."""
        if len(self._keys.keys) == 1:
            return
        for path in sorted(self._folder.iterdir()):
            if path.name.startswith(".") or not path.is_file():
                continue
            blob = path.read_bytes()
            if is_sealed(blob) and key_id_of(blob) != self._keys.current:
                self.write(path.name, unseal(self._keys, path.name, blob))
        current = self._keys.current
        self._keep(SealingKeys(current, {current: self._keys.keys[current]}))
        log.info("the secrets are sealed under a new key")

    def _keep(self, keys: SealingKeys) -> None:
        self._home.save(_to_text(keys))
        self._keys = keys


def open_vault(folder: Path, ids: IdSource, home: KeyHome | None = None) -> Vault:
    """The vault in `folder`; its key is made at the first start and kept in `home`.

    Raises HiveMindError(SECRET_UNREADABLE) if files are sealed and the key is gone,
    (KEY_STORE_FAILED), and (CONFIG_INVALID) where others can read what they must not.
    """
    mend_private(private_folder(folder))
    home = home or FileHome(folder / KEY_FILE)
    text = home.load()
    if text is None:
        _require_none_sealed(folder, home)
        first = key_id(ids.secret(_ID_CHANCE_BYTES))
        keys = SealingKeys(first, {first: ids.secret(KEY_BYTES)})
        home.save(_to_text(keys))
    else:
        keys = _from_text(text, home)
    vault = Vault(folder, home, ids, keys)
    vault.finish()
    return vault


def _require_none_sealed(folder: Path, home: KeyHome) -> None:
    for path in folder.iterdir():
        if path.is_file() and is_sealed(path.read_bytes()):
            raise HiveMindError(
                Reason.SECRET_UNREADABLE,
                f"The key that seals the pool's secrets is not in {home.where}: restore it "
                "from a backup.",
            )


def _to_text(keys: SealingKeys) -> str:
    ring = {name: key.hex() for name, key in keys.keys.items()}
    return json.dumps({"version": 1, "current": keys.current, "keys": ring})


def _from_text(text: str, home: KeyHome) -> SealingKeys:
    try:
        body = json.loads(text)
        keys = {str(name): bytes.fromhex(key) for name, key in body["keys"].items()}
        current = str(body["current"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(home) from error
    if any(len(key) != KEY_BYTES for key in keys.values()) or current not in keys:
        raise _damaged(home)
    return SealingKeys(current, keys)


def _damaged(home: KeyHome) -> HiveMindError:
    return HiveMindError(
        Reason.SECRET_UNREADABLE,
        f"The key in {home.where} is damaged: restore it from a backup.",
    )
