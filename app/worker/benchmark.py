"""A short, fixed measure of one core, so that nodes can be compared.

Integer arithmetic of the interpreter and SHA-256 over a fixed block, best of
three rounds: what disturbs a round makes it slower, never faster. Counted is the
processor's time, not the clock's: a machine that is busy is not a slower one. A
typical core of the early 2020s scores about 1000. The result is kept, so that a
node does not change with each start, and measured anew by another version.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from app.common.clock import thread_seconds
from app.common.files import atomic_write

#: To be raised with every change of what is measured, or how.
_VERSION = 2
_ROUNDS = 3
_LOOPS = 900_000
_HASHES = 180
_BLOCK = bytes(range(256)) * 1024
#: Seconds a round takes on a core that scores 1000.
_REFERENCE_SECONDS = 0.12


def cpu_score(spent: Callable[[], float] = thread_seconds) -> int:
    """The score of one core. `spent`: processor time used, in seconds. Blocks for about 0.3 s."""
    best = min(_round_seconds(spent) for _ in range(_ROUNDS))
    return max(1, round(1000 * _REFERENCE_SECONDS / best))


def kept_cpu_score(path: Path, spent: Callable[[], float] = thread_seconds) -> int:
    """The score kept at `path`, or a fresh one, kept there for the next start. Blocks."""
    try:
        kept = json.loads(path.read_text())
        if kept["version"] == _VERSION:
            return int(kept["cpu_score"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # there is none, or it is not ours: measure
    score = cpu_score(spent)
    atomic_write(path, json.dumps({"version": _VERSION, "cpu_score": score}).encode())
    return score


def _round_seconds(spent: Callable[[], float]) -> float:
    began = spent()
    number = 1
    for _ in range(_LOOPS):
        number = (number * 1_103_515_245 + 12_345) & 0x7FFFFFFF
    digest = b""
    for _ in range(_HASHES):
        digest = hashlib.sha256(_BLOCK + digest).digest()
    took = max(spent() - began, 0.001)
    return took if number and digest else 1.0
