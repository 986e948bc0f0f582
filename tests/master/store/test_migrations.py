"""The steps and the tables give one schema, on both databases; an old store is kept safe."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.common.errors import HiveMindError, Reason
from app.master.store.engine import open_engines, sqlite_url
from app.master.store.migrations import current_revision, migrate, newest_revision
from app.master.store.migrations.upgrade import config
from app.master.store.tables import metadata

REMEDY = "tables.py and the migrations differ: see build_scripts/migration.py"

#: What PostgreSQL says of its own schema, alembic's table left out.
POSTGRES_SCHEMA = """
    SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
           || coalesce(column_default, '-')
      FROM information_schema.columns WHERE table_schema = 'public'
"""


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    return tmp_path / "hivemind.sqlite3"


@pytest.fixture
def opened():
    engines = []

    def open_url(url):
        engines.append(open_engines(url))
        return engines[-1]

    yield open_url
    for each in engines:
        each.dispose()


def newest() -> str:
    return ScriptDirectory.from_config(config()).get_current_head()


def test_the_newest_step_is_found_without_alembic():
    assert newest_revision() == newest()
    code = (
        "import sys, app.master.master; "
        "sys.exit(any(name.split('.')[0] == 'alembic' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def statement(engines, sql):
    with engines.write.connect() as connection:
        return connection.execute(text(sql)).scalars().all()


def sqlite_schema(path):
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE type <> 'trigger'"
        ).fetchall()
    connection.close()
    # Constraints may stand in another order: compare the parts of each statement as a set.
    # A column that was added stands in the line of the one before.
    # A table that was made anew has its name in quotes.
    return {
        (
            kind,
            name,
            frozenset(part.strip() for part in re.split("[,\n]", (sql or "").replace('"', ""))),
        )
        for kind, name, sql in rows
        if "alembic_version" not in name
    }


def test_on_sqlite_the_steps_and_the_tables_give_the_same_schema(tmp_path, opened):
    migrated, direct = tmp_path / "migrated.db", tmp_path / "direct.db"
    migrate(opened(sqlite_url(migrated)))
    metadata.create_all(opened(sqlite_url(direct)).write)
    assert sqlite_schema(migrated) == sqlite_schema(direct), REMEDY


def test_on_postgres_the_steps_and_the_tables_give_the_same_schema(postgres_server, opened):
    urls = [postgres_server.create_database() for _ in range(2)]
    migrated, direct = [opened(url) for url in urls]
    migrate(migrated)
    metadata.create_all(direct.write)
    ours, theirs = (
        {line for line in statement(each, POSTGRES_SCHEMA) if "alembic_version" not in line}
        for each in (migrated, direct)
    )
    assert ours == theirs, REMEDY
    for each, url in zip((migrated, direct), urls, strict=True):
        each.dispose()
        postgres_server.drop_database(url)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_no_difference_is_left_to_migrate(kind, request, sqlite_file, opened):
    url = sqlite_url(sqlite_file) if kind == "sqlite" else request.getfixturevalue("postgres_url")
    engines = opened(url)
    migrate(engines)
    with engines.write.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == [], REMEDY


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize(
    "change", ["UPDATE transfers SET amount_mcpt = 9", "DELETE FROM transfers"]
)
def test_the_journal_refuses_changes(kind, change, request, sqlite_file, opened):
    url = sqlite_url(sqlite_file) if kind == "sqlite" else request.getfixturevalue("postgres_url")
    engines = opened(url)
    migrate(engines)
    with engines.write.connect() as connection:
        connection.execute(text("INSERT INTO accounts (id, name) VALUES (1, 'a'), (2, 'b')"))
        connection.execute(
            text(
                "INSERT INTO transfers (sequence, id, kind, debit_account, credit_account,"
                " amount_mcpt, at_us, debit_balance_mcpt, credit_balance_mcpt, hash)"
                " VALUES (1, 't', 1, 1, 2, 5, 0, -5, 5, :hash)"
            ),
            {"hash": b"\0" * 32},
        )
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(change))
    assert statement(engines, "SELECT amount_mcpt FROM transfers") == [5]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize(
    "change", ["UPDATE audit_events SET peer = ''", "DELETE FROM audit_events"]
)
def test_the_audit_log_refuses_changes(kind, change, request, sqlite_file, opened):
    url = sqlite_url(sqlite_file) if kind == "sqlite" else request.getfixturevalue("postgres_url")
    engines = opened(url)
    migrate(engines)
    with engines.write.connect() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_events VALUES (1, 0, :hash, '', '', 'a', '', '', '', '', '', 1)"
            ),
            {"hash": b"\0" * 32},
        )
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(change))
    assert statement(engines, "SELECT action FROM audit_events") == ["a"]


def test_a_second_start_changes_nothing(sqlite_file, opened):
    engines = opened(sqlite_url(sqlite_file))
    first, second = migrate(engines), migrate(engines)
    assert (first.before, first.after) == (None, newest())
    assert (second.before, second.after, second.backup) == (newest(), newest(), None)


def test_a_store_of_a_newer_version_is_refused_and_left_alone(sqlite_file, opened):
    engines = opened(sqlite_url(sqlite_file))
    migrate(engines)
    statement_ = text("UPDATE alembic_version SET version_num = '9999'")
    with engines.write.connect() as connection:
        connection.execute(statement_)
    engines.dispose()
    before = sqlite_file.read_bytes()
    with pytest.raises(HiveMindError) as refused:
        migrate(opened(sqlite_url(sqlite_file)))
    assert refused.value.reason is Reason.STORE_TOO_NEW
    assert "9999" in refused.value.message
    assert sqlite_file.read_bytes() == before
    assert list(sqlite_file.parent.glob("*.before-*")) == []


def test_a_database_of_another_program_is_refused(sqlite_file, opened):
    with sqlite3.connect(sqlite_file) as connection:
        connection.execute("CREATE TABLE users (id)")
    connection.close()
    with pytest.raises(HiveMindError) as refused:
        migrate(opened(sqlite_url(sqlite_file)))
    assert refused.value.reason is Reason.STORE_UNAVAILABLE
    assert "users" in refused.value.message


@pytest.fixture
def one_more_step(tmp_path, monkeypatch):
    """A copy of the migrations with a step after the newest; tells what it does by SQL."""

    def install(sql: str) -> None:
        source = Path(config().get_main_option("script_location"))
        folder = tmp_path / "steps"
        (folder / "versions").mkdir(parents=True)
        for name in ("env.py", "script.py.mako"):
            (folder / name).write_text((source / name).read_text())
        for path in (source / "versions").glob("*.py"):
            (folder / "versions" / path.name).write_text(path.read_text())
        (folder / "versions" / "v8000.py").write_text(
            f"from alembic import op\nrevision = '8000'\ndown_revision = {newest()!r}\n"
            f"def upgrade():\n    op.execute('CREATE TABLE added (id INTEGER)')\n"
            f"    op.execute({sql!r})\n"
        )

        def elsewhere(connection=None):
            made = config(connection)
            made.set_main_option("script_location", folder.as_posix())
            return made

        monkeypatch.setattr("app.master.store.migrations.upgrade.config", elsewhere)
        monkeypatch.setattr("app.master.store.migrations.STEPS", folder / "versions")

    return install


def test_an_older_store_is_copied_before_it_is_changed(sqlite_file, opened, one_more_step):
    engines = opened(sqlite_url(sqlite_file))
    old = newest()
    migrate(engines)
    with engines.write.connect() as connection:
        # Not yet in the file itself: only in the write-ahead log.
        connection.execute(text("INSERT INTO pool_facts VALUES ('name', 'kept')"))
        assert sqlite_file.with_name(sqlite_file.name + "-wal").stat().st_size > 0
    one_more_step("INSERT INTO added VALUES (1)")
    done = migrate(engines)
    assert (done.before, done.after) == (old, "8000")
    assert statement(engines, "SELECT id FROM added") == [1]
    assert statement(engines, "SELECT value FROM pool_facts") == ["kept"]
    assert done.backup is not None
    copy = opened(sqlite_url(done.backup))
    assert statement(copy, "SELECT value FROM pool_facts") == ["kept"]
    with copy.write.connect() as connection:
        assert current_revision(connection) == old
    if os.name == "posix":
        assert done.backup.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_step_that_fails_changes_nothing(kind, request, sqlite_file, opened, one_more_step):
    url = sqlite_url(sqlite_file) if kind == "sqlite" else request.getfixturevalue("postgres_url")
    engines = opened(url)
    old = newest()
    migrate(engines)
    one_more_step("INSERT INTO nowhere VALUES (1)")
    with pytest.raises((DBAPIError, HiveMindError)):
        migrate(engines)
    with engines.write.connect() as connection:
        assert current_revision(connection) == old
        assert "added" not in engines.write.dialect.get_table_names(connection)


def test_a_locked_store_is_named_so(sqlite_file, opened):
    engines = opened(sqlite_url(sqlite_file))
    with engines.write.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    holder = sqlite3.connect(sqlite_file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(HiveMindError) as refused:
        migrate(engines)
    holder.close()
    assert refused.value.reason is Reason.STORE_LOCKED
