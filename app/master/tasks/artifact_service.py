"""Archives and results for the loop: who may send and fetch which bytes."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

import structlog

from app.common.archive_guard import inspect
from app.common.archive_limits import ArchiveLimits, ArchiveSummary
from app.common.clock import MICROSECONDS, Clock
from app.common.entry_command import ENTRY_FILES, entry_command
from app.common.errors import HiveMindError, Reason
from app.common.ids import is_digest
from app.master.store import Tx
from app.master.store import artifacts as artifact_store
from app.master.store.reader import Reader
from app.master.store.writer import Writer
from app.master.tasks.artifacts import ArtifactFiles, Upload
from app.master.tasks.comparing import Rule
from app.master.tasks.results_guard import same_results
from app.master.tasks.submission import UNUSED_US

log = structlog.get_logger(__name__)

READ_BYTES = 512 * 1024
#: Uploads announced and not begun, and archives known to be sound, that are remembered.
REMEMBERED_MAX = 4096
#: Archives that are judged at a time.
JUDGED_AT_A_TIME = 2
#: Of results: as workers pack them, which bound their size by the task's disk space.
RESULT_LIMITS = ArchiveLimits(total_bytes_max=1 << 40, entry_bytes_max=1 << 40)
DAY_SECONDS = 24 * 3600
SWEEP_BATCH = 500
#: Results that are compared at once.
COMPARISONS_MAX = 2
#: Claims that run out in one unit at most.
EXPIRED_BATCH = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload is."""

    digest: str
    offset: int
    complete: bool


@dataclass(frozen=True, slots=True)
class _Announced:
    size_bytes: int
    #: The user whose archive it will be; None for a node's result.
    user_id: str | None


