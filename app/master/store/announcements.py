"""What a unit of work has to tell once it is committed, and never if it is undone.

For what every path to a commit would else have to remember: whoever moves money need not know who
watches a balance.
"""

from collections.abc import Hashable

from app.master.store import Tx

_KEY = "hivemind announcements"


def announce(tx: Tx, event: Hashable) -> None:
    """Have the writer tell `event` after the commit; outside a writer's unit nobody listens."""
    waiting = tx.info.get(_KEY)
    if waiting is not None:
        waiting.append(event)


def begin_unit(tx: Tx) -> None:
    """A unit begins: nothing was announced in it."""
    tx.info[_KEY] = []


def end_unit(tx: Tx) -> list[Hashable]:
    """What the unit that ends has announced."""
    return tx.info.pop(_KEY)  # type: ignore[no-any-return]
