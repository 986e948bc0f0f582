"""A table model for a list that the master gives in pages, the newest first."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Signal

from ui.models.rows import Column, RowsModel

RowT = TypeVar("RowT")


class PagedModel(RowsModel[RowT]):
    """Rows by the key that `key_of` gives; more are asked for as somebody scrolls to the end."""

    more_wanted = Signal()

    def __init__(
        self,
        columns: Iterable[Column[RowT]],
        key_of: Callable[[RowT], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, parent)
        self._key_of = key_of
        self._more = False
        self._loaded: dict[str, RowT] = {}

    @property
    def loaded(self) -> list[RowT]:
        """All that were loaded."""
        return list(self._loaded.values())

    def replace(self, rows: Iterable[RowT], *, more: bool) -> None:
        """Show these instead; `more`: these are not all."""
        self._more = more
        self._loaded = {self._key_of(row): row for row in rows}
        self.set_rows(self._loaded)

    def add(self, rows: Iterable[RowT], *, more: bool) -> bool:
        """Show these too; whether one of them was known already."""
        came = {self._key_of(row): row for row in rows}
        known = any(key in self._loaded for key in came)
        self._more = more
        self._loaded.update(came)
        self.update(came)
        return known

    # -- Qt's own

    def canFetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> bool:
        return not parent.isValid() and self._more

    def fetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> None:
        if self.canFetchMore(parent):
            # Until the answer is there nobody needs to ask again.
            self._more = False
            self.more_wanted.emit()
