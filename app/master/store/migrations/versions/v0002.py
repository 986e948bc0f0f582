"""Find the tasks that an artifact belongs to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this step."""
    op.create_index("ix_arrays_archive_digest", "arrays", ["archive_digest"], unique=False)
    op.create_index(
        "ix_tasks_result_digest",
        "tasks",
        ["result_digest"],
        unique=False,
        sqlite_where=sa.text("result_digest IS NOT NULL"),
        postgresql_where=sa.text("result_digest IS NOT NULL"),
    )
