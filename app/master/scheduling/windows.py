"""How much of each bucket's queue is in memory. Pure.

A bucket's window reaches from its oldest queued task to its horizon; what was
submitted beyond a full window waits in the store until the window runs low. So a
million queued tasks cost the memory of a few thousand.
"""

from dataclasses import dataclass

WINDOW_MAX = 12_288
WINDOW_LOW = 2048


@dataclass(slots=True)
class _Window:
    size: int = 0
    #: Every queued task up to this sequence is in memory.
    horizon: int = 0
    #: The store holds queued tasks beyond the horizon.
    more: bool = False
    loading: bool = False
    #: A task was left to the store while a refill was reading it.
    missed: bool = False


class Windows:
    """One window a bucket, by the bucket's id."""

    def __init__(self) -> None:
        self._windows: dict[int, _Window] = {}
        #: Buckets whose window may be worth a refill.
        self._low: set[int] = set()

    def expect(self, bucket_id: int) -> None:
        """The store has queued tasks of this bucket, and memory none yet."""
        self._windows[bucket_id] = _Window(more=True)
        self._low.add(bucket_id)

    def admits(self, bucket_id: int, sequence: int) -> bool:
        """Whether a new task enters the window; if not, it is left to the store.

        A sequence below the horizon always enters: no refill would find it.
        """
        window = self._windows.setdefault(bucket_id, _Window())
        full = window.more or window.loading or window.size >= WINDOW_MAX
        if full and sequence > window.horizon:
            window.more = window.missed = True
            self._judge(bucket_id, window)
            return False
        window.size += 1
        window.horizon = max(window.horizon, sequence)
        return True

    def returned(self, bucket_id: int) -> None:
        """A task came back from a node."""
        self._windows.setdefault(bucket_id, _Window()).size += 1

    def left(self, bucket_id: int) -> None:
        """A task left the window."""
        window = self._windows[bucket_id]
        window.size -= 1
        self._judge(bucket_id, window)

    def running_low(self) -> list[tuple[int, int]]:
        """(bucket id, horizon) of the windows to refill; each is then marked as loading."""
        found = []
        for bucket_id in sorted(self._low):
            window = self._windows[bucket_id]
            window.loading = True
            window.missed = False
            found.append((bucket_id, window.horizon))
        self._low.clear()
        return found

    def loaded(self, bucket_id: int, last: int | None, count: int, *, more: bool) -> None:
        """A refill brought `count` tasks up to sequence `last`; `more` wait behind them."""
        window = self._windows[bucket_id]
        window.loading = False
        window.size += count
        if last is not None:
            window.horizon = max(window.horizon, last)
        window.more = more or window.missed
        self._judge(bucket_id, window)

    def load_failed(self, bucket_id: int) -> None:
        """A refill came to nothing; it will be tried again."""
        window = self._windows[bucket_id]
        window.loading = False
        self._judge(bucket_id, window)

    def _judge(self, bucket_id: int, window: _Window) -> None:
        if window.more and not window.loading and window.size <= WINDOW_LOW:
            self._low.add(bucket_id)
