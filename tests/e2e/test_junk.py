"""Junk at the port and mutated messages on every call: the master goes on serving."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import psutil
import pytest
import structlog
from google.protobuf.message_factory import GetMessageClass

from app.client.channel import MasterAddress, open_channel
from app.client.errors import to_error
from app.client.node_client import NodeClient
from app.common.clock import SystemClock
from app.common.errors import HiveMindError, Reason
from app.common.ids import SystemIds
from app.common.vocabulary import Role
from app.master.identity.permissions import PERMISSIONS, Permission
from app.master.master import Master
from app.master.rpc.calls import Calls
from app.wireguard.backends.export import ExportBackend
from bench.hostility import CALLS, Mutations, connect_with_junk, send_by_wire
from bench.pool import capabilities, enrol
from proto import nodepool_pb2 as pb
from tests.e2e.conftest import serving, settings_in, signed_in
from tests.e2e.without_a_wire import WithoutAWire
from tests.long_forms import LONG, long_form

CONNECTIONS = long_form(2_000, 100_000)
#: Mutated messages on each call: over TLS, and to its handler as gRPC would give them.
BY_WIRE, WITHOUT_A_WIRE = 40, long_form(300, 20_000)
MESSAGES = long_form(20_000, 1_180_000)
#: So much the process may grow by three quarters of them, after the first quarter.
MEMORY_MIB = 48
AT_ONCE = 100


@pytest.fixture
async def master(tmp_path: Path):
    """A master that counts nobody's calls: here all come from one address."""
    async with serving(settings_in(tmp_path / "data", calls_per_second=1_000_000)) as started:
        yield started


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def test_junk_connections_leave_nothing_and_keep_nobody_out(master: Master) -> None:
    address = MasterAddress.parse(master.grpc_address)
    chance = random.Random(7)
    async with signed_in(master) as admin:
        before = await asyncio.to_thread(open_files)
        for _ in range(CONNECTIONS // AT_ONCE):
            await asyncio.gather(*(connect_with_junk(address, chance) for _ in range(AT_ONCE)))
            assert (await admin.whoami()).username == "admin"
        async with asyncio.timeout(60):
            while await asyncio.to_thread(open_files) > before + 10:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def test_an_oversized_message_is_refused_and_the_connection_goes_on(
    master: Master,
) -> None:
    async with signed_in(master) as admin:
        with pytest.raises(HiveMindError) as caught:
            await admin.users.create("x" * (5 * 1024 * 1024), "nine purple lamps")
        assert caught.value.reason is Reason.MESSAGE_TOO_LARGE
        assert (await admin.whoami()).username == "admin"


async def test_streams_that_are_reset_at_once_cost_nothing(master: Master) -> None:
    async with signed_in(master) as admin:
        for _ in range(20):
            calls = [asyncio.ensure_future(admin.whoami()) for _ in range(100)]
            await asyncio.sleep(0)
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
        assert (await admin.whoami()).username == "admin"


#: They may end the session with which they are made: tried last.
ENDS_SESSIONS = (
    "/nodepool.SessionService/SignOut",
    "/nodepool.SessionService/EndSessions",
    "/nodepool.SessionService/ChangePassword",
    "/nodepool.SessionService/ResetPassword",
    "/nodepool.AdminService/UpdateUser",
)
WORK = "/nodepool.WorkerService/Work"
#: Their names are in no message.
VICTIM, JUDGE = ("victim", "nine purple lamps"), ("judge", "nine purple lamps")


@dataclass
class World:
    """Who sends what, and what the master said to it."""

    mutations: Mutations
    #: Access tokens: for the calls of nodes a node's.
    admin: str
    node: str
    certificate: bytes
    ordinary: tuple[str, ...] = tuple(path for path in CALLS if path not in ENDS_SESSIONS)
    answers: dict[str, Counter[Reason | None]] = field(
        default_factory=lambda: {path: Counter() for path in CALLS}
    )

    def token_for(self, path: str) -> str:
        return self.node if PERMISSIONS[path] is Permission.NODE_WORK else self.admin

    def messages_for(self, path: str) -> list[bytes]:
        """One message; two for a node's stream, which is not heard before it said hello."""
        message = self.mutations.of(GetMessageClass(CALLS[path].input_type))
        if path != WORK:
            return [message]
        hello = pb.WorkerHello(capabilities=capabilities())
        return [pb.WorkerMessage(hello=hello).SerializeToString(), message]


def memory_mib() -> float:
    return psutil.Process().memory_info().rss / 1024**2


@pytest.fixture
async def calls(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Calls]]:
    """What the master makes of its handlers, once it is started. It leaves this machine's network
    alone, whatever the messages say: there is no way here to run a tunnel."""
    made: list[Calls] = []
    monkeypatch.setattr("app.wireguard.choice.all_backends", lambda _: (ExportBackend(),))

    class Kept(Calls):
        def __init__(self, *parts: Any) -> None:
            super().__init__(*parts)
            made.append(self)

    monkeypatch.setattr("app.master.master.Calls", Kept)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield made
    structlog.reset_defaults()


