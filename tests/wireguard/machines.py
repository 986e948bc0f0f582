"""The seam for programs, filled for tests: programs inside a namespace, and recorded answers."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.wireguard.commands import Done, SystemCommands
from tests.wireguard.networks import Host


@dataclass
class CommandsOn:
    """Runs programs on a host that a namespace stands for."""

    host: Host
    daemons: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _system: SystemCommands = field(default_factory=SystemCommands)

    def find(self, program: str) -> str | None:
        return self._system.find(program)

    def run(self, words: Sequence[str]) -> Done:
        return self._system.run(self.host.command(*words))

    def start(self, words: Sequence[str]) -> subprocess.Popen[bytes]:
        self.daemons.append(self._system.start(self.host.command(*words)))
        return self.daemons[-1]

    def end(self) -> None:
        """End what was started and still runs."""
        for daemon in self.daemons:
            daemon.kill()
            daemon.wait()


@dataclass
class KernelOn(CommandsOn):
    """As `CommandsOn`, with a kernel that knows WireGuard: wireguard-go makes its links.

    All else that is done to them, by ip and by wg, is real.
    """

    def run(self, words: Sequence[str]) -> Done:
        match list(words):
            case ["ip", "link", "add", "dev", name, "type", "wireguard"]:
                return self._make(name)
            case ["ip", "link", "delete", "dev", name]:
                return self._system.run(("rm", f"/var/run/wireguard/{name}.sock"))
        return super().run(words)

    def _make(self, name: str) -> Done:
        self.start(("wireguard-go", "-f", name))
        for _ in range(100):
            if super().run(("wg", "show", name, "dump")).status == 0:
                return Done(0)
            try:
                self.daemons[-1].wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            break
        return Done(2, errors="RTNETLINK answers: File exists")


@dataclass
class Recorded:
    """Gives recorded answers, by the beginning of what is run; keeps what was run."""

    answers: dict[tuple[str, ...], Done]
    installed: tuple[str, ...] = ()
    ran: list[tuple[str, ...]] = field(default_factory=list)

    def find(self, program: str) -> str | None:
        return program if program in self.installed else None

    def run(self, words: Sequence[str]) -> Done:
        self.ran.append(tuple(words))
        fitting = [key for key in self.answers if tuple(words[: len(key)]) == key]
        assert fitting, f"nothing recorded for {words}"
        return self.answers[max(fitting, key=len)]

    def start(self, words: Sequence[str]) -> subprocess.Popen[bytes]:
        raise AssertionError(words)
