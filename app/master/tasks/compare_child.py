"""Compares two results in a process of its own, which has little memory and time.

Started by `results_guard` as a program: what to do is its one argument (JSON), and what
came of it its standard output (JSON).
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from app.common.archive_child import limit_self, write_answer
from app.common.archive_limits import ArchiveLimits
from app.common.vocabulary import ResultComparer
from app.master.tasks.comparing import Rule
from app.master.tasks.results_compared import same_archives

#: It is in nobody's way: the one who waits for the result has waited for a second program.
_NICE = 10


def main(arguments: list[str]) -> int:
    """Do what `arguments` say, which is one text; the exit status."""
    order = json.loads(arguments[0])
    limit_self(order["memory_bytes"], order["cpu_seconds"], 0)
    if sys.platform != "win32":
        os.nice(_NICE)
    write_answer(_answer(order))
    return 0


def _answer(order: dict[str, Any]) -> dict[str, Any]:
    rule = Rule(ResultComparer(order["comparer"]), order["tolerance_ppb"])
    try:
        with Path(order["left"]).open("rb") as left, Path(order["right"]).open("rb") as right:
            return {"same": same_archives(left, right, rule, ArchiveLimits(**order["limits"]))}
    except MemoryError:
        return {"spent": True}
    except OSError as error:
        return {"errno": error.errno, "message": error.strerror or str(error)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
