"""Network namespaces that stand for hosts: all on one bridge, with addresses of 198.51.100.0/24.

Interfaces in them need names of their own: the sockets of wireguard-go lie in one folder of
the machine for all namespaces.
"""

import itertools
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.parts import require_part


def run(*words: str, check: bool = True) -> str:
    """Run a program to its end; what it printed."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, f"{words}: {done.stderr or done.stdout}"
    return done.stdout


_LETTERS = itertools.cycle("abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True)
class Host:
    """One namespace: run programs in it with `command`."""

    name: str
    address: str

    def command(self, *words: str) -> list[str]:
        return ["ip", "netns", "exec", self.name, *words]

    def run(self, *words: str, check: bool = True) -> str:
        return run(*self.command(*words), check=check)

    def gets_through(self, address: str) -> bool:
        """As `reaches`, for the first time: a handshake that got lost is sent again after 5 s."""
        return self.reaches(address, seconds=20)

    def reaches(self, address: str, seconds: int = 2) -> bool:
        """Whether `address` answers on TCP: a refusal is an answer."""
        dial = f"exec 3<>/dev/tcp/{address}/9"
        words = self.command("timeout", str(seconds), "bash", "-c", dial)
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        return done.returncode == 0 or "refused" in done.stderr


@dataclass
class Lan:
    """Hosts that reach each other."""

    prefix: str
    hosts: list[Host] = field(default_factory=list)

    @property
    def _bridge(self) -> str:
        return f"{self.prefix}lan"

    def host(self) -> Host:
        """Another host on this network."""
        number = len(self.hosts) + 1
        host = Host(f"{self.prefix}h{number}", f"198.51.100.{number}")
        run("ip", "netns", "add", host.name)
        self.hosts.append(host)
        port = f"{self.prefix}p{number}"
        run("ip", "link", "add", "eth0", "netns", host.name, "type", "veth", "peer", "name", port,
            "netns", self._bridge)  # fmt: skip
        run("ip", "-n", self._bridge, "link", "set", port, "master", "lan", "up")
        run("ip", "-n", host.name, "address", "add", f"{host.address}/24", "dev", "eth0")
        for link in ("lo", "eth0"):
            run("ip", "-n", host.name, "link", "set", link, "up")
        return host

    def open(self) -> None:
        run("ip", "netns", "add", self._bridge)
        run("ip", "-n", self._bridge, "link", "add", "lan", "type", "bridge")
        run("ip", "-n", self._bridge, "link", "set", "lan", "up")

    def here(self) -> None:
        """Put this process's own namespace on the network, as 198.51.100.254."""
        _sweep()
        port, near = f"{self.prefix}px", f"{self.prefix}x"
        run("ip", "link", "add", near, "type", "veth", "peer", "name", port,
            "netns", self._bridge)  # fmt: skip
        run("ip", "-n", self._bridge, "link", "set", port, "master", "lan", "up")
        run("ip", "address", "add", "198.51.100.254/24", "dev", near)
        run("ip", "link", "set", near, "up")

    def close(self) -> None:
        run("ip", "link", "delete", f"{self.prefix}x", check=False)
        for name in [*(host.name for host in self.hosts), self._bridge]:
            run("ip", "netns", "delete", name, check=False)


def _sweep() -> None:
    """Take away what a test that was killed left here: its route would shadow ours."""
    for name, pid in re.findall(r"\b(hm(\d+)[a-z]x)@", run("ip", "-o", "link")):
        if not any(Path("/proc").glob(f"*{pid}")):
            run("ip", "link", "delete", name, check=False)


def require_wireguard() -> None:
    """Skip where this machine cannot make tunnels."""
    programs = ("ip", "wg", "wireguard-go", "wg-quick")
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    missing = [name for name in programs if shutil.which(name, path=path) is None]
    require_part(not missing, f"no {', '.join(missing)}: install wireguard-go, wireguard-tools")
    require_part(os.geteuid() == 0, "network namespaces are root's to make")
    require_part(os.access("/dev/net/tun", os.R_OK | os.W_OK), "no /dev/net/tun")


@contextmanager
def lan() -> Iterator[Lan]:
    """A network of this test's own, taken down at its end."""
    require_wireguard()
    # Interfaces have 15 characters; namespaces go away a moment after they are deleted.
    made = Lan(f"hm{os.getpid() % 100_000}{next(_LETTERS)}")
    try:
        made.open()
        yield made
    finally:
        made.close()
