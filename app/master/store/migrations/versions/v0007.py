"""Since when a peer of the encrypted network has its key."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this step."""
    op.add_column(
        "vpn_peers", sa.Column("keyed_us", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.execute("UPDATE vpn_peers SET keyed_us = created_us")
