"""What a task cannot do, in the real sandbox and in a real container."""

import asyncio
import os
from pathlib import Path

import pytest

from app.common.vocabulary import AttemptOutcome
from app.worker.executors.base import PIDS_MAX
from tests.worker.jobs import Bench


@pytest.fixture(params=["sandbox_bench", "docker_bench"])
def bench(request: pytest.FixtureRequest) -> Bench:
    return request.getfixturevalue(request.param)


async def shell(bench: Bench, script: str, **wanted: object) -> str:
    """What `script` prints."""
    await bench.run("sh", "-c", script, **wanted)
    return bench.printed.out


async def test_a_task_is_nobody_with_no_right_and_no_way_to_one(bench: Bench) -> None:
    said = await shell(
        bench, "id -u; id -g; grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status"
    )
    user, group, *facts = said.split("\n")
    assert (user, group) == ("65534", "65534")
    status = dict(fact.split(":\t") for fact in facts if fact)
    assert {status[name] for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"


async def test_a_task_is_nobody_on_the_host_too(bench: Bench) -> None:
    """Seen from outside: the process belongs to no user of the machine."""
    await bench.run("sh", "-c", "touch /output/mine")
    left = next(bench.folder.glob("*/output/mine"))
    expected = 65534 if os.geteuid() == 0 else os.geteuid()
    assert left.stat().st_uid == expected


async def test_there_is_no_network(bench: Bench) -> None:
    said = await shell(bench, "cat /proc/net/route /proc/net/dev | grep -c -E 'eth|ens|wl' ; true")
    assert said.strip() == "0"


async def test_the_system_is_read_only(bench: Bench) -> None:
    said = await shell(
        bench,
        "for f in / /usr /etc /bin /dev; do "
        "if touch $f/x 2>/dev/null; then echo wrote $f; fi; done; echo tried",
    )
    assert said == "tried\n"


async def test_the_root_itself_is_mounted_read_only(bench: Bench) -> None:
    """Not only because its folders belong to somebody else."""
    said = await shell(bench, "awk '$2 == \"/\" {print $4}' /proc/mounts")
    assert said.split()[-1].split(",")[0] == "ro"


async def test_other_processes_are_out_of_sight(bench: Bench) -> None:
    said = await shell(bench, "ls -d /proc/[0-9]* | wc -l")
    assert int(said) < 10


async def test_the_host_is_out_of_sight(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of the host")
    said = await shell(bench, f"cat {tmp_path}/secret /etc/shadow 2>/dev/null; hostname; echo end")
    assert said == "task\nend\n"


async def test_no_namespace_can_be_made(bench: Bench) -> None:
    said = await shell(bench, "unshare -U true 2>/dev/null && echo made; echo tried")
    assert said == "tried\n"


async def test_the_environment_is_the_tasks_own(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_SECRET", "hunter2")
    said = await shell(
        bench, "env", environment=(("GREETING", "hi you"), ("HIVEMIND_ATTEMPT", "9"))
    )
    seen = dict(line.partition("=")[::2] for line in said.splitlines())
    assert "AGENT_SECRET" not in seen
    assert seen["GREETING"] == "hi you"
    assert seen["HIVEMIND_ATTEMPT"] == "1"
    assert seen["HIVEMIND_OUTPUT_DIR"] == "/output"
    assert seen["HOME"] == "/work"
    assert seen["PWD"] == "/work"


async def test_more_memory_than_asked_for_ends_the_task(bench: Bench) -> None:
    eats = "x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo ${#x}"
    report = await bench.run("sh", "-c", eats, memory_mib=64)
    assert report.outcome is AttemptOutcome.OUT_OF_MEMORY
    assert bench.printed.out == ""


async def test_a_swarm_of_processes_is_held_back(bench: Bench) -> None:
    script = f"i=0; while [ $i -lt {PIDS_MAX * 2} ]; do sleep 30 & i=$((i+1)); done; echo all"
    await bench.run("sh", "-c", script)
    assert "all" not in bench.printed.out
    assert "fork" in bench.printed.err.lower()


async def test_no_file_grows_beyond_the_disk_space(bench: Bench) -> None:
    report = await bench.run("sh", "-c", "head -c 9000000 /dev/zero > /output/f", disk_mib=4)
    assert report.exit_code not in {0, None}
    left = next(bench.folder.glob("*/output/f"))
    assert left.stat().st_size <= 4 * 1024 * 1024


async def test_memory_folders_are_bounded(bench: Bench) -> None:
    said = await shell(
        bench,
        "for d in /tmp /dev/shm; do dd if=/dev/zero of=$d/x bs=1048576 count=100 2>/dev/null; "
        "wc -c < $d/x; rm $d/x; done",
        memory_mib=512,
    )
    for size in said.split():
        assert 0 < int(size) <= 64 * 1024 * 1024


async def test_a_program_may_end_itself_in_peace(bench: Bench) -> None:
    script = "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"
    report = await bench.run_and_stop("sh", "-c", script, grace_seconds=10)
    assert report.exit_code == 0
    assert bench.printed.out == "up\nbye\n"


async def test_a_program_that_will_not_end_is_ended(bench: Bench) -> None:
    script = "trap '' TERM; echo up; while :; do sleep 0.05; done"
    report = await bench.run_and_stop("sh", "-c", script, grace_seconds=0.3)
    assert report.exit_code == 137


async def test_nothing_that_was_printed_is_missing(bench: Bench) -> None:
    script = "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done"
    await bench.run("sh", "-c", script)
    lines = bench.printed.out.splitlines()
    assert lines == [f"line {index}" for index in range(20000)]


async def test_background_processes_end_with_the_task(bench: Bench) -> None:
    async with asyncio.timeout(20):
        report = await bench.run("sh", "-c", "sleep 1000 & echo started")
    assert report.outcome is AttemptOutcome.SUCCEEDED


async def test_processor_time_and_memory_are_counted(bench: Bench) -> None:
    script = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done; sleep 1.5"
    report = await bench.run("sh", "-c", script, cpu_millicores=2000)
    assert report.cpu_milliseconds > 50
    assert report.memory_peak_mib > 0
