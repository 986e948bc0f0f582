"""Tasks in gVisor, where the engine has it: the real one, in a Docker engine of its own."""

import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from app.common.vocabulary import AttemptOutcome
from app.worker.executors.docker import DockerExecutor, open_docker
from app.worker.executors.engine_trial import starts_with
from tests.docker_engine import (
    PYTHON_IMAGE,
    SHELL_IMAGE,
    DockerEngine,
    busybox,
    python_image,
    shell_image,
    start_engine,
    stop_engine,
)
from tests.parts import require_part
from tests.worker import test_hostile_tasks as hostile
from tests.worker.jobs import Bench

#: It sets up no network: on newer kernels the packaged version fails to, and tasks have none.
OPTIONS = "--ignore-cgroups --platform=ptrace --network=none"


@pytest.fixture(scope="module")
def engine() -> Iterator[DockerEngine]:
    """An engine with gVisor, and with a runtime that does not work."""
    require_part(shutil.which("dockerd") is not None, "no Docker engine: install docker.io")
    require_part(shutil.which("runsc") is not None, "no gVisor: install the package runsc")
    folder = Path(tempfile.mkdtemp(prefix="hivemind-docker-"))
    runtimes = {"runsc": f'exec runsc {OPTIONS} "$@"', "broken": "exit 1"}
    options = []
    for name, script in runtimes.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        options.append(f"--add-runtime={name}={path}")
    try:
        engine, process = start_engine(folder, *options)
        try:
            engine.import_image(SHELL_IMAGE, shell_image(busybox()))
            engine.import_image(PYTHON_IMAGE, python_image(busybox()))
            yield engine
        finally:
            stop_engine(folder, process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def bench(engine: DockerEngine, tmp_path: Path) -> AsyncIterator[Bench]:
    executor = await open_docker(engine.url, f"hivemind-{tmp_path.name}", SHELL_IMAGE)
    yield Bench(executor, tmp_path)
    await executor.close()


async def test_a_task_meets_gvisors_kernel(bench: Bench, engine: DockerEngine) -> None:
    assert isinstance(bench.executor, DockerExecutor)
    assert bench.executor.engine.endswith(" (runsc)")
    assert "runsc" in bench.executor.features
    report = await bench.run("sh", "-c", "dmesg; id -u; printf made > /output/made.txt; touch /x")
    assert report.outcome is AttemptOutcome.EXITED_NONZERO
    assert "Starting gVisor" in bench.printed.out
    assert "\n65534\n" in bench.printed.out
    assert bench.output("made.txt") == "made"
    # What was tried at the start is gone.
    assert not engine.has_image("hivemind-trial:1")
    assert engine.containers(f"hivemind.agent={bench.executor.host.agent_name}") == []


async def test_a_stop_ends_a_task_in_gvisor(bench: Bench) -> None:
    report = await bench.run_and_stop("sh", "-c", "echo up; sleep 1000", grace_seconds=0.5)
    assert report.outcome is AttemptOutcome.EXITED_NONZERO


#: What of the hostile tasks is shell alone. Without cgroups, which are ignored here, gVisor counts
#: neither processes nor memory: those that are about them are tried with the other executors.
HOSTILE = (
    hostile.test_all_the_disk,
    hostile.test_a_flood_of_lines,
    hostile.test_a_program_that_wants_roots_rights,
    hostile.test_ignoring_every_signal,
    hostile.test_sleeping_past_the_end_in_the_background,
)

#: Those that speak to the kernel, which is gVisor's own: it lets a program have namespaces and a
#: priority of its own, inside, which are refused elsewhere.
HOSTILE_PYTHON = (
    hostile.test_looking_into_other_processes,
    hostile.test_raw_sockets_and_the_metadata_address,
    hostile.test_writing_outside,
)


@pytest.mark.parametrize("act", HOSTILE, ids=lambda act: act.__name__.removeprefix("test_"))
async def test_a_hostile_task_is_held_in_gvisor(
    bench: Bench, act: Callable[[hostile.Prison], Awaitable[None]]
) -> None:
    await act(hostile.Prison(bench, ""))


@pytest.mark.parametrize("act", HOSTILE_PYTHON, ids=lambda act: act.__name__.removeprefix("test_"))
async def test_a_hostile_program_is_held_in_gvisor(
    bench: Bench, act: Callable[[hostile.Prison], Awaitable[None]]
) -> None:
    await act(hostile.Prison(bench, PYTHON_IMAGE))


async def test_links_in_the_results_of_gvisor_bring_nothing(bench: Bench, tmp_path: Path) -> None:
    await hostile.test_links_in_the_results(hostile.Prison(bench, ""), tmp_path)


async def test_in_gvisor_nothing_is_mounted_or_written_outside(bench: Bench) -> None:
    tried = (
        "mount -t tmpfs none /work",
        "mount -o bind / /work",
        "umount /proc",
        "unshare -m true",
        "chroot / true",
        "mknod /output/d b 8 0",
        "touch /etc/hivemind-hostile",
        "touch /hivemind-hostile",
        "echo b > /proc/sysrq-trigger",
        "hostname evil",
        "cat /proc/kcore",
    )
    script = "; ".join(f"({act}) >/dev/null 2>&1 && echo 'did {act}'" for act in tried)
    report = await bench.run("sh", "-c", f"{script}; echo over")
    assert report.outcome is AttemptOutcome.SUCCEEDED
    assert bench.printed.out.splitlines() == ["over"]


async def test_a_runtime_that_does_not_work_is_found_out(engine: DockerEngine) -> None:
    executor = await open_docker(engine.url, "hivemind-trial", SHELL_IMAGE)
    try:
        machine = json.loads(engine.ask("GET", "/version")[1])["Arch"]
        assert await starts_with(executor.docker, "runc", machine, "hivemind-trial")
        assert not await starts_with(executor.docker, "broken", machine, "hivemind-trial")
        assert not await starts_with(executor.docker, "runc", "pdp11", "hivemind-trial")
    finally:
        await executor.close()
    assert engine.containers("hivemind.agent=hivemind-trial") == []
