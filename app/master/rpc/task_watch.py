"""Following tasks: a snapshot, then what changed, a few messages a second."""

import asyncio
from collections.abc import AsyncIterator

from app.common.page_tokens import PAGE_SIZE_MAX
from app.master.events import Event, EventBus, TaskChanged
from app.master.store.task_views import TaskView
from app.master.tasks.catalogue import Catalogue

#: Between two messages at least, in seconds: ten a second.
INTERVAL_SECONDS = 0.1
#: Tasks in one message at most: it stays far below the 4 MiB of a message.
BATCH_MAX = 1000


class TaskWatch:
    """The changes of some tasks, or of all tasks of one owner (None: of everybody)."""

    def __init__(
        self, events: EventBus, catalogue: Catalogue, owner_id: str | None, names: list[str]
    ) -> None:
        self._events = events
        self._catalogue = catalogue
        self._owner_id = owner_id
        self._names = names
        self._dirty: dict[int, None] = {}
        self._wake = asyncio.Event()
        self._wanted = set(names)

    async def changes(self) -> AsyncIterator[tuple[bool, list[TaskView]]]:
        """(is a snapshot, tasks) for ever; the snapshot comes in batches first.

        Raises what `Catalogue.named` raises for a task that is not there.
        """
        # Listen first: what changes while the snapshot is read is sent after it.
        unlisten = self._events.listen(self._notice)
        try:
            async for views in self._snapshot():
                yield True, views
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._dirty:
                    batch = list(self._dirty)[:BATCH_MAX]
                    for sequence in batch:
                        del self._dirty[sequence]
                    yield False, await self._catalogue.by_sequences(batch)
                    await asyncio.sleep(INTERVAL_SECONDS)
        finally:
            unlisten()

    async def _snapshot(self) -> AsyncIterator[list[TaskView]]:
        if not self._names:
            views, _ = await self._catalogue.page(
                owner_id=self._owner_id,
                states=[],
                array_id="",
                page_size=PAGE_SIZE_MAX,
                page_token="",
            )
            yield views
            return
        for name in self._names:
            views = await self._catalogue.named(name, self._owner_id)
            for start in range(0, len(views), BATCH_MAX):
                yield views[start : start + BATCH_MAX]

    def _notice(self, event: Event) -> None:
        if isinstance(event, TaskChanged) and self._concerns(event):
            self._dirty[event.sequence] = None
            self._wake.set()

    def _concerns(self, event: TaskChanged) -> bool:
        if self._owner_id is not None and event.owner_id != self._owner_id:
            return False
        return not self._wanted or event.array_id in self._wanted or event.task_id in self._wanted
