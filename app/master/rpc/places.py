"""How many answers that go on are given at a time: to one caller, and in all.

Each holds a connection and is told every change, so they are counted apart from the calls.
"""

from collections.abc import Callable

from app.common.errors import HiveMindError, Reason

#: When to ask again: consoles and pages come and go.
RETRY_SECONDS = 10


class Places:
    """Places for streams; 0 in all: as many as callers have."""

    def __init__(self, each_max: int, in_all_max: int = 0) -> None:
        self._each_max = each_max
        self._in_all_max = in_all_max
        self._taken: dict[str, int] = {}
        self._in_all = 0

    def take(self, who: str) -> Callable[[], None]:
        """A place for a stream of `who`; what is returned gives it back, once.

        Raises HiveMindError(RATE_LIMITED, retry_after_seconds=…) where there is none.
        """
        taken = self._taken.get(who, 0)
        if taken >= self._each_max:
            raise HiveMindError(
                Reason.RATE_LIMITED,
                f"More than {self._each_max} streams at a time are not served to one caller: "
                "end some first.",
                retry_after_seconds=str(RETRY_SECONDS),
            )
        if self._in_all_max and self._in_all >= self._in_all_max:
            raise HiveMindError(
                Reason.RATE_LIMITED,
                "All places for streams are taken: try again later.",
                retry_after_seconds=str(RETRY_SECONDS),
            )
        self._taken[who] = taken + 1
        self._in_all += 1
        given: list[str] = [who]
        return lambda: self._give_back(given)

    def _give_back(self, given: list[str]) -> None:
        if not given:
            return
        who = given.pop()
        self._in_all -= 1
        self._taken[who] -= 1
        if not self._taken[who]:
            del self._taken[who]
