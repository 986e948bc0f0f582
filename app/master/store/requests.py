"""Statements about answered requests."""

from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select

from app.master.store import Tx
from app.master.store.tables import requests


@dataclass(frozen=True, slots=True)
class AnsweredRequest:
    """What a changing request was answered; `response` is the message's bytes."""

    principal: str
    request_id: str
    method: str
    body_hash: bytes
    response: bytes
    at_us: int


_INSERT = insert(requests)


def find(tx: Tx, principal: str, request_id: str) -> AnsweredRequest | None:
    """The answer that `principal` already got to `request_id`."""
    row = tx.execute(
        select(requests).where(
            requests.c.principal == principal, requests.c.request_id == request_id
        )
    ).one_or_none()
    return None if row is None else AnsweredRequest(**row._mapping)


def add(tx: Tx, answered: AnsweredRequest) -> None:
    """Keep an answer."""
    tx.execute(_INSERT, asdict(answered))


def delete_before(tx: Tx, at_us: int) -> int:
    """Forget the answers given before `at_us`; how many they were."""
    return tx.execute(delete(requests).where(requests.c.at_us < at_us)).rowcount
