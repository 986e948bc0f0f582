"""The group-commit writer: what it acknowledges is there, whatever happens next."""

import asyncio
import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.common.errors import HiveMindError, Reason
from app.master.store.announcements import announce
from app.master.store.engine import open_engines, sqlite_url
from app.master.store.errors import StoreFailed
from app.master.store.migrations import migrate
from app.master.store.writer import GROUP_MAX, GroupCommitWriter, InlineWriter
from tests.parts import require_part

ROOT = Path(__file__).resolve().parents[3]
CHILD = Path(__file__).with_name("writer_child.py")


def put(key, value="v"):
    """A unit that notes `key`, and returns it."""

    def unit(tx):
        tx.execute(
            text("INSERT INTO pool_facts VALUES (:key, :value)"), {"key": key, "value": value}
        )
        return key

    return unit


def keys(path):
    connection = sqlite3.connect(path)
    found = [key for (key,) in connection.execute("SELECT key FROM pool_facts ORDER BY rowid")]
    connection.close()
    return found


class OpenStore:
    """A migrated store in a file, with a running writer."""

    def __init__(self, path):
        self.path = path
        self.engines = open_engines(sqlite_url(path))
        migrate(self.engines)
        self.failures = []
        self.told = []
        self.writer = GroupCommitWriter(self.engines, self.failures.append, self.told.extend)
        self.writer.start()

    async def run_together(self, *units):
        """Hand in `units` so that they share one transaction; their results or errors."""
        blocked, enough = asyncio.Event(), asyncio.get_running_loop().create_future()
        loop = asyncio.get_running_loop()

        def block(_tx):
            loop.call_soon_threadsafe(blocked.set)
            # The thread waits inside a unit, so that all the others gather behind it.
            asyncio.run_coroutine_threadsafe(wait_for(enough), loop).result()

        blocking = asyncio.ensure_future(self.writer.run(block))
        await blocked.wait()
        running = [asyncio.ensure_future(self.writer.run(unit)) for unit in units]
        await asyncio.sleep(0)
        enough.set_result(None)
        await blocking
        return await asyncio.gather(*running, return_exceptions=True)

    async def stop(self):
        await self.writer.stop()
        self.engines.dispose()


async def wait_for(future):
    await future


@pytest.fixture
async def store(tmp_path):
    opened = OpenStore(tmp_path / "store.db")
    yield opened
    await opened.stop()


async def test_what_a_unit_returns_comes_after_its_commit(store):
    assert await store.writer.run(put("a")) == "a"
    assert keys(store.path) == ["a"]


async def test_units_are_committed_in_the_order_handed_in(store):
    names = [f"{number:04}" for number in range(GROUP_MAX + 50)]
    assert await store.run_together(*(put(name) for name in names)) == names
    assert keys(store.path) == names


async def test_a_refused_unit_undoes_itself_and_no_other(store):
    def changes_its_mind(tx):
        put("half")(tx)
        raise HiveMindError(Reason.TASK_ENDED)

    def breaks_a_constraint(tx):
        put("other half")(tx)
        put("a")(tx)

    def has_a_bug(tx):
        put("third half")(tx)
        tx.execute(text("SELECT nothing FROM nowhere"))

    first, second, third, fourth, last = await store.run_together(
        put("a"), changes_its_mind, breaks_a_constraint, has_a_bug, put("b")
    )
    assert (first, last) == ("a", "b")
    assert second.reason is Reason.TASK_ENDED
    assert "UNIQUE" in str(third)
    assert "nowhere" in str(fourth)
    assert keys(store.path) == ["a", "b"]
    assert store.failures == []


