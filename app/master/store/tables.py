"""The one schema, for SQLite and PostgreSQL alike.

Times are microseconds since 1970 UTC (`*_us`), amounts milli-CPT (`*_mcpt`), enums the
numbers of `app/common/vocabulary.py`, nested values JSON text. Changed here means:
changed by a migration too; a test compares both.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

#: SQLite counts rows only in a column declared INTEGER.
_Sequence = BigInteger().with_variant(Integer(), "sqlite")

#: Facts about this pool: its id, its name, the hash of the setup code.
pool_facts = Table(
    "pool_facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

#: What a changing request was answered, so that a repeat gets the same answer.
requests = Table(
    "requests",
    metadata,
    Column("principal", Text, primary_key=True),
    Column("request_id", Text, primary_key=True),
    Column("method", Text, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("response", LargeBinary, nullable=False),
    Column("at_us", BigInteger, nullable=False, index=True),
)

# Identity.

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    #: NFKC and casefolded: "Ann" and "ann" are one name.
    Column("name_key", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", SmallInteger, nullable=False),
    Column("disabled", SmallInteger, nullable=False, server_default="0"),
    Column("created_us", BigInteger, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("refresh_hash", LargeBinary, nullable=False, unique=True),
    #: The refresh token before: presented again, it revokes the session.
    Column("previous_hash", LargeBinary, nullable=True, index=True),
    Column("rotated_us", BigInteger, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger, nullable=True),
    #: Whence and by what it was last used.
    Column("address", Text, nullable=False, server_default=""),
    Column("client", Text, nullable=False, server_default=""),
)

#: At most one a user: codes by which forgotten passwords are set anew.
reset_codes = Table(
    "reset_codes",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("code_id", Text, nullable=False),
    Column("code_hash", LargeBinary, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
)

# Nodes.

nodes = Table(
    "nodes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("owner_id", ForeignKey("users.id"), nullable=True),
    Column("state", SmallInteger, nullable=False),
    Column("state_reason", Text, nullable=False, server_default=""),
    Column("public_key", LargeBinary, nullable=False, unique=True),
    Column("capabilities", Text, nullable=False),
    Column("continent", SmallInteger, nullable=False, server_default="0"),
    Column("country", Text, nullable=False, server_default=""),
    Column("site", Text, nullable=False, server_default=""),
    Column("trust", SmallInteger, nullable=False),
    Column("trust_reason", Text, nullable=False),
    Column("joined_us", BigInteger, nullable=False),
    Column("last_seen_us", BigInteger, nullable=False),
    Column("tasks_succeeded", BigInteger, nullable=False, server_default="0"),
    Column("tasks_failed", BigInteger, nullable=False, server_default="0"),
    Column("drops", BigInteger, nullable=False, server_default="0"),
    #: Results accepted in a row since the last drop or bad result.
    Column("good_streak", BigInteger, nullable=False, server_default="0"),
    Column("earned_mcpt", BigInteger, nullable=False, server_default="0"),
    #: Results that others, agreeing, showed to be wrong; those found right in a row since.
    Column("wrong_results", BigInteger, nullable=False, server_default="0"),
    Column("valid_streak", BigInteger, nullable=False, server_default="0"),
)

trust_changes = Table(
    "trust_changes",
    metadata,
    Column("sequence", _Sequence, primary_key=True, autoincrement=True),
    Column("node_id", ForeignKey("nodes.id"), nullable=False, index=True),
    Column("at_us", BigInteger, nullable=False),
    Column("trust_from", SmallInteger, nullable=False),
    Column("trust_to", SmallInteger, nullable=False),
    Column("reason", Text, nullable=False),
)

join_tokens = Table(
    "join_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("created_by", ForeignKey("users.id"), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("created_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("uses_left", Integer, nullable=False),
    Column("revoked", SmallInteger, nullable=False, server_default="0"),
    CheckConstraint("uses_left >= 0", name="uses_left"),
)

# The encrypted network.

vpn_peers = Table(
    "vpn_peers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    #: NULL: a phone or another device that is no node.
    Column("node_id", ForeignKey("nodes.id"), nullable=True, index=True),
    #: In base64, as wg(8) writes it.
    Column("public_key", Text, nullable=False, unique=True),
    Column("created_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger, nullable=True),
    #: Since when it has its key.
    Column("keyed_us", BigInteger, nullable=False, server_default="0"),
)

#: Who has which address. A released one rests before it goes to somebody else.
vpn_leases = Table(
    "vpn_leases",
    metadata,
    Column("address", Text, primary_key=True),
    Column("peer_id", ForeignKey("vpn_peers.id"), nullable=False, index=True),
    Column("released_us", BigInteger, nullable=True),
)

# Tasks.

#: One submission; an array of N has N rows in `tasks`.
arrays = Table(
    "arrays",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("name", Text, nullable=False),
    #: As it was submitted. What counts is that of each task's bucket.
    Column("priority", SmallInteger, nullable=False),
    Column("spec", Text, nullable=False),
    Column("archive_digest", Text, nullable=False),
    #: Tasks there are. The specification's count is what they are told: of an array that
    #: runs again in part, each task keeps its index.
    Column("count", Integer, nullable=False),
    Column("price_mcpt", BigInteger, nullable=False),
    Column("submitted_us", BigInteger, nullable=False),
    Index("ix_arrays_owner_id_submitted_us", "owner_id", "submitted_us"),
    Index("ix_arrays_archive_digest", "archive_digest"),
)

#: A queue: tasks of one owner, one priority and equal requirements. Never deleted.
buckets = Table(
    "buckets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("priority", SmallInteger, nullable=False),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("requirements", Text, nullable=False),
    UniqueConstraint("priority", "owner_id", "requirements"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("sequence", _Sequence, primary_key=True, autoincrement=False),
    Column("array_id", ForeignKey("arrays.id"), nullable=False),
    Column("array_index", Integer, nullable=False),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("bucket_id", ForeignKey("buckets.id"), nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    #: Number of the newest attempt, the fencing token; 0 before the first.
    Column("attempt", Integer, nullable=False, server_default="0"),
    #: Attempts that ended by the program's own fault: what the retry limit counts.
    Column("failures", Integer, nullable=False, server_default="0"),
    #: Attempts that ended by a node's fault.
    Column("losses", Integer, nullable=False, server_default="0"),
    Column("node_id", ForeignKey("nodes.id"), nullable=True),
    Column("excluded_node_id", Text, nullable=True),
    Column("cancel_requested", SmallInteger, nullable=False, server_default="0"),
    Column("submitted_us", BigInteger, nullable=False),
    Column("started_us", BigInteger, nullable=True),
    Column("ended_us", BigInteger, nullable=True),
    Column("price_mcpt", BigInteger, nullable=False),
    Column("charged_mcpt", BigInteger, nullable=False, server_default="0"),
    #: Sequence of the transfer that holds the price.
    Column("hold_sequence", BigInteger, nullable=False),
    Column("result_digest", Text, nullable=True),
    Column("result_bytes", BigInteger, nullable=False, server_default="0"),
    Column("exit_code", Integer, nullable=True),
    #: JSON: results that wait for another node's (tasks/checking.py); "" for none.
    Column("candidates", Text, nullable=False, server_default=""),
    UniqueConstraint("array_id", "array_index"),
    Index("ix_tasks_owner_id_sequence", "owner_id", "sequence"),
    Index(
        "ix_tasks_result_digest",
        "result_digest",
        sqlite_where=text("result_digest IS NOT NULL"),
        postgresql_where=text("result_digest IS NOT NULL"),
    ),
    Index(
        "ix_tasks_queued",
        "bucket_id",
        "sequence",
        sqlite_where=text("state = 1"),
        postgresql_where=text("state = 1"),
    ),
    Index(
        "ix_tasks_live",
        "node_id",
        sqlite_where=text("state IN (2, 3)"),
        postgresql_where=text("state IN (2, 3)"),
    ),
    sqlite_with_rowid=True,
)

attempts = Table(
    "attempts",
    metadata,
    Column("task_sequence", ForeignKey("tasks.sequence"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("node_id", ForeignKey("nodes.id"), nullable=False),
    #: NULL while the attempt lives.
    Column("outcome", SmallInteger, nullable=True),
    Column("exit_code", Integer, nullable=True),
    Column("detail", Text, nullable=False, server_default=""),
    Column("assigned_us", BigInteger, nullable=False),
    Column("started_us", BigInteger, nullable=True),
    Column("ended_us", BigInteger, nullable=True),
    Column("cpu_milliseconds", BigInteger, nullable=False, server_default="0"),
    Column("memory_peak_mib", BigInteger, nullable=False, server_default="0"),
    Column("gpu_uuids", Text, nullable=False, server_default=""),
    #: What became of its result when others were compared with it.
    Column("result_check", SmallInteger, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)

# Artifacts.

artifacts = Table(
    "artifacts",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_us", BigInteger, nullable=False),
)

#: Who may read an artifact, and whose quota it counts against.
artifact_owners = Table(
    "artifact_owners",
    metadata,
    Column("digest", ForeignKey("artifacts.digest"), primary_key=True),
    Column("owner_id", ForeignKey("users.id"), primary_key=True),
    #: From then on it is kept only while a task needs it as its archive; NULL: for ever.
    Column("expires_us", BigInteger, nullable=True),
    Index("ix_artifact_owners_owner_id", "owner_id"),
)

# Ledger.

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    #: "user:<user id>", "treasury", "fees" or "escrow".
    Column("name", Text, nullable=False, unique=True),
    #: Whether the balance may go below zero: only the treasury's may.
    Column("unlimited", SmallInteger, nullable=False, server_default="0"),
    Column("debits_posted", BigInteger, nullable=False, server_default="0"),
    Column("credits_posted", BigInteger, nullable=False, server_default="0"),
    Column("debits_pending", BigInteger, nullable=False, server_default="0"),
    Column("credits_pending", BigInteger, nullable=False, server_default="0"),
    CheckConstraint(
        "unlimited = 1 OR credits_posted - debits_posted - debits_pending >= 0",
        name="not_overdrawn",
    ),
)

#: Append-only: triggers refuse UPDATE and DELETE.
transfers = Table(
    "transfers",
    metadata,
    Column("sequence", _Sequence, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", SmallInteger, nullable=False),
    Column("debit_account", ForeignKey("accounts.id"), nullable=False),
    Column("credit_account", ForeignKey("accounts.id"), nullable=False),
    Column("amount_mcpt", BigInteger, nullable=False),
    #: The hold that this row settles or refunds, by parts counted from 0. Part 0
    #: is unique, so a hold is resolved exactly once.
    Column("pending_sequence", BigInteger, nullable=True),
    Column("part", SmallInteger, nullable=False, server_default="0"),
    Column("task_id", Text, nullable=True),
    Column("memo", Text, nullable=False, server_default=""),
    Column("at_us", BigInteger, nullable=False),
    #: The posted balance of each account after this row.
    Column("debit_balance_mcpt", BigInteger, nullable=False),
    Column("credit_balance_mcpt", BigInteger, nullable=False),
    #: SHA-256 over this row and the hash before it (app/master/ledger/chain.py).
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("amount_mcpt > 0", name="amount_positive"),
    CheckConstraint("debit_account <> credit_account", name="two_accounts"),
    Index("uq_transfers_pending", "pending_sequence", "part", unique=True),
    Index("ix_transfers_debit_account_sequence", "debit_account", "sequence"),
    Index("ix_transfers_credit_account_sequence", "credit_account", "sequence"),
    Index("ix_transfers_task_id", "task_id"),
)

# The audit log.

#: Append-only: triggers refuse UPDATE and DELETE.
audit_events = Table(
    "audit_events",
    metadata,
    Column("sequence", _Sequence, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    #: SHA-256 over this row and the hash before it (app/master/audit/chain.py).
    Column("hash", LargeBinary, nullable=False),
    #: "user:<id>", "node:<id>", "master", or "" for somebody who did not sign in.
    Column("actor", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    #: The call: "UserService/Transfer".
    Column("action", Text, nullable=False),
    #: "user:<id>", "node:<id>", "task:<id>", "token:<id>", or "".
    Column("target", Text, nullable=False),
    Column("target_name", Text, nullable=False),
    #: A JSON object of texts.
    Column("details", Text, nullable=False),
    #: "OK" or the reason of the refusal.
    Column("result", Text, nullable=False),
    #: The address that the call came from.
    Column("peer", Text, nullable=False),
    #: More than 1: as many equal refusals within a short time.
    Column("times", Integer, nullable=False),
    Index("ix_audit_events_actor_sequence", "actor", "sequence"),
    Index("ix_audit_events_target_sequence", "target", "sequence"),
)
