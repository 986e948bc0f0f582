"""Where sessions are used, and codes for forgotten passwords."""

from collections.abc import Sequence
from typing import Literal

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this step."""
    # Made anew where the database is SQLite: what ALTER TABLE leaves there reads differently.
    anew: Literal["always", "never"] = (
        "always" if op.get_bind().dialect.name == "sqlite" else "never"
    )
    with op.batch_alter_table("sessions", recreate=anew) as sessions:
        for name in ("address", "client"):
            sessions.add_column(sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.create_table(
        "reset_codes",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("code_id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reset_codes_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_reset_codes")),
    )
