"""Artifacts over a real store: quotas, sharing, expiry and what a crash leaves behind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from app.common.errors import HiveMindError, Reason
from app.common.ids import SystemIds, sha256_digest
from app.common.vocabulary import TaskState
from app.master.store import Tx, task_views
from app.master.store import artifacts as artifact_store
from app.master.store.tables import tasks
from app.master.tasks.artifact_service import DAY_SECONDS, ArtifactService
from app.master.tasks.artifacts import ArtifactFiles
from app.master.tasks.book import TaskRecord
from app.master.tasks.spec import TaskSpec
from app.master.tasks.submission import Submissions
from tests.identity_world import IdentityWorld, identity_world
from tests.zip_bytes import Member, zip_of

QUOTA = 1000
HOUR = 3600
DATA = b"x" * 600
DIGEST = sha256_digest(DATA)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[IdentityWorld]:
    async with identity_world(tmp_path) as opened:
        yield opened


@pytest.fixture
def files(world: IdentityWorld, tmp_path: Path) -> ArtifactFiles:
    return ArtifactFiles(tmp_path / "artifacts", world.clock, 10_000)


@pytest.fixture
def service(world: IdentityWorld, files: ArtifactFiles) -> ArtifactService:
    return ArtifactService(
        files, world.writer, world.reader, world.clock, quota_bytes=QUOTA, keep_days=30
    )


async def user(world: IdentityWorld, name: str) -> str:
    return (await world.parts.users.create_admin(name, "an unlikely phrase")).id


async def chunks(data: bytes, offset: int = 0) -> AsyncIterator[tuple[int, bytes]]:
    for start in range(offset, len(data), 100):
        yield start, data[start : start + 100]


async def upload(service: ArtifactService, user_id: str, data: bytes) -> None:
    digest = sha256_digest(data)
    await service.begin(f"user:{user_id}", user_id, digest, len(data))
    progress = await service.receive(f"user:{user_id}", digest, chunks(data))
    assert progress.complete


async def test_the_same_bytes_are_sent_by_each_user_and_kept_once(
    world: IdentityWorld, service: ArtifactService, files: ArtifactFiles
) -> None:
    """Knowing a digest proves nothing: the other user sends the bytes too."""
    ann, bob = await user(world, "ann"), await user(world, "bob")
    await upload(service, ann, DATA)
    begun = await service.begin(f"user:{bob}", bob, DIGEST, len(DATA))
    assert (begun.offset, begun.complete) == (0, False)
    assert not await service.owned(bob, DIGEST)
    await upload(service, bob, DATA)
    world.clock.advance(2 * DAY_SECONDS)
    await service.release(ann, DIGEST)
    assert files.is_complete(DIGEST)
    assert not await service.owned(ann, DIGEST)
    assert await service.owned(bob, DIGEST)


async def test_an_upload_goes_on_where_it_broke_off(
    world: IdentityWorld, service: ArtifactService
) -> None:
    ann = await user(world, "ann")
    await service.begin("user:ann", ann, DIGEST, len(DATA))
    first = await service.receive("user:ann", DIGEST, chunks(DATA[:300]))
    assert (first.offset, first.complete) == (300, False)
    begun = await service.begin("user:ann", ann, DIGEST, len(DATA))
    assert begun.offset == 300
    last = await service.receive("user:ann", DIGEST, chunks(DATA, 300))
    assert last.complete
    assert await service.owned(ann, DIGEST)


async def test_a_quota_is_kept(world: IdentityWorld, service: ArtifactService) -> None:
    ann = await user(world, "ann")
    await upload(service, ann, DATA)
    with pytest.raises(HiveMindError) as caught:
        await service.begin("user:ann", ann, sha256_digest(b"other"), 401)
    assert caught.value.reason is Reason.QUOTA_EXCEEDED
    await service.begin("user:ann", ann, sha256_digest(b"other"), 400)


async def test_an_upload_that_no_task_needs_is_forgotten_after_an_hour(
    world: IdentityWorld, service: ArtifactService, files: ArtifactFiles
) -> None:
    ann = await user(world, "ann")
    await upload(service, ann, DATA)
    world.clock.advance(HOUR - 1)
    assert await service.expire() == 0
    # Asked for again: it is about to be used.
    assert (await service.begin(f"user:{ann}", ann, DIGEST, len(DATA))).complete
    world.clock.advance(HOUR - 1)
    assert await service.expire() == 0
    world.clock.advance(2)
    assert await service.expire() == 1
    assert not await service.owned(ann, DIGEST)
    world.clock.advance(2 * DAY_SECONDS)
    await service.expire()
    assert not files.is_complete(DIGEST)


async def test_what_no_task_needs_does_not_fill_the_quota(
    world: IdentityWorld, service: ArtifactService
) -> None:
    """Uploads whose submission was refused; nobody has swept yet."""
    ann = await user(world, "ann")
    await upload(service, ann, DATA)
    other = b"y" * 600
    with pytest.raises(HiveMindError) as caught:
        await upload(service, ann, other)
    assert caught.value.reason is Reason.QUOTA_EXCEEDED
    assert "an hour after" in caught.value.message
    world.clock.advance(HOUR + 1)
    await upload(service, ann, other)
    assert not await service.owned(ann, DIGEST)


async def submit(world: IdentityWorld, user_id: str) -> TaskRecord:
    submissions = Submissions(world.parts.ledger, world.clock, SystemIds(world.clock))
    await world.reader.run(submissions.load)
    spec = TaskSpec(archive_digest=DIGEST)
    made = await world.writer.run(lambda tx: submissions.submit(tx, user_id, spec))
    return made.records[0]


async def end(world: IdentityWorld, record: TaskRecord, state: TaskState) -> None:
    values = {"state": int(state), "ended_us": world.clock.now_us()}
    await world.writer.run(lambda tx: tx.execute(update(tasks).values(values)))


@pytest.mark.parametrize(
    ("state", "kept_days"),
    [(TaskState.SUCCEEDED, 0), (TaskState.FAILED, 30), (TaskState.CANCELLED, 30)],
)
async def test_an_archive_is_kept_while_its_task_may_need_it(
    world: IdentityWorld, service: ArtifactService, state: TaskState, kept_days: int
) -> None:
    ann = await user(world, "ann")
    await upload(service, ann, DATA)
    record = await submit(world, ann)
    world.clock.advance(60 * DAY_SECONDS)
    assert await service.expire() == 0
    await end(world, record, state)
    if kept_days:
        world.clock.advance(kept_days * DAY_SECONDS - 1)
        assert await service.expire() == 0
    world.clock.advance(2)
    assert await service.expire() == 1


async def test_a_result_that_expires_is_no_result_any_more(
    world: IdentityWorld, service: ArtifactService, files: ArtifactFiles
) -> None:
    ann = await user(world, "ann")
    await upload(service, ann, DATA)
    record = await submit(world, ann)
    await end(world, record, TaskState.SUCCEEDED)
    result = b"r" * 10
    digest = files.put(result)
    expires_us = world.clock.now_us() + 30 * DAY_SECONDS * 1_000_000

    def leave(tx: Tx) -> None:
        tx.execute(update(tasks).values(result_digest=digest, result_bytes=10))
        artifact_store.add(tx, digest, 10, owner_id=ann, at_us=0, expires_us=expires_us)

    await world.writer.run(leave)
    world.clock.advance(30 * DAY_SECONDS - 1)
    await service.expire()
    assert await service.owned(ann, digest)
    world.clock.advance(2)
    await service.expire()
    view = await world.reader.run(lambda tx: task_views.one_task(tx, record.array_id, 0))
    assert view is not None
    assert (view.result_digest, view.result_bytes) == (None, 0)


async def test_bytes_nobody_claimed_are_swept_after_a_day(
    world: IdentityWorld, service: ArtifactService, files: ArtifactFiles
) -> None:
    """The process died after the bytes were complete and before the store was told."""
    files.put(DATA)
    await service.expire()
    assert files.is_complete(DIGEST)
    world.clock.advance(2 * DAY_SECONDS)
    await service.expire()
    assert not files.is_complete(DIGEST)


async def test_a_nodes_result_is_judged_before_its_task_has_it(service: ArtifactService) -> None:
    """Who fetches it unpacks it: what a hostile node sends is refused where it arrives."""
    evil = zip_of(Member(b"../evil"))
    for data, reason in (
        (b"no archive at all", Reason.ARCHIVE_INVALID),
        (evil, Reason.ARCHIVE_UNSAFE_NAME),
    ):
        digest = sha256_digest(data)
        await service.begin("node:n1", None, digest, len(data))
        with pytest.raises(HiveMindError) as caught:
            await service.receive("node:n1", digest, chunks(data))
        assert caught.value.reason is reason
    good = zip_of(Member(b"answer.txt"))
    await service.begin("node:n1", None, sha256_digest(good), len(good))
    assert (await service.receive("node:n1", sha256_digest(good), chunks(good))).complete
