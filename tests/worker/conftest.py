"""Executors to try things on: each real one where the machine has it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.worker.executors.bubblewrap import BubblewrapExecutor, open_bubblewrap
from app.worker.executors.docker import DockerExecutor, open_docker
from tests.docker_engine import SHELL_IMAGE, DockerEngine
from tests.parts import require_part
from tests.worker.jobs import Bench, bubblewrap_is_there


@pytest.fixture
async def bubblewrap(tmp_path: Path) -> AsyncIterator[BubblewrapExecutor]:
    require_part(bubblewrap_is_there(), "no bubblewrap: install the package bubblewrap")
    executor = await open_bubblewrap(f"hivemind-test-{tmp_path.name}")
    yield executor
    await executor.close()


@pytest.fixture
async def docker(docker_engine: DockerEngine, tmp_path: Path) -> AsyncIterator[DockerExecutor]:
    executor = await open_docker(docker_engine.url, f"hivemind-test-{tmp_path.name}", SHELL_IMAGE)
    yield executor
    await executor.close()


@pytest.fixture
def sandbox_bench(bubblewrap: BubblewrapExecutor, tmp_path: Path) -> Bench:
    return Bench(bubblewrap, tmp_path)


@pytest.fixture
def docker_bench(docker: DockerExecutor, tmp_path: Path) -> Bench:
    return Bench(docker, tmp_path)
