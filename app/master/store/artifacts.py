"""Statements about artifacts: which bytes are kept, for whom, until when."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update

from app.master.store import Tx
from app.master.store.tables import arrays, artifact_owners, artifacts, tasks


@dataclass(frozen=True, slots=True)
class ArtifactRow:
    digest: str
    size_bytes: int


def find(tx: Tx, digest: str) -> ArtifactRow | None:
    row = tx.execute(select(artifacts).where(artifacts.c.digest == digest)).one_or_none()
    return None if row is None else ArtifactRow(row.digest, row.size_bytes)


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
        tx.execute(insert(artifacts).values(digest=digest, size_bytes=size_bytes, created_us=at_us))
    if owned_by(tx, digest, owner_id):
        tx.execute(
            update(artifact_owners)
            .where(artifact_owners.c.digest == digest, artifact_owners.c.owner_id == owner_id)
            .values(expires_us=expires_us)
        )
        return
    tx.execute(
        insert(artifact_owners).values(digest=digest, owner_id=owner_id, expires_us=expires_us)
    )


def used_bytes(tx: Tx, owner_id: str) -> int:
    """What counts against the owner's quota."""
    total = tx.execute(
        select(func.sum(artifacts.c.size_bytes))
        .join(artifact_owners, artifact_owners.c.digest == artifacts.c.digest)
        .where(artifact_owners.c.owner_id == owner_id)
    ).scalar()
    return int(total or 0)


def release(tx: Tx, digest: str, owner_id: str) -> bool:
    """Take the artifact from `owner_id`; whether nobody has it any more."""
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


def expired(tx: Tx, now_us: int, limit: int) -> list[tuple[str, str]]:
    """(digest, owner id) of what has expired and no open task needs."""
    open_archives = (
        select(arrays.c.archive_digest)
        .join(tasks, tasks.c.array_id == arrays.c.id)
        .where(tasks.c.ended_us.is_(None), arrays.c.archive_digest == artifact_owners.c.digest)
    )
    rows = tx.execute(
        select(artifact_owners.c.digest, artifact_owners.c.owner_id)
        .where(artifact_owners.c.expires_us < now_us, ~open_archives.exists())
        .limit(limit)
    )
    return [(row.digest, row.owner_id) for row in rows]


def unknown(tx: Tx, digests: Sequence[str]) -> list[str]:
    """Those of `digests` that the store knows nothing of."""
    rows = tx.execute(select(artifacts.c.digest).where(artifacts.c.digest.in_(digests)))
    known = set(rows.scalars())
    return [digest for digest in digests if digest not in known]
