"""When a tunnel is looked at again, and what is done about one that does not work. Pure."""

from enum import Enum

#: Between two looks at a tunnel that works.
CHECK_SECONDS = 3.0
#: … at one that has just stopped working, and at one that has not worked for long.
FAILING_SECONDS, FAILING_SECONDS_MAX = 0.5, 10.0
#: So many failures in a row, and sessions begin anew; then the device does.
RENEW_AFTER, RESTART_AFTER = 2, 6
#: From here on a restart comes every so many failures: about every five minutes.
RESTART_EVERY = 30
_QUICK = 12


class Repair(Enum):
    """What is tried, the mildest first."""

    NOTHING = "nothing"
    RENEW = "sessions begun anew"
    RESTART = "device restarted"


def repair_after(failures: int) -> Repair:
    """What to try after so many failed looks in a row."""
    if failures == RENEW_AFTER:
        return Repair.RENEW
    if failures in (RESTART_AFTER, RESTART_AFTER * 2):
        return Repair.RESTART
    return Repair.RESTART if failures and failures % RESTART_EVERY == 0 else Repair.NOTHING


def wait_after(failures: int) -> float:
    """Seconds until the next look."""
    if failures == 0:
        return CHECK_SECONDS
    if failures <= _QUICK:
        return FAILING_SECONDS
    return min(FAILING_SECONDS_MAX, FAILING_SECONDS * 2.0 ** min(failures - _QUICK, 10))
