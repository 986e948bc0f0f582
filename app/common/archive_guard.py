"""Archives of people and machines nobody vouches for: judged and unpacked at a distance.

Python reads an archive's directory entry by entry, and holds its one lock meanwhile: ten
thousand entries take half a second of processor time that nothing else in the process gets.
So an archive with a large directory, or much to unpack, is left to a child process with
limits of memory, time and file sizes (`archive_child`), whose end is never ours. It takes
0.1 to 0.3 s to start, so small archives, which are nearly all, are read here: their
directory of 64 KiB at most is judged within 30 ms, one of ten entries within one.

All calls block: run them in a thread.
"""

import json
import os
import signal
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from app.common import archives
from app.common.archive_end import find_directory
from app.common.archive_limits import MEBIBYTE, ArchiveLimits, ArchiveSummary
from app.common.bundled import child_command, child_environment
from app.common.errors import HiveMindError, Reason

#: A central directory up to this size is read in this process: 1,400 entries at most.
LIGHT_DIRECTORY_BYTES = 64 * 1024
#: Up to so much is unpacked by this process.
LIGHT_TOTAL_BYTES = 16 * MEBIBYTE

#: The child's name where it is a part of a bundle, and its module.
NAME, MODULE = "read-archive", "app.common.archive_child"

#: Beyond what the child has at its start. The largest directory allowed takes 40 MiB.
_MEMORY_BYTES = 64 * MEBIBYTE
_INSPECT_CPU_SECONDS = 10
#: Slow machines unpack ten times as fast.
_UNPACKED_BYTES_PER_CPU_SECOND = 8 * MEBIBYTE
#: A child that waits for the disk gets so many times its processor time.
_PATIENCE = 10


def inspect(file: BinaryIO, limits: ArchiveLimits) -> ArchiveSummary:
    """As `archives.inspect`, of a file on the disk.

    Raises ARCHIVE_BOMB for an archive that cannot be judged within the child's limits too.
    """
    if is_light(file):
        return archives.inspect(file, limits)
    return _in_a_child(file, limits, None, _INSPECT_CPU_SECONDS)


def extract(path: Path, folder: Path, limits: ArchiveLimits) -> ArchiveSummary:
    """As `archives.extract`. Raises ARCHIVE_BOMB as `inspect`."""
    with path.open("rb") as file, archives.emptied_on_failure(folder):
        if is_light(file):
            summary = archives.inspect(file, limits)
            if summary.total_bytes <= LIGHT_TOTAL_BYTES:
                return archives.unpack(file, folder, limits)
        unpacking = limits.total_bytes_max // _UNPACKED_BYTES_PER_CPU_SECOND
        return _in_a_child(file, limits, folder, _INSPECT_CPU_SECONDS + unpacking)


def is_light(file: BinaryIO) -> bool:
    """Whether its directory is read without a second thought. Raises ARCHIVE_INVALID."""
    directory = find_directory(file, file.seek(0, os.SEEK_END))
    return directory.size_bytes <= LIGHT_DIRECTORY_BYTES


def _in_a_child(
    file: BinaryIO, limits: ArchiveLimits, folder: Path | None, cpu_seconds: int
) -> ArchiveSummary:
    order = {
        "folder": str(folder.absolute()) if folder is not None else "",
        "limits": asdict(limits),
        "memory_bytes": _MEMORY_BYTES,
        "cpu_seconds": cpu_seconds,
        "file_bytes": limits.entry_bytes_max if folder is not None else 0,
    }
    answer = run_limited(NAME, MODULE, order, file, cpu_seconds * _PATIENCE)
    if "reason" in answer:
        raise HiveMindError(Reason[answer["reason"]], answer["message"], **answer["details"])
    return ArchiveSummary(
        answer["entries"], answer["total_bytes"], top_files=frozenset(answer["top_files"])
    )


def run_limited(
    name: str, module: str, order: dict[str, Any], file: BinaryIO | None, seconds: float
) -> dict[str, Any]:
    """What a child of ours answers that limits itself; see `child_command` for its names.

    Raises ARCHIVE_BOMB where its limits, or `seconds`, end it, and the OSErrors that it met.
    """
    command = [*child_command(name, module), json.dumps(order)]
    try:
        # Started anew, not forked: this process has threads, and gRPC does not stand a fork.
        done = subprocess.run(  # noqa: S603 - a program of ours
            command,
            stdin=file if file is not None else subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=seconds,
            env=child_environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise _too_heavy() from error
    return _answer_of(done)


def _answer_of(done: "subprocess.CompletedProcess[bytes]") -> dict[str, Any]:
    if done.returncode in _ends_by_limits():
        raise _too_heavy()
    if done.returncode != 0:
        raise RuntimeError(
            f"the program that reads archives ended with status {done.returncode}: "
            + done.stderr[-2000:].decode("utf-8", "replace")
        )
    answer: dict[str, Any] = json.loads(done.stdout)
    if "spent" in answer:
        raise _too_heavy()
    if "errno" in answer:
        raise OSError(answer["errno"], answer["message"])
    return answer


def _ends_by_limits() -> frozenset[int]:
    """Of its time, or by the system, which lacks memory."""
    names = ("SIGXCPU", "SIGKILL")
    return frozenset(-getattr(signal, name) for name in names if hasattr(signal, name))


def _too_heavy() -> HiveMindError:
    return HiveMindError(
        Reason.ARCHIVE_BOMB,
        "The archive takes more time or memory to read than is allowed: "
        "pack fewer and larger files.",
    )
