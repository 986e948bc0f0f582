"""Statements about answered requests."""

from typing import NamedTuple

from sqlalchemy import delete

from app.master.store import Tx
from app.master.store.prepared import Prepared
from app.master.store.tables import requests


class AnsweredRequest(NamedTuple):
    """What a changing request was answered; `response` is the message's bytes."""

    principal: str
    request_id: str
    method: str
    body_hash: bytes
    response: bytes
    at_us: int


_COLUMNS = ", ".join(AnsweredRequest._fields)
_FIND = Prepared(f"SELECT {_COLUMNS} FROM requests WHERE principal = ? AND request_id = ?")  # noqa: S608
_ADD = Prepared(f"INSERT INTO requests ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)")  # noqa: S608


def find(tx: Tx, principal: str, request_id: str) -> AnsweredRequest | None:
    """The answer that `principal` already got to `request_id`."""
    row = _FIND.row(tx, principal, request_id)
    return None if row is None else AnsweredRequest(*row)


def add(tx: Tx, answered: AnsweredRequest) -> None:
    """Keep an answer."""
    _ADD.run_many(tx, [answered])


def delete_before(tx: Tx, at_us: int) -> int:
    """Forget the answers given before `at_us`; how many they were."""
    return tx.execute(delete(requests).where(requests.c.at_us < at_us)).rowcount
