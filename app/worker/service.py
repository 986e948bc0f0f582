"""Builds the agent out of its parts, runs it, and ends it as the system wishes."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import structlog

from app.common.clock import Clock
from app.common.ids import IdSource
from app.common.node_facts import Capabilities
from app.common.stop_signals import STOP_SIGNALS, on_stop_signal
from app.worker.agent import Agent, Outcome
from app.worker.archive_cache import ArchiveCache
from app.worker.capabilities import capacity_of, measure
from app.worker.control import LOOK_SIGNAL, AgentStatus, ControlFolder, Wish
from app.worker.executors.choice import Executors, find_executors, look_for_executors
from app.worker.executors.image_rules import checked_digests
from app.worker.gpus import GpuProbe
from app.worker.identity import IdentityStore, Membership
from app.worker.journal import LeaseJournal
from app.worker.state import WorkerState
from app.worker.telemetry import Telemetry
from app.worker.tunnel.keeper import (
    INTERFACE_DEFAULT,
    TunnelKeeper,
    TunnelStanding,
    TunnelWish,
)
from app.worker.tunnel.link import SwitchingLink

log = structlog.get_logger(__name__)

CACHE_MIB_DEFAULT = 2048
_LOOK_SECONDS = 1.0
_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What `run` and `join` are told."""

    folder: Path
    #: Image for tasks that name none, where there is no sandbox.
    default_image: str = ""
    #: Address of the container engine; empty: look in the usual places.
    engine_url: str = ""
    #: Digests of the images that may run here; none: all may.
    allowed_images: tuple[str, ...] = ()
    cache_mib: int = CACHE_MIB_DEFAULT
    tunnel: TunnelWish = TunnelWish.PREFER
    tunnel_interface: str = INTERFACE_DEFAULT


async def run_worker(
    settings: WorkerSettings, environment: Mapping[str, str], clock: Clock, ids: IdSource
) -> Outcome:
    """Be a worker until told to leave.

    Raises HiveMindError: NO_ISOLATION, CONFIG_INVALID (not joined), STORE_LOCKED.
    """
    async with AsyncExitStack() as stack:
        control = ControlFolder(settings.folder)
        control.acquire()
        stack.callback(control.release)
        store = IdentityStore(settings.folder)
        membership = store.load()
        executors = await executors_of(settings, environment)
        stack.push_async_callback(executors.close)
        gpus = GpuProbe()
        stack.callback(gpus.close)
        capabilities = await asyncio.to_thread(measure, settings.folder, executors, gpus)
        link = await stack.enter_async_context(
            SwitchingLink(membership.identity, clock, ids, membership.identity.address, store.trust)
        )
        keeper = await _open_tunnel(stack, settings, link, membership, clock, ids)
        agent = Agent(
            settings.folder,
            WorkerState(capacity_of(capabilities)),
            LeaseJournal(settings.folder / "leases.journal"),
            executors,
            ArchiveCache(settings.folder / "archives", settings.cache_mib * _MEBIBYTE, link),
            link,
            Telemetry(settings.folder, gpus, clock),
            capabilities,
            clock,
            ids,
        )
        _log_start(membership, capabilities)
        caretaker = asyncio.create_task(
            _look_after(agent, control, membership, keeper), name="caretaker"
        )
        try:
            with _Signals(agent, control):
                return await agent.run()
        finally:
            caretaker.cancel()
            await asyncio.gather(caretaker, return_exceptions=True)


async def _open_tunnel(
    stack: AsyncExitStack,
    settings: WorkerSettings,
    link: SwitchingLink,
    membership: Membership,
    clock: Clock,
    ids: IdSource,
) -> TunnelKeeper | None:
    """What keeps the tunnel, started; None where there shall be none."""
    if settings.tunnel is TunnelWish.OFF:
        return None
    keeper = TunnelKeeper(
        settings.folder,
        settings.tunnel,
        settings.tunnel_interface,
        link,
        membership.identity.address,
        clock,
        ids,
    )
    await keeper.start()
    stack.push_async_callback(keeper.stop)
    running = asyncio.create_task(keeper.run(), name="tunnel keeper")

    async def end() -> None:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    stack.push_async_callback(end)
    return keeper


async def executors_of(
    settings: WorkerSettings, environment: Mapping[str, str], *, required: bool = True
) -> Executors:
    """What this machine can run tasks with.

    Raises HiveMindError(NO_ISOLATION) where it is nothing, unless it is not `required`.
    """
    find = find_executors if required else look_for_executors
    return await find(
        agent_name(settings.folder),
        environment,
        engine_url=settings.engine_url,
        default_image=settings.default_image,
        allowed_images=checked_digests(settings.allowed_images),
    )


def agent_name(folder: Path) -> str:
    """A name for what this agent makes outside its folder: containers, control groups."""
    return "hivemind-" + sha256(os.fsencode(folder.resolve())).hexdigest()[:12]


async def _look_after(
    agent: Agent, control: ControlFolder, membership: Membership, keeper: TunnelKeeper | None
) -> None:
    """Keep the status file true; take wishes where no signal says when."""
    written: AgentStatus | None = None
    while True:
        standing = agent.standing()
        tunnel = keeper.standing if keeper is not None else TunnelStanding()
        status = AgentStatus(
            node_id=membership.identity.node_id,
            name=membership.name,
            master=str(membership.identity.address),
            connected=standing.connected,
            node_state=standing.node_state,
            draining=standing.draining,
            running=standing.running,
            waiting_updates=standing.waiting_updates,
            tunnel=tunnel.state,
            tunnel_used=tunnel.used,
            tunnel_problem=tunnel.problem,
        )
        if status != written:
            with suppress(OSError):
                await asyncio.to_thread(control.write_status, status)
            written = status
        if LOOK_SIGNAL is None:
            _take_wish(agent, control)
        await asyncio.sleep(_LOOK_SECONDS)


def _take_wish(agent: Agent, control: ControlFolder) -> None:
    wish = control.take_wish()
    if wish is Wish.RESUME:
        agent.resume()
    elif wish is not None:
        agent.drain(leave=wish is Wish.DRAIN_AND_LEAVE)


class _Signals:
    """While open, SIGTERM and SIGINT end the agent and SIGUSR1 makes it look for a wish."""

    def __init__(self, agent: Agent, control: ControlFolder) -> None:
        self._agent = agent
        self._control = control
        self._loop = asyncio.get_running_loop()

    def __enter__(self) -> None:
        on_stop_signal(self._agent.shut_down)
        if sys.platform != "win32":
            self._loop.add_signal_handler(signal.SIGUSR1, _take_wish, self._agent, self._control)

    def __exit__(self, *_: object) -> None:
        if sys.platform != "win32":
            for number in (*STOP_SIGNALS, signal.SIGUSR1):
                self._loop.remove_signal_handler(number)


def _log_start(membership: Membership, capabilities: Capabilities) -> None:
    log.info(
        "worker starts",
        node=membership.name,
        master=str(membership.identity.address),
        engine=capabilities.engine,
        isolation=capabilities.isolation.name,
        features=list(capabilities.isolation_features),
        cpu_millicores=capabilities.cpu_millicores,
        memory_mib=capabilities.memory_mib,
        cpu_score=capabilities.cpu_score,
        gpus=len(capabilities.gpus),
    )
