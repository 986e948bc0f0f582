"""Whether a result is believed: when it is run again elsewhere, and what its answers amount to.

Adaptive replication (Anderson, "BOINC: a platform for volunteer computing", J. Grid
Computing 2020, section 3.4): the results of a node that has not shown ten good ones in a
row are always checked, later ones by chance, the more seldom the longer the row. Other
than there a row counts only what was compared, so a node that begins to lie is found
after as many results as its row is long, on average. Pure.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum

from app.common.vocabulary import ResultCheck, TaskState, TrustLevel
from app.master.tasks.state import EndDecision, Fault

#: Right results in a row below which every result of a node is checked.
STREAK_MIN = 10
#: Ends of a task's attempts that may come to no agreement before it is given up.
ANSWERS_MAX = 5


class CheckedTrust(IntEnum):
    """Up to which trust the results of nodes are checked."""

    NOBODY = 0
    LOW = 1
    NORMAL = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A result that nobody has confirmed yet.

    `known`: the answer to a canary task, which was there before it ran: attempt 0 of no node.
    `failed`: it is none, because the program failed where it was to be checked: its node's
    owner had a turn, and it agrees with nothing.
    """

    attempt: int
    node_id: str
    #: "" where nobody owns the node.
    owner_id: str
    digest: str
    exit_code: int | None
    failed: bool = False
    known: bool = False

    def equals(self, other: "Candidate") -> bool | None:
        """Whether both are the same; None: only what the archives hold can tell."""
        if self.failed or other.failed or self.exit_code != other.exit_code:
            return False
        if self.digest == other.digest:
            return True
        return None if self.digest and other.digest else False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an end means for the results of a task: that of the attempt itself, and earlier ones.

    Those not named stay as they are.
    """

    own: ResultCheck = ResultCheck.NONE
    agreed: tuple[Candidate, ...] = ()
    wrong: tuple[Candidate, ...] = ()
    undecided: tuple[Candidate, ...] = ()
    #: What the task goes on with, if it is queued again.
    waiting: tuple[Candidate, ...] = ()
    #: There were as many answers as are asked for, and no two agreed.
    gave_up: bool = False


UNCHECKED = Verdict()


@dataclass(frozen=True, slots=True)
class Standing:
    """What the master knows of the node whose result it is.

    `trust`: its level, or that which it would have without a record, if that is lower.
    `vouched`: the task's owner owns it, or an operator of the pool.
    """

    trust: TrustLevel
    vouched: bool
    #: Results found right in a row.
    valid_streak: int


def believed(standing: Standing, checked: CheckedTrust) -> bool:
    """Whether the node's word needs no confirmation at all."""
    return standing.vouched or standing.trust > checked


def checked_share(valid_streak: int) -> float:
    """The part of a node's results that is checked."""
    return 1.0 if valid_streak < STREAK_MIN else 1.0 / valid_streak


def first_verdict(fresh: Candidate, *, check: bool) -> Verdict:
    """Of a task's first result."""
    return Verdict(ResultCheck.WAITING, waiting=(fresh,)) if check else UNCHECKED


def weigh(
    before: Sequence[Candidate], fresh: Candidate, same: Sequence[bool], *, believed: bool
) -> Verdict:
    """What another result amounts to; `same` tells which of `before` it equals.

    The known answer to a canary task decides. Else two that agree are right, and then the
    other ones are wrong; a result that would have been believed alone decides by itself;
    else all wait on, or are given up.
    """
    if any(one.known for one in before):
        return (
            Verdict(ResultCheck.AGREED) if any(same) else Verdict(ResultCheck.WRONG, (), (fresh,))
        )
    agreed = tuple(one for one, equal in zip(before, same, strict=True) if equal)
    others = tuple(one for one in before if one not in agreed and not one.failed)
    if agreed:
        return Verdict(ResultCheck.AGREED, agreed=agreed, wrong=others)
    if believed:
        return Verdict(ResultCheck.NONE, wrong=others)
    if len(before) + 1 >= ANSWERS_MAX:
        return Verdict(ResultCheck.UNDECIDED, undecided=others, gave_up=True)
    return Verdict(ResultCheck.WAITING, waiting=(*before, fresh))


def no_answer(before: Sequence[Candidate], fresh: Candidate) -> Verdict:
    """The program failed where a result was to be checked: neither that result nor this is judged.

    Else a node that is to check could make any task fail.
    """
    if len(before) + 1 >= ANSWERS_MAX:
        others = tuple(one for one in before if not one.failed)
        return Verdict(undecided=others, gave_up=True)
    return Verdict(waiting=(*before, fresh))


def decide(verdict: Verdict, ordinary: EndDecision, answers: int) -> EndDecision:
    """What becomes of the task; `ordinary` is what would without checks.

    `answers`: ends of attempts that were to bring a result, this one included.
    """
    canary = any(one.known for one in verdict.waiting)
    if verdict.waiting and not canary and (ordinary.state.ended or ordinary.fault is Fault.PROGRAM):
        if ordinary.fault is Fault.PROGRAM:
            detail = f"{ordinary.detail} Its result is checked by another node."
        elif answers == 1:
            detail = "It ran once: its result is checked by running it on another owner's node."
        else:
            detail = f"{answers} nodes gave no two equal results: another one decides."
        return EndDecision(TaskState.QUEUED, detail, ordinary.fault, exclude_node=False)
    if verdict.own is ResultCheck.WRONG:
        detail = "Its result is not the known one: the node's record has it."
        return EndDecision(TaskState.FAILED, detail, ordinary.fault, exclude_node=False)
    if verdict.gave_up:
        detail = (
            f"{answers} nodes ran it, and no two results agreed: if it uses chance or the time,"
            " choose how results are compared."
        )
        return EndDecision(TaskState.FAILED, detail, ordinary.fault, exclude_node=False)
    return ordinary


def barred_owners(candidates: Sequence[Candidate]) -> frozenset[str]:
    """Owners whose nodes do not run the task again."""
    return frozenset(one.owner_id for one in candidates if not one.known)


def candidates_to_json(candidates: Sequence[Candidate]) -> str:
    """`candidates` as the store keeps them; "" for none."""
    if not candidates:
        return ""
    return json.dumps([asdict(one) for one in candidates], separators=(",", ":"))


def candidates_from_json(text: str) -> tuple[Candidate, ...]:
    """The inverse of `candidates_to_json`."""
    return tuple(Candidate(**values) for values in json.loads(text)) if text else ()
