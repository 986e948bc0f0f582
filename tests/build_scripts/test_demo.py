"""The demonstration from start to end, and what it says when something is wrong."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from build_scripts.console import Stop
from build_scripts.demo_pool import Processes
from build_scripts.demo_report import Ended
from build_scripts.demo_samples import load_samples
from proto import nodepool_pb2 as pb
from tests.parts import require_part

ROOT = Path(__file__).resolve().parent.parent.parent
SLEEPS = ("-c", "import signal; print('up', flush=True); signal.pause()")


@pytest.mark.timeout(300)
@pytest.mark.xdist_group("demo")
def test_the_demonstration_runs_every_sample_and_the_ledger_verifies():
    require_part(shutil.which("bwrap") is not None, "no bubblewrap: install the package bubblewrap")
    command = [sys.executable, "-m", "build_scripts.demo", "--headless", "--once"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the ledger verifies" in done.stdout


async def test_every_process_is_stopped_at_the_end(tmp_path):
    async with Processes(tmp_path) as processes:
        started = [await processes.start(f"child-{number}", *SLEEPS) for number in range(2)]
        processes.check()
    assert all(process.returncode is not None for process in started)
    for process in started:
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)


async def test_a_process_that_ends_by_itself_is_reported_with_its_log(tmp_path):
    async with Processes(tmp_path) as processes:
        child = await processes.start("child", "-c", "print('no such disk'); exit(4)")
        await child.wait()
        with pytest.raises(Stop, match="child ended with status 4") as stopped:
            processes.check()
    assert "child: no such disk" in stopped.value.sentence


async def test_a_command_that_fails_is_reported_with_its_log(tmp_path):
    async with Processes(tmp_path) as processes:
        with pytest.raises(Stop, match="join ended with status 1"):
            await processes.run("join", "-c", "exit('refused')")


def ended(check: str, **task: object) -> Ended:
    sample = next(sample for sample in load_samples() if sample.check == check)
    return Ended.of(sample, pb.TaskInfo(name=sample.name, price_mcpt=1200, **task))


def test_what_succeeded_and_was_paid_has_no_fault():
    task = ended("word_counts", state=pb.TASK_STATE_SUCCEEDED, charged_mcpt=1200)
    assert task.fault == ""


def test_another_state_than_expected_is_a_fault():
    task = ended("word_counts", state=pb.TASK_STATE_FAILED, detail="ended with status 1")
    assert "failed, expected: succeeded (ended with status 1)" in task.fault


def test_a_failure_that_was_charged_is_a_fault():
    task = ended("refunded", state=pb.TASK_STATE_FAILED, charged_mcpt=1200)
    assert task.fault.endswith("was charged 1.2 CPT, not 0 CPT")
