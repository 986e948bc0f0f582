"""Operations that end with the widget that shows their outcome."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from app.common.errors import HiveMindError
from ui.operations import Operations

T = TypeVar("T")


class OwnedOperations:
    """Starts operations as `Operations` does, and gives them up once `owner` is gone.

    An answer that comes for a dialog that was closed has nowhere to go.
    """

    def __init__(self, operations: Operations, owner: QObject) -> None:
        self._operations = operations
        tasks: set[asyncio.Task[None]] = set()
        self._tasks = tasks
        # Knows the tasks and not the owner, which is half gone by then.
        owner.destroyed.connect(lambda: _cancel(tasks))

    def start(
        self,
        title: str,
        work: Awaitable[T],
        *,
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[HiveMindError], None] | None = None,
        said: str = "",
        quiet: bool = False,
    ) -> asyncio.Task[None]:
        """As `Operations.start`."""
        task = self._operations.start(
            title, work, then=then, otherwise=otherwise, said=said, quiet=quiet
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _cancel(tasks: set[asyncio.Task[None]]) -> None:
    for task in list(tasks):
        task.cancel()
