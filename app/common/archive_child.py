"""Judges or unpacks one archive in a process of its own, which has little memory and time.

Started by `archive_guard` as a program: what to do is its one argument (JSON), the archive
its standard input, and what came of it its standard output (JSON).
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from app.common import archives
from app.common.archive_limits import ArchiveLimits, ArchiveSummary
from app.common.errors import HiveMindError

#: Open files: the standard three, the archive, one that is written, and some for Python.
_FILES_MAX = 32


def main(arguments: list[str]) -> int:
    """Do what `arguments` say, which is one text; the exit status."""
    order = json.loads(arguments[0])
    limit_self(order["memory_bytes"], order["cpu_seconds"], order["file_bytes"])
    # The descriptor is this process' own place in the file: no text, no buffer of others.
    with open(0, "rb", closefd=False) as file:
        answer = _answer(file, order)
    write_answer(answer)
    return 0


def limit_self(memory_bytes: int, cpu_seconds: int, file_bytes: int) -> None:
    """Let this process take no more: memory beyond what it has, time, bytes of one file.

    On Windows, which has no such limits, and for memory on macOS, this does nothing.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    bounds = {
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: file_bytes,
        resource.RLIMIT_NOFILE: _FILES_MAX,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        bounds[resource.RLIMIT_AS] = pages * resource.getpagesize() + memory_bytes
    for kind, wanted in bounds.items():
        _, hard = resource.getrlimit(kind)
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (allowed, allowed))


def _answer(file: BinaryIO, order: dict[str, Any]) -> dict[str, Any]:
    limits = ArchiveLimits(**order["limits"])
    try:
        summary = (
            archives.unpack(file, Path(order["folder"]), limits)
            if order["folder"]
            else archives.inspect(file, limits)
        )
    except MemoryError:
        return {"spent": True}
    except HiveMindError as error:
        return {"reason": error.reason.name, "message": error.message, "details": error.details}
    except OSError as error:
        return {"errno": error.errno, "message": error.strerror or str(error)}
    return _summary(summary)


def _summary(summary: ArchiveSummary) -> dict[str, Any]:
    return {
        "entries": summary.entries,
        "total_bytes": summary.total_bytes,
        "top_files": sorted(summary.top_files),
    }


def write_answer(answer: dict[str, Any]) -> None:
    """Tell it whoever started this process."""
    left = memoryview(json.dumps(answer).encode())
    while left:
        left = left[os.write(1, left) :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
