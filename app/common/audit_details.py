"""What the audit log knows of an act besides, in words for people.

The log has fields of the wire and members of its enums, as they were sent: that is what is
exported. The words here are English; `sentences.label` has them in other languages.
"""

from collections.abc import Callable, Mapping
from typing import Final

from app.common.sentences import label

#: What the audit log has for a secret that was given.
SET: Final = "(set)"
#: Fields whose names do not say by themselves what they are.
_NAMES: Final[Mapping[str, str]] = {
    "amount_mcpt": "amount",
    "endpoint_host": "address",
    "hub_key_url": "hub's key from",
    "key_fingerprint": "fingerprint",
    "network4": "IPv4 network",
    "network6": "IPv6 network",
    "session_ids": "sessions",
    "task_ids": "tasks",
    "ttl_seconds": "seconds it is good for",
    "uses_max": "uses",
}
_ENUMS: Final = frozenset({"continent", "priority", "role", "state"})


def detail_words(name: str, value: str, locale: str, cpt: Callable[[int], str]) -> tuple[str, str]:
    """The field `name` and its value as people say them; `cpt` writes an amount of milli-CPT."""
    named = label(_NAMES.get(name, name.replace("_", " ")), locale)
    if name == "amount_mcpt" and value.removeprefix("-").isdecimal():
        return named, cpt(int(value))
    if value == SET:
        return named, label("was set", locale)
    if value in ("true", "false"):
        return named, label({"true": "yes", "false": "no"}[value], locale)
    if name in _ENUMS:
        # What the member belongs to says nothing that the name of the field does not.
        text = value.rpartition(f"{name.upper()}_")[2].replace("_", " ")
        return named, label(text.title() if name == "continent" else text.lower(), locale)
    return named, value
