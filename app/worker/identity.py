"""Who this node is: kept in its data folder, made once by `join`."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from app.client.address import MasterAddress
from app.client.node_client import NodeIdentity
from app.common.errors import HiveMindError, Reason
from app.common.files import atomic_write, own_folder, private_folder
from app.common.program import program_name

_IDENTITY = "identity.json"
_KEY = "node.key"
#: Held by the one agent of the folder.
LOCK = "agent.lock"
_OLD = ".old"
_VERSION = 1


def worker_folder(path: Path) -> Path:
    """`path` as a worker's own data folder. Raises CONFIG_INVALID if it holds other things."""
    # A first `join` measures the machine before it makes a key.
    return own_folder(path, (_KEY, _KEY + _OLD, _IDENTITY, LOCK), spared=("benchmark.json",))


@dataclass(frozen=True, slots=True)
class Membership:
    """A node's place in a pool, as `join` left it."""

    identity: NodeIdentity
    name: str


class IdentityStore:
    """Key and membership below one data folder: 0700, files 0600. All calls block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def private_key(self) -> Ed25519PrivateKey:
        """The node's key; made at the first call, and kept before it is ever used.

        Raises HiveMindError(CONFIG_INVALID) where the file holds no such key.
        """
        path = worker_folder(self._folder) / _KEY
        if not path.exists():
            key = Ed25519PrivateKey.generate()
            atomic_write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            return key
        try:
            loaded = load_pem_private_key(path.read_bytes(), password=None)
        except ValueError as error:
            raise _damaged(path) from error
        if not isinstance(loaded, Ed25519PrivateKey):
            raise _damaged(path)
        return loaded

    def set_aside(self) -> None:
        """Become nobody: key and membership are renamed to *.old, and a new key is made next."""
        for name in (_IDENTITY, _KEY):
            path = self._folder / name
            if path.exists():
                path.replace(path.with_name(name + _OLD))

    def exists(self) -> bool:
        """Whether this folder's node has joined a pool."""
        return (self._folder / _IDENTITY).exists()

    def load(self) -> Membership:
        """What `save` kept. Raises HiveMindError(CONFIG_INVALID)."""
        path = self._folder / _IDENTITY
        try:
            body = json.loads(path.read_text())
            if body["version"] != _VERSION:
                raise _damaged(path)
            identity = NodeIdentity(
                node_id=body["node_id"],
                private_key=self.private_key(),
                pool_id=body["pool_id"],
                ca_certificate_pem=body["ca_certificate_pem"].encode(),
                address=MasterAddress.parse(body["address"]),
            )
            return Membership(identity, body["name"])
        except FileNotFoundError as error:
            raise HiveMindError(
                Reason.CONFIG_INVALID,
                f"{self._folder} holds no membership: run `{program_name()} join` first.",
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(path) from error

    def trust(self, ca_certificate_pem: bytes) -> None:
        """Keep what to trust from now on: another CA has followed."""
        membership = self.load()
        identity = replace(membership.identity, ca_certificate_pem=ca_certificate_pem)
        self.save(replace(membership, identity=identity))

    def save(self, membership: Membership) -> None:
        """Keep `membership`, wholly or not at all."""
        identity = membership.identity
        body = {
            "version": _VERSION,
            "node_id": identity.node_id,
            "pool_id": identity.pool_id,
            "ca_certificate_pem": identity.ca_certificate_pem.decode(),
            "address": str(identity.address),
            "name": membership.name,
        }
        private_folder(self._folder)
        atomic_write(self._folder / _IDENTITY, json.dumps(body, indent=1).encode())


def _damaged(path: Path) -> HiveMindError:
    return HiveMindError(
        Reason.CONFIG_INVALID,
        f"{path} is damaged: restore it, or move the folder away and join anew.",
    )
