"""The memos of the ledger, for people to read."""

from app.common.sentences import label
from app.common.vocabulary import TransferKind


def memo_words(kind: int, memo: str, locale: str) -> str:
    """Why the money of a row of `kind` moved; what a payer wrote stays as it is."""
    return memo if kind == TransferKind.PAYMENT else label(memo, locale)
