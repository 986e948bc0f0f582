"""What somebody did or tried to do, as it is written into the audit log. Plain values."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from app.master.store.audit import DONE, MASTER

#: No text in the log is longer.
CHARACTERS_MAX = 200


class TargetKind(StrEnum):
    """What an act is done to. The values begin a target's key."""

    NOTHING = ""
    USER = "user"
    NODE = "node"
    TASK = "task"
    TOKEN = "token"  # noqa: S105 - the word, not one of them


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `target` is as the caller named it; it is looked up before it is written."""

    actor: str
    actor_name: str
    action: str
    peer: str
    kind: TargetKind = TargetKind.NOTHING
    target: str = ""
    details: tuple[tuple[str, str], ...] = ()
    result: str = DONE
    #: Whose act it is shows only in what it led to: signing in, registering.
    by_target: bool = False


class Entry(NamedTuple):
    """An act with its target looked up: what a row says, in the order of its columns."""

    actor: str
    actor_name: str
    action: str
    target: str
    target_name: str
    details: str
    result: str
    peer: str
    times: int = 1


def clipped(text: str) -> str:
    """`text` on one line, and no longer than the log takes."""
    shown = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    return shown if len(shown) <= CHARACTERS_MAX else shown[: CHARACTERS_MAX - 1] + "…"


def tunnel_act(action: str, interface: str, said: str) -> Act:
    """The tunnel called `interface` did something by itself."""
    details = [("interface", interface), ("said", clipped(said))]
    return Act(MASTER, MASTER, action, "", details=tuple(each for each in details if each[1]))


def first_admin(name: str) -> Act:
    """The first admin was made at the machine itself, without a call."""
    return Act(MASTER, MASTER, "Master/CreateFirstAdmin", "", TargetKind.USER, name)
