"""What of many rows is shown: those that a test takes and in which every word occurs."""

from collections.abc import Callable, Iterable, Mapping
from itertools import compress
from typing import Generic, TypeVar

RowT = TypeVar("RowT")


class RowFilter(Generic[RowT]):
    """Knows the texts of `rows` by key; they are read when they are needed, and kept.

    `haystacks` gives the texts of many rows, in which words are looked for; where they leave one
    out, `word_test` gives a test of rows that finds it, or None.
    """

    def __init__(
        self,
        haystacks: Callable[[Iterable[RowT]], Iterable[str]],
        word_test: Callable[[str], Callable[[RowT], bool] | None],
    ) -> None:
        self._haystacks = haystacks
        self._word_test = word_test
        self._rows: Mapping[str, RowT] = {}
        self._texts: dict[str, str] = {}
        self._cold: list[str] = []
        self._words: list[tuple[str, Callable[[RowT], bool] | None]] = []
        self._accepts: Callable[[RowT], bool] | None = None

    @property
    def hides(self) -> bool:
        """Whether there is anything that a row must pass."""
        return self._accepts is not None or bool(self._words)

    def set_rows(self, rows: Mapping[str, RowT]) -> None:
        """Look into these from now on."""
        self._rows = rows
        self._texts.clear()
        self._cold = list(rows)

    def set(self, text: str, accepts: Callable[[RowT], bool] | None) -> None:
        """Pass what `accepts` takes and in which every word of `text` occurs."""
        self._words = [(word, self._word_test(word)) for word in text.casefold().split()]
        self._accepts = accepts

    def forget(self, key: str) -> None:
        """The row has changed: its text is another."""
        self._texts.pop(key, None)

    def warm(self, count: int) -> bool:
        """Read the texts of `count` more rows; whether any are left."""
        self._prepare(self._cold[-count:])
        del self._cold[-count:]
        return bool(self._cold)

    def passes(self, key: str, row: RowT) -> bool:
        """Whether this one row is shown."""
        if self._accepts is not None and not self._accepts(row):
            return False
        if not self._words:
            return True
        self._prepare((key,))
        text = self._texts[key]
        return all(word in text or (test is not None and test(row)) for word, test in self._words)

    def wanted(self, keys: list[str]) -> list[bool]:
        """Of each of `keys`, all of them those of rows, whether it is shown."""
        rows, accepts, texts = self._rows, self._accepts, self._texts
        wanted = [True] * len(keys) if accepts is None else [accepts(rows[key]) for key in keys]
        if self._words:
            # In the order given where it can be: rows that came together lie together in memory.
            self._prepare(rows if accepts is None else compress(keys, wanted))
        for word, test in self._words:
            there = zip(wanted, keys, strict=True)
            if test is None:
                wanted = [want and word in texts[key] for want, key in there]
            else:
                wanted = [want and (word in texts[key] or test(rows[key])) for want, key in there]
        return wanted

    def _prepare(self, keys: Iterable[str]) -> None:
        """Have the texts of these rows at hand."""
        texts, rows = self._texts, self._rows
        if texts:
            missing = [key for key in keys if key not in texts and key in rows]
        else:
            missing = [key for key in keys if key in rows]
        found = self._haystacks(map(rows.__getitem__, missing))
        texts.update(zip(missing, map(str.casefold, found), strict=True))
