"""How far a node is trusted, from its isolation and its record. Pure.

The rule of BOINC's adaptive replication, read for a pool in which the master sees every
outcome: a level is earned by results in a row and lost by a drop, and how high it may
rise depends on what the node confines tasks with. A program's own failure says nothing
about the node.
"""

from dataclasses import dataclass

from app.common.vocabulary import IsolationClass, TrustLevel
from app.master.pool.known_escapes import why_weak

NORMAL_STREAK = 10
HIGH_STREAK = 50
#: Of the attempts a node took, the share it may drop before it falls to low.
DROP_SHARE_MAX = 0.2
DROPS_JUDGED_FROM = 3
_DOUBLED_MAX = 6


@dataclass(frozen=True, slots=True)
class NodeHistory:
    """`good_streak`: results in a row since the last drop or wrong result."""

    isolation: IsolationClass
    good_streak: int
    succeeded: int
    drops: int
    #: Names and versions of what confines tasks.
    engine: str = ""
    wrong_results: int = 0


def initial_trust(isolation: IsolationClass, engine: str = "") -> tuple[TrustLevel, str]:
    """Level and reason of a node that has not worked yet.

    One whose `engine` has known holes is trusted no more than the class below.
    """
    weakness = why_weak(isolation, engine)
    if weakness:
        return TrustLevel.LOW, weakness
    if isolation is IsolationClass.CONTAINER:
        return TrustLevel.NORMAL, "confines tasks in hardened containers"
    if isolation is IsolationClass.SANDBOX:
        return TrustLevel.LOW, "confines tasks in a sandbox, and has no record yet"
    return TrustLevel.LOW, "cannot confine tasks"


def good_results_wanted(wrong_results: int) -> int:
    """Good ones in a row that make up for wrong ones: each time twice as many."""
    return NORMAL_STREAK << min(wrong_results, _DOUBLED_MAX) if wrong_results else 0


def _wrong(wrong_results: int, good: int) -> str:
    if wrong_results == 1:
        return f"gave a wrong result, and {good} good ones since"
    return f"gave {wrong_results} wrong results, and {good} good ones since"


def judge(history: NodeHistory) -> tuple[TrustLevel, str]:
    """Level and reason that `history` earns."""
    taken = history.succeeded + history.drops
    if history.drops >= DROPS_JUDGED_FROM and history.drops > DROP_SHARE_MAX * taken:
        return TrustLevel.LOW, f"dropped {history.drops} of {taken} attempts"
    if history.good_streak < good_results_wanted(history.wrong_results):
        return TrustLevel.LOW, _wrong(history.wrong_results, history.good_streak)
    weak = why_weak(history.isolation, history.engine) != ""
    contained = history.isolation is IsolationClass.CONTAINER
    if contained and not weak and history.good_streak >= HIGH_STREAK:
        return TrustLevel.HIGH, f"{history.good_streak} results in a row without a drop"
    if history.good_streak >= NORMAL_STREAK and (contained or not weak):
        return TrustLevel.NORMAL, f"{history.good_streak} results in a row without a drop"
    return initial_trust(history.isolation, history.engine)
