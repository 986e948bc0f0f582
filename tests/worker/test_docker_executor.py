"""What only containers have: images, orphans, an engine that is away."""

from pathlib import Path

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import AttemptOutcome
from app.worker.executors.base import FinalFailure
from app.worker.executors.docker import DockerExecutor, full_name, open_docker
from app.worker.executors.docker_profile import AGENT_LABEL, TASK_LABEL
from tests.docker_engine import DockerEngine
from tests.worker.jobs import TASK_ID, Bench


async def test_python_runs_in_a_container(docker_bench: Bench, docker_python_image: str) -> None:
    docker_bench.files["main.py"] = "import json, sys; print(json.dumps([sys.version_info[0]]))"
    report = await docker_bench.run("python3", "main.py", image=docker_python_image)
    assert report.outcome is AttemptOutcome.SUCCEEDED, docker_bench.printed.err
    assert docker_bench.printed.out == "[3]\n"


async def test_an_unknown_image_is_refused_for_good_or_until_the_registry_answers(
    docker_bench: Bench,
) -> None:
    controller = docker_bench.controller("true", image="localhost:1/none/such:1")
    with pytest.raises(HiveMindError) as refusal:
        await controller.prepare()
    assert refusal.value.reason is Reason.ENGINE_FAILED
    await controller.remove()


async def test_a_command_the_image_does_not_have_is_refused(docker_bench: Bench) -> None:
    controller = docker_bench.controller("no-such-program")
    await controller.prepare()
    with pytest.raises(FinalFailure):
        await controller.start()
    await controller.remove()
    assert await docker_bench.executor.reap() == 0


async def test_containers_of_an_earlier_process_are_ended(
    docker: DockerExecutor, docker_bench: Bench, docker_engine: DockerEngine
) -> None:
    controller = docker_bench.controller("sleep", "1000")
    await controller.prepare()
    await controller.start()
    name = docker.host.agent_name
    (left,) = docker_engine.containers(f"{AGENT_LABEL}={name}")
    assert left["Labels"][TASK_LABEL] == f"{TASK_ID}/1"
    later = await open_docker(docker_engine.url, name)
    assert await later.reap() == 1
    assert docker_engine.containers(f"{AGENT_LABEL}={name}") == []
    await later.close()
    await controller.remove()


async def test_another_agents_containers_are_left_alone(
    docker_bench: Bench, docker_engine: DockerEngine
) -> None:
    controller = docker_bench.controller("sleep", "1000")
    await controller.prepare()
    await controller.start()
    other = await open_docker(docker_engine.url, "hivemind-other")
    assert await other.reap() == 0
    await other.close()
    await controller.remove()


async def test_an_engine_that_is_not_there_is_no_isolation(tmp_path: Path) -> None:
    with pytest.raises(HiveMindError) as refusal:
        await open_docker(f"unix://{tmp_path}/none.sock", "hivemind-none")
    assert refusal.value.reason is Reason.NO_ISOLATION


@pytest.mark.parametrize(
    ("image", "meant"),
    [
        ("alpine", "alpine:latest"),
        ("alpine:3", "alpine:3"),
        ("host:5000/a/b", "host:5000/a/b:latest"),
        ("a@sha256:00", "a@sha256:00"),
    ],
)
def test_an_image_without_a_tag_means_latest(image: str, meant: str) -> None:
    assert full_name(image) == meant
