"""A tunnel of the master as it runs: its file, its device, and what looks after both."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from app.common.background import BackgroundTasks
from app.common.clock import Clock
from app.common.errors import HiveMindError
from app.common.vocabulary import VpnState
from app.master.vpn.events import Tell, Told, TunnelEvent
from app.wireguard.choice import Choice
from app.wireguard.configuration import Configuration, parse, render
from app.wireguard.file import read_configuration, write_configuration
from app.wireguard.status import DeviceStatus
from app.wireguard.supervisor import Probe, Standing, Supervisor

log = structlog.get_logger(__name__)

#: Before the file is written again that could not be.
_RETRY_SECONDS = 2.0


class RunningTunnel:
    """Writes the file and has the device follow it.

    Whoever calls what is marked "in turn" holds `turn`. Where the file is `owned`, what it
    says comes from here alone: an edit by hand does not last.
    """

    def __init__(
        self,
        clock: Clock,
        background: BackgroundTasks,
        choose: Callable[[], Choice],
        tell: Tell,
        on_look: Callable[[Standing], None],
    ) -> None:
        self._clock = clock
        self._background = background
        self._choose = choose
        self._tell = tell
        self._on_look = on_look
        self._told = Told()
        self._path = Path()
        self._owned = False
        self._on_disk: Configuration | None = None
        self._supervisor: Supervisor | None = None
        self._running: asyncio.Task[None] | None = None
        self.turn = asyncio.Lock()
        #: Which way is used, and what better ones lack; None while the tunnel is off.
        self.choice: Choice | None = None
        #: What was written last; None: nothing yet.
        self.written: Configuration | None = None

    @property
    def standing(self) -> Standing:
        return self._supervisor.standing if self._supervisor is not None else Standing()

    @property
    def configuration(self) -> Configuration | None:
        """What the tunnel is to be, as far as it is known."""
        return self.standing.configuration or self.written

    async def choose(self) -> None:
        """In turn: find out which way there is."""
        self.choice = await asyncio.to_thread(self._choose)

    async def begin(self, path: Path, probe: Probe | None, *, owned: bool) -> None:
        """In turn, after `choose`: run the tunnel whose file is at `path`."""
        assert self.choice is not None
        await self._halt()
        self._path, self._owned = path, owned
        self._told = Told()
        self._supervisor = Supervisor(path, self.choice.backend, self._clock, probe, self._looked)
        await self._supervisor.look()
        self._running = self._background.start("vpn tunnel", self._supervisor.run())

    async def end(self) -> None:
        """In turn: end the tunnel; its file stays."""
        await self._halt()
        if self._supervisor is not None:
            await self._supervisor.stop()
            self._supervisor = None
        self.written = None

    async def publish(self, path: Path, wanted: Configuration) -> None:
        """In turn: let the tunnel be what is `wanted`."""
        if wanted == self.written:
            return
        await self.write(path, wanted)
        if self._supervisor is not None:
            await self._supervisor.look()

    async def write(self, path: Path, configuration: Configuration) -> None:
        """In turn: until it is on the disk, for a peer that was put out must not stay."""
        while True:
            try:
                await asyncio.to_thread(write_configuration, path, configuration)
            except (HiveMindError, OSError) as error:
                log.error("the tunnel's file cannot be written", error=str(error))  # noqa: TRY400
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                self.written = configuration
                # Comments, and so names, are not read back.
                self._on_disk = parse(render(configuration))
                return

    async def device(self) -> DeviceStatus | None:
        """The device as it is at this moment."""
        if self.choice is None or self._supervisor is None:
            return None
        try:
            return await asyncio.to_thread(self.choice.backend.status, self._path)
        except HiveMindError:
            return None

    async def _halt(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None

    def wake(self) -> None:
        """Look at once."""
        if self._supervisor is not None:
            self._supervisor.wake()

    def _looked(self, standing: Standing) -> None:
        event = self._told.take(
            up=standing.state is VpnState.UP,
            failures=standing.failures,
            repairs=standing.repairs,
        )
        if event is not None:
            self._tell(event, self._path.stem, standing.problem)
        self._on_look(standing)
        told = standing.problem and standing.device is not None
        if self._owned and (told or standing.configuration != self._on_disk):
            self._background.start("vpn file", self._mend())

    async def _mend(self) -> None:
        async with self.turn:
            if self.written is None or self._supervisor is None:
                return
            try:
                same = await asyncio.to_thread(read_configuration, self._path) == self._on_disk
            except HiveMindError:
                same = False
            if not same:
                self._tell(TunnelEvent.FILE_RESTORED, self._path.stem, "")
                await self.write(self._path, self.written)
                self._supervisor.wake()
