"""Who wants to know at once that a session or a node is no longer welcome."""

from collections.abc import Callable
from typing import TypeAlias

from app.common.errors import HiveMindError
from app.master.identity.principal import Principal

OnEnd: TypeAlias = Callable[[HiveMindError], None]


def ending_key(principal: Principal) -> str:
    """What ends together: all the streams of one session, or of one node."""
    return node_key(principal.id) if principal.is_node else session_key(principal.session_id)


def session_key(session_id: str) -> str:
    return f"session:{session_id}"


def node_key(node_id: str) -> str:
    return f"node:{node_id}"


class Endings:
    """Tells each running stream when its caller's proof stops being good.

    A call is checked when it begins; a stream may run for days, so it is told.
    """

    def __init__(self) -> None:
        self._watchers: dict[str, set[OnEnd]] = {}

    def watch(self, principal: Principal, on_end: OnEnd) -> Callable[[], None]:
        """Call `on_end` with the refusal once `principal`'s session or node ends.

        The returned function ends the watch.
        """
        key = ending_key(principal)
        self._watchers.setdefault(key, set()).add(on_end)
        return lambda: self._forget(key, on_end)

    def end(self, key: str, error: HiveMindError) -> None:
        """Tell everybody who watches `key`."""
        for on_end in list(self._watchers.get(key, ())):
            on_end(error)

    def _forget(self, key: str, on_end: OnEnd) -> None:
        watchers = self._watchers.get(key)
        if watchers is None:
            return
        watchers.discard(on_end)
        if not watchers:
            del self._watchers[key]
