"""How other commands of this machine reach the running agent: files in its data folder.

`agent.lock` is held as long as the agent lives and `agent.pid` names it. A wish
is written to `wish` and a signal says "look"; where there is no such signal
(Windows) the agent looks every second.
"""

import json
import os
import signal
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from app.common.errors import HiveMindError, Reason
from app.common.files import atomic_write
from app.worker.identity import LOCK, worker_folder

_PID = "agent.pid"
_WISH = "wish"
_STATUS = "status.json"

#: None on Windows.
LOOK_SIGNAL: signal.Signals | None = getattr(signal, "SIGUSR1", None)


class Wish(StrEnum):
    """What another command asks the agent for."""

    DRAIN = "drain"
    DRAIN_AND_LEAVE = "drain-and-leave"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """What `status` shows of a running agent."""

    node_id: str
    name: str
    master: str
    connected: bool
    node_state: str
    draining: bool
    running: int
    waiting_updates: int
    #: Of the tunnel: its state in words ("" without one), whether the worker goes by it.
    tunnel: str = ""
    tunnel_used: bool = False
    tunnel_problem: str = ""


class ControlFolder:
    """The agent's side and the other commands' side of one data folder. All calls block."""

    def __init__(self, folder: Path) -> None:
        self._folder = worker_folder(folder)
        self._lock = FileLock(self._folder / LOCK, mode=0o600)

    def acquire(self) -> None:
        """Become this folder's one agent. Raises HiveMindError(STORE_LOCKED)."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise HiveMindError(
                Reason.STORE_LOCKED,
                f"Another worker uses {self._folder}: stop it, or use another --data-dir.",
            ) from error
        atomic_write(self._folder / _PID, str(os.getpid()).encode())
        (self._folder / _WISH).unlink(missing_ok=True)

    def release(self) -> None:
        """Stop being the agent."""
        for name in (_PID, _STATUS, _WISH):
            (self._folder / name).unlink(missing_ok=True)
        self._lock.release()

    def is_running(self) -> bool:
        """Whether an agent lives here. Only another process may ask."""
        probe = FileLock(self._folder / LOCK, mode=0o600)
        try:
            probe.acquire(timeout=0)
        except Timeout:
            return True
        probe.release()
        return False

    def require_idle(self) -> None:
        """Raises HiveMindError(STORE_LOCKED) where an agent runs."""
        if self.is_running():
            raise HiveMindError(
                Reason.STORE_LOCKED, f"A worker runs with the folder {self._folder}: stop it first."
            )

    def ask(self, wish: Wish) -> None:
        """Tell the running agent. Raises HiveMindError(CONFIG_INVALID) where none runs."""
        if not self.is_running():
            raise HiveMindError(
                Reason.CONFIG_INVALID, f"No worker runs with the data folder {self._folder}."
            )
        atomic_write(self._folder / _WISH, wish.encode())
        if LOOK_SIGNAL is not None:
            with suppress(OSError, ValueError):
                os.kill(int((self._folder / _PID).read_text()), LOOK_SIGNAL)

    def take_wish(self) -> Wish | None:
        """The wish that was left, once."""
        path = self._folder / _WISH
        try:
            wish = Wish(path.read_text())
        except (FileNotFoundError, ValueError):
            wish = None
        path.unlink(missing_ok=True)
        return wish

    def write_status(self, status: AgentStatus) -> None:
        """Leave `status` for whoever asks."""
        atomic_write(self._folder / _STATUS, json.dumps(asdict(status)).encode())

    def read_status(self) -> AgentStatus | None:
        """What the running agent left last, or None."""
        try:
            body: dict[str, Any] = json.loads((self._folder / _STATUS).read_text())
            return AgentStatus(**body)
        except (OSError, ValueError, TypeError):
            return None


def described(status: AgentStatus | None, *, as_json: bool) -> str:
    """The status as people read it, or as one JSON document; None: no worker runs."""
    if as_json:
        body = {} if status is None else asdict(status)
        return json.dumps({"is_running": status is not None, **body}, ensure_ascii=False)
    if status is None:
        return "No worker runs here."
    connection = "connected" if status.connected else "NOT connected"
    draining = ", draining" if status.draining else ""
    return (
        f"{status.name} ({status.node_id})\n"
        f"master   {status.master}, {connection}\n"
        f"state    {status.node_state or 'unknown'}{draining}\n"
        f"tasks    {status.running} running, {status.waiting_updates} to be told\n"
        f"tunnel   {_tunnel(status)}"
    )


def _tunnel(status: AgentStatus) -> str:
    way = ", used" if status.tunnel_used else ", NOT used"
    problem = f": {status.tunnel_problem}" if status.tunnel_problem else ""
    return f"{status.tunnel}{way}{problem}" if status.tunnel else f"none{problem}"