async def mutate_by_wire(master: Master, world: World) -> None:
    """A part of the messages through TLS and gRPC, twenty at a time."""
    address = MasterAddress.parse(master.grpc_address)
    async with open_channel(address, world.certificate) as channel:
        for path in world.ordinary:
            for _ in range(BY_WIRE // 20):
                batch = [one_call(channel, path, world) for _ in range(20)]
                world.answers[path].update(await asyncio.gather(*batch))


async def mutate_without_a_wire(without: WithoutAWire, world: World, times: int) -> None:
    for path in world.ordinary:
        for _ in range(times):
            told = await without.send(path, world.messages_for(path), world.token_for(path))
            world.answers[path][told] += 1


async def end_sessions(master: Master, without: WithoutAWire, world: World) -> None:
    """The calls that may end the session that makes them, which is then begun again."""
    async with AsyncExitStack() as stack:
        for path in ENDS_SESSIONS:
            for _ in range(BY_WIRE):
                told = await without.send(path, world.messages_for(path), world.admin)
                world.answers[path][told] += 1
                try:
                    master._identity.door.authenticator.authenticate(world.admin)
                except HiveMindError:
                    again = await stack.enter_async_context(signed_in(master, *VICTIM))
                    world.admin = await again._session.token()


@pytest.mark.timeout(7200 if LONG else 300)
async def test_mutated_messages_on_every_call_never_fail_the_master(
    calls: list[Calls], master: Master, job: Path
) -> None:
    """Whatever comes is answered or refused: INTERNAL is for faults of the master."""
    clock = SystemClock()
    async with signed_in(master) as admin:
        for name, password in (VICTIM, JUDGE):
            await admin.users.create(name, password, role=Role.ADMIN)
        await admin.users.create("ann", "an unlikely phrase")
        identities = await enrol(admin, {"grpc_address": master.grpc_address}, 2)
        task = await admin.tasks.submit(job)
        certificate = (await admin.info()).ca_certificate_pem.encode()
    async with (
        signed_in(master, *VICTIM) as victim,
        signed_in(master, *JUDGE) as judge,
        NodeClient(identities[0], clock, SystemIds(clock)) as node,
    ):
        ids = [task.task_id, identities[1].node_id]
        tokens = await victim._session.token(), await node._tokens.token()
        world = World(Mutations(random.Random(11), ids), *tokens, certificate)
        without = WithoutAWire(calls[0])
        await mutate_by_wire(master, world)
        await mutate_without_a_wire(without, world, WITHOUT_A_WIRE // 4)
        before = memory_mib()
        await mutate_without_a_wire(without, world, WITHOUT_A_WIRE * 3 // 4)
        grown = memory_mib() - before
        await end_sessions(master, without, world)
        assert (await judge.whoami()).username == JUDGE[0]
    told = world.answers
    assert not [path for path in CALLS if told[path][Reason.MASTER_FAILED]]
    # Who sent them may make the calls: messages came past the door, and most calls took some.
    assert not [path for path in CALLS if told[path][Reason.PERMISSION_DENIED]]
    assert len([path for path in CALLS if told[path][None]]) > len(CALLS) / 2
    assert sum(each.total() for each in told.values()) >= MESSAGES
    assert grown < MEMORY_MIB


async def one_call(channel: Any, path: str, world: World) -> Reason | None:
    """The reason of the refusal, or None for an answer."""
    try:
        await send_by_wire(channel, path, world.messages_for(path), world.token_for(path))
    except grpc.aio.AioRpcError as error:
        return to_error(error).reason
    return None
