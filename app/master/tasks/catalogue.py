"""Looking at tasks: what a caller may see, by task, by array and in pages."""

from app.common.errors import HiveMindError, Reason
from app.common.ids import is_id
from app.common.page_tokens import page_size as page_limit
from app.master.store import Tx, artifacts
from app.master.store import task_views as views
from app.master.store.reader import Reader
from app.master.store.task_views import AttemptView, TaskView


class Catalogue:
    """Questions about stored tasks. `owner_id` None stands for a caller who may see all."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def named(self, text: str, owner_id: str | None) -> list[TaskView]:
        """The task that `text` names, or all tasks of the array it names.

        Raises HiveMindError: BAD_ID, and TASK_NOT_FOUND also for another user's task.
        """
        array_id, index = parse_task_id(text)

        def query(tx: Tx) -> list[TaskView]:
            if index is None:
                return views.array_tasks(tx, array_id)
            view = views.one_task(tx, array_id, index)
            return [] if view is None else [view]

        found = await self._reader.run(query)
        if not found or (owner_id is not None and found[0].owner_id != owner_id):
            raise HiveMindError(Reason.TASK_NOT_FOUND, f"There is no task {text}.")
        if index is not None and found[0].array_count == 1:
            raise HiveMindError(Reason.TASK_NOT_FOUND, f"{array_id} is no array.")
        return found

    async def one(self, text: str, owner_id: str | None) -> tuple[TaskView, list[AttemptView]]:
        """One task with its attempts; for an array its first task that is not over.

        Raises what `named` raises.
        """
        found = await self.named(text, owner_id)
        view = next((view for view in found if view.ended_us is None), found[0])
        return view, await self._reader.run(lambda tx: views.task_attempts(tx, view.sequence))

    async def result_expiry(self, view: TaskView) -> int | None:
        """When the task's result is forgotten, in µs; None: never, or it has none."""
        digest = view.result_digest
        if digest is None:
            return None
        return await self._reader.run(lambda tx: artifacts.expiry(tx, digest, view.owner_id))

    async def page(
        self,
        *,
        owner_id: str | None,
        states: list[int],
        array_id: str,
        page_size: int,
        page_token: str,
    ) -> tuple[list[TaskView], str]:
        """A page, newest first, and the token of the next one.

        Raises HiveMindError: BAD_PAGE_TOKEN, INVALID_FIELD.
        """
        limit = page_limit(page_size)
        before = _before(page_token)
        found = await self._reader.run(
            lambda tx: views.list_tasks(
                tx,
                owner_id=owner_id,
                states=states,
                array_id=array_id or None,
                before_sequence=before,
                limit=limit + 1,
            )
        )
        page = found[:limit]
        return page, str(page[-1].sequence) if len(found) > limit else ""

    async def by_sequences(self, sequences: list[int]) -> list[TaskView]:
        return await self._reader.run(lambda tx: views.by_sequences(tx, sequences))


def _before(page_token: str) -> int | None:
    if not page_token:
        return None
    if not page_token.isascii() or not page_token.isdigit() or len(page_token) > 18:
        raise HiveMindError(Reason.BAD_PAGE_TOKEN, "The page token is not one of this pool's.")
    return int(page_token)


def parse_task_id(text: str) -> tuple[str, int | None]:
    """Array id and index that `text` names; no index if it names the whole array.

    Raises HiveMindError(BAD_ID).
    """
    try:
        array_id, index = views.split_task_id(text)
    except ValueError as error:
        raise HiveMindError(Reason.BAD_ID, f"{text[:60]!r} is no task's id.") from error
    if not is_id(array_id):
        raise HiveMindError(Reason.BAD_ID, f"{text[:60]!r} is no task's id.")
    return array_id, index
