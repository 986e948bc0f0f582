"""The sandbox's walls as a command line. Pure.

The task sees the system's programs read-only, its own two folders, empty
memory-backed /tmp and /dev/shm, and nothing else: no network, no other
process, no other user's file, no way to gain a privilege.

As root the sandbox is built without a user namespace and the program becomes
"nobody" for real before it starts. Otherwise a user namespace gives the rights
to build it, and the program keeps the agent's own user, shown as "nobody".
"""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.worker.executors.base import (
    OPEN_FILES_MAX,
    OUTPUT_PATH,
    PIDS_MAX,
    SHARED_MEMORY_MIB,
    TMP_MIB,
    UNPRIVILEGED_ID,
    WORK_PATH,
)

MEBIBYTE = 1024 * 1024
#: Of /etc only what programs need to find libraries, names and certificates.
_ETC = (
    "alternatives",
    "ca-certificates",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "nsswitch.conf",
    "passwd",
    "group",
    "protocols",
    "services",
    "ssl/certs",
    "ssl/openssl.cnf",
    "pki/tls/certs",
    "crypto-policies",
)
_ETC_NETWORK = ("resolv.conf", "hosts", "host.conf", "gai.conf")
_TOP_LINKS = ("bin", "lib", "lib32", "lib64", "libx32", "sbin")
_SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class Host:
    """What of this machine the walls depend on."""

    is_root: bool
    #: Top-level links like ("bin", "usr/bin"); real folders have an empty target.
    top: tuple[tuple[str, str], ...]
    #: Python's own folder where it lies outside /usr.
    interpreter: Path | None

    @property
    def path(self) -> str:
        """The PATH of a task."""
        own = f"{self.interpreter}/bin:" if self.interpreter is not None else ""
        return own + _SYSTEM_PATH


@dataclass(frozen=True, slots=True)
class Walls:
    """One task's share of the sandbox."""

    work: Path
    output: Path
    environment: tuple[tuple[str, str], ...]
    network: bool
    disk_mib: int
    #: Set where no control group holds memory and processes.
    memory_mib_by_rlimit: int | None
    pids_by_rlimit: bool
    filter_descriptor: int | None
    status_descriptor: int | None


def sandbox_command(
    program: str, host: Host, walls: Walls, command: tuple[str, ...]
) -> tuple[str, ...]:
    """The command line that runs `command` behind `walls` with bubblewrap at `program`."""
    return (
        program,
        *_namespaces(host, walls),
        *_system(host, walls),
        *_own_folders(walls),
        *_descriptors(walls),
        "--clearenv",
        *(part for name, value in walls.environment for part in ("--setenv", name, value)),
        "--chdir",
        WORK_PATH,
        "--",
        *_limits(walls),
        *_identity(host),
        *command,
    )


def read_host(*, is_root: bool, interpreter_prefix: Path, root: Path = Path("/")) -> Host:
    """Look at this machine once."""
    top = tuple(
        (name, str((root / name).readlink()) if (root / name).is_symlink() else "")
        for name in _TOP_LINKS
        if (root / name).exists()
    )
    under_usr = interpreter_prefix.is_relative_to("/usr")
    return Host(is_root, top, None if under_usr else interpreter_prefix)


def _namespaces(host: Host, walls: Walls) -> tuple[str, ...]:
    parts = ["--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try"]
    if not walls.network:
        parts.append("--unshare-net")
    parts += ["--die-with-parent", "--new-session", "--hostname", "task", "--cap-drop", "ALL"]
    if host.is_root:
        # Just enough to become another user; given up with the change itself.
        for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):
            parts += ["--cap-add", capability]
    else:
        identity = str(UNPRIVILEGED_ID)
        parts += ["--unshare-user", "--uid", identity, "--gid", identity]
    return tuple(parts)


def _system(host: Host, walls: Walls) -> tuple[str, ...]:
    parts = ["--ro-bind", "/usr", "/usr"]
    for name, target in host.top:
        link = ["--symlink", target] if target else ["--ro-bind", f"/{name}"]
        parts += [*link, f"/{name}"]
    parts += _folders("/etc/pki/tls", "/etc/ssl")
    for name in _ETC + (_ETC_NETWORK if walls.network else ()):
        parts += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    if host.interpreter is not None:
        place = str(host.interpreter)
        parts += [*_folders(str(host.interpreter.parent)), "--ro-bind", place, place]
    parts += ["--proc", "/proc", "--dev", "/dev"]
    return tuple(parts)


def _folders(*places: str) -> list[str]:
    """`places` and what is above them, open to be entered: bubblewrap would make them private."""
    above = {
        str(folder)
        for place in places
        for folder in (PurePosixPath(place), *PurePosixPath(place).parents)
        if str(folder) != "/"
    }
    return [part for folder in sorted(above) for part in ("--perms", "0755", "--dir", folder)]


def _own_folders(walls: Walls) -> tuple[str, ...]:
    return (
        *_memory_folder("/tmp", TMP_MIB),  # noqa: S108 - the sandbox's own, empty one
        *_memory_folder("/dev/shm", SHARED_MEMORY_MIB),  # noqa: S108 - as above
        "--bind",
        str(walls.work),
        WORK_PATH,
        "--bind",
        str(walls.output),
        OUTPUT_PATH,
        "--remount-ro",
        "/dev",
        "--remount-ro",
        "/",
    )


def _memory_folder(place: str, size_mib: int) -> tuple[str, ...]:
    return ("--perms", "1777", "--size", str(size_mib * MEBIBYTE), "--tmpfs", place)


def _descriptors(walls: Walls) -> tuple[str, ...]:
    parts: list[str] = []
    if walls.filter_descriptor is not None:
        parts += ["--seccomp", str(walls.filter_descriptor)]
    if walls.status_descriptor is not None:
        parts += ["--json-status-fd", str(walls.status_descriptor)]
    return tuple(parts)


def _limits(walls: Walls) -> tuple[str, ...]:
    parts = [
        "prlimit",
        "--core=0",
        f"--nofile={OPEN_FILES_MAX}",
        f"--fsize={walls.disk_mib * MEBIBYTE}",
    ]
    if walls.memory_mib_by_rlimit is not None:
        # Private writable memory of one process. RLIMIT_AS would also count address
        # space that runtimes only reserve, and fail them far below their limit.
        parts.append(f"--data={walls.memory_mib_by_rlimit * MEBIBYTE}")
    if walls.pids_by_rlimit:
        parts.append(f"--nproc={PIDS_MAX}")
    return tuple(parts)


def _identity(host: Host) -> tuple[str, ...]:
    if not host.is_root:
        return ()
    identity = str(UNPRIVILEGED_ID)
    return (
        "setpriv",
        "--reuid",
        identity,
        "--regid",
        identity,
        "--clear-groups",
        "--bounding-set=-all",
        "--inh-caps=-all",
        "--no-new-privs",
        "--",
    )
