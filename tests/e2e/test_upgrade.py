"""A pool of an older version, opened by this one: nothing is lost, what waited runs and is paid."""

import sqlite3
from contextlib import closing
from pathlib import Path

from app.common.vocabulary import TaskState
from app.master.store.migrations import newest_revision
from build_scripts import older_pool
from tests.e2e.conftest import ADMIN, serving, settings_in, signed_in
from tests.e2e.hand_node import Ending, hand_node


async def test_an_older_pool_goes_on_where_it_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    older_pool.make_older_pool(folder)
    async with (
        serving(settings_in(folder), new=False) as master,
        signed_in(master, ADMIN, older_pool.PASSWORD) as admin,
        signed_in(master, older_pool.USER, older_pool.PASSWORD) as user,
    ):
        (backup,) = folder.glob(f"pool.sqlite3.before-{newest_revision()}")
        with closing(sqlite3.connect(backup)) as store:
            assert store.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)
        balance = await user.ledger.balance()
        assert balance.balance_mcpt == older_pool.BALANCE_MCPT
        assert balance.held_mcpt == older_pool.HELD_MCPT
        tasks = [task async for task in user.tasks.iterate()]
        assert len(tasks) == older_pool.ENDED_TASKS + 1
        (waiting,) = (task for task in tasks if task.state == TaskState.QUEUED)
        assert waiting.task_id == older_pool.QUEUED_TASK
        async with hand_node(master, admin, tmp_path, lambda _assignment: Ending()):
            await user.tasks.wait(waiting.task_id)
        assert (await user.tasks.get(waiting.task_id)).state == TaskState.SUCCEEDED
        after = await user.ledger.balance()
        assert after.held_mcpt == 0
        assert after.balance_mcpt == older_pool.BALANCE_MCPT - older_pool.HELD_MCPT
        journal = await admin.ledger.verify()
        assert journal.ok
        assert journal.rows > older_pool.TRANSFERS
        assert (await admin.audit.verify()).ok
