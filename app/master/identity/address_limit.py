"""Slowing down an address from which many passwords are guessed, whosever they are."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.master.identity.origin import neighbourhood

#: A class that signs in behind one router is no attack.
BURST = 60
PER_MINUTE = 20
#: People mistype; who fails oftener than that in a while, or asks for more at once, may guess.
UNSUSPECTED = 5
ADDRESSES_MAX = 100_000


@dataclass(slots=True)
class _Bucket:
    left: float
    #: Monotonic seconds of the last refill.
    at: float


class AddressLimit:
    """A bucket of attempts for each address: failed logins, or accounts that are made.

    An attempt is counted when it begins and given back when it was good, so that a
    thousand at once are no way around it. It lives in memory: a restart forgives.
    """

    def __init__(self, clock: Clock, refusal: Callable[[int], HiveMindError]) -> None:
        self._clock = clock
        self._refusal = refusal
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def begin(self, address: str) -> None:
        """Note an attempt. Raises HiveMindError(…, retry_after_seconds=…)."""
        if not address:
            return
        key, now = neighbourhood(address), self._clock.monotonic()
        bucket = self._buckets.pop(key, None) or _Bucket(BURST, now)
        bucket.left = min(BURST, bucket.left + (now - bucket.at) * PER_MINUTE / 60)
        bucket.at = now
        self._buckets[key] = bucket
        if bucket.left < 1:
            raise self._refusal(math.ceil((1 - bucket.left) * 60 / PER_MINUTE))
        bucket.left -= 1
        if len(self._buckets) > ADDRESSES_MAX:
            self._buckets.popitem(last=False)

    def is_suspect(self, address: str) -> bool:
        """Whether so many attempts from there failed, or are not decided yet, that it may guess."""
        bucket = self._buckets.get(neighbourhood(address)) if address else None
        return bucket is not None and bucket.left < BURST - UNSUSPECTED

    def give_back(self, address: str) -> None:
        """The attempt was right, or was not answered: it does not count."""
        bucket = self._buckets.get(neighbourhood(address)) if address else None
        if bucket is not None:
            bucket.left = min(BURST, bucket.left + 1)


def too_many_logins(seconds: int) -> HiveMindError:
    """The refusal of a login from an address that guesses."""
    return HiveMindError(
        Reason.LOGIN_DELAYED,
        f"Too many failed logins from this address: wait {seconds} s, then try again.",
        retry_after_seconds=str(seconds),
    )


def too_many_accounts(seconds: int) -> HiveMindError:
    """The refusal of an account to an address that makes one after the other."""
    return HiveMindError(
        Reason.OVERLOADED,
        f"Too many accounts were made from this address: wait {seconds} s, then try again.",
        retry_after_seconds=str(seconds),
    )
