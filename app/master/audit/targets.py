"""Who or what is meant by a name in a request, before it is written down.

What is nobody's name is not written: people type passwords into the field for the name,
and whole join tokens where an id is asked for.
"""

import json
import re

from app.common.ids import ALPHABET, ID_LENGTH
from app.common.join_token import is_token_id
from app.master.audit.act import Act, Entry, TargetKind, clipped
from app.master.identity.names import name_key
from app.master.store import Tx
from app.master.store import audit as store

#: Made once: to make one takes longer than to use it.
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
_TASK = re.compile(rf"[{ALPHABET}]{{{ID_LENGTH}}}(-\d{{1,10}})?", re.ASCII)


def look_up(tx: Tx, act: Act) -> tuple[str, str]:
    """Key and name of the target; both empty for none that there is."""
    found: tuple[str, str] | None = None
    match act.kind:
        case _ if not act.target:
            return "", ""
        case TargetKind.USER:
            found = store.user_named(tx, name_key(act.target))
        case TargetKind.NODE:
            found = store.node_named(tx, act.target)
        case TargetKind.TASK if _TASK.fullmatch(act.target):
            found = act.target, ""
        case TargetKind.TOKEN if is_token_id(act.target):
            found = act.target, ""
    if found is None:
        return "", ""
    return f"{act.kind}:{found[0]}", clipped(found[1])


def entry_of(act: Act, target: str = "", target_name: str = "") -> Entry:
    """What a row says of `act`; its target is what `look_up` found."""
    actor, actor_name = act.actor, act.actor_name
    if act.by_target and not actor and act.result == store.DONE:
        actor, actor_name = target, target_name
    return Entry(
        actor=actor,
        actor_name=actor_name,
        action=act.action,
        target=target,
        target_name=target_name,
        details=_JSON.encode(dict(act.details)),
        result=act.result,
        peer=act.peer,
    )
