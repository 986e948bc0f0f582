"""A private PostgreSQL server for the tests: its own cluster on a unix socket, gone at the end."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.parts import require_part

SUPERUSER = "hivemind"
#: Durability is switched off: what these tests look at is what is committed, not what survives.
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")


def binaries() -> Path | None:
    """The folder of the newest installed server's programs, or None."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[-3]), default=None)
    if newest is not None:
        return newest.parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@dataclass
class PostgresServer:
    """A running cluster. `socket_folder` holds its only address."""

    socket_folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def create_database(self) -> str:
        """Make an empty database; returns its SQLAlchemy URL (psycopg driver)."""
        name = f"test_{next(self._numbers)}"
        with self._connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://{SUPERUSER}@/{name}?host={self.socket_folder}"

    def drop_database(self, url: str) -> None:
        """Drop the database of `url`, ending what is still connected to it."""
        name = url.partition("@/")[2].partition("?")[0]
        with self._connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _connect(self) -> psycopg.Connection:
        address = f"host={self.socket_folder} user={SUPERUSER} dbname=postgres"
        return psycopg.connect(address, autocommit=True)


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


class _Cluster:
    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._data = folder / "data"
        account = _account()
        self._identity = {}
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
            self._identity = {
                "user": account.pw_uid,
                "group": account.pw_gid,
                "extra_groups": [],
            }

    def start(self) -> None:
        self._run(
            "initdb", "-D", self._data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync", "--no-instructions",
        )  # fmt: skip
        options = " ".join([f"-k {self._folder}", "-h ''", *(f"-c {item}" for item in SETTINGS)])
        log = self._folder / "server.log"
        self._run("pg_ctl", "-D", self._data, "-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        # pg_ctl's server inherits the pipes: a file lets this call end when pg_ctl does.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                command, cwd=self._folder, stdout=output, stderr=output, check=False,
                stdin=subprocess.DEVNULL, **self._identity,
            )  # fmt: skip
            output.seek(0)
            text = output.read().decode(errors="replace")
        if done.returncode != 0:
            raise RuntimeError(f"{program} ended with status {done.returncode}: {text}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One private server for all tests of this process."""
    programs = binaries()
    require_part(programs is not None, "no PostgreSQL server: install the package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="hivemind-postgres-"))
    try:
        cluster = _Cluster(programs, folder)
        cluster.start()
        try:
            yield PostgresServer(folder)
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database, dropped after the test."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)
