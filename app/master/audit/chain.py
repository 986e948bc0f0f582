"""The hash chain over the audit log: each row's hash covers the row and the hash before it.

The hash of a row is SHA-256 over, in this order, integers big-endian:

    32 bytes  hash of the row before (GENESIS before the first)
     8 bytes  each: sequence, time in µs, times
     4 bytes  each: length in bytes of actor, actor's name, action, target, target's name,
              details, result and peer
     …        these texts in UTF-8

Their lengths are hashed before the texts, so two different rows never give the same
bytes. The layout is frozen: to change it is to break every log written before.
"""

import hashlib
import struct
from typing import TypeAlias

from app.common.hash_chain import HashChain

#: Stands for the hash before the first row: the same in every pool.
GENESIS = hashlib.sha256(b"HiveMind audit log, version 1").digest()

#: The fields of an AuditRow from `actor` on.
Draft: TypeAlias = tuple[str, str, str, str, str, str, str, str, int]

_FIXED = struct.Struct(">32sqqq8I")


def _link(previous: bytes, sequence: int, draft: Draft, at_us: int) -> bytes:
    texts = [text.encode() for text in draft[:8]]
    fixed = _FIXED.pack(previous, sequence, at_us, draft[8], *map(len, texts))
    return hashlib.sha256(fixed + b"".join(texts)).digest()


CHAIN: HashChain[Draft] = HashChain(GENESIS, _link)
