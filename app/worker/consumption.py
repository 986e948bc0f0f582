"""What the pool's own tasks use of this machine: the rest is its owner's."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Consumption:
    """Processor time used so far, and memory held now that nobody else could have."""

    cpu_milliseconds: int = 0
    memory_bytes: int = 0


class Consumer(Protocol):
    """A running program that knows what it uses; `executors.base.Controller` is one."""

    def consumption(self) -> Consumption: ...


class Meter:
    """Adds up what this agent's attempts use, those that have ended among them."""

    def __init__(self) -> None:
        self._ended_milliseconds = 0
        self._running: list[Consumer] = []

    @contextmanager
    def measuring(self, consumer: Consumer) -> Iterator[None]:
        """Count `consumer` in: while inside what it uses, afterwards what it has used."""
        self._running.append(consumer)
        try:
            yield
        finally:
            self._running.remove(consumer)
            self._ended_milliseconds += consumer.consumption().cpu_milliseconds

    def total(self) -> Consumption:
        """Of all attempts since the agent's start. Reads a few small files of the kernel."""
        found = [consumer.consumption() for consumer in self._running]
        return Consumption(
            self._ended_milliseconds + sum(one.cpu_milliseconds for one in found),
            sum(one.memory_bytes for one in found),
        )


def unreclaimable_bytes(stat: Mapping[str, int]) -> int | None:
    """What the kernel's `memory.stat` counts that is no cache of files; None if it says nothing.

    Version 2 of control groups names the processes' own pages "anon", version 1 "rss".
    Shared memory counts too: it is nobody's cache.
    """
    for name in ("anon", "total_rss", "rss"):
        if name in stat:
            return stat[name] + stat.get("total_shmem", stat.get("shmem", 0))
    return None
