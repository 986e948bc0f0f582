"""WireGuard for Windows: a service for each tunnel (its docs/enterprise.md).

`wireguard.exe /installtunnelservice FILE` makes and starts the service WireGuardTunnel$NAME,
which reads FILE at its start; `wg.exe` reads and sets what runs. Both commands come back
before the service is there or gone. Addresses, MTU and routes are the service's: it sets them
at its start alone.
"""

import platform
import re
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from app.common.errors import HiveMindError, Reason
from app.wireguard.backends.base import BackendKind, Missing
from app.wireguard.backends.kernel import wg_set
from app.wireguard.changes import changes
from app.wireguard.commands import Commands, Done, required
from app.wireguard.configuration import Configuration
from app.wireguard.status import DeviceStatus, parse_dump

FOLDER = r"C:\Program Files\WireGuard"
_WIREGUARD = FOLDER + r"\wireguard.exe"
_WG = FOLDER + r"\wg.exe"
#: sc.exe: the service does not exist (ERROR_SERVICE_DOES_NOT_EXIST).
_NO_SERVICE = 1060
#: In `whoami /groups`: the integrity levels of an administrator and of the system. Unlike
#: names and sentences these are the same in every language.
_HIGH_LEVELS = ("S-1-16-12288", "S-1-16-16384")
_STEPS, _STEP_SECONDS = 100, 0.1
_PAUSE = threading.Event().wait


class WindowsBackend:
    """See `Backend`."""

    kind = BackendKind.WINDOWS

    def __init__(self, commands: Commands, pause: Callable[[float], object] = _PAUSE) -> None:
        self._commands = commands
        self._pause = pause
        #: By name: what the running service was started with and `wg` cannot change.
        self._started: dict[str, tuple[object, ...]] = {}

    def missing(self) -> Missing | None:
        if platform.system() != "Windows":
            return Missing("This is not Windows.", "")
        if self._commands.find(_WIREGUARD) is None:
            return Missing(
                "WireGuard for Windows is not installed.",
                "Install it with: winget install --exact --id WireGuard.WireGuard",
            )
        groups = self._commands.run(("whoami.exe", "/groups")).output
        if not any(level in groups for level in _HIGH_LEVELS):
            return Missing(
                "Without an administrator's rights no tunnel can be started.",
                "Start this program with “Run as administrator”.",
            )
        return None

    def apply(self, path: Path, configuration: Configuration, *, anew: bool = False) -> None:
        name = path.stem
        found = self.status(path)
        fixed = (configuration.addresses, configuration.networks, configuration.mtu)
        if found is None or self._started.get(name) != fixed:
            self.stop(path)
            words = (_WIREGUARD, "/installtunnelservice", str(path))
            required(self._commands.run(words), "wireguard.exe")
            self._started[name] = fixed
            self._await_start(path)
            return
        wanted = changes(configuration, found, anew=anew)
        wg_set(_Wg(self._commands), path.stem, wanted)

    def status(self, path: Path) -> DeviceStatus | None:
        done = self._commands.run((_WG, "show", path.stem, "dump"))
        return parse_dump(done.output) if done.status == 0 else None

    def stop(self, path: Path) -> None:
        self._started.pop(path.stem, None)
        if not self.service_state(path.stem):
            return
        words = (_WIREGUARD, "/uninstalltunnelservice", path.stem)
        required(self._commands.run(words), "wireguard.exe")
        for _ in range(_STEPS):
            if not self.service_state(path.stem):
                return
            self._pause(_STEP_SECONDS)
        raise HiveMindError(
            Reason.VPN_BACKEND_FAILED, f"The service of the tunnel {path.stem} does not end."
        )

    def _await_start(self, path: Path) -> None:
        for _ in range(_STEPS):
            if self.status(path) is not None:
                return
            if self.service_state(path.stem) == "STOPPED":
                break
            self._pause(_STEP_SECONDS)
        raise HiveMindError(
            Reason.VPN_BACKEND_FAILED,
            f"The service of the tunnel {path.stem} did not start: "
            "wireguard.exe /dumplog says why.",
        )

    def service_state(self, name: str) -> str:
        """ "RUNNING", "STOPPED" and so on of the tunnel's service; "" where there is none."""
        done = self._commands.run(("sc.exe", "query", f"WireGuardTunnel${name}"))
        if done.status == _NO_SERVICE:
            return ""
        found = re.search(r"STATE\s*:\s*\d+\s+([A-Z_]+)", required(done, "sc.exe"))
        return found[1] if found else ""


class _Wg:
    """`wg` is a program of this folder here."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    def find(self, program: str) -> str | None:
        return self._commands.find(_WG if program == "wg" else program)

    def run(self, words: Sequence[str]) -> Done:
        return self._commands.run((_WG, *words[1:]))

    def start(self, words: Sequence[str]) -> "subprocess.Popen[bytes]":
        return self._commands.start((_WG, *words[1:]))
