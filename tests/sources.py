"""Time and ids a test decides: `Clock` and `IdSource` that move only when told."""

import random

from app.common.clock import MICROSECONDS
from app.common.ids import ID_LENGTH, encode_base32

#: 2026-01-01 00:00:00 UTC.
START_US = 1_767_225_600 * MICROSECONDS


class ManualClock:
    """A clock that stands still until `advance` moves it.

    Starts at `now_us` microseconds since 1970 UTC; its monotonic time starts at 1000 s.
    """

    def __init__(self, now_us: int = START_US) -> None:
        self._now_us = now_us
        self._elapsed_us = 1000 * MICROSECONDS

    def now_us(self) -> int:
        return self._now_us

    def monotonic(self) -> float:
        return self._elapsed_us / MICROSECONDS

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass, on the wall and on the monotonic clock."""
        if seconds < 0:
            raise ValueError("time does not go back: use set_wall to set the wall clock")
        step_us = round(seconds * MICROSECONDS)
        self._now_us += step_us
        self._elapsed_us += step_us

    def set_wall(self, now_us: int) -> None:
        """Set the wall clock alone, as an administrator does. It may go back."""
        self._now_us = now_us


class SeededIds:
    """Ids that count up and secrets drawn from `seed`: the same ones in every run."""

    def __init__(self, seed: int | str = 0) -> None:
        self._random = random.Random(f"ids:{seed}")
        self._count = 0

    def new_id(self) -> str:
        self._count += 1
        return encode_base32(self._count << 80 | self._random.getrandbits(80), ID_LENGTH)

    def secret(self, size_bytes: int) -> bytes:
        return self._random.randbytes(size_bytes)
