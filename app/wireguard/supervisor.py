"""Keeps a tunnel what its file says: starts it, verifies it, follows the file, repairs it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import structlog

from app.common.clock import MICROSECONDS, Clock
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import VpnState
from app.wireguard.backends.base import Backend, BackendKind
from app.wireguard.changes import changes
from app.wireguard.configuration import Configuration
from app.wireguard.file import close_to_others, read_configuration
from app.wireguard.repair import Repair, repair_after, wait_after
from app.wireguard.status import DeviceStatus

log = structlog.get_logger(__name__)

PROBE_SECONDS = 1.5
#: Whether something beyond the tunnel answers.
Probe: TypeAlias = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a tunnel does. `problem` is a sentence, "" where there is none."""

    state: VpnState = VpnState.UNSPECIFIED
    problem: str = ""
    device: DeviceStatus | None = None
    configuration: Configuration | None = None
    handshake: bool = False
    answered: bool = False
    failures: int = 0
    #: How often the device was gone, or not what was set, and was made so again.
    repairs: int = 0


class Supervisor:
    """Looks after the tunnel whose file is at `path`.

    A tunnel is up when its device is what the file says, each peer that is dialled (one with
    an endpoint; a hub has none) has a session, and the probe, if there is one, is answered. A
    damaged file is told and changes nothing: what ran goes on.
    """

    def __init__(
        self,
        path: Path,
        backend: Backend,
        clock: Clock,
        probe: Probe | None = None,
        on_change: Callable[[Standing], None] = lambda _: None,
    ) -> None:
        self._path = path
        self._backend = backend
        self._clock = clock
        self._probe = probe
        self._on_change = on_change
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()
        self._wanted: Configuration | None = None
        #: Whether the device was once what the file says: then it is this tunnel's.
        self._ours = False
        self._repairs = 0
        self._standing = Standing(VpnState.STARTING)

    @property
    def standing(self) -> Standing:
        return self._standing

    @property
    def backend(self) -> BackendKind:
        return self._backend.kind

    def wake(self) -> None:
        """Look at once: the file was written, or something was heard."""
        self._wake.set()

    async def run(self) -> None:
        """Look again and again, until cancelled. The tunnel stays as it is then."""
        while True:
            self._wake.clear()
            standing = await self.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_after(standing.failures)):
                    await self._wake.wait()

    async def stop(self) -> None:
        """End the tunnel."""
        async with self._turn:
            await asyncio.to_thread(self._backend.stop, self._path)
            self._tell(Standing())

    async def look(self) -> Standing:
        """One look: read the file, make the device so, verify, repair."""
        async with self._turn:
            problem = await self._read()
            if self._wanted is None:
                self._tell(self._failed(problem or "There is no configuration yet."))
            elif self._backend.kind is BackendKind.EXPORT:
                self._tell(Standing(VpnState.EXPORTED, problem, configuration=self._wanted))
            else:
                await self._keep(self._wanted, problem)
            return self._standing

    async def _read(self) -> str:
        try:
            self._wanted = await asyncio.to_thread(_read_own, self._path)
        except HiveMindError as error:
            return error.message
        return ""

    async def _keep(self, wanted: Configuration, problem: str) -> None:
        before = self._standing
        changed = before.configuration != wanted
        try:
            device = await asyncio.to_thread(self._make_so, wanted, changed)
        except (HiveMindError, OSError) as error:
            self._tell(
                self._failed(str(error.args[0] if isinstance(error, HiveMindError) else error))
            )
            return
        answered = self._probe is None or await self._asked(self._probe)
        if self._probe is not None and answered:
            # The probe itself may have begun the session that is looked for.
            found = await asyncio.to_thread(self._backend.status, self._path)
            device = found if found is not None else device
        handshake = self._has_sessions(wanted, device)
        good = handshake and answered
        self._tell(
            Standing(
                VpnState.UP if good else VpnState.NOT_VERIFIED,
                problem,
                device,
                wanted,
                handshake,
                answered,
                0 if good else before.failures + 1,
                self._repairs,
            )
        )

    def _make_so(self, wanted: Configuration, changed: bool) -> DeviceStatus:
        """The device as it is once it is what `wanted` says. Blocks."""
        repair = repair_after(self._standing.failures)
        if repair is Repair.RESTART:
            self._backend.stop(self._path)
        found = self._backend.status(self._path)
        if found is not None and not self._ours and found.public_key not in ("", wanted.public_key):
            raise HiveMindError(
                Reason.VPN_BACKEND_FAILED,
                f"A tunnel {self._path.stem} with another key runs here already: end it, or "
                "choose another name.",
            )
        if found is None or changed or repair is not Repair.NOTHING or changes(wanted, found):
            if found is not None or self._standing.device is not None:
                log.info("tunnel set anew", tunnel=self._path.stem, repair=repair.value)
            if self._ours and not changed and repair is Repair.NOTHING:
                self._repairs += 1
            self._backend.apply(self._path, wanted, anew=repair is Repair.RENEW)
            found = self._backend.status(self._path)
        if found is None or changes(wanted, found):
            raise HiveMindError(
                Reason.VPN_BACKEND_FAILED,
                "WireGuard took the configuration, but the tunnel is not what it says.",
            )
        self._ours = True
        return found

    def _has_sessions(self, wanted: Configuration, device: DeviceStatus) -> bool:
        now_s = self._clock.now_us() // MICROSECONDS
        known = [device.peers.get(peer.public_key) for peer in wanted.peers if peer.endpoint]
        return all(peer is not None and peer.verified(now_s) for peer in known)

    async def _asked(self, probe: Probe) -> bool:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                return await probe()
        except (TimeoutError, OSError):
            return False

    def _failed(self, problem: str) -> Standing:
        before = self._standing
        return Standing(
            VpnState.BROKEN,
            problem,
            None,
            self._wanted,
            failures=before.failures + 1,
            repairs=self._repairs,
        )

    def _tell(self, standing: Standing) -> None:
        before, self._standing = self._standing, standing
        if (before.state, before.problem) != (standing.state, standing.problem):
            log.info(
                "tunnel",
                tunnel=self._path.stem,
                state=standing.state.name.lower(),
                backend=self._backend.kind.value,
                problem=standing.problem,
            )
        self._on_change(standing)


def _read_own(path: Path) -> Configuration:
    close_to_others(path)
    return read_configuration(path)


async def answers(host: str, port: int) -> bool:
    """Whether something at `host` answers on TCP; a refusal is an answer as well."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError:
        return True
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
