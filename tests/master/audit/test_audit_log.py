"""The audit log on a real store: what is written, found and proved."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Role
from app.master.audit.act import CHARACTERS_MAX, Act, TargetKind, clipped, first_admin
from app.master.audit.log import AuditQuestion
from app.master.audit.refusals import WINDOW_SECONDS
from app.master.store.audit import AuditFilter

ACT = Act("user:1", "root", "AdminService/CreateUser", "192.0.2.7", details=(("role", "user"),))
REFUSAL = replace(ACT, result="PERMISSION_DENIED")


@pytest.fixture
def log(world):
    return world.parts.audit_log


async def rows(log, **asked):
    wanted = {name: asked.pop(name) for name in ("actor", "target") if name in asked}
    return (await log.page(AuditQuestion(AuditFilter(**asked), **wanted), 1000)).rows


async def tamper(world, *sql):
    """What no code of ours does: the triggers are off for it."""

    def unit(tx):
        if tx.dialect.name == "sqlite":
            for change in ("update", "delete"):
                tx.execute(text(f"DROP TRIGGER IF EXISTS audit_events_no_{change}"))
        else:
            tx.execute(text("ALTER TABLE audit_events DISABLE TRIGGER USER"))
        for statement in sql:
            tx.execute(text(statement))

    await world.writer.run(unit)


async def test_a_row_says_who_did_what_to_what_from_where(world, log):
    ann = await world.user("Ann")
    await log.write(replace(ACT, kind=TargetKind.USER, target="ann"))
    (row,) = await rows(log)
    assert (row.sequence, row.at_us) == (1, world.clock.now_us())
    assert row[3:] == (
        "user:1", "root", "AdminService/CreateUser", f"user:{ann}", "Ann", '{"role": "user"}',
        "OK", "192.0.2.7", 1,
    )  # fmt: skip


async def test_what_is_nobodys_name_is_not_written(world, log):
    await world.user("Ann")
    for kind, typed in [
        (TargetKind.USER, "my password by mistake"),
        (TargetKind.NODE, "no such machine"),
        (TargetKind.TASK, "not an id"),
        (TargetKind.TOKEN, "HM1-aaaa-bbbbbbbb-cccccccccccccccccccccccccc"),
    ]:
        await log.refuse(replace(REFUSAL, kind=kind, target=typed))
        await log.write(replace(ACT, kind=kind, target=typed))
    assert {(row.target, row.target_name) for row in await rows(log)} == {("", "")}


async def test_ids_are_written(world, log):
    task = "0" * 26
    await log.write(replace(ACT, kind=TargetKind.TASK, target=f"{task}-12"))
    await log.write(replace(ACT, kind=TargetKind.TOKEN, target="abcdefgh"))
    assert [row.target for row in await rows(log)] == ["token:abcdefgh", f"task:{task}-12"]


async def test_the_first_admin_is_made_by_the_master_itself(world, log):
    await world.user("boss", Role.ADMIN)
    await log.write(first_admin("boss"))
    (row,) = await rows(log, actor="master")
    assert (row.target_name, row.action, row.peer) == ("boss", "Master/CreateFirstAdmin", "")


async def test_equal_refusals_are_one_row_and_a_count(world, log):
    for _ in range(50):
        await log.refuse(REFUSAL)
    assert len(await rows(log)) == 1
    await log.close()
    counted, first = await rows(log)
    assert (first.times, counted.times) == (1, 49)
    assert (await log.verify()).ok


async def test_a_window_that_is_over_begins_another(world, log):
    await log.refuse(REFUSAL)
    await log.refuse(REFUSAL)
    world.clock.advance(WINDOW_SECONDS + 1)
    await log.refuse(REFUSAL)
    assert [row.times for row in await rows(log)] == [2, 1]


async def test_rows_are_found_by_who_what_when_and_how(world, log):
    ann, bob = await world.user("ann"), await world.user("bob")
    start = world.clock.now_us()
    await log.write(replace(ACT, actor=f"user:{ann}", actor_name="ann"))
    world.clock.advance(1)
    await log.write(replace(ACT, action="UserService/Transfer", kind=TargetKind.USER, target="bob"))
    world.clock.advance(1)
    await log.refuse(replace(REFUSAL, actor=f"user:{bob}", actor_name="bob"))

    async def found(**asked):
        return [row.sequence for row in await rows(log, **asked)]

    assert await found() == [3, 2, 1]
    assert await found(actor="ANN") == await found(actor=ann) == await found(actor=f"user:{ann}")
    assert await found(actor="ann") == [1]
    assert await found(actor="nobody") == []
    assert await found(target="bob") == [2]
    assert await found(actions=("UserService/Transfer",)) == [2]
    assert await found(results=("OK",)) == [2, 1]
    assert await found(results=("PERMISSION_DENIED", "STORE_FULL")) == [3]
    assert await found(refused=True) == [3]
    assert await found(since_us=start + 1_000_000, until_us=start + 2_000_000) == [2]


async def test_pages_meet_without_gap(world, log):
    for _ in range(7):
        await log.write(ACT)
    seen, token = [], ""
    while True:
        page = await log.page(AuditQuestion(AuditFilter()), 3, token)
        seen += [row.sequence for row in page.rows]
        token = page.next_token
        if not token:
            break
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    with pytest.raises(HiveMindError) as refused:
        await log.page(AuditQuestion(AuditFilter()), 3, "junk")
    assert refused.value.reason is Reason.BAD_PAGE_TOKEN


async def test_an_untouched_log_is_sound(world, log):
    assert (await log.verify()).rows == 0
    for _ in range(5):
        await log.write(ACT)
    found = await log.verify()
    assert (found.ok, found.rows, found.head_hash) == (True, 5, (await rows(log))[0].hash.hex())


@pytest.mark.parametrize(
    ("sql", "sequence"),
    [
        ("UPDATE audit_events SET actor_name = 'someone else' WHERE sequence = 3", 3),
        ("UPDATE audit_events SET result = 'OK' WHERE sequence = 4", 4),
        ("UPDATE audit_events SET at_us = at_us - 1 WHERE sequence = 1", 1),
        ("UPDATE audit_events SET details = '{}' WHERE sequence = 5", 5),
        ("DELETE FROM audit_events WHERE sequence = 2", 2),
        ("UPDATE audit_events SET sequence = 9 WHERE sequence = 3", 3),
        ("DELETE FROM audit_events WHERE sequence < 3", 1),
    ],
    ids=["who", "result", "when", "details", "dropped", "moved", "beginning"],
)
async def test_a_chain_broken_by_an_edit_is_found(world, log, sql, sequence):
    for number in range(5):
        await log.write(replace(ACT, result="NOT_FEASIBLE" if number == 3 else "OK"))
    await tamper(world, sql)
    found = await log.verify()
    assert (found.ok, found.rows) == (False, sequence - 1)
    assert found.fault.sequence == sequence
    assert str(sequence) in found.fault.sentence


async def test_a_noted_head_shows_that_the_end_was_cut_or_all_was_rewritten(world, log):
    for _ in range(5):
        await log.write(ACT)
    noted = await log.verify()
    await log.write(ACT)
    assert (await log.verify(noted.rows, noted.head_hash)).ok
    assert (await log.verify(noted.rows, "00" * 32)).fault.sequence == 5
    await tamper(world, "DELETE FROM audit_events WHERE sequence > 3")
    assert (await log.verify()).ok
    cut = await log.verify(noted.rows, noted.head_hash)
    assert (cut.ok, cut.fault.sequence) == (False, 4)


async def test_a_unit_that_is_refused_leaves_no_row(world, log):
    def unit(tx):
        log.append(tx, ACT)
        raise HiveMindError(Reason.INSUFFICIENT_BALANCE)

    with pytest.raises(HiveMindError):
        await world.writer.run(unit)
    assert await rows(log) == []


async def test_acts_at_once_make_one_chain(world, log):
    import asyncio

    await asyncio.gather(*(log.write(replace(ACT, peer=str(number))) for number in range(100)))
    found = await log.verify()
    assert (found.ok, found.rows) == (True, 100)


def test_texts_are_one_line_and_short():
    assert clipped("a\nb\x00c") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"
    assert len(clipped("x" * 5000)) == CHARACTERS_MAX
