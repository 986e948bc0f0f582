"""Which of many keys was not heard of for too long. Pure."""

from collections import OrderedDict


class Deadlines:
    """Keys that expire `timeout` seconds after they were last set.

    All share one timeout, so the order of setting is the order of expiry: every call
    costs the same however many keys there are.
    """

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._set_at: OrderedDict[str, float] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._set_at

    def set(self, key: str, now: float) -> None:
        """Start or restart the key's time at `now`, in seconds; `now` never goes back."""
        self._set_at[key] = now
        self._set_at.move_to_end(key)

    def clear(self, key: str) -> None:
        self._set_at.pop(key, None)

    def expired(self, now: float) -> list[str]:
        """The keys whose time is over, the oldest first; they are forgotten."""
        keys = []
        while self._set_at:
            key, set_at = next(iter(self._set_at.items()))
            if now - set_at < self.timeout:
                break
            del self._set_at[key]
            keys.append(key)
        return keys