async def test_a_refused_unit_alone_leaves_nothing(store):
    def refuses(tx):
        put("a")(tx)
        raise HiveMindError(Reason.TASK_ENDED)

    with pytest.raises(HiveMindError):
        await store.writer.run(refuses)
    assert await store.writer.run(put("b")) == "b"
    assert keys(store.path) == ["b"]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (
            """
            INSERT INTO users (id, name, name_key, password_hash, role, created_us)
            VALUES ('1', 'A', 'a', '', 1, 0), ('2', 'a', 'a', '', 1, 0)
            """,
            Reason.USER_EXISTS,
        ),
        (
            "INSERT INTO accounts (id, name, debits_posted) VALUES (9, 'user:x', 1)",
            Reason.INSUFFICIENT_BALANCE,
        ),
    ],
)
async def test_a_constraint_speaks_by_its_reason(store, statement, reason):
    with pytest.raises(HiveMindError) as refused:
        await store.writer.run(lambda tx: tx.execute(text(statement)))
    assert refused.value.reason is reason


async def test_a_caller_who_is_gone_takes_nothing_with_him(store):
    held = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(tx):
        loop.call_soon_threadsafe(held.set)
        return put("kept")(tx)

    task = asyncio.ensure_future(store.writer.run(slow))
    await held.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.writer.run(put("next"))
    assert keys(store.path) == ["kept", "next"]


def announces(key, *events):
    def unit(tx):
        for event in events:
            announce(tx, event)
        return put(key)(tx)

    return unit


async def test_what_was_announced_is_told_once_and_before_the_caller_goes_on(store):
    await store.writer.run(announces("a", "a changed", "a changed"))
    assert store.told == ["a changed"]
    await store.run_together(announces("b", "both"), announces("c", "both", "c changed"))
    assert store.told == ["a changed", "both", "c changed"]


async def test_what_was_undone_is_never_told(store):
    await store.writer.run(put("a"))
    await store.run_together(
        announces("b", "b changed"), announces("a", "a changed"), announces("c", "c changed")
    )
    assert store.told == ["b changed", "c changed"]
    with pytest.raises(IntegrityError):
        await store.writer.run(announces("a", "a changed"))
    await store.writer.run(lambda tx: tx.exec_driver_sql("PRAGMA max_page_count=120"))
    with pytest.raises(HiveMindError) as refused:
        await store.writer.run(
            lambda tx: (announces("d", "d changed")(tx), put("big", "x" * 1_000_000)(tx))
        )
    assert refused.value.reason is Reason.STORE_FULL
    await store.writer.run(announces("e", "e changed"))
    assert store.told == ["b changed", "c changed", "e changed"]


async def test_what_was_announced_is_told_though_the_caller_is_gone(store):
    running = asyncio.ensure_future(store.writer.run(announces("a", "a changed")))
    await asyncio.sleep(0)
    running.cancel()
    await store.writer.run(put("b"))
    assert store.told == ["a changed"]


def test_outside_a_unit_nobody_is_told(tmp_path):
    engines = open_engines(sqlite_url(tmp_path / "store.db"))
    migrate(engines)
    with engines.write.connect() as connection:
        announces("a", "a changed")(connection)
        assert not connection.info
    engines.dispose()


async def test_stopping_commits_what_was_handed_in(tmp_path):
    store = OpenStore(tmp_path / "store.db")
    running = [asyncio.ensure_future(store.writer.run(put(f"{n}"))) for n in range(100)]
    await asyncio.sleep(0)
    await store.stop()
    assert len(await asyncio.gather(*running)) == 100
    assert len(keys(store.path)) == 100
    with pytest.raises(HiveMindError) as refused:
        await store.writer.run(put("late"))
    assert refused.value.reason is Reason.SHUTTING_DOWN
    await store.writer.stop()


