"""`hivemind audit …` and `hivemind server log` as people run them, against a whole master."""

import asyncio
import csv
import io
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import create_engine, text

from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.common.log_ring import LogRing
from app.master.master import Master
from tests.e2e.conftest import ADMIN, PASSWORD, settings_in

ROOT = Path(__file__).resolve().parents[2]


class Ran(NamedTuple):
    status: int
    out: str
    err: str


class Desk(NamedTuple):
    """A master, its log, and whoever is signed in to it by the command line."""

    run: Callable[..., Awaitable[Ran]]
    master: Master
    ring: LogRing
    folder: Path


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    environment = {**os.environ, "HIVEMIND_CONFIG_DIR": str(tmp_path / "config")}
    environment["PYTHONPATH"] = str(ROOT)
    for name in ("COLUMNS", "HIVEMIND_MASTER", "FORCE_COLOR"):
        environment.pop(name, None)

    async def run(*arguments: str, stdin: str = "") -> Ran:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.client", *arguments),
            cwd=tmp_path,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(stdin.encode())
        return Ran(process.returncode or 0, out.decode(), err.decode())

    clock = SystemClock()
    ring = LogRing(clock)
    master = Master(settings_in(tmp_path / "data"), clock, SystemIds(clock), ring)
    await master.start()
    try:
        await master.create_admin(ADMIN, PASSWORD)
        login = ("login", master.grpc_address, "--user", ADMIN, "--pin", master.ca_pin)
        signed_in = await run(*login, stdin=f"{PASSWORD}\n")
        assert signed_in.status == 0, signed_in.err
        yield Desk(run, master, ring, tmp_path)
    finally:
        await master.stop()


async def test_list_filter_and_verify(desk: Desk) -> None:
    await desk.run("user", "create", "ann", stdin="an unlikely phrase\nan unlikely phrase\n")
    await desk.run("transfer", "nobody", "5")
    listed = await desk.run("audit", "list")
    assert listed.status == 0, listed.err
    head, *lines = listed.out.splitlines()
    assert head.split() == ["AT", "WHO", "ACTION", "TARGET", "RESULT", "FROM", "DETAILS"]
    assert [line.split()[3] for line in lines][1:] == [
        "AdminService/CreateUser",
        "UserService/Login",
        "Master/CreateFirstAdmin",
    ]
    assert "USER_NOT_FOUND" in lines[0]
    only = ("--who", ADMIN, "--action", "AdminService/CreateUser", "--result", "OK")
    (event,) = json.loads((await desk.run("audit", "list", *only, "--json")).out)["events"]
    assert (event["target_name"], event["details"]) == ("ann", {"role": "user"})
    refused = await desk.run("audit", "list", "--refused", "--since", "1h")
    assert len(refused.out.splitlines()) == 2
    assert len((await desk.run("audit", "list", "--until", "2020-01-01")).out.splitlines()) == 1
    assert (await desk.run("audit", "list", "--since", "whenever")).status == 2
    verified = await desk.run("audit", "verify")
    assert (verified.status, "sound: 4 rows" in verified.out) == (0, True)


async def test_a_damaged_log_is_a_status_of_its_own(desk: Desk) -> None:
    noted = json.loads((await desk.run("audit", "verify", "--json")).out)
    known = ("--known-rows", str(noted["rows"]), "--known-head", noted["head_hash"])
    assert (await desk.run("audit", "verify", *known)).status == 0

    def tamper() -> None:
        engine = create_engine(f"sqlite:///{desk.folder / 'data' / 'pool.sqlite3'}")
        with engine.begin() as connection:
            connection.execute(text("DROP TRIGGER audit_events_no_update"))
            connection.execute(text("UPDATE audit_events SET peer = 'x' WHERE sequence = 2"))
        engine.dispose()

    await asyncio.to_thread(tamper)
    verified = await desk.run("audit", "verify")
    assert (verified.status, "damaged from row 2" in verified.out) == (8, True)


async def test_export(desk: Desk) -> None:
    printed = await desk.run("audit", "export")
    rows = list(csv.DictReader(io.StringIO(printed.out)))
    assert [row["action"] for row in rows] == ["UserService/Login", "Master/CreateFirstAdmin"]
    assert all(len(row["hash"]) == 64 for row in rows)
    lines = (await desk.run("audit", "export", "--as", "jsonl")).out.splitlines()
    assert [json.loads(line)["sequence"] for line in lines] == [2, 1]
    told = await desk.run("audit", "export", "--as", "json", "acts.json")
    assert "2 rows are in acts.json" in told.out
    kept = json.loads((desk.folder / "acts.json").read_text())
    assert [each["actor_name"] for each in kept] == [ADMIN, "master"]


async def test_server_log(desk: Desk) -> None:
    for number in range(300):
        level = "warning" if number % 100 == 0 else "info"
        fields = {"event": f"event {number}", "level": level, "number": number}
        desk.ring(None, level, fields)
    printed = await desk.run("server", "log")
    assert len(printed.out.splitlines()) == 200
    assert printed.out.splitlines()[-1].endswith("info     event 299 number=299")
    warned = await desk.run("server", "log", "--level", "warning", "--lines", "0", "--json")
    found = [json.loads(line) for line in warned.out.splitlines()]
    assert [each["event"] for each in found] == ["event 0", "event 100", "event 200"]
    assert found[0]["level"] == "LOG_LEVEL_WARNING"
    assert (await desk.run("server", "log", "--level", "loud")).status == 2