class ArtifactService:
    """Uploads with resume, downloads, quotas and expiry."""

    def __init__(
        self,
        files: ArtifactFiles,
        writer: Writer,
        reader: Reader,
        clock: Clock,
        *,
        quota_bytes: int,
        keep_days: int,
    ) -> None:
        self._files = files
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._quota_bytes = quota_bytes
        self._keep_us = keep_days * DAY_SECONDS * MICROSECONDS
        self._announced: OrderedDict[tuple[str, str], _Announced] = OrderedDict()
        self._judging = asyncio.Semaphore(JUDGED_AT_A_TIME)
        self._comparisons = asyncio.Semaphore(COMPARISONS_MAX)
        #: Sound archives, with those files of theirs that may be their entry.
        self._sound: OrderedDict[str, frozenset[str]] = OrderedDict()

    def has(self, digest: str) -> bool:
        """Whether all bytes of `digest` are there, whoever's they are."""
        return is_digest(digest) and self._files.is_complete(digest)

    async def begin(
        self, sender: str, user_id: str | None, digest: str, size_bytes: int
    ) -> Progress:
        """Announce an upload; where it goes on.

        `sender` tells uploaders apart. A user's archive counts against the quota.
        Raises HiveMindError: BAD_ID, INVALID_FIELD, ARTIFACT_TOO_LARGE, QUOTA_EXCEEDED.
        """
        if not is_digest(digest):
            raise _bad_digest()
        if size_bytes == 0:
            raise HiveMindError(
                Reason.INVALID_FIELD, "An archive has a byte at least.", field="size_bytes"
            )
        if size_bytes > self._files.size_bytes_max:
            raise HiveMindError(
                Reason.ARTIFACT_TOO_LARGE,
                f"This pool takes archives of {self._files.size_bytes_max} bytes at most.",
            )
        if user_id is not None and await self._owns_or_may(user_id, digest, size_bytes):
            return Progress(digest, size_bytes, complete=True)
        self._announced[sender, digest] = _Announced(size_bytes, user_id)
        self._announced.move_to_end((sender, digest))
        while len(self._announced) > REMEMBERED_MAX:
            self._announced.popitem(last=False)
        offset = await asyncio.to_thread(self._files.offset, digest, sender)
        return Progress(digest, min(offset, size_bytes), complete=False)

    async def _owns_or_may(self, user_id: str, digest: str, size_bytes: int) -> bool:
        def query(tx: Tx) -> tuple[bool, int]:
            owned = artifact_store.owned_by(tx, digest, user_id)
            return owned, artifact_store.used_bytes(tx, user_id)

        owned, used_bytes = await self._reader.run(query)
        if owned and self._files.is_complete(digest):
            # It is about to be used: what ran out meanwhile is sent again.
            return await self._writer.run(
                lambda tx: artifact_store.renew(tx, digest, user_id, self._unused_until_us())
            )
        if used_bytes + size_bytes > self._quota_bytes:
            await self._writer.run(lambda tx: self._make_room(tx, user_id, size_bytes))
        return False

    async def receive(
        self, sender: str, digest: str, chunks: AsyncIterator[tuple[int, bytes]]
    ) -> Progress:
        """Take in (offset, data) until they end; complete once all bytes are there.

        Raises HiveMindError: OFFSET_MISMATCH, DIGEST_MISMATCH, STORE_FULL, and
        FAILED_PRECONDITION kinds for an upload that was not announced, and of a
        node's result what `archive_guard.inspect` raises.
        """
        announced = self._announced.get((sender, digest))
        if announced is None:
            raise HiveMindError(
                Reason.OFFSET_MISMATCH, "Ask where the upload goes on before sending bytes."
            )
        upload = await asyncio.to_thread(self._files.begin, digest, announced.size_bytes, sender)
        try:
            async for offset, data in chunks:
                await asyncio.to_thread(upload.append, offset, data)
            if upload.offset < announced.size_bytes:
                return Progress(digest, upload.offset, complete=False)
            await self._finish(upload, digest, announced)
        finally:
            await asyncio.to_thread(upload.close)
        self._announced.pop((sender, digest), None)
        return Progress(digest, announced.size_bytes, complete=True)

    async def _finish(self, upload: Upload, digest: str, announced: _Announced) -> None:
        await asyncio.to_thread(upload.finish)
        user_id = announced.user_id
        if user_id is None:
            # A node's result, which its task's owner is going to unpack.
            await self._judge(digest, RESULT_LIMITS)
        else:
            await self._writer.run(lambda tx: self.own(tx, user_id, digest, announced.size_bytes))

    async def put(self, data: bytes) -> str:
        """Store a small archive that came in one piece; its digest."""
        return await asyncio.to_thread(self._files.put, data)

    def own(self, tx: Tx, user_id: str, digest: str, size_bytes: int) -> None:
        """Unit part: the bytes of `digest` are this user's, for as long as a task needs them.

        Raises HiveMindError(QUOTA_EXCEEDED).
        """
        if not artifact_store.owned_by(tx, digest, user_id):
            self._make_room(tx, user_id, size_bytes)
        artifact_store.add(
            tx,
            digest,
            size_bytes,
            owner_id=user_id,
            at_us=self._clock.now_us(),
            expires_us=self._unused_until_us(),
        )

    def _make_room(self, tx: Tx, user_id: str, size_bytes: int) -> None:
        """Unit part: forget what ran out where the quota needs it, not only at the next sweep."""
        if artifact_store.used_bytes(tx, user_id) + size_bytes <= self._quota_bytes:
            return
        now_us = self._clock.now_us()
        over = artifact_store.expired(
            tx, now_us, now_us - self._keep_us, EXPIRED_BATCH, owner_id=user_id
        )
        for digest, _ in over:
            artifact_store.release(tx, digest, user_id)
        used_bytes = artifact_store.used_bytes(tx, user_id)
        if used_bytes + size_bytes > self._quota_bytes:
            raise self._over_quota(used_bytes, size_bytes)

    def _unused_until_us(self) -> int:
        return self._clock.now_us() + UNUSED_US

    async def check_archive(self, digest: str, command: tuple[str, ...]) -> None:
        """Raise what `inspect` raises unless the bytes are an archive this pool accepts.

        Without `command` it must hold an entry. Raises HiveMindError: BAD_ID,
        ARTIFACT_NOT_FOUND, ARCHIVE_INVALID.
        """
        if digest and not is_digest(digest):
            raise _bad_digest()
        top_files = self._sound.get(digest)
        if top_files is None:
            top_files = await self._look_into(digest)
        if not command:
            entry_command(lambda name: name in top_files)

    async def _look_into(self, digest: str) -> frozenset[str]:
        if not self.has(digest):
            raise HiveMindError(
                Reason.ARTIFACT_NOT_FOUND, "Upload the task's archive before submitting it."
            )
        summary = await self._judge(digest, ArchiveLimits())
        top_files = summary.top_files & ENTRY_FILES
        self._sound[digest] = top_files
        while len(self._sound) > REMEMBERED_MAX:
            self._sound.popitem(last=False)
        return top_files

    async def _judge(self, digest: str, limits: ArchiveLimits) -> ArchiveSummary:
        """Raises what `archive_guard.inspect` raises; so many at a time, whoever sends them."""
        async with self._judging:
            return await asyncio.to_thread(self._inspect, digest, limits)

    def _inspect(self, digest: str, limits: ArchiveLimits) -> ArchiveSummary:
        with self._files.open(digest) as file:
            return inspect(file, limits)

    async def same(self, one: str, other: str, rule: Rule) -> bool:
        """Whether two results hold the same by `rule`; one that is gone equals none."""
        async with self._comparisons:
            return await asyncio.to_thread(self._same, one, other, rule)

    def _same(self, one: str, other: str, rule: Rule) -> bool:
        try:
            left, right = self._files.place(one), self._files.place(other)
            return same_results(left, right, rule, RESULT_LIMITS)
        except (HiveMindError, OSError, RuntimeError):
            # Also a child that died of them: whoever brings such results does not end the master.
            log.exception("results cannot be compared", one=one, other=other)
            return False

    async def owned(self, user_id: str, digest: str) -> bool:
        """Whether `user_id` may fetch these bytes. Raises HiveMindError(BAD_ID)."""
        if not is_digest(digest):
            raise _bad_digest()
        return await self._reader.run(lambda tx: artifact_store.owned_by(tx, digest, user_id))

    async def read(self, digest: str, offset: int) -> AsyncIterator[tuple[int, bytes, int]]:
        """(offset, data, whole size) from `offset` on. Raises HiveMindError(ARTIFACT_NOT_FOUND)."""
        file = await asyncio.to_thread(self._files.open, digest)
        try:
            size_bytes = await asyncio.to_thread(file.seek, 0, 2)
            if not 0 <= offset <= size_bytes:
                raise HiveMindError(
                    Reason.INVALID_FIELD, f"The offset must be at most {size_bytes}."
                )
            await asyncio.to_thread(file.seek, offset)
            while data := await asyncio.to_thread(file.read, READ_BYTES):
                yield offset, data, size_bytes
                offset += len(data)
        finally:
            file.close()

    def drop_result(self, tx: Tx, user_id: str, sequence: int) -> str | None:
        """Unit part: the task's owner gives its result up; the digest, for `delete_unowned`.

        Tasks with an equal result, or with these bytes as their archive, keep them.
        Raises HiveMindError(RESULT_NOT_FOUND).
        """
        digest = artifact_store.drop_result(tx, sequence)
        if digest is None:
            raise HiveMindError(Reason.RESULT_NOT_FOUND, "There is no result of this task.")
        ended_after_us = self._clock.now_us() - self._keep_us
        if artifact_store.is_needed(tx, digest, user_id, ended_after_us):
            return None
        return digest if artifact_store.release(tx, digest, user_id) else None

    async def delete_unowned(self, digest: str) -> None:
        """Delete bytes that nobody claims any more."""
        # Young bytes stay for the sweep: somebody may be bringing the same again.
        await asyncio.to_thread(self._files.delete, digest, self._settled_before_us())

    async def release(self, user_id: str, digest: str) -> None:
        """The user does not want the bytes any more; nobody else's are deleted."""
        if await self._writer.run(lambda tx: artifact_store.release(tx, digest, user_id)):
            await self.delete_unowned(digest)

    async def expire(self) -> int:
        """Drop what is over its time, and bytes that nobody claimed; how much of the first."""
        count = found = await self._expire_some()
        while found == EXPIRED_BATCH:
            found = await self._expire_some()
            count += found
        await asyncio.to_thread(self._files.discard_stale, self._settled_before_us())
        await self._sweep()
        return count

    async def _expire_some(self) -> int:
        def unit(tx: Tx) -> tuple[int, list[str]]:
            now_us = self._clock.now_us()
            over = artifact_store.expired(tx, now_us, now_us - self._keep_us, EXPIRED_BATCH)
            unowned = [
                digest for digest, owner in over if artifact_store.release(tx, digest, owner)
            ]
            return len(over), unowned

        count, unowned = await self._writer.run(unit)
        for digest in unowned:
            await self.delete_unowned(digest)
        return count

    async def _sweep(self) -> None:
        """Delete complete files the store does not know: the process died before it was told."""
        before_us = self._settled_before_us()
        digests = await asyncio.to_thread(lambda: list(self._files.digests(before_us)))
        for start in range(0, len(digests), SWEEP_BATCH):
            batch = digests[start : start + SWEEP_BATCH]
            unknown = await self._reader.run(partial(artifact_store.unknown, digests=batch))
            for digest in unknown:
                await asyncio.to_thread(self._files.delete, digest, before_us)

    def _settled_before_us(self) -> int:
        """Bytes older than this are in the store, or in nobody's hands."""
        return self._clock.now_us() - DAY_SECONDS * MICROSECONDS

    def _over_quota(self, used_bytes: int, size_bytes: int) -> HiveMindError:
        return HiveMindError(
            Reason.QUOTA_EXCEEDED,
            f"Your storage would hold {used_bytes + size_bytes} bytes of at most"
            f" {self._quota_bytes}: delete results that you no longer need. Archives are forgotten"
            f" an hour after their upload when their tasks have succeeded, or none was submitted,"
            f" and {self._keep_us // MICROSECONDS // DAY_SECONDS} days after their tasks failed.",
        )


def _bad_digest() -> HiveMindError:
    return HiveMindError(Reason.BAD_ID, "A digest is sha256: and 64 hex digits.")
