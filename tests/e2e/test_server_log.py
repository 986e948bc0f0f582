"""The master's own log over the wire: what it has, what comes, and what was missed."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest
import structlog

from app.client.api import HiveMind
from app.common.clock import SystemClock
from app.common.errors import HiveMindError, Reason
from app.common.ids import SystemIds
from app.common.log_ring import LogRing
from app.common.log_secrets import black_out
from app.common.vocabulary import LogLevel, Role
from app.master.master import Master
from proto import nodepool_pb2 as pb
from tests.e2e.conftest import ADMIN, PASSWORD, settings_in, signed_in


def say(ring: LogRing, event: str, level: str = "info", **fields: object) -> None:
    ring(None, level, {"event": event, "level": level, **fields})


@asynccontextmanager
async def logging(folder: Path, ring: LogRing) -> AsyncIterator[Master]:
    """A master whose log records are `ring`'s."""
    clock = SystemClock()
    master = Master(settings_in(folder / "data"), clock, SystemIds(clock), ring)
    await master.start()
    try:
        await master.create_admin(ADMIN, PASSWORD)
        yield master
    finally:
        await master.stop()


async def records(pool: HiveMind, level: LogLevel = LogLevel.DEBUG, **asked: int) -> list[str]:
    return [
        record.event
        async for batch in pool.server_log.stream(level, **asked)
        for record in batch.records
    ]


async def test_what_it_has_by_level_and_number(tmp_path: Path) -> None:
    ring = LogRing(SystemClock())
    async with logging(tmp_path, ring) as master, signed_in(master) as admin:
        for number in range(1000):
            say(ring, f"event {number}", "error" if number % 10 == 0 else "info", number=number)
        assert await records(admin) == [f"event {number}" for number in range(1000)]
        assert await records(admin, LogLevel.WARNING, records_max=2) == ["event 980", "event 990"]
        batch = await anext(admin.server_log.stream(records_max=1))
        (record,) = batch.records
        assert (record.number, record.level, dict(record.fields)) == (
            1000,
            pb.LogLevel.LOG_LEVEL_INFO,
            {"number": "999"},
        )


async def test_an_empty_log_is_told_at_once(tmp_path: Path) -> None:
    ring = LogRing(SystemClock())
    async with logging(tmp_path, ring) as master, signed_in(master) as admin:
        batches = [batch async for batch in admin.server_log.stream()]
        assert [(len(batch.records), batch.lost) for batch in batches] == [(0, 0)]


async def test_following_gets_what_comes(tmp_path: Path) -> None:
    ring = LogRing(SystemClock())
    async with logging(tmp_path, ring) as master, signed_in(master) as admin:
        say(ring, "before")
        async with aclosing(admin.server_log.stream(follow=True)) as batches:
            assert [record.event for record in (await anext(batches)).records] == ["before"]
            for number in range(3):
                say(ring, f"after {number}")
                batch = await anext(batches)
                assert [record.event for record in batch.records] == [f"after {number}"]
            say(ring, "too fine", "debug")
        async with aclosing(admin.server_log.stream(LogLevel.ERROR, follow=True)) as batches:
            assert not (await anext(batches)).records
            say(ring, "fine")
            say(ring, "bad", "error")
            assert [record.event for record in (await anext(batches)).records] == ["bad"]


async def test_who_reads_too_slowly_is_told_what_was_lost(tmp_path: Path) -> None:
    ring = LogRing(SystemClock(), records_max=50)
    async with logging(tmp_path, ring) as master, signed_in(master) as admin:
        async with aclosing(admin.server_log.stream(follow=True)) as batches:
            assert not (await anext(batches)).records
            for number in range(500):
                say(ring, str(number))
            seen: list[int] = []
            lost = 0
            while not seen or seen[-1] < 500:
                batch = await anext(batches)
                lost += batch.lost
                seen += [record.number for record in batch.records]
        assert (len(seen), lost) == (50, 450)


async def test_only_auditor_and_admin_read_it(tmp_path: Path) -> None:
    ring = LogRing(SystemClock())
    async with logging(tmp_path, ring) as master, signed_in(master) as admin:
        say(ring, "seen")
        for role in (Role.USER, Role.WORKER, Role.OPERATOR, Role.AUDITOR):
            await admin.users.create(f"the-{role.label}", "an unlikely phrase", role)
            async with signed_in(master, f"the-{role.label}", "an unlikely phrase") as pool:
                if role is Role.AUDITOR:
                    assert await records(pool) == ["seen"]
                    continue
                with pytest.raises(HiveMindError) as caught:
                    await records(pool)
                assert caught.value.reason is Reason.PERMISSION_DENIED


async def test_no_password_is_ever_in_it(tmp_path: Path) -> None:
    """With everything logged that the master ever says, refusals too."""
    ring = LogRing(SystemClock())
    canary = "canary-7f3a9c51"
    structlog.configure(processors=[structlog.stdlib.add_log_level, black_out, ring, _drop])
    try:
        async with logging(tmp_path, ring) as master, signed_in(master) as admin:
            await admin.users.create("ann", f"{canary} one")
            await admin.users.set_password("ann", f"{canary} two")
            for name, password in [("ann", f"{canary} x"), (f"{canary} two", "ann")]:
                with pytest.raises(HiveMindError):
                    await admin.sign_in(name, password)
            async with signed_in(master, "ann", f"{canary} two") as ann:
                with pytest.raises(HiveMindError):
                    await ann.change_password(f"{canary} y", f"{canary} z")
            kept = [
                str(record) async for batch in admin.server_log.stream() for record in batch.records
            ]
    finally:
        structlog.reset_defaults()
    assert any("call refused" in record for record in kept)
    assert any("master serves" in record for record in kept)
    assert canary not in "".join(kept)


def _drop(_logger: object, _method: str, _event: object) -> None:
    raise structlog.DropEvent
