"""Fills a table from a list that the master gives in pages, the newest first."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Generic, TypeVar

from ui.models.paged import PagedModel

RowT = TypeVar("RowT")


class Pager(Generic[RowT]):
    """`ask(token)` answers rows and the next token; `start` runs what asks, `shown` is told.

    Of what is asked only the last counts: it cancels what was asked before. `replace(rows, more)`
    shows rows instead of those there are; the model's own where none is given.
    """

    def __init__(
        self,
        model: PagedModel[RowT],
        ask: Callable[[str], Awaitable[tuple[Iterable[RowT], str]]],
        start: "Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]",
        shown: Callable[[], None],
        replace: Callable[[Iterable[RowT], bool], None] | None = None,
    ) -> None:
        self._model, self._ask, self._start, self._shown = model, ask, start, shown
        self._replace = replace or (lambda rows, more: model.replace(rows, more=more))
        self._token = ""
        self._loading: asyncio.Task[None] | None = None
        model.more_wanted.connect(self.go_on)

    @property
    def more(self) -> bool:
        """Whether there are more than were loaded."""
        return bool(self._token)

    def begin(self) -> None:
        """Show the first page instead of what there is."""
        self._token = ""
        self._load(self._first())

    def go_on(self) -> None:
        """Load the next page."""
        self._load(self._next())

    def renew(self) -> None:
        """Load what is new."""
        self._load(self._newest())

    def _load(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loading is not None:
            self._loading.cancel()
        self._loading = self._start(work)

    async def _first(self) -> None:
        rows, self._token = await self._ask("")
        self._replace(rows, self.more)
        self._shown()

    async def _next(self) -> None:
        rows, self._token = await self._ask(self._token)
        self._model.add(rows, more=self.more)
        self._shown()

    async def _newest(self) -> None:
        rows, token = await self._ask("")
        rows = list(rows)
        if not self._model.add(rows, more=self.more) and token:
            # More came than a page holds: what is between is not known.
            self._token = token
            self._replace(rows, self.more)
        self._shown()
