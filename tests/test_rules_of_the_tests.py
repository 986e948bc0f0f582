"""The rules in conftest.py and leftovers.py, tried on small test files of their own."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from build_scripts import quality
from tests.sources import ManualClock, SeededIds

ROOT = Path(__file__).resolve().parent.parent

CONFTEST = 'from tests.conftest import *\npytest_plugins = ["tests.leftovers"]\n'


def run_tests(folder: Path, body: str, *, ci: bool = False) -> tuple[int, str]:
    """Run `body` as a test file under the rules; returns pytest's status and output."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(body)
    environment = {**os.environ, "CI": "true" if ci else "", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), str(folder)]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_test_that_leaves_a_task_fails_and_the_task_is_named(tmp_path):
    status, output = run_tests(
        tmp_path,
        "import asyncio\n"
        "async def test_leaves():\n"
        "    asyncio.get_running_loop().create_task(asyncio.sleep(60), name='forgotten-one')\n",
    )
    assert status == 1
    assert "forgotten-one" in output


def test_a_test_that_leaves_a_thread_fails_and_the_thread_is_named(tmp_path):
    status, output = run_tests(
        tmp_path,
        "import threading\n"
        "def test_leaves():\n"
        "    wait = threading.Event().wait\n"
        "    threading.Thread(target=wait, name='forgotten-thread', daemon=True).start()\n",
    )
    assert status == 1
    assert "forgotten-thread" in output


def test_a_task_that_takes_a_while_to_end_is_not_left(tmp_path):
    status, output = run_tests(
        tmp_path,
        "import asyncio\n"
        "async def ends():\n"
        "    try:\n"
        "        await asyncio.Event().wait()\n"
        "    finally:\n"
        "        await asyncio.sleep(0.5)\n"
        "async def test_ends():\n"
        "    task = asyncio.create_task(ends())\n"
        "    await asyncio.sleep(0)\n"
        "    task.cancel()\n",
    )
    assert status == 0, output


def test_a_tidy_test_passes(tmp_path):
    status, output = run_tests(
        tmp_path,
        "import asyncio\n"
        "async def test_tidy():\n"
        "    await asyncio.create_task(asyncio.sleep(0))\n"
        "    await asyncio.to_thread(int)\n",
    )
    assert status == 0, output


SKIPPING = (
    "from tests.parts import require_part\n"
    "def test_needs():\n"
    "    require_part(False, 'no engine: install docker.io')\n"
)


def test_a_missing_part_skips_with_its_reason(tmp_path):
    status, output = run_tests(tmp_path, SKIPPING)
    assert status == 0
    assert "no engine: install docker.io" in output


@pytest.mark.parametrize(
    "body", [SKIPPING, "import pytest\ndef test_it():\n    pytest.skip('no engine: install')\n"]
)
def test_a_missing_part_fails_on_ci(tmp_path, body):
    status, output = run_tests(tmp_path, body, ci=True)
    assert status == 1
    assert "no engine: install" in output


def test_seeded_ids_repeat_and_sort():
    one, two = SeededIds(7), SeededIds(7)
    made = [one.new_id() for _ in range(100)]
    assert made == [two.new_id() for _ in range(100)] == sorted(set(made))
    assert one.secret(16) == two.secret(16)
    assert SeededIds(8).new_id() != made[0]


def test_manual_clock_moves_only_when_told():
    clock = ManualClock()
    before = clock.now_us(), clock.monotonic()
    clock.advance(1.5)
    assert (clock.now_us() - before[0], clock.monotonic() - before[1]) == (1_500_000, 1.5)


def test_each_postgres_database_is_empty(postgres_url):
    address = postgres_url.replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        (tables,) = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone()
    assert tables == 0


def test_tests_of_one_group_share_a_worker(tmp_path):
    """pytest 9.2 with pytest-xdist 3.8 spreads them without a word."""
    (tmp_path / "test_it.py").write_text(
        "import os\n"
        "import pytest\n"
        "@pytest.mark.xdist_group('one')\n"
        "@pytest.mark.parametrize('number', range(6))\n"
        "def test_grouped(number):\n"
        "    print('worker', os.environ['PYTEST_XDIST_WORKER'])\n"
    )
    command = quality.test_command(
        Path(sys.executable), ["-c", str(ROOT / "pyproject.toml"), "-rP"]
    )
    command += ["--rootdir", str(tmp_path), str(tmp_path), "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    workers = {line for line in done.stdout.splitlines() if line.startswith("worker ")}
    assert len(workers) == 1
