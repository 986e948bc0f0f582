"""Compares two results where it can harm nobody: small ones here, others in a child with limits.

What a result holds was written by somebody's program, and comparing numbers in much text
holds Python's lock for minutes. All calls block.
"""

from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from app.common import archive_guard
from app.common.archive_directory import read_entries
from app.common.archive_limits import MEBIBYTE, ArchiveLimits
from app.common.errors import HiveMindError
from app.common.vocabulary import ResultComparer
from app.master.tasks.comparing import Rule
from app.master.tasks.results_compared import ALL_TEXT_BYTES_MAX, same_archives

#: The child where it is a part of a bundle, and its module.
NAME, MODULE = "compare-results", "app.master.tasks.compare_child"
#: Unpacked, of each: so much is compared by this process, byte by byte or as text.
LIGHT_BYTES, LIGHT_TEXT_BYTES = 16 * MEBIBYTE, MEBIBYTE // 4

#: Beyond what the child has at its start: two directories of ten thousand entries, two texts.
_MEMORY_BYTES = 192 * MEBIBYTE
_CPU_SECONDS = 30
#: Slow machines do three and ten times as much.
_TEXT_BYTES_PER_CPU_SECOND, _BYTES_PER_CPU_SECOND = MEBIBYTE // 4, 8 * MEBIBYTE
#: A child that waits for the disk, and for everybody else, gets so many times its processor time.
_PATIENCE = 10


def same_results(left: Path, right: Path, rule: Rule, limits: ArchiveLimits) -> bool:
    """Whether two archives hold the same by `rule`; one that is not sound equals none.

    Raises ARCHIVE_BOMB where that cannot be told within the child's limits, and OSError.
    """
    with left.open("rb") as one, right.open("rb") as other:
        try:
            if _is_light(one, rule, limits) and _is_light(other, rule, limits):
                return same_archives(one, other, rule, limits)
        except HiveMindError:
            return False
    cpu_seconds = (
        _CPU_SECONDS
        + ALL_TEXT_BYTES_MAX // _TEXT_BYTES_PER_CPU_SECOND
        + (left.stat().st_size + right.stat().st_size) // _BYTES_PER_CPU_SECOND
    )
    order = {
        "left": str(left.absolute()),
        "right": str(right.absolute()),
        "comparer": int(rule.comparer),
        "tolerance_ppb": rule.tolerance_ppb,
        "limits": asdict(limits),
        "memory_bytes": _MEMORY_BYTES,
        "cpu_seconds": cpu_seconds,
    }
    answer = archive_guard.run_limited(NAME, MODULE, order, None, cpu_seconds * _PATIENCE)
    return bool(answer["same"])


def _is_light(file: BinaryIO, rule: Rule, limits: ArchiveLimits) -> bool:
    if not archive_guard.is_light(file):
        return False
    text = rule.comparer in (ResultComparer.WHITESPACE, ResultComparer.NUMBERS)
    total_bytes = sum(entry.size_bytes for entry in read_entries(file, limits))
    return total_bytes <= (LIGHT_TEXT_BYTES if text else LIGHT_BYTES)
