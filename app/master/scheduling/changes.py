"""A bounded log of changed slots, so that a cache redoes only what changed since it looked."""

import numpy as np
import numpy.typing as npt

#: Kept entries; a cache that is further behind starts anew, which costs it one full pass.
KEPT = 4096


class ChangeLog:
    """Numbers every change. `since(version)` says which slots changed after it."""

    def __init__(self) -> None:
        self._slots: list[int] = []
        self._first = 0

    @property
    def version(self) -> int:
        """Rises with every change."""
        return self._first + len(self._slots)

    def note(self, slot: int) -> None:
        """Record that `slot` changed."""
        self._slots.append(slot)
        if len(self._slots) > 2 * KEPT:
            self._first += KEPT
            del self._slots[:KEPT]

    def forget(self) -> None:
        """Make every cache start anew."""
        self._first = self.version + 1
        self._slots.clear()

    def since(self, version: int) -> npt.NDArray[np.intp] | None:
        """The slots changed after `version`, maybe with repeats; None: no longer known."""
        if version < self._first:
            return None
        return np.array(self._slots[version - self._first :], dtype=np.intp)
