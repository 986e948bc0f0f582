"""Finds what this machine can run tasks with, and picks one for each task."""

import os
import platform
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import IsolationClass
from app.worker.executors.base import Executor, FinalFailure
from app.worker.executors.bubblewrap import open_bubblewrap
from app.worker.executors.docker import open_docker
from app.worker.orders import Order

_INSTALL_BY_SYSTEM = {
    "debian": "sudo apt-get install -y bubblewrap",
    "ubuntu": "sudo apt-get install -y bubblewrap",
    "fedora": "sudo dnf install -y bubblewrap",
    "rhel": "sudo dnf install -y bubblewrap",
    "arch": "sudo pacman -S --noconfirm bubblewrap",
    "alpine": "sudo apk add bubblewrap util-linux-misc setpriv",
    "suse": "sudo zypper install -y bubblewrap",
    "darwin": "brew install --cask docker",
    "win32": "winget install -e --id Docker.DockerDesktop",
}


_ENGINE_REMEDY = (
    "Tasks that name an image or want a GPU need one: install Docker or Podman, let this user "
    "reach its socket, or name it with --engine."
)


@dataclass(frozen=True, slots=True)
class Missing:
    """A way to run tasks that this machine lacks."""

    what: str
    why: str
    #: A command, or a sentence.
    remedy: str


@dataclass(frozen=True, slots=True)
class Executors:
    """What was found, and what was not."""

    sandbox: Executor | None
    engine: Executor | None
    #: The image for tasks that name none, where there is no sandbox.
    default_image: str = ""
    missing: tuple[Missing, ...] = ()

    @property
    def all(self) -> tuple[Executor, ...]:
        """Both, the strongest first."""
        return tuple(one for one in (self.engine, self.sandbox) if one is not None)

    @property
    def runs_images(self) -> bool:
        return self.engine is not None

    @property
    def isolation(self) -> IsolationClass:
        """The strongest class this node offers."""
        return max(one.isolation for one in self.all)

    @property
    def description(self) -> str:
        """Names and versions: "docker 20.10.24, bubblewrap 0.8.0"."""
        return ", ".join(one.engine for one in self.all)

    @property
    def features(self) -> tuple[str, ...]:
        """The features of all, each with its engine's name: "docker:seccomp"."""
        return tuple(
            f"{one.engine.partition(' ')[0]}:{feature}"
            for one in self.all
            for feature in one.features
        )

    def pick(self, order: Order) -> Executor:
        """What runs `order`. Raises FinalFailure where nothing here can."""
        if order.image or order.gpu_uuids:
            if self.engine is None:
                wanted = "a container image" if order.image else "a GPU"
                raise FinalFailure(f"The task asks for {wanted}; this node has no engine.")
            return self.engine
        if self.sandbox is not None:
            return self.sandbox
        if self.engine is not None and self.default_image:
            return self.engine
        raise FinalFailure(
            "The task names no container image and this node has no default one: "
            "start the worker with --default-image."
        )

    async def close(self) -> None:
        for one in self.all:
            await one.close()


async def look_for_executors(
    agent_name: str,
    environment: Mapping[str, str],
    *,
    engine_url: str = "",
    default_image: str = "",
    allowed_images: frozenset[str] = frozenset(),
) -> Executors:
    """Look for a container engine and a sandbox, and try both; there may be neither."""
    missing: list[Missing] = []
    sandbox = engine = None
    if sys.platform == "linux":
        try:
            sandbox = await open_bubblewrap(agent_name)
        except HiveMindError as error:
            missing.append(Missing("sandbox", error.message, install_command(*_this_system())))
    troubles: list[str] = []
    for url in [engine_url] if engine_url else engine_urls(environment):
        try:
            engine = await open_docker(
                url,
                agent_name,
                default_image,
                relabel=_selinux_enforces(),
                allowed_images=allowed_images,
            )
            break
        except HiveMindError as error:
            troubles.append(error.message)
    if engine is None:
        why = " ".join(troubles) or "No socket of Docker or Podman was found that may be used."
        missing.append(Missing("container engine", why, _ENGINE_REMEDY))
    return Executors(sandbox, engine, default_image, tuple(missing))


async def find_executors(
    agent_name: str,
    environment: Mapping[str, str],
    *,
    engine_url: str = "",
    default_image: str = "",
    allowed_images: frozenset[str] = frozenset(),
) -> Executors:
    """As `look_for_executors`. Raises HiveMindError(NO_ISOLATION) where there is neither."""
    found = await look_for_executors(
        agent_name,
        environment,
        engine_url=engine_url,
        default_image=default_image,
        allowed_images=allowed_images,
    )
    if not found.all:
        raise no_isolation(found.missing)
    return found


def no_isolation(missing: Iterable[Missing]) -> HiveMindError:
    """The refusal to run anything unprotected, with the way out."""
    seen = " ".join(one.why for one in missing)
    return HiveMindError(
        Reason.NO_ISOLATION,
        f"This machine cannot shut a task in, so it takes none. {seen} "
        f"Install one with: {install_command(*_this_system())}",
    )


def install_command(system: str, os_release: str) -> str:
    """The command that installs a way to isolate tasks on this kind of system."""
    if system in _INSTALL_BY_SYSTEM:
        return _INSTALL_BY_SYSTEM[system]
    names: list[str] = []
    for line in os_release.splitlines():
        key, _, value = line.partition("=")
        if key in {"ID", "ID_LIKE"}:
            names += value.strip("\"'").split()
    for name in names:
        for known, command in _INSTALL_BY_SYSTEM.items():
            if name == known or name.startswith(f"{known}-") or name.endswith(known):
                return command
    return "install the package bubblewrap, or Docker, or Podman"


def engine_urls(environment: Mapping[str, str]) -> list[str]:
    """Where an engine may listen, the most specific first; sockets that are there only."""
    if host := environment.get("DOCKER_HOST") or environment.get("CONTAINER_HOST"):
        return [host]
    if platform.system() == "Windows":
        return ["npipe:////./pipe/docker_engine"]
    places = [Path("/var/run/docker.sock"), Path("/run/podman/podman.sock")]
    if runtime := environment.get("XDG_RUNTIME_DIR"):
        places += [Path(runtime, "docker.sock"), Path(runtime, "podman", "podman.sock")]
    if home := environment.get("HOME"):
        places.append(Path(home, ".docker", "run", "docker.sock"))
    return [f"unix://{place}" for place in places if _is_usable(place)]


def _is_usable(place: Path) -> bool:
    with suppress(OSError):
        return place.is_socket() and os.access(place, os.R_OK | os.W_OK)
    return False


def _selinux_enforces() -> bool:
    with suppress(OSError):
        return Path("/sys/fs/selinux/enforce").read_text().strip() == "1"
    return False


def _this_system() -> tuple[str, str]:
    return sys.platform, _os_release()


def _os_release() -> str:
    with suppress(OSError):
        return Path("/etc/os-release").read_text()
    return ""
