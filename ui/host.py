"""The master that this window hosts: the only module of the console that knows one."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.client.address import MasterAddress
from app.client.trust import pool_with_pin
from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.common.log_output import configure_logs
from app.common.log_ring import LogRing
from app.master.master import Master
from app.master.settings import Settings, keep_settings, load_settings

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


@dataclass(frozen=True, slots=True)
class Choices:
    """What the first start asks: kept in the data folder for every later start."""

    pool_name: str
    grpc_port: int
    ui_port: int


class Host:
    """Starts and stops a master in the running loop, the window's own."""

    def __init__(self, config: Path | None = None, data_dir: Path | None = None) -> None:
        self._config = config
        self._overrides: dict[str, Any] = {"data_dir": data_dir} if data_dir else {}
        self._master: Master | None = None
        self.settings: Settings = self._load()

    @property
    def running(self) -> bool:
        return self._master is not None

    @property
    def address(self) -> str:
        """Where this machine itself reaches the master, "host:port"."""
        host, _, port = self._serving.grpc_address.rpartition(":")
        host = host.strip("[]")
        return str(MasterAddress(_EVERYWHERE.get(host, host), int(port)))

    @property
    def pin(self) -> str:
        """The pin of the pool's authority."""
        return self._serving.ca_pin

    @property
    def needs_admin(self) -> bool:
        """Whether nobody has been made admin yet."""
        return self._serving.setup_code is not None

    @property
    def failed(self) -> bool:
        """Whether a part of the master died: it must be started anew."""
        return self._master is not None and self._master.failed

    @property
    def messages_served(self) -> int:
        """Messages that the master has taken since its start; heartbeats are most of them."""
        return self._master.messages_served if self._master is not None else 0

    @property
    def _serving(self) -> Master:
        if self._master is None:
            raise RuntimeError("no master is running")
        return self._master

    async def start(self) -> None:
        """Start the master. Raises HiveMindError: STORE_LOCKED, PORT_IN_USE, CONFIG_INVALID, …"""
        clock = SystemClock()
        # The console logs in the same process.
        log_ring = LogRing(clock, ignored=("ui", "app.client"))
        configure_logs(self.settings.log_level, log_ring)
        master = Master(self.settings, clock, SystemIds(clock), log_ring)
        await master.start()
        self._master = master

    async def stop(self) -> None:
        """Stop serving; what was taken in is committed first."""
        master, self._master = self._master, None
        if master is not None:
            await master.stop()

    async def choose(self, choices: Choices) -> None:
        """Keep `choices`, and serve by them from now on. Raises as `start`."""
        values: dict[str, str | int] = {
            "pool_name": choices.pool_name,
            "grpc_server_address": f"{self.settings.grpc_host}:{choices.grpc_port}",
            "ui_port": choices.ui_port,
        }
        await asyncio.to_thread(keep_settings, self.settings.data_dir, values)
        await self.stop()
        self.settings = self._load()
        await self.start()

    async def create_admin(self, name: str, password: str) -> None:
        """Make the first admin. Raises HiveMindError(WEAK_PASSWORD, INVALID_FIELD)."""
        await self._serving.create_admin(name, password)

    async def certificate(self) -> bytes:
        """The certificate (PEM) of the pool's authority, asked of the master itself."""
        info = await pool_with_pin(MasterAddress.parse(self.address), self.pin)
        return info.ca_certificate_pem.encode()

    def _load(self) -> Settings:
        return load_settings(self._config, **self._overrides)
