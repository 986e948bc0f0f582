"""What people ask about tasks of a real master."""

import pytest

from app.common.errors import HiveMindError, Reason


async def test_a_queued_task_says_why_it_waits(admin) -> None:
    submitted = await admin.tasks.submit(command=["true"])
    task = await admin.tasks.get(submitted.task_id)
    assert task.detail == "No node has joined the pool yet."


async def test_an_attempt_that_never_was_is_refused(admin) -> None:
    submitted = await admin.tasks.submit(command=["true"])
    with pytest.raises(HiveMindError) as refused:
        async for _ in admin.tasks.logs(submitted.task_id, attempt=9):
            pass
    assert refused.value.reason is Reason.ATTEMPT_NOT_FOUND
