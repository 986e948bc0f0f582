"""Statements about the facts of this pool: a few texts by name."""

from enum import StrEnum

from sqlalchemy import delete, insert, select

from app.master.store import Tx
from app.master.store.tables import pool_facts


class Fact(StrEnum):
    POOL_ID = "pool_id"
    #: SHA-256 in hex of the code that makes the first admin.
    SETUP_CODE_HASH = "setup_code_hash"
    #: JSON: how the encrypted network is set up (app/master/vpn/setup.py).
    VPN = "vpn"
    #: Since when the hub has its key, in µs.
    VPN_KEYED = "vpn_keyed"


def get(tx: Tx, fact: Fact) -> str | None:
    """The fact's text, or None where it was never noted."""
    value: str | None = tx.execute(
        select(pool_facts.c.value).where(pool_facts.c.key == fact.value)
    ).scalar()
    return value


def put(tx: Tx, fact: Fact, value: str) -> None:
    """Note the fact, in place of what was noted."""
    forget(tx, fact)
    tx.execute(insert(pool_facts).values(key=fact.value, value=value))


def forget(tx: Tx, fact: Fact) -> None:
    tx.execute(delete(pool_facts).where(pool_facts.c.key == fact.value))
