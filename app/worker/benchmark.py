"""A short, fixed measure of one core, so that nodes can be compared.

Integer arithmetic of the interpreter and SHA-256 over a fixed block, best of
three rounds: what disturbs a round makes it slower, never faster. A typical
core of the early 2020s scores about 1000. The result is kept, because a node
that restarts under load is not a slower node.
"""

import hashlib
import json
from pathlib import Path

from app.common.clock import Clock
from app.common.files import atomic_write

_VERSION = 1
_ROUNDS = 3
_LOOPS = 900_000
_HASHES = 180
_BLOCK = bytes(range(256)) * 1024
#: Seconds a round takes on a core that scores 1000.
_REFERENCE_SECONDS = 0.12


def cpu_score(clock: Clock) -> int:
    """The score of one core. Blocks for about 0.3 s."""
    best = min(_round_seconds(clock) for _ in range(_ROUNDS))
    return max(1, round(1000 * _REFERENCE_SECONDS / best))


def kept_cpu_score(path: Path, clock: Clock) -> int:
    """The score kept at `path`, or a fresh one, kept there for the next start. Blocks."""
    try:
        kept = json.loads(path.read_text())
        if kept["version"] == _VERSION:
            return int(kept["cpu_score"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # there is none, or it is not ours: measure
    score = cpu_score(clock)
    atomic_write(path, json.dumps({"version": _VERSION, "cpu_score": score}).encode())
    return score


def _round_seconds(clock: Clock) -> float:
    began = clock.monotonic()
    number = 1
    for _ in range(_LOOPS):
        number = (number * 1_103_515_245 + 12_345) & 0x7FFFFFFF
    digest = b""
    for _ in range(_HASHES):
        digest = hashlib.sha256(_BLOCK + digest).digest()
    took = clock.monotonic() - began
    return took if number and digest else 1.0
