"""The encrypted network."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "vpn_peers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=True),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("revoked_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_vpn_peers_node_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vpn_peers")),
        sa.UniqueConstraint("public_key", name=op.f("uq_vpn_peers_public_key")),
    )
    op.create_index(op.f("ix_vpn_peers_node_id"), "vpn_peers", ["node_id"], unique=False)
    op.create_table(
        "vpn_leases",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("peer_id", sa.Text(), nullable=False),
        sa.Column("released_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["peer_id"], ["vpn_peers.id"], name=op.f("fk_vpn_leases_peer_id")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_vpn_leases")),
    )
    op.create_index(op.f("ix_vpn_leases_peer_id"), "vpn_leases", ["peer_id"], unique=False)
