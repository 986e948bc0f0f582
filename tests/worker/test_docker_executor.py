"""What only containers have: images, orphans, an engine that is away."""

from pathlib import Path

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import AttemptOutcome
from app.worker.executors.base import FinalFailure
from app.worker.executors.docker import DockerExecutor, full_name, open_docker
from app.worker.executors.docker_profile import AGENT_LABEL, TASK_LABEL
from app.worker.executors.image_rules import checked_digests
from tests.docker_engine import SHELL_IMAGE, DockerEngine
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


async def test_only_images_on_the_owners_list_run(docker_bench: Bench) -> None:
    executor = docker_bench.executor
    known = await executor.docker.images.inspect(SHELL_IMAGE)
    executor.allowed_images = checked_digests([f"shell@{known['Id']}"])
    report = await docker_bench.run("echo", "allowed")
    assert report.outcome is AttemptOutcome.SUCCEEDED
    executor.allowed_images = checked_digests(["sha256:" + "0" * 64])
    for image in ("", SHELL_IMAGE, str(known["Id"]), "never-heard-of:1"):
        with pytest.raises(FinalFailure, match="not on this node's list"):
            await docker_bench.run("echo", "refused", image=image)
    assert docker_bench.printed.out == "allowed\n"


async def test_a_name_that_means_another_image_by_then_changes_nothing(
    docker_bench: Bench, docker_python_image: str
) -> None:
    """The image that was judged is the one that runs."""
    executor = docker_bench.executor
    images = executor.docker.images
    known = await images.inspect(SHELL_IMAGE)
    await images.tag(SHELL_IMAGE, "moving", tag="latest")
    executor.allowed_images = checked_digests([str(known["Id"])])
    controller = docker_bench.controller("echo", "mine", image="moving:latest")
    try:
        await controller.prepare()
        await images.tag(docker_python_image, "moving", tag="latest")
        container = await controller._container.show()
        assert container["Image"] == known["Id"]
    finally:
        await controller.remove()
        await images.delete("moving:latest")


@pytest.mark.parametrize("text", ["python:3.12", "sha256:12", "", "python@sha1:" + "0" * 64])
def test_a_list_has_digests_and_nothing_else(text: str) -> None:
    with pytest.raises(HiveMindError) as caught:
        checked_digests([text])
    assert caught.value.reason is Reason.CONFIG_INVALID
