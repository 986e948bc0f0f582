"""Telling how far something has come."""

from collections.abc import Callable
from typing import TypeAlias

#: Called with the bytes there now and the bytes in all.
Progress: TypeAlias = Callable[[int, int], None]


def no_progress(_done: int, _total: int) -> None:
    """Shows nothing."""
