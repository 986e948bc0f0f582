"""Where the key lives that seals all others: a file of its own, or the system's keyring.

What a home keeps is a short text. All calls block.
"""

from pathlib import Path
from typing import Final, Protocol

from app.common.errors import HiveMindError, Reason
from app.common.files import atomic_write, private_folder
from app.common.private_modes import mend_private

SERVICE: Final = "hivemind-master"


class KeyHome(Protocol):
    """A place for one short text that nobody else may read."""

    @property
    def where(self) -> str:
        """How people call the place."""
        ...

    def load(self) -> str | None:
        """The text, or None where there is none yet. Raises HiveMindError(KEY_STORE_FAILED)."""
        ...

    def save(self, text: str) -> None:
        """Keep `text` instead. Raises HiveMindError(KEY_STORE_FAILED | STORE_FULL)."""
        ...


class FileHome:
    """A file that its owner alone may read (0600), in a folder of its own (0700)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def where(self) -> str:
        return str(self._path)

    def load(self) -> str | None:
        private_folder(self._path.parent, narrow=False)
        if not self._path.exists():
            return None
        mend_private(self._path)
        return self._path.read_text("ascii", errors="replace")

    def save(self, text: str) -> None:
        atomic_write(self._path, text.encode("ascii"))


class KeyringHome:
    """The keyring of the user who runs the master: Secret Service, Windows' credentials."""

    def __init__(self, account: str) -> None:
        self._account = account

    @property
    def where(self) -> str:
        return f"the keyring, as {SERVICE} {self._account}"

    def load(self) -> str | None:
        import keyring  # noqa: PLC0415 - looks for a session bus, and only where it is wanted
        from keyring.errors import KeyringError  # noqa: PLC0415

        try:
            return keyring.get_password(SERVICE, self._account)
        except (KeyringError, RuntimeError) as error:
            raise _failed(error) from error

    def save(self, text: str) -> None:
        import keyring  # noqa: PLC0415
        from keyring.errors import KeyringError  # noqa: PLC0415

        try:
            keyring.set_password(SERVICE, self._account, text)
        except (KeyringError, RuntimeError) as error:
            raise _failed(error) from error


def _failed(error: Exception) -> HiveMindError:
    return HiveMindError(
        Reason.KEY_STORE_FAILED,
        f"The system's keyring does not answer ({error}): unlock it, or set key_store to file.",
    )
