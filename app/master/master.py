"""The master: builds its parts, starts and stops them. The only place where they are wired."""

import asyncio
import os
import socket
from pathlib import Path
from typing import Any

import structlog
from filelock import FileLock, Timeout

from app.common.background import BackgroundTasks
from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.files import own_folder
from app.common.ids import IdSource
from app.common.log_ring import LogRing
from app.master import recovery
from app.master.audit.act import first_admin, tunnel_act
from app.master.audit.log import AuditLog
from app.master.basis import Basis
from app.master.events import EventBus
from app.master.identity_parts import IdentityParts, build_identity
from app.master.metrics import Metrics
from app.master.pool.announcement import Announcement, local_addresses
from app.master.retention import keep_house, keep_renewed
from app.master.rpc.calls import Calls
from app.master.rpc.server import RpcServer
from app.master.rpc.services import add_services
from app.master.scheduling_parts import SchedulingParts, build_canaries, build_scheduling
from app.master.settings import KEPT_FILE, Settings
from app.master.store.engine import Engines, open_engines, sqlite_url
from app.master.store.errors import StoreFailed
from app.master.store.migrations import migrate
from app.master.store.reader import PooledReader
from app.master.store.writer import GroupCommitWriter
from app.master.vpn.events import TunnelEvent
from app.master.vpn.hub import MasterTunnel
from app.master.vpn.key_ages import KeyAges
from app.master.web.server import HttpServer
from app.wireguard.configuration import Endpoint

log = structlog.get_logger(__name__)

#: By one of these a data folder is known as a master's.
DATA_FILES = ("master.lock", "pool.sqlite3")
#: Given to running calls when the master stops; streams of nodes end at once.
RPC_GRACE_SECONDS = 2.0


