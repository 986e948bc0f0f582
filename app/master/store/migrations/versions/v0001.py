"""The schema of the first release."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.master.store.migrations.append_only import protect

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unlimited", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("debits_posted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("credits_posted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("debits_pending", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("credits_pending", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "unlimited = 1 OR credits_posted - debits_posted - debits_pending >= 0",
            name=op.f("ck_accounts_not_overdrawn"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )


def _create_artifacts() -> None:
    op.create_table(
        "artifacts",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_artifacts")),
    )


def _create_pool_facts() -> None:
    op.create_table(
        "pool_facts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pool_facts")),
    )


def _create_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("principal", "request_id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_at_us"), "requests", ["at_us"], unique=False)


def _create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("disabled", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name_key", name=op.f("uq_users_name_key")),
    )


def _create_arrays() -> None:
    op.create_table(
        "arrays",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("archive_digest", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("price_mcpt", sa.BigInteger(), nullable=False),
        sa.Column("submitted_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_arrays_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrays")),
    )
    op.create_index(
        "ix_arrays_owner_id_submitted_us", "arrays", ["owner_id", "submitted_us"], unique=False
    )


def _create_artifact_owners() -> None:
    op.create_table(
        "artifact_owners",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["digest"], ["artifacts.digest"], name=op.f("fk_artifact_owners_digest")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_artifact_owners_owner_id")
        ),
        sa.PrimaryKeyConstraint("digest", "owner_id", name=op.f("pk_artifact_owners")),
    )
    op.create_index("ix_artifact_owners_owner_id", "artifact_owners", ["owner_id"], unique=False)


def _create_buckets() -> None:
    op.create_table(
        "buckets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("requirements", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_buckets_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buckets")),
        sa.UniqueConstraint(
            "priority", "owner_id", "requirements", name=op.f("uq_buckets_priority")
        ),
    )


def _create_join_tokens() -> None:
    op.create_table(
        "join_tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("revoked", sa.SmallInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("uses_left >= 0", name=op.f("ck_join_tokens_uses_left")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_join_tokens_created_by")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_join_tokens_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_tokens")),
    )


def _create_nodes() -> None:
    op.create_table(
        "nodes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("state_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("capabilities", sa.Text(), nullable=False),
        sa.Column("continent", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("site", sa.Text(), server_default="", nullable=False),
        sa.Column("trust", sa.SmallInteger(), nullable=False),
        sa.Column("trust_reason", sa.Text(), nullable=False),
        sa.Column("joined_us", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_us", sa.BigInteger(), nullable=False),
        sa.Column("tasks_succeeded", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tasks_failed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("drops", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("good_streak", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("earned_mcpt", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_nodes_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nodes")),
        sa.UniqueConstraint("public_key", name=op.f("uq_nodes_public_key")),
    )


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("refresh_hash", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=True),
        sa.Column("rotated_us", sa.BigInteger(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.Column("revoked_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("refresh_hash", name=op.f("uq_sessions_refresh_hash")),
    )
    op.create_index(op.f("ix_sessions_previous_hash"), "sessions", ["previous_hash"], unique=False)
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)


def _create_transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("debit_account", sa.Integer(), nullable=False),
        sa.Column("credit_account", sa.Integer(), nullable=False),
        sa.Column("amount_mcpt", sa.BigInteger(), nullable=False),
        sa.Column("pending_sequence", sa.BigInteger(), nullable=True),
        sa.Column("part", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("task_id", sa.Text(), nullable=True),
        sa.Column("memo", sa.Text(), server_default="", nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("debit_balance_mcpt", sa.BigInteger(), nullable=False),
        sa.Column("credit_balance_mcpt", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("amount_mcpt > 0", name=op.f("ck_transfers_amount_positive")),
        sa.CheckConstraint(
            "debit_account <> credit_account", name=op.f("ck_transfers_two_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["credit_account"], ["accounts.id"], name=op.f("fk_transfers_credit_account")
        ),
        sa.ForeignKeyConstraint(
            ["debit_account"], ["accounts.id"], name=op.f("fk_transfers_debit_account")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_transfers")),
        sa.UniqueConstraint("id", name=op.f("uq_transfers_id")),
    )
    op.create_index(
        "ix_transfers_credit_account_sequence",
        "transfers",
        ["credit_account", "sequence"],
        unique=False,
    )
    op.create_index(
        "ix_transfers_debit_account_sequence",
        "transfers",
        ["debit_account", "sequence"],
        unique=False,
    )
    op.create_index("ix_transfers_task_id", "transfers", ["task_id"], unique=False)
    op.create_index("uq_transfers_pending", "transfers", ["pending_sequence", "part"], unique=True)


def _create_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("array_id", sa.Text(), nullable=False),
        sa.Column("array_index", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("bucket_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("losses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("node_id", sa.Text(), nullable=True),
        sa.Column("excluded_node_id", sa.Text(), nullable=True),
        sa.Column("cancel_requested", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("submitted_us", sa.BigInteger(), nullable=False),
        sa.Column("started_us", sa.BigInteger(), nullable=True),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.Column("price_mcpt", sa.BigInteger(), nullable=False),
        sa.Column("charged_mcpt", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("hold_sequence", sa.BigInteger(), nullable=False),
        sa.Column("result_digest", sa.Text(), nullable=True),
        sa.Column("result_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["array_id"], ["arrays.id"], name=op.f("fk_tasks_array_id")),
        sa.ForeignKeyConstraint(["bucket_id"], ["buckets.id"], name=op.f("fk_tasks_bucket_id")),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_tasks_node_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_tasks_owner_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_tasks")),
        sa.UniqueConstraint("array_id", "array_index", name=op.f("uq_tasks_array_id")),
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_tasks_live",
        "tasks",
        ["node_id"],
        unique=False,
        sqlite_where=sa.text("state IN (2, 3)"),
        postgresql_where=sa.text("state IN (2, 3)"),
    )
    op.create_index("ix_tasks_owner_id_sequence", "tasks", ["owner_id", "sequence"], unique=False)
    op.create_index(
        "ix_tasks_queued",
        "tasks",
        ["bucket_id", "sequence"],
        unique=False,
        sqlite_where=sa.text("state = 1"),
        postgresql_where=sa.text("state = 1"),
    )


def _create_trust_changes() -> None:
    op.create_table(
        "trust_changes",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("trust_from", sa.SmallInteger(), nullable=False),
        sa.Column("trust_to", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_trust_changes_node_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_trust_changes")),
    )
    op.create_index(op.f("ix_trust_changes_node_id"), "trust_changes", ["node_id"], unique=False)


def _create_attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column(
            "task_sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.SmallInteger(), nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("assigned_us", sa.BigInteger(), nullable=False),
        sa.Column("started_us", sa.BigInteger(), nullable=True),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.Column("cpu_milliseconds", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("memory_peak_mib", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("gpu_uuids", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_attempts_node_id")),
        sa.ForeignKeyConstraint(
            ["task_sequence"], ["tasks.sequence"], name=op.f("fk_attempts_task_sequence")
        ),
        sa.PrimaryKeyConstraint("task_sequence", "number", name=op.f("pk_attempts")),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    """Apply this step."""
    _create_accounts()
    _create_artifacts()
    _create_pool_facts()
    _create_requests()
    _create_users()
    _create_arrays()
    _create_artifact_owners()
    _create_buckets()
    _create_join_tokens()
    _create_nodes()
    _create_sessions()
    _create_transfers()
    _create_tasks()
    _create_trust_changes()
    _create_attempts()
    protect("transfers")
