"""Operations end with the widget that would show their outcome."""

import asyncio

from PySide6.QtCore import QObject
from shiboken6 import delete

from tests.ui.scripted_pool import until
from ui.operations import Operations
from ui.owned_operations import OwnedOperations


async def test_what_a_widget_asked_is_given_up_when_it_is_gone(qapp):
    operations, owner = Operations(), QObject()
    owned = OwnedOperations(operations, owner)
    answers = []
    waiting = asyncio.Event()
    task = owned.start("wait", waiting.wait(), then=answers.append)
    other = operations.start("of nobody", waiting.wait(), then=answers.append)
    await asyncio.sleep(0)
    delete(owner)
    await until(task.done)
    assert task.cancelled()
    waiting.set()
    await other
    assert answers == [True]


async def test_an_operation_given_up_before_it_begins_leaves_nothing_unawaited(qapp, recwarn):
    operations = Operations()
    task = operations.start("never", asyncio.sleep(60))
    task.cancel()
    await until(task.done)
    del task
    assert [str(each.message) for each in recwarn] == []
    await operations.stop()
