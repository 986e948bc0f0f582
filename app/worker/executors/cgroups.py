"""Control groups: memory, processor and process limits the kernel enforces.

Version 1 (one tree a controller, also the hybrid layout) and version 2 (one
tree). The agent uses the group it was started in and never leaves it, so the
machine's own limits on the agent hold for its tasks too. Sources: the kernel's
admin-guide/cgroup-v1 and admin-guide/cgroup-v2.
"""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.worker.consumption import Consumption, unreclaimable_bytes

MEBIBYTE = 1024 * 1024
_PERIOD_US = 100_000
_CONTROLLERS_V1 = ("memory", "pids", "cpu", "cpuacct")
_CONTROLLERS_V2 = ("memory", "pids", "cpu")


@dataclass(frozen=True, slots=True)
class GroupLimits:
    memory_mib: int
    cpu_millicores: int
    pids_max: int


@dataclass(slots=True)
class ControlGroup:
    """The group of one attempt: a folder a controller (version 1), or one folder (version 2)."""

    folders: dict[str, Path]
    version: int
    _peak_bytes: int = field(default=0)

    @property
    def entrances(self) -> list[Path]:
        """Files into which a process writes its id to enter the group."""
        return [folder / "cgroup.procs" for folder in _unique(self.folders)]

    def oom_kills(self) -> int:
        """How many processes the kernel ended for want of memory."""
        name = "memory.oom_control" if self.version == 1 else "memory.events"
        return _field(self.folders["memory"] / name, "oom_kill")

    def cpu_milliseconds(self) -> int:
        """Processor time of all that ran in the group."""
        if self.version == 1:
            folder = self.folders.get("cpuacct")
            return 0 if folder is None else _number(folder / "cpuacct.usage") // 1_000_000
        return _field(self.folders["cpu"] / "cpu.stat", "usage_usec") // 1000

    def memory_peak_mib(self) -> int:
        """The most memory the group held at once, rounded up."""
        name = "memory.max_usage_in_bytes" if self.version == 1 else "memory.peak"
        peak_bytes = _number(self.folders["memory"] / name)
        return -(-peak_bytes // MEBIBYTE)

    def consumption(self) -> Consumption:
        """Processor time so far, and memory held now without the kernel's cache of files."""
        stat = _fields(self.folders["memory"] / "memory.stat")
        return Consumption(self.cpu_milliseconds(), unreclaimable_bytes(stat) or 0)

    def processes(self) -> list[int]:
        """Ids of the processes inside."""
        text = _text(next(iter(self.folders.values())) / "cgroup.procs")
        return [int(line) for line in text.split()]

    def kill(self) -> None:
        """End every process inside."""
        for process_id in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGKILL)

    def remove(self) -> bool:
        """Remove the empty group; False while something is still inside."""
        for folder in _unique(self.folders):
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue
            except OSError:
                return False
        return True


class ControlGroups:
    """Where this agent makes its groups. Made by `find`."""

    def __init__(self, folders: dict[str, Path], version: int) -> None:
        self._folders = folders
        self.version = version

    def create(self, name: str, limits: GroupLimits) -> ControlGroup:
        """A group `name` with `limits`. Raises OSError where the kernel refuses."""
        group = ControlGroup(
            {controller: folder / name for controller, folder in self._folders.items()},
            self.version,
        )
        try:
            for folder in _unique(group.folders):
                folder.mkdir(parents=True, exist_ok=True)
            _apply(group, limits)
        except OSError:
            group.remove()
            raise
        return group

    def leftovers(self) -> list[ControlGroup]:
        """Groups of attempts that an earlier process of this agent made."""
        names = {
            entry.name
            for folder in self._folders.values()
            if folder.is_dir()
            for entry in folder.iterdir()
            if entry.is_dir()
        }
        return [
            ControlGroup(
                {key: folder / name for key, folder in self._folders.items()}, self.version
            )
            for name in sorted(names)
        ]

    def remove(self) -> None:
        """Remove the agent's own folder, once no attempt is left in it."""
        for folder in _unique(self._folders):
            with suppress(OSError):
                folder.rmdir()


def find(name: str, process: Path = Path("/proc/self")) -> ControlGroups | None:
    """The place for groups of the agent `name`, or None where this user may make none."""
    own = _own_paths(_text(process / "cgroup"))
    mounts = _mounts(_text(process / "mountinfo"))
    return _find_v1(name, own, mounts) or _find_v2(name, own, mounts)