class Master:
    """One pool's master in the running loop.

    `start` raises HiveMindError if it cannot serve: STORE_LOCKED, PORT_IN_USE,
    STORE_TOO_NEW and so on, and then nothing is left running. `log_ring` is where the
    process's log records go: who may is shown them.
    """

    def __init__(
        self, settings: Settings, clock: Clock, ids: IdSource, log_ring: LogRing | None = None
    ) -> None:
        self._settings = settings
        self._log_ring = log_ring if log_ring is not None else LogRing(clock)
        self._clock = clock
        self._ids = ids
        self._lock: FileLock | None = None
        self._engines: Engines | None = None
        self._writer: GroupCommitWriter | None = None
        self._reader: PooledReader | None = None
        self._identity: IdentityParts | None = None
        self._scheduling: SchedulingParts | None = None
        self._rpc: RpcServer | None = None
        self._http: HttpServer | None = None
        self._announcement: Announcement | None = None
        self._tunnel: MasterTunnel | None = None
        self._background = BackgroundTasks(self._on_death)
        self._broken = asyncio.Event()
        self._serving = False
        self.grpc_address = ""
        self.http_address = ""
        self.ca_pin = ""
        self.setup_code: str | None = None

    @property
    def pool_name(self) -> str:
        return self._settings.pool_name

    @property
    def reachable_address(self) -> str:
        """`grpc_address` as others may name it: of a master on every address one of them."""
        if self._settings.grpc_host not in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            return self.grpc_address
        host = next(iter(local_addresses()), "127.0.0.1")
        return f"{host}:{self.grpc_address.rpartition(':')[2]}"

    @property
    def web_address(self) -> str:
        """What to open in a browser."""
        host, _, port = self.http_address.rpartition(":")
        https = self._http is not None and self._http.https
        if host in ("0.0.0.0", "[::]"):  # noqa: S104 - compared, not bound
            host = next(iter(local_addresses()), "127.0.0.1")
        return f"{'https' if https else 'http'}://{host}:{port}"

    @property
    def failed(self) -> bool:
        """Whether a part died: the process must end, and start anew from the store."""
        return self._broken.is_set()

    @property
    def messages_served(self) -> int:
        """Messages that came since the start: requests, and those of streams (heartbeats)."""
        return self._identity.door.messages_read if self._identity is not None else 0

    async def start(self) -> None:
        """Open the store, bring memory up to it, and serve."""
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def run_until(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, or a part dies."""
        waits = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(self._broken.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def create_admin(self, name: str, password: str) -> None:
        """Make the first admin. Raises HiveMindError if there is one, or the password is weak."""
        identity = self._identity
        if identity is None:
            raise HiveMindError(Reason.SHUTTING_DOWN)
        if not identity.users.setup_needed:
            log.info("there is an admin already", name=name)
            return
        await identity.users.create_admin(name, password)
        await identity.audit_log.write(first_admin(name))
        self.setup_code = None

    async def stop(self) -> None:
        """Stop serving, commit what was taken in, close the store."""
        self._serving = False
        if self._announcement is not None:
            await self._announcement.stop()
        if self._scheduling is not None:
            self._scheduling.attendance.close_all()
        await asyncio.gather(
            *([self._rpc.stop(RPC_GRACE_SECONDS)] if self._rpc is not None else []),
            *([self._http.stop()] if self._http is not None else []),
        )
        if self._tunnel is not None:
            await self._tunnel.stop()
        if self._scheduling is not None and not self.failed:
            await self._scheduling.reports.drain()
        await self._background.stop()
        await self._close_store()
        log.info("master stopped")

    async def _close_store(self) -> None:
        if self._identity is not None:
            await self._identity.audit_log.close()
            await self._identity.stop()
        if self._scheduling is not None:
            await self._scheduling.logs.stop()
        if self._writer is not None:
            await self._writer.stop()
        if self._reader is not None:
            await self._reader.stop()
        if self._engines is not None:
            self._engines.dispose()
        if self._lock is not None:
            self._lock.release()

    async def _start(self) -> None:
        settings = self._settings
        self._lock = locked_data(settings.data_dir)
        folder = settings.data_dir
        url = settings.database_url or sqlite_url(folder / "pool.sqlite3")
        engines = self._engines = open_engines(url)
        await asyncio.to_thread(migrate, engines)
        events = EventBus()
        writer = self._writer = GroupCommitWriter(engines, self._on_store_failed, events.publish)
        writer.start()
        reader = self._reader = PooledReader(engines)
        basis = Basis(settings, self._clock, self._ids, writer, reader, events)
        identity = self._identity = await build_identity(basis, lambda: certificate_names(settings))
        self.setup_code = identity.setup_code
        self.ca_pin = identity.authority.ca_pin
        scheduling = self._scheduling = build_scheduling(basis, identity, self._background)
        tunnel = MasterTunnel(
            basis,
            identity.nodes,
            scheduling.attendance.send,
            self._background,
            identity.vault,
            lambda *told: self._tell_of_tunnel(identity.audit_log, *told),
        )
        identity.on_node_changed.append(tunnel.node_changed)
        await self._restore(reader, identity, scheduling)
        await self._serve(writer, identity, scheduling, tunnel)

    def _tell_of_tunnel(
        self, audit_log: AuditLog, event: TunnelEvent, interface: str, said: str
    ) -> None:
        """Nobody called for it: it is written as the master's own act."""
        log.warning("tunnel event", action=event.value, interface=interface, said=said)
        act = tunnel_act(event.value, interface, said)
        self._background.start("vpn event", audit_log.write(act))

    async def _restore(
        self, reader: PooledReader, identity: IdentityParts, scheduling: SchedulingParts
    ) -> None:
        await identity.enrolment.start()
        live, waiting = await reader.run(recovery.read)
        for node in identity.nodes:
            scheduling.attendance.know(node)
        recovery.restore(scheduling.cluster, live, waiting)
        await reader.run(scheduling.submissions.load)
        log.info("store read", live=len(live), buckets=len(waiting), nodes=len(identity.nodes))

    async def _serve(
        self,
        writer: GroupCommitWriter,
        identity: IdentityParts,
        scheduling: SchedulingParts,
        tunnel: MasterTunnel,
    ) -> None:
        settings = self._settings
        metrics = Metrics(scheduling.cluster, identity.nodes)
        scheduling.on_ends.append(metrics.count_ends)
        services = add_services(settings, self._clock, identity, scheduling, tunnel, self._log_ring)
        self._rpc = RpcServer(
            [identity.interceptor],
            services,
            identity.certificates.served,
        )
        http = self._http = HttpServer(identity.certificates.served)
        http.listen(settings.ui_host, settings.ui_port)
        self.http_address = http.address
        scheduling.start()
        port = await self._rpc.start(settings.grpc_host, settings.grpc_port)
        host = settings.grpc_host
        self.grpc_address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        calls = Calls(identity.door, services)
        events = scheduling.events
        self._background.start(
            "web", http.serve(lambda: self._web_app(calls, events, http, metrics))
        )
        self._tunnel = tunnel
        await tunnel.start(Endpoint(host, port))
        ages = KeyAges(tunnel, self._clock, settings.vpn_key_days)
        self._background.start("vpn keys", ages.run())
        self._background.start("pool gauge", scheduling.gauge.run())
        self.canaries = build_canaries(scheduling, identity.nodes, settings)
        self._background.start("canaries", self.canaries.run())
        self._background.start("audit log", identity.audit_log.run())
        self._background.start("retention", keep_house(writer, identity, scheduling))
        self._background.start(
            "renewal", keep_renewed(identity, self._clock, self._ids, http.renew)
        )
        if settings.announce:
            self._announcement = Announcement(
                identity.pool_id, settings.pool_name, self.ca_pin, settings.grpc_host, port
            )
            self._background.start("announcement", self._announcement.start())
        self._serving = True
        log.info("master serves", grpc=self.grpc_address, web=self.web_address, pid=os.getpid())

    def _web_app(self, calls: Calls, events: EventBus, http: HttpServer, metrics: Metrics) -> Any:
        # Loaded by now, after gRPC served: it takes as long as all the rest of a start.
        from app.master.web.app import WebParts, make_app  # noqa: PLC0415

        settings = self._settings
        return make_app(
            WebParts(
                calls=calls,
                events=events,
                ids=self._ids,
                clock=self._clock,
                pool_name=settings.pool_name,
                archive_bytes_max=settings.artifact_bytes_max,
                grpc_port=int(self.grpc_address.rpartition(":")[2]),
                metrics=metrics.registry,
                ready=lambda: self._serving,
                hosts=tuple(web_names(settings)),
                https=http.https,
                stopping=http.stopping,
            )
        )

    def _on_death(self, name: str, _error: BaseException) -> None:
        log.error("the master ends: a part of it died", part=name)
        self._broken.set()

    def _on_store_failed(self, error: StoreFailed) -> None:
        log.error("the store failed: the master ends", reason=error.message)
        self._broken.set()


def web_names(settings: Settings) -> list[str]:
    """All names and addresses by which a browser may call this master."""
    here = ["localhost", "127.0.0.1", "::1"]
    return [*here, settings.ui_host, *certificate_names(settings)]


def locked_data(data_dir: Path) -> FileLock:
    """The lock on a master's data folder, held; it is released as a context manager too.

    Raises HiveMindError(STORE_LOCKED) while another master has it, (CONFIG_INVALID) for a
    folder with other things in it.
    """
    folder = own_folder(data_dir, DATA_FILES, spared=(KEPT_FILE,))
    lock = FileLock(folder / "master.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise HiveMindError(
            Reason.STORE_LOCKED,
            f"Another master uses the data in {folder}: stop it, or name another folder.",
        ) from error
    return lock


def certificate_names(settings: Settings) -> list[str]:
    """All names and addresses by which this machine may be reached."""
    names = [socket.gethostname(), *local_addresses(), *settings.server_names]
    for host in (settings.grpc_host, settings.ui_host):
        if host not in ("0.0.0.0", "::", "", *names):  # noqa: S104 - compared, not bound
            names.append(host)
    return names
