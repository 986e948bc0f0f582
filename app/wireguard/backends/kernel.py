"""WireGuard in the Linux kernel, by ip(8) and wg(8)."""

import tempfile
from pathlib import Path

from app.wireguard.backends import linux
from app.wireguard.backends.base import BackendKind, Missing, resolve
from app.wireguard.changes import Changes, changes, wg_arguments
from app.wireguard.commands import Commands, required
from app.wireguard.configuration import Configuration
from app.wireguard.status import DeviceStatus, parse_dump

#: Made and taken away to find out whether the kernel knows WireGuard.
_TRIAL = "hivemind-wg-try"


class KernelBackend:
    """See `Backend`."""

    kind = BackendKind.KERNEL

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    def missing(self) -> Missing | None:
        lacking = linux.missing_of_linux(self._commands, "wg")
        if lacking is not None:
            return lacking
        made = self._commands.run(("ip", "link", "add", "dev", _TRIAL, "type", "wireguard"))
        if made.status != 0:
            return Missing(
                "This kernel has no WireGuard.",
                f"Use a kernel of 5.6 or later, or wireguard-go: {linux.this_install_command()}",
            )
        self._commands.run(("ip", "link", "delete", "dev", _TRIAL))
        return None

    def apply(self, path: Path, configuration: Configuration, *, anew: bool = False) -> None:
        name = path.stem
        fresh = not linux.exists(self._commands, name)
        if fresh:
            words = ("ip", "link", "add", "dev", name, "type", "wireguard")
            required(self._commands.run(words), "ip")
        try:
            found = parse_dump(required(self._commands.run(("wg", "show", name, "dump")), "wg"))
            wg_set(self._commands, name, changes(configuration, found, anew=anew))
            linux.up(self._commands, name, configuration)
        except BaseException:
            if fresh:
                self.stop(path)
            raise

    def status(self, path: Path) -> DeviceStatus | None:
        done = self._commands.run(("wg", "show", path.stem, "dump"))
        return parse_dump(done.output) if done.status == 0 else None

    def stop(self, path: Path) -> None:
        self._commands.run(("ip", "link", "delete", "dev", path.stem))


def wg_set(commands: Commands, name: str, wanted: Changes) -> None:
    """Carry `wanted` out by `wg set`. Keys go by files that only this user may read."""
    if not wanted:
        return
    words, secrets = wg_arguments(wanted, resolve)
    with tempfile.TemporaryDirectory(prefix="hivemind-wg-") as folder:
        for secret, content in secrets.items():
            place = Path(folder, secret)
            place.touch(mode=0o600)
            place.write_text(content + "\n", "ascii")
        placed = [str(Path(folder, word)) if word in secrets else word for word in words]
        required(commands.run(("wg", "set", name, *placed)), "wg")
