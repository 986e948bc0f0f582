"""What the master tells a node, and the outbox in which it waits for the stream."""

import asyncio
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, TypeAlias

from app.common.errors import Reason
from app.common.vocabulary import NodeState
from app.master.tasks.spec import TaskSpec


class UpdateKind(IntEnum):
    STARTED = 1
    PROGRESS = 2
    ENDED = 3


class StopReason(IntEnum):
    CANCELLED = 1
    FENCED = 2
    TIMED_OUT = 3


class Assign(NamedTuple):
    """Run this attempt of the task."""

    task_id: str
    attempt: int
    spec: TaskSpec
    array_index: int
    array_count: int
    gpu_uuids: tuple[str, ...]


class Stop(NamedTuple):
    """End this attempt."""

    task_id: str
    attempt: int
    reason: StopReason


class Ack(NamedTuple):
    """An update was taken in, or refused for good with a reason code."""

    task_id: str
    attempt: int
    kind: UpdateKind
    refused: str = ""


class LogAck(NamedTuple):
    """Everything before these offsets is kept."""

    task_id: str
    attempt: int
    stdout_offset: int
    stderr_offset: int


@dataclass(frozen=True, slots=True)
class StateChange:
    """The node's own state was changed by an operator."""

    state: NodeState


@dataclass(frozen=True, slots=True)
class HeartbeatChange:
    """Report every so many seconds from now on."""

    seconds: int


@dataclass(frozen=True, slots=True)
class TunnelChange:
    """What there is of an encrypted network, and where the master is in it ("": not there)."""

    offered: bool
    master_address: str
    rotate_key: bool = False
    #: The hub's key changes so many milliseconds from now; 0: it does not.
    hub_key_in_ms: int = 0


Order: TypeAlias = Assign | Stop | Ack | LogAck | StateChange | HeartbeatChange | TunnelChange


class Outbox:
    """Orders to one node, taken out in bundles: what gathers while one is sent goes next.

    `close` ends the stream that drains it.
    """

    def __init__(self) -> None:
        self._orders: list[Order] = []
        self._wake = asyncio.Event()
        self._closed: Reason | None = None

    @property
    def closed_for(self) -> Reason | None:
        """Why the stream is to end; None while it goes on."""
        return self._closed

    def put(self, order: Order) -> None:
        self._orders.append(order)
        self._wake.set()

    def close(self, reason: Reason) -> None:
        """End the stream; the first reason given counts."""
        self._closed = self._closed or reason
        self._wake.set()

    async def take(self) -> list[Order]:
        """All waiting orders, once there are any; empty when the outbox was closed."""
        await self._wake.wait()
        self._wake.clear()
        if self._closed is not None:
            return []
        orders, self._orders = self._orders, []
        return orders
