"""Refusals that repeat: the first is written at once, the others are counted.

Whoever is refused may come again a thousand times a second. An equal refusal within a
window adds to a count, and the count becomes one row when the window is over. What
differs too much to be told apart is counted together, so the windows are bounded. Pure.
"""

from dataclasses import dataclass

from app.master.audit.act import Entry

#: How long equal refusals are counted together.
WINDOW_SECONDS = 600.0
#: Refusals told apart within their windows.
WINDOWS_MAX = 1000


@dataclass(slots=True)
class _Window:
    ends: float
    entry: Entry
    more: int = 0


class Refusals:
    """The open windows. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._windows: dict[Entry, _Window] = {}

    def take(self, entry: Entry, now: float) -> Entry | None:
        """The entry to write now, or None if it was counted."""
        window = self._windows.get(entry)
        if window is None and len(self._windows) >= WINDOWS_MAX:
            # One of very many: what it was aimed at no longer tells it from others.
            entry = entry._replace(
                actor="", actor_name="", target="", target_name="", details="{}", peer=""
            )
            window = self._windows.get(entry)
        if window is not None and now < window.ends:
            window.more += 1
            return None
        more = window.more if window is not None else 0
        self._windows[entry] = _Window(now + WINDOW_SECONDS, entry)
        return entry._replace(times=1 + more)

    def over(self, now: float) -> list[Entry]:
        """The counts of the windows that are over, which close."""
        ended = [key for key, window in self._windows.items() if now >= window.ends]
        return self._close(ended)

    def close(self) -> list[Entry]:
        """The counts of all windows."""
        return self._close(list(self._windows))

    def _close(self, keys: list[Entry]) -> list[Entry]:
        windows = [self._windows.pop(key) for key in keys]
        return [each.entry._replace(times=each.more) for each in windows if each.more]
