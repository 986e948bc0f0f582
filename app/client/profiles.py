"""What this user's machine remembers of the masters it has signed in to.

One file for each master, readable by its user alone: the pool's CA, so that trust is
decided once, and the session's tokens, so that a password is typed seldom. All calls block.
"""

import json
import os
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import platformdirs

from app.client.address import MasterAddress
from app.common.errors import HiveMindError, Reason
from app.common.files import atomic_write, private_folder
from app.common.pki import with_authority

CONFIG_VARIABLE = "HIVEMIND_CONFIG_DIR"
MASTER_VARIABLE = "HIVEMIND_MASTER"

_VERSION = 1
_CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Tokens:
    """A session's tokens. The refresh token is good for one use."""

    access_token: str
    #: When to renew it: microseconds since 1970, by this machine's clock.
    renew_at_us: int
    refresh_token: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One master, its pool's CA, and who is signed in there."""

    address: MasterAddress
    ca_certificate_pem: str
    pool_id: str = ""
    pool_name: str = ""
    username: str = ""
    role: str = ""
    tokens: Tokens | None = None
    #: The last refresh token there was, though its session may be over: by it the master
    #: knows this device, so that others who guess the password do not delay its user.
    device_token: str = ""

    def with_authority(self, ca_certificate_pem: str) -> "Profile":
        """Its master, trusted by this profile, names the pool's CA of now."""
        if not ca_certificate_pem:
            return self
        known, current = self.ca_certificate_pem.encode(), ca_certificate_pem.encode()
        return replace(self, ca_certificate_pem=with_authority(known, current).decode())

    def with_tokens(self, tokens: Tokens | None) -> "Profile":
        device_token = tokens.refresh_token if tokens is not None else self.device_token
        return replace(self, tokens=tokens, device_token=device_token)


class Profiles:
    """The folder of profiles; by default HIVEMIND_CONFIG_DIR or the user's own."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder if folder is not None else _default_folder()

    @property
    def folder(self) -> Path:
        """Where what this user's programs remember is."""
        return self._folder

    def load(self, address: MasterAddress) -> Profile | None:
        """The profile of the master at `address`, if there is one.

        Raises CONFIG_INVALID for a file that cannot be understood.
        """
        path = self._path(address)
        try:
            return _from_json(path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, HiveMindError) as error:
            raise HiveMindError(
                Reason.CONFIG_INVALID, f"{path} is damaged: delete it and sign in again."
            ) from error

    def all(self) -> list[Profile]:
        """Every profile that can be understood, in no order."""
        found = []
        for path in (self._folder / "masters").glob("*.json"):
            try:
                found.append(_from_json(path.read_text("utf-8")))
            except (OSError, ValueError, KeyError, TypeError, HiveMindError):
                continue
        return found

    def save(self, profile: Profile) -> None:
        """Keep `profile` instead of what was known of its master. Raises STORE_FULL, OSError."""
        path = self._path(profile.address)
        private_folder(path.parent, narrow=False)
        atomic_write(path, _to_json(profile).encode())

    def remove(self, address: MasterAddress) -> None:
        """Forget the master at `address`."""
        self._path(address).unlink(missing_ok=True)

    def lock_path(self, address: MasterAddress) -> Path:
        """The file that processes lock while they change the profile of `address`."""
        path = self._path(address)
        private_folder(path.parent, narrow=False)
        return path.with_suffix(".lock")

    def current(self) -> MasterAddress | None:
        """The master signed in to last: the one meant where none is named."""
        try:
            return MasterAddress.parse((self._folder / _CURRENT).read_text("utf-8"))
        except FileNotFoundError:
            return None

    def make_current(self, address: MasterAddress) -> None:
        """Mean `address` where no master is named."""
        private_folder(self._folder, narrow=False)
        atomic_write(self._folder / _CURRENT, f"{address}\n".encode())

    def find(self, master: str | None) -> Profile:
        """The profile of `master` ("host:port"), of HIVEMIND_MASTER, or the current one.

        Raises NOT_SIGNED_IN where there is none.
        """
        named = master or os.environ.get(MASTER_VARIABLE)
        address = MasterAddress.parse(named) if named else self.current()
        profile = self.load(address) if address is not None else None
        if profile is None:
            where = str(address) if address is not None else "HOST:PORT"
            raise HiveMindError(Reason.NOT_SIGNED_IN, f"Sign in first: hivemind login {where}")
        return profile

    def _path(self, address: MasterAddress) -> Path:
        host = re.sub(r"[^A-Za-z0-9.-]", "_", address.host.lower())
        return self._folder / "masters" / f"{host}_{address.port}.json"


def _default_folder() -> Path:
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named) if named else platformdirs.user_config_path("hivemind", appauthor=False)


def _to_json(profile: Profile) -> str:
    document = {"version": _VERSION, **asdict(profile), "address": str(profile.address)}
    return json.dumps(document, indent=2) + "\n"


def _from_json(text: str) -> Profile:
    document: dict[str, Any] = json.loads(text)
    if document.pop("version") != _VERSION:
        raise ValueError("written by another version")
    tokens = document.pop("tokens")
    return Profile(
        address=MasterAddress.parse(document.pop("address")),
        tokens=Tokens(**tokens) if tokens is not None else None,
        **document,
    )
