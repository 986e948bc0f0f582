"""What holds for every executor: the real sandbox, the real engine and the stand-in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.common.invariant import InvariantViolated
from app.common.vocabulary import AttemptOutcome
from app.worker.executors.base import UNPRIVILEGED_ID
from app.worker.executors.bubblewrap import open_bubblewrap
from app.worker.executors.docker import open_docker
from app.worker.executors.fake import FakeExecutor
from tests.docker_engine import SHELL_IMAGE
from tests.parts import require_part
from tests.worker.jobs import Bench, bubblewrap_is_there

#: The same little programs in the words of each executor.
SHELL = {
    "hello": ("sh", "-c", "echo hello; echo oops >&2"),
    "exit 3": ("sh", "-c", "exit 3"),
    "write": ("sh", "-c", "printf made > /output/made.txt"),
    "hang": ("sh", "-c", "echo up; sleep 1000"),
}
FAKE = {
    "hello": ("print", "hello", "error", "oops"),
    "exit 3": ("exit", "3"),
    "write": ("write", "made.txt", "made"),
    "hang": ("print", "up", "hang"),
}


@pytest.fixture(params=["bubblewrap", "docker", "fake"])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    name = f"hivemind-contract-{tmp_path.name}"
    if request.param == "bubblewrap":
        require_part(bubblewrap_is_there(), "no bubblewrap: install the package bubblewrap")
        executor = await open_bubblewrap(name)
    elif request.param == "docker":
        engine = request.getfixturevalue("docker_engine")
        executor = await open_docker(engine.url, name, SHELL_IMAGE)
    else:
        executor = FakeExecutor()
    yield Bench(executor, tmp_path)
    await executor.close()


def words(bench: Bench, program: str) -> tuple[str, ...]:
    return (FAKE if isinstance(bench.executor, FakeExecutor) else SHELL)[program]


async def test_success_is_reported_with_all_that_was_printed(bench: Bench) -> None:
    report = await bench.run(*words(bench, "hello"))
    assert (report.outcome, report.exit_code) == (AttemptOutcome.SUCCEEDED, 0)
    assert (bench.printed.out, bench.printed.err) == ("hello\n", "oops\n")


async def test_another_status_is_the_programs_failure(bench: Bench) -> None:
    report = await bench.run(*words(bench, "exit 3"))
    assert (report.outcome, report.exit_code) == (AttemptOutcome.EXITED_NONZERO, 3)
    assert "3" in report.detail


async def test_what_is_left_in_the_output_folder_is_there(bench: Bench) -> None:
    await bench.run(*words(bench, "write"))
    assert bench.output("made.txt") == "made"


async def test_a_stop_ends_what_would_run_for_ever(bench: Bench) -> None:
    report = await bench.run_and_stop(*words(bench, "hang"), grace_seconds=0.5)
    assert report.outcome is AttemptOutcome.EXITED_NONZERO
    assert report.exit_code is not None
    assert report.exit_code > 128


async def test_removing_ends_what_still_runs_and_may_be_repeated(bench: Bench) -> None:
    controller = bench.controller(*words(bench, "hang"))
    await controller.prepare()
    await controller.start()
    await controller.remove()
    await controller.remove()
    assert await bench.executor.reap() == 0


async def test_removing_what_never_started_is_fine(bench: Bench) -> None:
    controller = bench.controller(*words(bench, "hang"))
    await controller.prepare()
    await controller.remove()
    assert await bench.executor.reap() == 0


async def test_steps_only_grow(bench: Bench) -> None:
    controller = bench.controller(*words(bench, "hello"))
    with pytest.raises(InvariantViolated):
        await controller.start()
    await controller.prepare()
    await controller.remove()
    with pytest.raises(InvariantViolated):
        await controller.start()


async def test_the_folders_go_to_nobody_or_stay_the_agents(bench: Bench) -> None:
    assert bench.executor.owner in {None, (UNPRIVILEGED_ID, UNPRIVILEGED_ID)}


async def test_an_executor_says_what_it_is(bench: Bench) -> None:
    name, _, version = bench.executor.engine.partition(" ")
    assert name in {"bubblewrap", "docker", "fake"}
    assert version
    assert bench.executor.features
