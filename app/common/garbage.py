"""Python's collector of cycles: in which thread it runs, and what it need not look at again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """Modules are imported meanwhile: the collector rests, which saves a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


@contextmanager
def collected_here() -> Iterator[None]:
    """Meanwhile cycles are collected where a `Collector` says so, and by this thread at the end.

    Python collects in whichever thread allocates when it is time. A QObject in a cycle would be
    destroyed there: its timers go on in the thread it belongs to, and the next event crashes.
    """
    if not gc.isenabled():
        # Somebody further out does it.
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.enable()


class Collector:
    """Collects when Python would, in the thread that asks; nothing while Python does it itself."""

    def __init__(self) -> None:
        self._since_old = 0
        self._old_left = 0

    def collect_due(self) -> None:
        """Collect the generation that is due, if one is. Costs next to nothing if none is.

        Thresholds are Python's (`gc.set_threshold`), and so is the rule that the oldest generation
        waits until it has grown by a quarter.
        """
        if gc.isenabled():
            return
        young, middle, _ = gc.get_count()
        young_max, middle_max, old_max = gc.get_threshold()
        if young <= young_max:
            return
        if middle <= middle_max:
            gc.collect(0)
            return
        self._since_old += 1
        if self._since_old <= old_max:
            gc.collect(1)
            return
        self._since_old = 0
        old = len(gc.get_objects(generation=2))
        # What was set aside meanwhile is in no generation any more.
        self._old_left = min(self._old_left, old)
        if old - self._old_left <= self._old_left // 4:
            gc.collect(1)
            return
        gc.collect()
        self._old_left = len(gc.get_objects(generation=2))


def set_aside() -> None:
    """Let the collector never look again at what lives now: most of it lives as long as the window.

    A full collection visits every object there is and stops the window meanwhile: with a hundred
    thousand tasks for a quarter of a second. What is set aside is still freed when nobody holds it
    any more; only cycles among it are not found, so the young ones, where garbage is, go first.
    """
    gc.collect(1)
    gc.freeze()
