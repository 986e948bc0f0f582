"""Runs tasks in hardened containers, with Docker or Podman through the same API."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from typing import Any

import aiodocker
import aiohttp

from app.common.errors import HiveMindError, Reason
from app.common.invariant import invariant
from app.common.vocabulary import AttemptOutcome, IsolationClass
from app.worker.attempt_log import LogStream
from app.worker.consumption import Consumption
from app.worker.executors.base import (
    UNPRIVILEGED_ID,
    Controller,
    ExitReport,
    FinalFailure,
    Job,
    Ladder,
    OutputSink,
    Step,
    TemporaryFailure,
    report_exit,
)
from app.worker.executors.docker_facts import (
    engine_name,
    has_init,
    is_podman,
    runtime_of,
    security_features,
    security_options,
    without_runtime,
)
from app.worker.executors.docker_profile import AGENT_LABEL, ContainerHost, container_config
from app.worker.executors.docker_usage import ContainerUsage
from app.worker.executors.engine_trial import starts_with
from app.worker.executors.image_rules import may_fetch, may_run

_ASK_SECONDS = 60.0
_PULL_SECONDS = 600.0
_PROBE_SECONDS = 10.0
_PAUSE_AFTER_CAP_SECONDS = 0.004
_OUTPUT_SECONDS = 5.0
_NOT_FOUND = 404
_CONFLICT = 409
_SERVER_ERROR = 500

#: What a call to the engine can fail with, besides its own refusals.
UNREACHABLE = (aiohttp.ClientError, OSError, TimeoutError)


class DockerExecutor:
    """The container executor of one agent. Made by `open_docker`."""

    isolation = IsolationClass.CONTAINER

    def __init__(
        self,
        docker: aiodocker.Docker,
        engine: str,
        features: tuple[str, ...],
        host: ContainerHost,
        default_image: str,
        allowed_images: frozenset[str] = frozenset(),
    ) -> None:
        self.docker = docker
        self.engine = engine
        self.features = features
        self.host = host
        self.default_image = default_image
        self.allowed_images = allowed_images

    @property
    def owner(self) -> tuple[int, int] | None:
        """As root the folders go to the container's user; else they are the agent's."""
        return (UNPRIVILEGED_ID, UNPRIVILEGED_ID) if _is_root() else None

    def controller(self, job: Job, sink: OutputSink) -> Controller:
        """What runs `job`."""
        return DockerController(self, job, sink)

    async def reap(self) -> int:
        """End and remove the containers an earlier process of this agent left."""
        label = f"{AGENT_LABEL}={self.host.agent_name}"
        found = await self.docker.containers.list(all=True, filters={"label": [label]})
        for container in found:
            await remove_container(container)
        return len(found)

    async def close(self) -> None:
        """Close the connection."""
        await self.docker.close()


class DockerController:
    """One task in one container."""

    def __init__(self, executor: DockerExecutor, job: Job, sink: OutputSink) -> None:
        self._executor = executor
        self._docker = executor.docker
        self._job = job
        self._sink = sink
        self._ladder = Ladder()
        self._container: Any = None
        self._reading: asyncio.Task[None] | None = None
        self._waiting: asyncio.Task[int] | None = None
        self._usage: ContainerUsage | None = None

    async def prepare(self) -> None:
        """Have the image and create the container. Raises TemporaryFailure, FinalFailure."""
        image = self._job.order.image or self._executor.default_image
        if not image:
            raise FinalFailure(
                "The task names no container image and this node has no default one: "
                "set --default-image, or install bubblewrap."
            )
        # By its id: a name could mean another image by the time the container is made.
        image_id = await self._have_image(image)
        config = container_config(self._job, image_id, self._executor.host)
        try:
            self._container = await self._docker.containers.create(config)
        except aiodocker.DockerError as error:
            raise _failure("create the container", error) from error
        except UNREACHABLE as error:
            raise TemporaryFailure(f"The container engine does not answer: {error}.") from error
        self._ladder.climb(Step.PREPARED)

    async def _have_image(self, image: str) -> str:
        """The id of the image, pulled if need be and if it may be run here."""
        allowed = self._executor.allowed_images
        found = await self._inspect(image)
        if found is None and may_fetch(image, allowed):
            await self._pull(image)
            found = await self._inspect(image)
        if found is None or not may_run(found, allowed):
            raise FinalFailure(
                f"The image {image!r} is not on this node's list: its owner allows certain images."
            )
        return str(found["Id"])

    async def _inspect(self, image: str) -> Mapping[str, Any] | None:
        try:
            found: Mapping[str, Any] = await self._docker.images.inspect(image)
        except aiodocker.DockerError as error:
            if error.status != _NOT_FOUND:
                raise _failure("look for the image", error) from error
            return None
        except UNREACHABLE as error:
            raise TemporaryFailure(f"The container engine does not answer: {error}.") from error
        return found

    async def _pull(self, image: str) -> None:
        try:
            await self._docker.images.pull(full_name(image), timeout=_PULL_SECONDS)
        except aiodocker.DockerError as error:
            if error.status == _NOT_FOUND:
                raise FinalFailure(f"There is no image {image!r}: check its name.") from error
            raise _failure(f"pull the image {image!r}", error) from error
        except UNREACHABLE as error:
            raise TemporaryFailure(f"The image {image!r} could not be pulled: {error}.") from error

    async def start(self) -> None:
        """Start the program; its output is read from its first byte on. Raises FinalFailure."""
        invariant(self._ladder.step is Step.PREPARED, "a container is prepared before its start")
        attached: asyncio.Event = asyncio.Event()
        self._reading = asyncio.create_task(self._read(attached), name="container-output")
        wait_attached = asyncio.create_task(attached.wait(), name="container-attach")
        await asyncio.wait({wait_attached, self._reading}, return_when=asyncio.FIRST_COMPLETED)
        wait_attached.cancel()
        try:
            if self._reading.done():
                self._reading.result()
            await self._container.start()
        except aiodocker.DockerError as error:
            raise FinalFailure(f"The container could not be started: {error.message}") from error
        except UNREACHABLE as error:
            raise FinalFailure(f"The container could not be started: {error}.") from error
        self._waiting = asyncio.create_task(self._wait_for_exit(), name="container-wait")
        self._usage = ContainerUsage(self._container)
        self._ladder.climb(Step.STARTED)

    async def _read(self, attached: asyncio.Event) -> None:
        async with self._container.attach(stdout=True, stderr=True) as stream:
            attached.set()
            while (message := await stream.read_out()) is not None:
                if not self._sink(LogStream(message.stream), message.data):
                    await asyncio.sleep(_PAUSE_AFTER_CAP_SECONDS)

    async def _wait_for_exit(self) -> int:
        """The exit code; a restarted engine is asked again."""
        while True:
            try:
                answer = await self._container.wait()
                return int(answer["StatusCode"])
            except aiodocker.DockerError as error:
                if error.status < _SERVER_ERROR:
                    raise
            except UNREACHABLE:
                pass
            await asyncio.sleep(1)

    async def wait(self) -> ExitReport:
        """Until the container has ended and its output was read to the end."""
        waiting, reading, usage = self._waiting, self._reading, self._usage
        assert waiting is not None
        assert reading is not None
        assert usage is not None
        try:
            exit_code = await asyncio.shield(waiting)
            state = (await self._container.show())["State"]
        except aiodocker.DockerError as error:
            self._ladder.climb(Step.EXITED)
            return ExitReport(
                AttemptOutcome.NODE_LOST, None, f"The container went away: {error.message}"
            )
        finally:
            await usage.stop()
        await asyncio.wait({reading}, timeout=_OUTPUT_SECONDS)
        self._ladder.climb(Step.EXITED)
        return report_exit(
            exit_code,
            out_of_memory=bool(state.get("OOMKilled")),
            cpu_milliseconds=usage.cpu_milliseconds,
            memory_peak_mib=usage.memory_peak_mib,
        )

    async def stop(self, grace_seconds: float) -> None:
        """SIGTERM, then SIGKILL by the engine."""
        waiting = self._waiting
        if waiting is None or waiting.done():
            return
        if grace_seconds > 0:
            with suppress(aiodocker.DockerError, *UNREACHABLE):
                await self._container.kill(signal="SIGTERM")
            await asyncio.wait({waiting}, timeout=grace_seconds)
        if not waiting.done():
            with suppress(aiodocker.DockerError, *UNREACHABLE):
                await self._container.kill(signal="SIGKILL")
            await asyncio.wait({waiting})

    def consumption(self) -> Consumption:
        """What the engine said last."""
        return Consumption() if self._usage is None else self._usage.consumption()

    async def remove(self) -> None:
        """Remove the container, running or not."""
        if self._usage is not None:
            await self._usage.stop()
        if self._container is not None:
            await remove_container(self._container)
            self._container = None
        tasks = [task for task in (self._reading, self._waiting) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._ladder.step < Step.REMOVED:
            self._ladder.climb(Step.REMOVED)


async def remove_container(container: Any) -> None:
    """End and remove `container`; one that is gone or going is as good."""
    try:
        await container.delete(force=True, v=True)
    except aiodocker.DockerError as error:
        if error.status not in {_NOT_FOUND, _CONFLICT}:
            raise TemporaryFailure(f"A container was not removed: {error.message}") from error
    except UNREACHABLE as error:
        raise TemporaryFailure(f"A container was not removed: {error}.") from error


async def open_docker(
    url: str,
    agent_name: str,
    default_image: str = "",
    *,
    relabel: bool = False,
    allowed_images: frozenset[str] = frozenset(),
) -> DockerExecutor:
    """Connect to the engine at `url` ("unix:///run/docker.sock") and look at it.

    Raises HiveMindError(NO_ISOLATION) with the reason where there is none that works.
    """
    async with AsyncExitStack() as stack:
        timeout = aiohttp.ClientTimeout(total=_ASK_SECONDS)
        docker = await stack.enter_async_context(aiodocker.Docker(url=url, timeout=timeout))
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                version = await docker.version()
                info = await docker.system.info()
        except (aiodocker.DockerError, *UNREACHABLE) as error:
            raise HiveMindError(
                Reason.NO_ISOLATION, f"The container engine at {url} does not answer: {error}"
            ) from error
        runtime = runtime_of(info)
        machine = str(version.get("Arch", ""))
        if runtime and not await starts_with(docker, runtime, machine, agent_name):
            info = without_runtime(info, runtime)
        executor = _executor(docker, version, info, agent_name, default_image, relabel=relabel)
        executor.allowed_images = allowed_images
        stack.pop_all()
        return executor


def _executor(
    docker: aiodocker.Docker,
    version: Mapping[str, Any],
    info: Mapping[str, Any],
    agent_name: str,
    default_image: str,
    *,
    relabel: bool,
) -> DockerExecutor:
    podman = is_podman(version)
    is_rootless = any("rootless" in option for option in security_options(info))
    host = ContainerHost(
        user=f"{UNPRIVILEGED_ID}:{UNPRIVILEGED_ID}" if _is_root() else f"{_uid()}:{_gid()}",
        user_namespace="keep-id" if podman and is_rootless else "",
        agent_name=agent_name,
        is_podman=podman,
        has_init=has_init(info),
        relabel=relabel,
        runtime=runtime_of(info),
    )
    name = engine_name(version, info)
    return DockerExecutor(docker, name, security_features(info), host, default_image)


def full_name(image: str) -> str:
    """`image` with the tag that is meant where it names none: the engine would pull them all."""
    _, _, last = image.rpartition("/")
    return image if ":" in last or "@" in last else f"{image}:latest"


def _failure(what: str, error: aiodocker.DockerError) -> HiveMindError:
    sentence = f"The engine could not {what}: {error.message}"
    return TemporaryFailure(sentence) if error.status >= _SERVER_ERROR else FinalFailure(sentence)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _uid() -> int:
    return os.getuid() if hasattr(os, "getuid") else UNPRIVILEGED_ID


def _gid() -> int:
    return os.getgid() if hasattr(os, "getgid") else UNPRIVILEGED_ID
