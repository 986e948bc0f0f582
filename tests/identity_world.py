"""People, machines and money of one pool on a real store, and a real TLS server before them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import grpc.aio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.client.channel import MasterAddress, open_channel
from app.common.clock import SystemClock
from app.common.errors import HiveMindError
from app.common.ids import SystemIds
from app.common.node_facts import Capabilities
from app.common.vocabulary import IsolationClass, Role
from app.master.basis import Basis
from app.master.identity.sessions import SignedIn
from app.master.identity_parts import IdentityParts, build_identity
from app.master.pool.applications import Application
from app.master.pool.join_tokens import TokenOrder
from app.master.pool.registry import Node
from app.master.rpc.server import RpcServer
from app.master.settings import Settings
from app.master.store.engine import Engines, open_engines, sqlite_url
from app.master.store.migrations import migrate
from app.master.store.reader import PooledReader
from app.master.store.writer import GroupCommitWriter
from app.master.tasks.requirements import Location
from tests.sources import ManualClock

PASSWORD = "nine purple lamps"


@dataclass
class IdentityWorld:
    """The parts as the master builds them. Its clock stands still at the time of the start."""

    clock: ManualClock
    writer: GroupCommitWriter
    reader: PooledReader
    parts: IdentityParts
    engines: Engines
    changed_nodes: list[str]

    async def user(self, name: str, role: Role = Role.USER, password: str = PASSWORD) -> str:
        """Make a user; their id."""
        users = self.parts.users
        candidate = await users.candidate(name, password)
        made = await self.writer.run(lambda tx: users.create(tx, candidate, role))
        users.created(role)
        return made.user.id

    async def sign_in(self, name: str, password: str = PASSWORD) -> SignedIn:
        return await self.parts.sessions.sign_in(name, password)

    async def token_of(self, name: str, role: Role = Role.USER) -> str:
        """An access token of a new user."""
        await self.user(name, role)
        return (await self.sign_in(name)).access.text

    async def join_token(self, owner_id: str, uses_max: int = 1, ttl_seconds: int = 0) -> str:
        """The credential of a new join token."""
        order = TokenOrder(owner_id, owner_id, ttl_seconds=ttl_seconds, uses_max=uses_max)
        tokens = self.parts.join_tokens
        row = await self.writer.run(lambda tx: tokens.create(tx, order))
        return tokens.text(row.id).partition("-")[2].partition("-")[2]

    async def node(self, key: Ed25519PrivateKey, credential: str = "", name: str = "n1") -> Node:
        return await self.parts.enrolment.register(application(key, credential, name))


_SEEDS = count(1)


def machine_key() -> Ed25519PrivateKey:
    """A key that no other test's machine has."""
    return Ed25519PrivateKey.from_private_bytes(next(_SEEDS).to_bytes(32))


def application(key: Ed25519PrivateKey, credential: str = "", name: str = "n1") -> Application:
    """A machine with a container engine that asks to join."""
    capabilities = Capabilities(4000, 8192, 100_000, 100, isolation=IsolationClass.CONTAINER)
    return Application(
        name, key.public_key().public_bytes_raw(), capabilities, Location(), credential
    )


@asynccontextmanager
async def identity_world(
    folder: Path, clock: ManualClock | None = None, url: str = "", **settings: object
) -> AsyncIterator[IdentityWorld]:
    """A pool in `folder`; opened again there, it is the same pool. `url`: its store's place."""
    clock = clock or ManualClock(SystemClock().now_us())
    engines = open_engines(url or sqlite_url(folder / "hivemind.db"))
    migrate(engines)
    failures: list[HiveMindError] = []
    writer = GroupCommitWriter(engines, failures.append)
    reader = PooledReader(engines)
    writer.start()
    parts = None
    try:
        basis = Basis(
            Settings(data_dir=folder, **settings), clock, SystemIds(clock), writer, reader
        )
        parts = await build_identity(basis, list)
        await parts.enrolment.start()
        changed: list[str] = []
        parts.on_node_changed.append(changed.append)
        yield IdentityWorld(clock, writer, reader, parts, engines, changed)
    finally:
        if parts is not None:
            await parts.stop()
        await writer.stop()
        await reader.stop()
        engines.dispose()
    assert not failures


@asynccontextmanager
async def served(
    world: IdentityWorld, services: list, interceptor: grpc.aio.ServerInterceptor | None = None
) -> AsyncIterator[MasterAddress]:
    """A TLS server on the loopback address with the world's certificate and interceptor."""
    server = RpcServer(
        [interceptor or world.parts.interceptor],
        services,
        world.parts.certificates.served,
    )
    port = await server.start("127.0.0.1", 0)
    try:
        yield MasterAddress("127.0.0.1", port)
    finally:
        await server.stop(0)


def channel_to(world: IdentityWorld, address: MasterAddress) -> grpc.aio.Channel:
    """A channel that trusts the world's CA."""
    return open_channel(address, world.parts.authority.ca_certificate_pem)
