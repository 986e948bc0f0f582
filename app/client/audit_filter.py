"""Which acts of the audit log are wanted. No gRPC: the command line's help must not wait for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

#: The result of an act that was done.
DONE = "OK"


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which acts are wanted; empty means any. From `since` to before `until`.

    `actor` and `target` are names or ids; `refused`: only what was not done.
    """

    actor: str = ""
    target: str = ""
    actions: Collection[str] = ()
    results: Collection[str] = ()
    refused: bool = False
    since: datetime | None = None
    until: datetime | None = None


#: Everything.
ALL = AuditFilter()
