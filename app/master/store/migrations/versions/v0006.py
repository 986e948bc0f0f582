"""What became of results that were checked."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this step."""
    # Added in place: there may be millions of tasks.
    op.add_column(
        "attempts", sa.Column("result_check", sa.SmallInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "nodes", sa.Column("wrong_results", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "nodes", sa.Column("valid_streak", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("tasks", sa.Column("candidates", sa.Text(), server_default="", nullable=False))
