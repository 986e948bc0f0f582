"""wireguard-go beside the kernel, spoken to over its UAPI socket: wg(8) is not needed."""

import os
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

from app.common.errors import HiveMindError, Reason
from app.wireguard.backends import linux
from app.wireguard.backends.base import BackendKind, Missing, resolve
from app.wireguard.changes import changes, uapi_request
from app.wireguard.commands import Commands
from app.wireguard.configuration import Configuration
from app.wireguard.status import DeviceStatus, parse_uapi

PROGRAM = "wireguard-go"
#: Where all implementations beside the kernel keep their sockets.
SOCKETS = Path("/var/run/wireguard")
_TUN = Path("/dev/net/tun")
_START_STEPS, _STEP_SECONDS = 100, 0.05
_SOCKET_SECONDS = 5.0


class UserspaceBackend:
    """See `Backend`. A daemon that an earlier process left is taken over as it is."""

    kind = BackendKind.USERSPACE

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}

    def missing(self) -> Missing | None:
        lacking = linux.missing_of_linux(self._commands, PROGRAM)
        if lacking is None and not os.access(_TUN, os.R_OK | os.W_OK):
            lacking = Missing(
                "The device /dev/net/tun cannot be used.",
                "Load the module with: modprobe tun. In a container, pass the device on.",
            )
        return lacking

    def apply(self, path: Path, configuration: Configuration, *, anew: bool = False) -> None:
        name = path.stem
        found = self.status(path)
        fresh = found is None
        if found is None:
            self._launch(name)
            found = DeviceStatus("", 0)
        try:
            wanted = changes(configuration, found, anew=anew)
            if wanted:
                _exchange(name, uapi_request(wanted, resolve))
            linux.up(self._commands, name, configuration)
        except BaseException:
            if fresh:
                self.stop(path)
            raise

    def status(self, path: Path) -> DeviceStatus | None:
        self._bury(path.stem)
        try:
            return parse_uapi(_exchange(path.stem, "get=1\n\n"))
        except OSError:
            return None

    def stop(self, path: Path) -> None:
        name = path.stem
        daemon = self._daemons.pop(name, None)
        if daemon is None:
            self._end_earlier(name)
            return
        daemon.terminate()
        try:
            daemon.wait(_SOCKET_SECONDS)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def _end_earlier(self, name: str) -> None:
        """End the daemon of an earlier process: it has its port until it hangs up."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            with suppress(OSError, HiveMindError):
                _ask(line, name, "get=1\n\n")
            # It ends when its socket is removed.
            with suppress(OSError):
                (SOCKETS / f"{name}.sock").unlink()
            # Not when it gets round to it, but now.
            self._commands.run(("ip", "link", "delete", "dev", name))
            with suppress(OSError):
                line.recv(1)
        if linux.exists(self._commands, name):
            raise HiveMindError(
                Reason.VPN_BACKEND_FAILED,
                f"The tunnel {name} of an earlier process does not end.",
            )

    def _launch(self, name: str) -> None:
        if linux.exists(self._commands, name):
            raise HiveMindError(
                Reason.VPN_BACKEND_FAILED,
                f"There is a network interface {name} already, which is no tunnel of this "
                "program: choose another name.",
            )
        try:
            daemon = self._commands.start((PROGRAM, "-f", name))
        except OSError as error:
            raise HiveMindError(
                Reason.VPN_BACKEND_FAILED, f"{PROGRAM} could not be started: {error.strerror}"
            ) from error
        self._daemons[name] = daemon
        for _ in range(_START_STEPS):
            with suppress(OSError):
                _exchange(name, "get=1\n\n")
                return
            with suppress(subprocess.TimeoutExpired):
                daemon.wait(_STEP_SECONDS)
                break
        del self._daemons[name]
        daemon.kill()
        daemon.wait()
        raise HiveMindError(Reason.VPN_BACKEND_FAILED, f"{PROGRAM} did not start.")

    def _bury(self, name: str) -> None:
        """Forget a daemon that has ended."""
        daemon = self._daemons.get(name)
        if daemon is not None and daemon.poll() is not None:
            del self._daemons[name]


def _exchange(name: str, request: str) -> str:
    """One request to the daemon and its answer.

    Raises OSError where nobody listens, HiveMindError(VPN_BACKEND_FAILED) for a refusal.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        return _ask(connection, name, request)


def _ask(connection: socket.socket, name: str, request: str) -> str:
    """As `_exchange`, and the connection stays."""
    connection.settimeout(_SOCKET_SECONDS)
    connection.connect(str(SOCKETS / f"{name}.sock"))
    connection.sendall(request.encode("ascii"))
    answer = b""
    while not answer.endswith(b"\n\n"):
        part = connection.recv(65536)
        if not part:
            break
        answer += part
    text = answer.decode("ascii", "replace")
    refusal = next((x for x in text.splitlines() if x.startswith("errno=") and x != "errno=0"), "")
    if refusal:
        number = abs(int(refusal.removeprefix("errno=")))
        raise HiveMindError(
            Reason.VPN_BACKEND_FAILED,
            f"{PROGRAM} refused: {os.strerror(number)}",
            errno=str(number),
        )
    return text
