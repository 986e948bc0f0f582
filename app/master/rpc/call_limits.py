"""How much one caller may ask of the master: calls in a while, and streams at a time."""

import math
from collections import OrderedDict
from collections.abc import Callable

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.master.rpc.places import Places

#: A caller that was quiet may ask for so many seconds' worth at once.
BURST_SECONDS = 4
#: A console follows a handful; a node has one, and for a moment the one before.
STREAMS_MAX = 128
#: Callers that are remembered; who is forgotten starts with a full measure.
CALLERS_MAX = 20_000


class CallLimits:
    """A measure of calls for each caller: a user, a node, or the address of a stranger.

    It is a bucket that refills by `calls_per_second`, so that nobody alone takes all
    the master's time.
    """

    def __init__(self, clock: Clock, calls_per_second: int) -> None:
        self._clock = clock
        self._rate = calls_per_second
        self._full = float(calls_per_second * BURST_SECONDS)
        #: What is left, and since when (monotonic seconds).
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._streams = Places(STREAMS_MAX)

    def take(self, caller: str) -> None:
        """Count one call. Raises HiveMindError(RATE_LIMITED, retry_after_seconds=…)."""
        now = self._clock.monotonic()
        left, at = self._left.pop(caller, (self._full, now))
        left = min(self._full, left + (now - at) * self._rate)
        if left < 1:
            self._left[caller] = (left, now)
            raise _too_many_calls(math.ceil((1 - left) / self._rate))
        self._left[caller] = (left - 1, now)
        if len(self._left) > CALLERS_MAX:
            self._left.popitem(last=False)

    def open_stream(self, caller: str) -> Callable[[], None]:
        """Count one running stream; the function returned ends it.

        Raises HiveMindError(RATE_LIMITED) where the caller has too many.
        """
        return self._streams.take(caller)


def _too_many_calls(seconds: int) -> HiveMindError:
    return HiveMindError(
        Reason.RATE_LIMITED,
        f"More calls at a time than this pool serves one caller: wait {seconds} s.",
        retry_after_seconds=str(seconds),
    )
