"""Starts the master node: with its window, or by `--headless` without one.

`worker …` starts the worker agent and `cli …` the command-line client instead. A bundle has no
other program: called by the name `hivemind-worker` or `hivemind`, this one is that part.
"""

import os
import sys
from collections.abc import Callable
from pathlib import PurePath

from app.common import crash
from app.common.bundled import free_children, missing_modules
from app.common.garbage import importing

#: As `app.common.archive_guard` and `app.master.tasks.results_guard` call it, whatever name this
#: program goes by.
_ARCHIVE, _RESULTS = "read-archive", "compare-results"


def main() -> int:
    """Start the part that the command line asks for; the exit status."""
    free_children()
    if sys.argv[1:2] == [_ARCHIVE]:
        return _archive()
    if sys.argv[1:2] == [_RESULTS]:
        return _results()
    part = _PARTS.get(PurePath(sys.argv[0]).stem)
    if part is None and len(sys.argv) > 1 and sys.argv[1] in _PARTS:
        part = _PARTS[sys.argv[1]]
        # What the part calls itself in its hints.
        sys.argv[:2] = [f"{sys.argv[0]} {sys.argv[1]}"]
    return (part or _master)()


def _master() -> int:
    """Hand over to the console, or to the master alone, which needs no Qt."""
    arguments = sys.argv[1:]
    # Else each connection that says junk is a line of gRPC's own, past the level of the log.
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    crash.install("hivemind_master")
    if "--headless" in arguments:
        with importing():
            from app.master.command import main as serve  # noqa: PLC0415

        return serve(arguments)
    from ui.start import main as show  # noqa: PLC0415

    return show(arguments)


def _worker() -> int:
    from app.worker.__main__ import app  # noqa: PLC0415

    return app() or 0


def _client() -> int:
    from app.client.cli.main import main as command_line  # noqa: PLC0415

    command_line()
    return 0


def _archive() -> int:
    """Started by this very program, for one archive: see `app.common.archive_guard`."""
    from app.common.archive_child import main as read_archive  # noqa: PLC0415

    return read_archive(sys.argv[2:])


def _results() -> int:
    """Started by this very program, for two results: see `app.master.tasks.results_guard`."""
    from app.master.tasks.compare_child import main as compare  # noqa: PLC0415

    return compare(sys.argv[2:])


def _service() -> int:
    from app.master.windows_service import main as act  # noqa: PLC0415

    return act(sys.argv[1:])


def _check() -> int:
    """Whether the bundle is whole: packages and their tests ask."""
    missing = list(missing_modules())
    sys.stdout.write("\n".join([*missing, f"{len(missing)} modules are missing", ""]))
    return 1 if missing else 0


_PARTS: dict[str, Callable[[], int]] = {
    "worker": _worker,
    "hivemind-worker": _worker,
    "cli": _client,
    "hivemind": _client,
    "self-check": _check,
    "service": _service,
}


if __name__ == "__main__":
    raise SystemExit(main())
