"""How much one caller may send in streams: so many things and bytes a second.

`CallLimits` counts a call when it begins; a stream may go on for days. What comes faster
than it may is read later: the caller's own connection holds it back meanwhile, and nobody
else waits. Who goes on regardless sends a flood, and the stream is ended.
"""

from collections import OrderedDict
from functools import cache

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.master.rpc.call_limits import BURST_SECONDS, CALLERS_MAX

#: Of one caller and call. Archives and results come far slower: this bounds what is absurd.
BYTES_PER_SECOND = 256 * 1024 * 1024
#: Held back for so long without a pause it is a flood.
FLOOD_SECONDS = 10.0


class _Meter:
    """What one caller has sent, as the moments (monotonic seconds) when it would have been due."""

    __slots__ = ("bytes_due", "held_since", "things_due")

    def __init__(self, now: float) -> None:
        self.things_due = self.bytes_due = now
        #: Since when it has been too fast; None while it is not.
        self.held_since: float | None = None


class StreamLimits:
    """A measure for each caller and call, of all their streams together.

    A message counts as one thing, and each of what it bundles as another.
    """

    def __init__(self, clock: Clock, things_per_second: int) -> None:
        self._clock = clock
        self._rate = things_per_second
        self._meters: OrderedDict[str, _Meter] = OrderedDict()

    def take(self, stream: str, things: int, size_bytes: int) -> float:
        """Count what came; the seconds that pass before it may be handled.

        Raises HiveMindError(RATE_LIMITED, retry_after_seconds=…) for a flood.
        """
        now = self._clock.monotonic()
        meter = self._meters.pop(stream, None) or _Meter(now)
        self._meters[stream] = meter
        if len(self._meters) > CALLERS_MAX:
            self._meters.popitem(last=False)
        # The generic cell rate algorithm (ITU-T I.371), with a burst as its tolerance.
        meter.things_due = max(meter.things_due, now) + things / self._rate
        meter.bytes_due = max(meter.bytes_due, now) + size_bytes / BYTES_PER_SECOND
        if meter.things_due - now <= BURST_SECONDS:
            meter.held_since = None
        elif meter.held_since is None:
            meter.held_since = now
        elif now - meter.held_since > FLOOD_SECONDS:
            raise _flood()
        return max(0.0, max(meter.things_due, meter.bytes_due) - now - BURST_SECONDS)


def things_in(message: Message) -> int:
    """The message, and all that it bundles."""
    return 1 + sum(len(getattr(message, name)) for name in _bundles(message.DESCRIPTOR))


@cache
def _bundles(descriptor: Descriptor) -> tuple[str, ...]:
    return tuple(field.name for field in descriptor.fields if field.is_repeated)


def _flood() -> HiveMindError:
    return HiveMindError(
        Reason.RATE_LIMITED,
        "More messages than this pool reads of one caller: send less, and in bundles.",
        retry_after_seconds=str(BURST_SECONDS),
    )