def _find_v1(
    name: str, own: dict[str, str], mounts: dict[str, tuple[str, Path]]
) -> ControlGroups | None:
    folders: dict[str, Path] = {}
    for controller in _CONTROLLERS_V1:
        if controller in own and controller in mounts:
            base = _below(mounts[controller], own[controller])
            if base is not None and os.access(base, os.W_OK):
                folders[controller] = base / name
    if not {"memory", "pids"} <= folders.keys():
        return None
    return _made(ControlGroups(folders, 1), folders)


def _find_v2(
    name: str, own: dict[str, str], mounts: dict[str, tuple[str, Path]]
) -> ControlGroups | None:
    if "" not in own or "" not in mounts:
        return None
    base = _below(mounts[""], own[""])
    if base is None or not os.access(base / "cgroup.subtree_control", os.W_OK):
        return None
    if not set(_CONTROLLERS_V2) <= set(_text(base / "cgroup.controllers").split()):
        return None
    try:
        _leave_to_children(base)
        folder = base / name
        folder.mkdir(exist_ok=True)
        _enable(folder)
    except OSError:
        return None
    return ControlGroups(dict.fromkeys(_CONTROLLERS_V2, folder), 2)


def _leave_to_children(base: Path) -> None:
    """Make `base` able to hold limited groups: it may hold no processes itself then."""
    mine = os.getpid()
    inside = [int(line) for line in _text(base / "cgroup.procs").split()]
    is_root = not (base / "cgroup.type").exists()
    if inside and not is_root:
        if inside != [mine]:
            raise PermissionError("another program shares the agent's control group")
        agent = base / "agent"
        agent.mkdir(exist_ok=True)
        (agent / "cgroup.procs").write_text(str(mine))
    _enable(base)


def _enable(folder: Path) -> None:
    wanted = " ".join(f"+{controller}" for controller in _CONTROLLERS_V2)
    (folder / "cgroup.subtree_control").write_text(wanted)


def _made(groups: ControlGroups, folders: dict[str, Path]) -> ControlGroups | None:
    try:
        for folder in _unique(folders):
            folder.mkdir(exist_ok=True)
    except OSError:
        return None
    return groups


def _apply(group: ControlGroup, limits: GroupLimits) -> None:
    memory_bytes = str(limits.memory_mib * MEBIBYTE)
    quota = max(1000, limits.cpu_millicores * _PERIOD_US // 1000)
    if group.version == 2:
        folder = group.folders["memory"]
        (folder / "memory.max").write_text(memory_bytes)
        _write_if_there(folder / "memory.swap.max", "0")
        (folder / "pids.max").write_text(str(limits.pids_max))
        (folder / "cpu.max").write_text(f"{quota} {_PERIOD_US}")
        return
    memory = group.folders["memory"]
    (memory / "memory.limit_in_bytes").write_text(memory_bytes)
    _write_if_there(memory / "memory.memsw.limit_in_bytes", memory_bytes)
    (group.folders["pids"] / "pids.max").write_text(str(limits.pids_max))
    if "cpu" in group.folders:
        (group.folders["cpu"] / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
        (group.folders["cpu"] / "cpu.cfs_quota_us").write_text(str(quota))


def _write_if_there(path: Path, text: str) -> None:
    """Kernels without swap accounting have no such file."""
    if path.exists():
        path.write_text(text)


def _own_paths(text: str) -> dict[str, str]:
    """Controller to the process's own group; "" is version 2's tree."""
    paths: dict[str, str] = {}
    for line in text.splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            paths[controller] = path
    return paths


def _mounts(text: str) -> dict[str, tuple[str, Path]]:
    """Controller to what is mounted (its root within the tree) and where."""
    mounts: dict[str, tuple[str, Path]] = {}
    for line in text.splitlines():
        left, _, right = line.partition(" - ")
        root, place = left.split(" ")[3:5]
        kind, _, options = right.split(" ", 2)
        if kind == "cgroup2":
            mounts[""] = (root, Path(place))
        elif kind == "cgroup":
            for controller in options.split(" ")[-1].split(","):
                mounts[controller] = (root, Path(place))
    return mounts


def _below(mount: tuple[str, Path], path: str) -> Path | None:
    """Where group `path` of the tree appears under the mount, if it does."""
    root, place = mount
    if root != "/":
        if path != root and not path.startswith(f"{root}/"):
            return place if path == "/" else None
        path = path[len(root) :]
    return place / path.lstrip("/")


def _unique(folders: dict[str, Path]) -> list[Path]:
    return list(dict.fromkeys(folders.values()))


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _number(path: Path) -> int:
    text = _text(path).strip()
    return int(text) if text.isdecimal() else 0


def _field(path: Path, name: str) -> int:
    return _fields(path).get(name, 0)


def _fields(path: Path) -> dict[str, int]:
    rows = (line.partition(" ") for line in _text(path).splitlines())
    return {key: int(value) for key, _, value in rows if value.isdecimal()}
