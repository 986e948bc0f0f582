"""Domain events, published after the commit that made them true."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class TaskChanged:
    """Something a person sees of a task is different now."""

    sequence: int
    array_id: str
    task_id: str
    owner_id: str
    #: Only in memory, so not to be had by reading the task again; None if unchanged.
    progress_percent: int | None = None


@dataclass(frozen=True, slots=True)
class NodeChanged:
    """Something a person sees of a node is different now."""

    node_id: str


@dataclass(frozen=True, slots=True)
class NodeHeard:
    """A node told its load: nothing else of it changed."""

    node_id: str


@dataclass(frozen=True, slots=True)
class PoolMeasured:
    """The pool's numbers are new: `PoolGauge.now`."""


@dataclass(frozen=True, slots=True)
class LogGrew:
    """An attempt printed something, or its log is complete."""

    task_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    """Money was moved to or from a user's account, held or given back."""

    user_id: str


Event: TypeAlias = TaskChanged | NodeChanged | NodeHeard | PoolMeasured | LogGrew | BalanceChanged
Listener: TypeAlias = Callable[[Event], None]


class EventBus:
    """Calls every listener with every event, on the loop, in the order of publication.

    Listeners only take notes: they must be quick and must not raise.
    """

    def __init__(self) -> None:
        self._listeners: dict[int, Listener] = {}
        self._next_key = 0

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` from now on; the returned function ends that."""
        key = self._next_key
        self._next_key += 1
        self._listeners[key] = listener
        return lambda: self._listeners.pop(key, None) and None

    @property
    def heard(self) -> bool:
        """Whether anybody listens; else nothing needs to be made for them."""
        return bool(self._listeners)

    def publish(self, events: Iterable[Event]) -> None:
        if not self._listeners:
            return
        listeners = list(self._listeners.values())
        for event in events:
            for listener in listeners:
                listener(event)
