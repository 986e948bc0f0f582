"""Time as an argument. Nothing outside this module reads a clock."""

import time
from datetime import UTC, datetime
from typing import Protocol

MICROSECONDS = 1_000_000


class Clock(Protocol):
    """Wall time for records, monotonic time for intervals."""

    def now_us(self) -> int:
        """Microseconds since 1970 UTC. May jump when the machine's clock is set."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; never goes back."""
        ...


class SystemClock:
    """The machine's clocks."""

    def now_us(self) -> int:
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        return time.monotonic()


def thread_seconds() -> float:
    """Processor time that the calling thread has used, in seconds."""
    return time.thread_time()


def to_datetime(at_us: int) -> datetime:
    """`at_us` microseconds since 1970 as an aware datetime in UTC."""
    return datetime.fromtimestamp(at_us / MICROSECONDS, UTC)
