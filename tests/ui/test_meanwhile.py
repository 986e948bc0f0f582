"""Through the real window and master: another priority and back, and news of what ended."""

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.common.vocabulary import Priority
from bench.pool import SimulatedWorker, enrol, no_op_archive
from tests.ui.test_application import first_start, live, options, until
from ui.app import Application
from ui.docks.tasks import TasksPane

__all__ = ["options"]


def test_a_priority_there_and_back(qapp: QApplication, options, tmp_path: Path) -> None:
    async def story(application: Application) -> None:
        window = await first_start(application)
        console = application.console
        array = await console.pool.tasks.submit(
            no_op_archive(tmp_path), count=3, memory_mib=10 * 1024
        )
        window.show_pane("tasks")
        pane = window.panes["tasks"]
        assert isinstance(pane, TasksPane)
        await until(lambda: pane.model.rowCount() == 3)
        pane.table.selectAll()
        dialogs: list = []
        pane.actions_of_tasks.opened.connect(dialogs.append)
        pane.actions_of_tasks.priority.by_priority[Priority.URGENT].trigger()
        await until(lambda: dialogs)
        words = " ".join(label.text() for label in dialogs[0].labels)
        assert "3 tasks of 1 user" in words
        assert "15 CPT more" in words
        dialogs[0].confirm.click()

        def shown() -> set[tuple[int, int]]:
            tasks = console.state.tasks.values()
            return {(int(task.priority), task.price_mcpt) for task in tasks}

        await until(lambda: shown() == {(Priority.URGENT, 15_000)})
        await until(window.undo_bar.isVisible)
        window.undo_bar.action.trigger()
        await until(lambda: shown() == {(Priority.NORMAL, 10_000)})
        assert (await console.pool.ledger.balance()).held_mcpt == 30_000
        assert await console.pool.tasks.cancel(array.task_id) == 3

    assert live(options, story) == 0


def test_what_ended_is_told(qapp: QApplication, options, tmp_path: Path) -> None:
    async def story(application: Application) -> None:
        await first_start(application)
        console, notifier = application.console, application._notifier
        assert application.host is not None
        (identity,) = await enrol(console.pool, {"grpc_address": application.host.address}, 1)
        worker = SimulatedWorker(identity, heartbeat_seconds=0.2)
        working = asyncio.ensure_future(worker.run())
        await console.pool.tasks.submit(no_op_archive(tmp_path), count=5, name="five")
        # In one message, or in few where the machine is slow.
        await until(lambda: sum(len(one.entry.tasks) for one in notifier.told) == 5)
        assert {each for one in notifier.told for each in one.entry.tasks} == set(
            console.state.tasks
        )
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        # The machine was there, and is gone.
        await until(lambda: any("offline" in one.entry.text for one in notifier.told))

    assert live(options, story) == 0
