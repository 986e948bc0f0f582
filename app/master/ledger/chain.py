"""The hash chain over the journal: each row's hash covers the row and the hash before it.

The hash of a row is SHA-256 over, in this order, integers big-endian:

    32 bytes  hash of the row before (GENESIS before the first)
     8 bytes  sequence
     1 byte   kind
     8 bytes  each: debit account, credit account, amount, pending sequence (0: none),
              time in µs, balance of the debit account, balance of the credit account
     2 bytes  part
     2 bytes  each: length in bytes of id, task id and memo, plus 1 (0: none)
     …        id, task id and memo in UTF-8

Fields of variable length come last and their lengths are hashed, so two different
rows never give the same bytes. The layout is frozen: to change it is to break every
journal written before.
"""

import hashlib
import struct
from collections.abc import Iterable
from typing import TypeAlias

from app.common.hash_chain import HashChain, Head
from app.master.store.ledger_rows import TransferRow

#: Stands for the hash before the first row: the same in every pool.
GENESIS = hashlib.sha256(b"HiveMind ledger, version 1").digest()

_FIXED = struct.Struct(">32sqBqqqqqqqHHHH")


#: A transfer that was decided and has no place in the journal yet: the fields of its
#: TransferRow from `id` on. A plain tuple, as is the row made of it: the driver binds
#: those faster, and the garbage collector leaves them alone.
Draft: TypeAlias = tuple[
    str, int, int, int, int, int | None, int, str | None, str, int, int
]  # fmt: skip
NewRow: TypeAlias = tuple[
    int, int, bytes, str, int, int, int, int, int | None, int, str | None, str, int, int
]


def _link(previous: bytes, sequence: int, draft: Draft, at_us: int) -> bytes:
    (id_, kind, debit, credit, amount, pending, part, task_id, memo, debit_after, credit_after) = (
        draft
    )
    id_bytes = id_.encode()
    memo_bytes = memo.encode()
    task_bytes = b"" if task_id is None else task_id.encode()
    fixed = _FIXED.pack(
        previous,
        sequence,
        kind,
        debit,
        credit,
        amount,
        pending or 0,
        at_us,
        debit_after,
        credit_after,
        part,
        len(id_bytes) + 1,
        0 if task_id is None else len(task_bytes) + 1,
        len(memo_bytes) + 1,
    )
    return hashlib.sha256(fixed + id_bytes + task_bytes + memo_bytes).digest()


CHAIN: HashChain[Draft] = HashChain(GENESIS, _link)


def append(head: Head | None, drafts: Iterable[Draft], at_us: int) -> list[NewRow]:
    """The rows that put `drafts` behind `head`, in their order, at the time `at_us`."""
    return CHAIN.append(head, drafts, at_us)


def row_hash(previous: bytes, row: TransferRow) -> bytes:
    """The hash that `row` must have after a row with the hash `previous`.

    Raises ValueError if a value is beyond what the layout can hold.
    """
    return CHAIN.row_hash(previous, row)
