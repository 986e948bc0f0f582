"""Which way to run a tunnel is used on this machine, and what is missing for the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.wireguard.backends.base import Backend, Missing
from app.wireguard.backends.export import ExportBackend
from app.wireguard.backends.kernel import KernelBackend
from app.wireguard.backends.userspace import UserspaceBackend
from app.wireguard.backends.windows import WindowsBackend
from app.wireguard.commands import Commands, SystemCommands


@dataclass(frozen=True, slots=True)
class Choice:
    """The best way that works, and why each better one does not, the best first."""

    backend: Backend
    missing: tuple[tuple[Backend, Missing], ...]


def all_backends(commands: Commands) -> Sequence[Backend]:
    """Every way, the best first; the last one always works."""
    return (
        KernelBackend(commands),
        UserspaceBackend(commands),
        WindowsBackend(commands),
        ExportBackend(),
    )


def choose(backends: Sequence[Backend]) -> Choice:
    """Try the ways in their order. Blocks."""
    missing: list[tuple[Backend, Missing]] = []
    for backend in backends:
        lacking = backend.missing()
        if lacking is None:
            return Choice(backend, tuple(missing))
        missing.append((backend, lacking))
    return Choice(ExportBackend(), tuple(missing))


def choose_here() -> Choice:
    """The choice for this machine. Blocks."""
    return choose(all_backends(SystemCommands()))