async def test_a_store_that_another_process_holds(store):
    await store.writer.run(lambda tx: tx.exec_driver_sql("PRAGMA busy_timeout=30"))
    holder = sqlite3.connect(store.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answers = await asyncio.gather(
        store.writer.run(put("a")), store.writer.run(put("b")), return_exceptions=True
    )
    assert [answer.reason for answer in answers] == [Reason.STORE_LOCKED] * 2
    holder.execute("ROLLBACK")
    holder.close()
    assert await store.writer.run(put("c")) == "c"
    assert keys(store.path) == ["c"]
    assert store.failures == []


async def test_a_full_database_refuses_and_works_again(store):
    await store.writer.run(lambda tx: tx.exec_driver_sql("PRAGMA max_page_count=120"))
    await store.writer.run(put("before"))
    big = "x" * 1_000_000
    with pytest.raises(HiveMindError) as refused:
        await store.writer.run(put("big", big))
    assert refused.value.reason is Reason.STORE_FULL
    answers = await store.run_together(put("one"), put("big", big), put("two"))
    assert {answer.reason for answer in answers} == {Reason.STORE_FULL}
    await store.writer.run(lambda tx: tx.exec_driver_sql("PRAGMA max_page_count=4294967294"))
    assert await store.writer.run(put("after", big)) == "after"
    assert keys(store.path) == ["before", "after"]
    assert store.failures == []


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 4 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    usable = os.geteuid() == 0 and shutil.which("mount") is not None
    mounted = (
        usable
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)],
            check=False,
            capture_output=True,
        ).returncode
    )
    require_part(bool(mounted), "a file system of a fixed size needs root: mount -t tmpfs")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(path):
    """Write to `path` until nothing more fits."""
    with path.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        file.writelines(itertools.repeat(b"\0" * 4096))


async def test_a_full_disk_refuses_and_works_again(small_disk):
    store = OpenStore(small_disk / "store.db")
    await store.writer.run(put("before"))
    filler = small_disk / "filler"
    fill(filler)
    big = "x" * 300_000
    with pytest.raises(HiveMindError) as refused:
        await store.writer.run(put("big", big))
    assert refused.value.reason is Reason.STORE_FULL
    answers = await store.run_together(*(put(f"big{number}", big) for number in range(5)))
    assert {answer.reason for answer in answers} == {Reason.STORE_FULL}
    filler.unlink()
    assert await store.writer.run(put("after", big)) == "after"
    assert keys(store.path) == ["before", "after"]
    assert store.failures == []
    await store.stop()


async def test_after_a_failure_of_unknown_outcome_nothing_more_is_done(tmp_path):
    store = OpenStore(tmp_path / "store.db")
    await store.writer.run(put("a"))

    def meets_corruption(tx):
        driver = tx.connection.driver_connection
        # A page of the schema that is none: the next statement that reads it finds out.
        driver.execute("PRAGMA writable_schema=ON")
        driver.execute("UPDATE sqlite_master SET rootpage = 100000 WHERE name = 'pool_facts'")
        driver.execute("PRAGMA writable_schema=RESET")
        tx.execute(text("SELECT * FROM pool_facts")).all()

    with pytest.raises(StoreFailed):
        await store.writer.run(meets_corruption)
    with pytest.raises(StoreFailed):
        await store.writer.run(put("b"))
    assert len(store.failures) >= 1
    await store.stop()
    assert keys(store.path) == ["a"]


@pytest.mark.parametrize("acknowledged_at_least", [1, 40, 200])
def test_what_was_acknowledged_survives_a_kill(tmp_path, acknowledged_at_least):
    path = tmp_path / "store.db"
    engines = open_engines(sqlite_url(path))
    migrate(engines)
    engines.dispose()
    child = subprocess.Popen(
        [sys.executable, str(CHILD), sqlite_url(path)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    told = [child.stdout.readline().strip() for _ in range(acknowledged_at_least)]
    child.kill()
    told += child.stdout.read().split("\n")[:-1]
    child.stdout.close()
    child.wait()
    found = set(keys(path))
    assert all(told)
    assert set(told) <= found
    # And no unit is there by half.
    assert {key for key in found if not key.endswith("-twin")} == {
        key.removesuffix("-twin") for key in found if key.endswith("-twin")
    }
    check = sqlite3.connect(path)
    assert check.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    check.close()


async def test_the_inline_writer_keeps_the_same_promises(tmp_path):
    engines = open_engines(sqlite_url(tmp_path / "store.db"))
    migrate(engines)
    writer = InlineWriter(engines)

    def refuses(tx):
        put("half")(tx)
        raise HiveMindError(Reason.TASK_ENDED)

    assert await writer.run(put("a")) == "a"
    with pytest.raises(HiveMindError):
        await writer.run(refuses)
    assert await writer.run(put("b")) == "b"
    writer.close()
    engines.dispose()
    assert keys(tmp_path / "store.db") == ["a", "b"]
