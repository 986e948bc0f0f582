"""Slowing down whoever guesses a password, without ever locking its owner out for good."""

import math
from collections import OrderedDict
from dataclasses import dataclass

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason

FREE_FAILURES = 5
DELAY_SECONDS_MAX = 15 * 60.0
#: An account left alone for so long starts afresh.
FORGOTTEN_AFTER_SECONDS = 3600.0
ACCOUNTS_MAX = 100_000


@dataclass(slots=True)
class _Record:
    failures: int
    #: Monotonic seconds.
    open_at: float
    last_at: float


class LoginThrottle:
    """Counts failed logins by account name, whether the account exists or not.

    The first five cost nothing; after the fifth the next attempt waits 1 s, and twice
    as long after each further one, up to 15 minutes. It lives in memory: a restart
    forgives. An attempt counts as failed when it begins, so that a thousand at once
    are no way around it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def begin(self, name_key: str) -> None:
        """Note an attempt. Raises HiveMindError(LOGIN_DELAYED, retry_after_seconds=…)."""
        now = self._clock.monotonic()
        record = self._records.pop(name_key, None)
        if record is None or now - record.last_at > FORGOTTEN_AFTER_SECONDS:
            record = _Record(failures=0, open_at=now, last_at=now)
        self._records[name_key] = record
        if now < record.open_at:
            raise _delayed(record.open_at - now)
        record.failures += 1
        record.last_at = now
        record.open_at = now + delay_seconds(record.failures)
        if len(self._records) > ACCOUNTS_MAX:
            self._records.popitem(last=False)

    def succeeded(self, name_key: str) -> None:
        """The attempt was right: forget the failures."""
        self._records.pop(name_key, None)

    def undo(self, name_key: str) -> None:
        """The attempt was not answered, so it does not count."""
        record = self._records.get(name_key)
        if record is not None:
            record.failures = max(0, record.failures - 1)
            record.open_at = self._clock.monotonic()


def delay_seconds(failures: int) -> float:
    """How long the next attempt waits after so many failures in a row."""
    if failures < FREE_FAILURES:
        return 0.0
    return min(DELAY_SECONDS_MAX, 2.0 ** min(failures - FREE_FAILURES, 30))


def _delayed(seconds: float) -> HiveMindError:
    whole = math.ceil(seconds)
    return HiveMindError(
        Reason.LOGIN_DELAYED,
        f"Too many failed logins for this name: wait {whole} s, then try again.",
        retry_after_seconds=str(whole),
    )
