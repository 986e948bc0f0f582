"""Where rights or programs are missing: the file is written, and people carry it on."""

from pathlib import Path

from app.wireguard.backends.base import BackendKind, Missing
from app.wireguard.configuration import Configuration
from app.wireguard.status import DeviceStatus


class ExportBackend:
    """Runs nothing. See `Backend`."""

    kind = BackendKind.EXPORT

    def missing(self) -> Missing | None:
        return None

    def apply(self, path: Path, configuration: Configuration, *, anew: bool = False) -> None:
        """Nothing: the file is there."""

    def status(self, path: Path) -> DeviceStatus | None:  # noqa: ARG002 - the interface's
        return None

    def stop(self, path: Path) -> None:
        """Nothing."""
