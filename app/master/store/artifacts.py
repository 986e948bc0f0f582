"""Statements about artifacts: which bytes are kept, for whom, until when.

A user's claim to an artifact runs out at its time, unless a task needs the artifact as its
archive: one that is open, or that failed or was cancelled and may be run again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, literal_column, select, update

from app.common.vocabulary import TaskState
from app.master.store import Tx
from app.master.store.prepared import Prepared
from app.master.store.tables import arrays, artifact_owners, artifacts, tasks

_RETRIABLE: list[ColumnElement[Any]] = [
    literal_column(str(int(state))) for state in (TaskState.FAILED, TaskState.CANCELLED)
]


_FIND = Prepared("SELECT digest, size_bytes FROM artifacts WHERE digest = ?")
_ADD = Prepared("INSERT INTO artifacts (digest, size_bytes, created_us) VALUES (?, ?, ?)")
_CLAIM = Prepared("INSERT INTO artifact_owners (digest, owner_id, expires_us) VALUES (?, ?, ?)")
_KEEP = Prepared("UPDATE artifact_owners SET expires_us = NULL WHERE digest = ? AND owner_id = ?")
_RENEW = Prepared(
    "UPDATE artifact_owners SET expires_us ="
    " CASE WHEN expires_us < ? THEN ? ELSE expires_us END WHERE digest = ? AND owner_id = ?"
)


@dataclass(frozen=True, slots=True)
class ArtifactRow:
    digest: str
    size_bytes: int


def find(tx: Tx, digest: str) -> ArtifactRow | None:
    row = _FIND.row(tx, digest)
    return None if row is None else ArtifactRow(*row)


def owned_by(tx: Tx, digest: str, owner_id: str) -> bool:
    """Whether `owner_id` may read and use the artifact."""
    found = tx.execute(
        select(artifact_owners.c.digest).where(
            artifact_owners.c.digest == digest, artifact_owners.c.owner_id == owner_id
        )
    )
    return found.scalar() is not None


def add(
    tx: Tx, digest: str, size_bytes: int, *, owner_id: str, at_us: int, expires_us: int | None
) -> None:
    """Record that `owner_id` has the artifact; a repeat only moves its expiry forward."""
    if find(tx, digest) is None:
        _ADD.run_many(tx, [(digest, size_bytes, at_us)])
    if not renew(tx, digest, owner_id, expires_us):
        _CLAIM.run_many(tx, [(digest, owner_id, expires_us)])


def renew(tx: Tx, digest: str, owner_id: str, expires_us: int | None) -> bool:
    """Move the claim's expiry forward; whether `owner_id` has the artifact."""
    if expires_us is None:
        return _KEEP.run_many(tx, [(digest, owner_id)]) == 1
    return _RENEW.run_many(tx, [(expires_us, expires_us, digest, owner_id)]) == 1


def expiry(tx: Tx, digest: str, owner_id: str) -> int | None:
    """When the claim of `owner_id` runs out; None: never, or there is none."""
    return tx.execute(
        select(artifact_owners.c.expires_us).where(
            artifact_owners.c.digest == digest, artifact_owners.c.owner_id == owner_id
        )
    ).scalar()


def used_bytes(tx: Tx, owner_id: str) -> int:
    """What counts against the owner's quota."""
    total = tx.execute(
        select(func.sum(artifacts.c.size_bytes))
        .join(artifact_owners, artifact_owners.c.digest == artifacts.c.digest)
        .where(artifact_owners.c.owner_id == owner_id)
    ).scalar()
    return int(total or 0)


def release(tx: Tx, digest: str, owner_id: str) -> bool:
    """Take the artifact from `owner_id`, and from its tasks as a result.

    Whether nobody has it any more.
    """
    tx.execute(
        update(tasks)
        .where(tasks.c.result_digest == digest, tasks.c.owner_id == owner_id)
        .values(result_digest=None, result_bytes=0)
    )
    tx.execute(
        delete(artifact_owners).where(
            artifact_owners.c.digest == digest, artifact_owners.c.owner_id == owner_id
        )
    )
    left = tx.execute(
        select(func.count()).select_from(artifact_owners).where(artifact_owners.c.digest == digest)
    ).scalar_one()
    if left:
        return False
    tx.execute(delete(artifacts).where(artifacts.c.digest == digest))
    return True


def let_expire(tx: Tx, digest: str, owner_id: str, at_us: int) -> None:
    """Nobody asks for these bytes any more, unless they are a result or an archive as well."""
    if digest and not is_needed(tx, digest, owner_id, 0):
        tx.execute(
            update(artifact_owners)
            .where(artifact_owners.c.digest == digest, artifact_owners.c.owner_id == owner_id)
            .values(expires_us=at_us)
        )


def drop_result(tx: Tx, sequence: int) -> str | None:
    """Make the task forget its result; its digest, or None if there was none."""
    found = tx.execute(select(tasks.c.result_digest).where(tasks.c.sequence == sequence)).scalar()
    forgotten = update(tasks).where(tasks.c.sequence == sequence)
    tx.execute(forgotten.values(result_digest=None, result_bytes=0))
    return found


def is_needed(tx: Tx, digest: str, owner_id: str, ended_after_us: int) -> bool:
    """Whether a task of `owner_id` has the artifact as its result or needs it as its archive."""
    result = select(tasks.c.sequence).where(
        tasks.c.result_digest == digest, tasks.c.owner_id == owner_id
    )
    archive = select(artifact_owners.c.digest).where(
        artifact_owners.c.digest == digest,
        artifact_owners.c.owner_id == owner_id,
        _is_archive(ended_after_us),
    )
    return any(tx.execute(query.limit(1)).scalar() is not None for query in (result, archive))


def expired(
    tx: Tx, now_us: int, ended_after_us: int, limit: int, owner_id: str | None = None
) -> list[tuple[str, str]]:
    """(digest, owner id) of the claims that ran out, of one owner or of all.

    Not those to archives of tasks that are open, or that did not succeed and ended
    after `ended_after_us`.
    """
    query = select(artifact_owners.c.digest, artifact_owners.c.owner_id).where(
        artifact_owners.c.expires_us < now_us, ~_is_archive(ended_after_us)
    )
    if owner_id is not None:
        query = query.where(artifact_owners.c.owner_id == owner_id)
    return [(row.digest, row.owner_id) for row in tx.execute(query.limit(limit))]


def _is_archive(ended_after_us: int) -> ColumnElement[bool]:
    """The condition that a task of the claim's owner needs the artifact as its archive."""
    open_or_retriable = tasks.c.ended_us.is_(None) | (
        tasks.c.state.in_(_RETRIABLE) & (tasks.c.ended_us > ended_after_us)
    )
    return (
        select(arrays.c.id)
        .join(tasks, tasks.c.array_id == arrays.c.id)
        .where(
            arrays.c.archive_digest == artifact_owners.c.digest,
            arrays.c.owner_id == artifact_owners.c.owner_id,
            open_or_retriable,
        )
        .correlate(artifact_owners)
        .exists()
    )


def unknown(tx: Tx, digests: Sequence[str]) -> list[str]:
    """Those of `digests` that the store knows nothing of."""
    rows = tx.execute(select(artifacts.c.digest).where(artifacts.c.digest.in_(digests)))
    known = set(rows.scalars())
    return [digest for digest in digests if digest not in known]
