"""How long to go on after a lost connection, and how long to wait in between."""

import asyncio
from collections.abc import Collection

from app.common.clock import Clock
from app.common.errors import Category, HiveMindError, Reason
from app.common.ids import IdSource

FIRST_DELAY_SECONDS = 0.2
DELAY_SECONDS_MAX = 5.0

#: Unavailable, but waiting does not help.
_FINAL = {Reason.CERTIFICATE_MISMATCH, Reason.CLOCK_WRONG, Reason.PORT_IN_USE}


def is_passing(error: HiveMindError) -> bool:
    """Whether the same request may well succeed a moment later."""
    if error.reason in (Reason.OVERLOADED, Reason.RATE_LIMITED):
        return True
    return error.reason.category is Category.UNAVAILABLE and error.reason not in _FINAL


class Patience:
    """The retries of one operation.

    Gives up `seconds` after the last progress. Waits double from 0.2 s to 5 s, each
    drawn from its upper half, so that many clients do not come back in step.
    """

    def __init__(self, clock: Clock, ids: IdSource, seconds: float) -> None:
        self._clock = clock
        self._ids = ids
        self._seconds = seconds
        self.progressed()

    @property
    def left_seconds(self) -> float:
        """Until it gives up; negative afterwards."""
        return self._deadline - self._clock.monotonic()

    def progressed(self) -> None:
        """Something got through: begin anew."""
        self._deadline = self._clock.monotonic() + self._seconds
        self._delay = FIRST_DELAY_SECONDS

    async def pause(self, error: HiveMindError, also: Collection[Reason] = frozenset()) -> None:
        """Wait before the next try after `error`, or raise it where trying again is no use.

        `also`: reasons that this operation can overcome by beginning again.
        """
        chance = int.from_bytes(self._ids.secret(2)) / 0xFFFF
        wait_seconds = self._delay * (0.5 + chance / 2)
        hopeless = not is_passing(error) and error.reason not in also
        if hopeless or wait_seconds >= self.left_seconds:
            raise error
        self._delay = min(self._delay * 2, DELAY_SECONDS_MAX)
        await asyncio.sleep(wait_seconds)
