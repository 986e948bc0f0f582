"""Control groups of both versions, on a made-up tree and on this machine's own."""

import os
from pathlib import Path

import pytest

from app.worker.executors.cgroups import GroupLimits, find
from tests.parts import require_part

LIMITS = GroupLimits(memory_mib=64, cpu_millicores=1500, pids_max=256)


def mount(place: Path, kind: str, options: str, root: str = "/") -> str:
    return f"1 1 0:1 {root} {place} rw - {kind} cgroup rw,{options}\n"


@pytest.fixture
def process(tmp_path: Path) -> Path:
    """Stands for /proc/self."""
    folder = tmp_path / "proc"
    folder.mkdir()
    return folder


def version_2(tmp_path: Path, process: Path, *inside: int) -> Path:
    """A tree of version 2 in which the agent's own group is /service."""
    top = tmp_path / "cgroup"
    own = top / "service"
    own.mkdir(parents=True)
    (own / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    (own / "cgroup.procs").write_text("".join(f"{number}\n" for number in inside))
    (own / "cgroup.subtree_control").write_text("")
    (own / "cgroup.type").write_text("domain\n")
    (process / "cgroup").write_text("0::/service\n")
    (process / "mountinfo").write_text(mount(top, "cgroup2", "nsdelegate"))
    return own


def test_version_2_moves_the_agent_aside_and_limits_its_children(
    tmp_path: Path, process: Path
) -> None:
    own = version_2(tmp_path, process, os.getpid())
    groups = find("hivemind-x", process)
    assert groups is not None
    assert groups.version == 2
    assert (own / "agent" / "cgroup.procs").read_text() == str(os.getpid())
    assert (own / "cgroup.subtree_control").read_text() == "+memory +pids +cpu"
    group = groups.create("a.1", LIMITS)
    folder = own / "hivemind-x" / "a.1"
    assert (folder / "memory.max").read_text() == str(64 * 1024 * 1024)
    assert (folder / "pids.max").read_text() == "256"
    assert (folder / "cpu.max").read_text() == "150000 100000"
    assert group.entrances == [folder / "cgroup.procs"]
    (folder / "memory.events").write_text("low 0\noom 3\noom_kill 2\n")
    (folder / "cpu.stat").write_text("usage_usec 1234567\nuser_usec 1\n")
    (folder / "memory.peak").write_text(str(10 * 1024 * 1024 + 1))
    assert (group.oom_kills(), group.cpu_milliseconds(), group.memory_peak_mib()) == (2, 1234, 11)


def test_version_2_is_left_alone_where_others_share_the_group(
    tmp_path: Path, process: Path
) -> None:
    own = version_2(tmp_path, process, 1, os.getpid())
    assert find("hivemind-x", process) is None
    assert (own / "cgroup.subtree_control").read_text() == ""


def test_version_2_without_the_controllers_is_no_help(tmp_path: Path, process: Path) -> None:
    own = version_2(tmp_path, process, os.getpid())
    (own / "cgroup.controllers").write_text("cpuset\n")
    assert find("hivemind-x", process) is None


def test_the_hybrid_layout_uses_the_trees_of_version_1(tmp_path: Path, process: Path) -> None:
    lines, own = "0::/\n", ""
    for number, controller in enumerate(("memory", "pids", "cpu,cpuacct"), start=1):
        place = tmp_path / controller
        (place / "mine").mkdir(parents=True)
        lines += f"{number}:{controller}:/outer/mine\n"
        own += mount(place, "cgroup", controller, root="/outer")
    (process / "cgroup").write_text(lines)
    (process / "mountinfo").write_text(own + mount(tmp_path / "unified", "cgroup2", "x"))
    groups = find("hivemind-x", process)
    assert groups is not None
    assert groups.version == 1
    group = groups.create("a.1", LIMITS)
    memory = tmp_path / "memory" / "mine" / "hivemind-x" / "a.1"
    assert (memory / "memory.limit_in_bytes").read_text() == str(64 * 1024 * 1024)
    cpu = tmp_path / "cpu,cpuacct" / "mine" / "hivemind-x" / "a.1"
    assert (cpu / "cpu.cfs_quota_us").read_text() == "150000"
    assert len(group.entrances) == 3
    assert [str(left.folders["memory"]) for left in groups.leftovers()] == [str(memory)]


def test_no_tree_at_all(process: Path) -> None:
    (process / "cgroup").write_text("")
    (process / "mountinfo").write_text("")
    assert find("hivemind-x", process) is None


def test_this_machines_own(tmp_path: Path) -> None:
    name = f"hivemind-test-{tmp_path.name}"
    groups = find(name)
    require_part(groups is not None, "no control groups: run as root, or delegate some")
    group = groups.create("a.1", LIMITS)
    assert group.processes() == []
    assert group.oom_kills() == 0
    assert group.remove()
    groups.remove()
    assert not any(folder.exists() for folder in group.folders.values())
