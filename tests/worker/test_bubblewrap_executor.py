"""What only the sandbox has: limits without control groups, and a set-up that fails."""

from dataclasses import replace
from pathlib import Path

from app.common.vocabulary import AttemptOutcome
from app.worker.executors.bubblewrap import BubblewrapExecutor
from app.worker.executors.bubblewrap_profile import Host, Walls, read_host, sandbox_command
from tests.worker.jobs import Bench


def without_groups(executor: BubblewrapExecutor) -> BubblewrapExecutor:
    """As on a machine whose control groups belong to somebody else."""
    return BubblewrapExecutor(executor.program, "0", executor.host, None, executor.seccomp)


async def test_without_control_groups_one_process_is_held_by_its_own_limit(
    bubblewrap: BubblewrapExecutor, tmp_path: Path
) -> None:
    bench = Bench(without_groups(bubblewrap), tmp_path)
    assert "rlimits" in bench.executor.features
    report = await bench.run("python3", "-c", "bytearray(200 << 20)", memory_mib=64)
    assert report.outcome is AttemptOutcome.EXITED_NONZERO
    assert "MemoryError" in bench.printed.err


async def test_without_control_groups_many_processes_are_held_together(
    bubblewrap: BubblewrapExecutor, tmp_path: Path
) -> None:
    bench = Bench(without_groups(bubblewrap), tmp_path)
    one = "import time; x = bytearray(40 << 20); time.sleep(30)"
    script = f"for i in 1 2 3; do python3 -c '{one}' & done; wait"
    report = await bench.run("sh", "-c", script, memory_mib=64)
    assert report.outcome is AttemptOutcome.OUT_OF_MEMORY
    assert report.memory_peak_mib > 64


async def test_a_sandbox_that_cannot_be_built_is_no_failure_of_the_program(
    bubblewrap: BubblewrapExecutor, tmp_path: Path
) -> None:
    host = replace(bubblewrap.host, top=(("no-such-folder", ""),))
    broken = BubblewrapExecutor(bubblewrap.program, "0", host, None, None)
    bench = Bench(broken, tmp_path)
    report = await bench.run("true")
    assert report.outcome is AttemptOutcome.REJECTED
    assert "no-such-folder" in bench.printed.err


async def test_control_groups_are_gone_afterwards(sandbox_bench: Bench) -> None:
    await sandbox_bench.run("true")
    groups = sandbox_bench.executor.groups
    assert groups is None or groups.leftovers() == []


async def test_a_task_may_ask_for_a_path_of_its_own(sandbox_bench: Bench) -> None:
    await sandbox_bench.run("sh", "-c", "echo $PATH", environment=(("PATH", "/work:/usr/bin"),))
    assert sandbox_bench.printed.out == "/work:/usr/bin\n"


def command(*, is_root: bool, network: bool = False) -> list[str]:
    walls = Walls(Path("/w"), Path("/o"), (), network, 10, None, False, None, None)
    host = Host(is_root, (), None)
    return list(sandbox_command("bwrap", host, walls, ("true",)))


def test_an_ordinary_user_gets_a_user_namespace() -> None:
    assert "--unshare-user" in command(is_root=False)
    assert "setpriv" not in command(is_root=False)


def test_root_becomes_nobody_before_the_program_starts() -> None:
    words = command(is_root=True)
    assert words.index("setpriv") > words.index("--")
    assert words[words.index("--reuid") + 1] == "65534"


def test_the_network_is_there_only_on_request() -> None:
    assert "--unshare-net" in command(is_root=True)
    assert "--unshare-net" not in command(is_root=True, network=True)


def test_a_real_top_folder_is_bound_and_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "usr" / "bin").mkdir(parents=True)
    (tmp_path / "bin").symlink_to("usr/bin")
    host = read_host(is_root=False, interpreter_prefix=Path("/opt/python"), root=tmp_path)
    assert host.top == (("bin", "usr/bin"), ("lib", ""))
    assert host.path.startswith("/opt/python/bin:")
