"""What every way to run a tunnel offers."""

import socket
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.wireguard.configuration import Configuration, Endpoint
from app.wireguard.status import DeviceStatus


class BackendKind(StrEnum):
    """The ways, the best first."""

    KERNEL = "kernel"
    USERSPACE = "wireguard-go"
    WINDOWS = "windows"
    EXPORT = "export only"


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a way cannot be gone here, and what to do about it."""

    why: str
    remedy: str


class Backend(Protocol):
    """Runs the tunnel whose file is at `path`; the interface is called as the file is.

    All calls block. They raise HiveMindError(VPN_BACKEND_FAILED) where the system refuses.
    """

    @property
    def kind(self) -> BackendKind: ...

    def missing(self) -> Missing | None:
        """What keeps this way from working here; None: nothing."""
        ...

    def apply(self, path: Path, configuration: Configuration, *, anew: bool = False) -> None:
        """Make the running tunnel what `configuration` says, starting it if need be.

        Peers that do not change keep their sessions. With `anew` names of hosts are looked
        up again and every peer is set.
        """
        ...

    def status(self, path: Path) -> DeviceStatus | None:
        """The device as it is now; None where there is none."""
        ...

    def stop(self, path: Path) -> None:
        """End the tunnel; nothing happens where there is none."""
        ...


def resolve(endpoint: Endpoint) -> str | None:
    """The endpoint in numbers, as the kernel wants it. None where its name means nothing now."""
    try:
        found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_DGRAM)
    except OSError:
        return None
    host = str(found[0][4][0])
    return str(Endpoint(host, endpoint.port))
