"""What is written down when the program fails in a way that nobody foresaw: on this machine, for
whoever uses it. Nothing is sent anywhere.

A report has no values of variables, no environment and no command line, and its text goes through
what blacks secrets out of logs.
"""

import atexit
import contextlib
import faulthandler
import os
import platform
import re
import sys
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TextIO

from app import __version__
from app.common.clock import Clock, SystemClock, to_datetime
from app.common.log_secrets import BLACK, without_secrets
from app.common.places import log_folder

#: The newest are kept.
REPORTS_MAX = 20
#: Of one process: what fails in a loop would write for ever.
REPORTS_OF_A_PROCESS_MAX = 5
_SUFFIX, _RUNNING = ".crash.txt", ".running"
#: `password=…`, `"token": "…"`, as a message may quote them.
_NAMED = re.compile(
    r"((?:passw\w*|secret\w*|\w*token|\w*code|api_?key|authorization|cookie)[\"']?\s*[=:]\s*)"
    r"(\"[^\"]*\"|'[^']*'|[^\s,;)}\]]+)",
    re.IGNORECASE,
)
#: `://user:password@host`, as addresses of databases have it.
_IN_ADDRESS = re.compile(r"(://[^/\s:@]*:)[^@\s/]+(?=@)")


@dataclass(frozen=True)
class Report:
    """One report: a file of text."""

    path: Path

    @property
    def text(self) -> str:
        """What it says."""
        return self.path.read_text(encoding="utf-8", errors="replace")

    def delete(self) -> None:
        """Forget it."""
        self.path.unlink(missing_ok=True)


def reports(folder: Path | None = None) -> list[Report]:
    """Those there are, the newest first."""
    paths = sorted((folder or crash_folder()).glob(f"*{_SUFFIX}"), reverse=True)
    return [Report(path) for path in paths]


def crash_folder() -> Path:
    """Where they are."""
    return log_folder() / "crashes"


class CrashHandler:
    """Writes reports of what `program` did not foresee, in any thread, and of its sudden end."""

    def __init__(self, program: str, folder: Path, clock: Clock) -> None:
        self._program = program
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._written = 0
        self._fatal: TextIO | None = None
        self._fatal_path = folder / f"{program}-{os.getpid()}{_RUNNING}"

    def install(self) -> None:
        """Take the place of Python's own hooks, which are called afterwards."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._take_in_sudden_ends()
        self._fatal = self._fatal_path.open("w", encoding="utf-8")
        faulthandler.enable(self._fatal)
        atexit.register(self._end_well)
        before, thread_before, unraisable_before = (
            *(sys.excepthook, threading.excepthook, sys.unraisablehook),
        )

        def on_error(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            self.note(error, "the main thread")
            before(kind, error, trace)

        def on_thread_error(told: threading.ExceptHookArgs) -> None:
            if told.exc_value is not None:
                name = told.thread.name if told.thread is not None else "?"
                self.note(told.exc_value, f"the thread {name}")
            thread_before(told)

        def on_unraisable(told: "sys.UnraisableHookArgs") -> None:
            if told.exc_value is not None:
                self.note(told.exc_value, told.err_msg or "a finaliser")
            unraisable_before(told)

        sys.excepthook, threading.excepthook = on_error, on_thread_error
        sys.unraisablehook = on_unraisable

    def note(self, error: BaseException, where: str) -> Path | None:
        """Write a report about `error`; its file, or None where nothing is to be reported."""
        if not isinstance(error, Exception):
            return None
        with self._lock:
            self._written += 1
            if self._written > REPORTS_OF_A_PROCESS_MAX:
                return None
            lines = "".join(traceback.format_exception(error))
            return self._write(f"In {where}:\n\n{lines}")

    def _write(self, what: str) -> Path | None:
        now = to_datetime(self._clock.now_us())
        head = [
            f"{self._program} {__version__}",
            f"{now.isoformat(timespec='seconds')}",
            f"Python {platform.python_version()}, {platform.platform()}",
        ]
        text = clean("\n".join([*head, "", what]))
        path = self._folder / f"{now:%Y%m%d-%H%M%S-%f}-{self._program}{_SUFFIX}"
        # Whatever is wrong already must not become worse by a full disk.
        with contextlib.suppress(OSError):
            path.write_text(text, encoding="utf-8")
            for report in reports(self._folder)[REPORTS_MAX:]:
                report.delete()
            return path
        return None

    def _take_in_sudden_ends(self) -> None:
        """Turn what Python wrote while it was dying into a report.

        An empty file is of a process that runs, or one that was killed from outside.
        """
        for path in sorted(self._folder.glob(f"*{_RUNNING}")):
            with contextlib.suppress(OSError):
                text = path.read_text(encoding="utf-8", errors="replace")
                if text:
                    self._write(f"The process ended suddenly ({path.stem}).\n\n{text}")
                if text or not _runs(path):
                    path.unlink()

    def _end_well(self) -> None:
        faulthandler.disable()
        if self._fatal is not None:
            self._fatal.close()
            self._fatal_path.unlink(missing_ok=True)


def install(program: str) -> None:
    """Write reports about `program` from now on. Never fails: a program goes without them too."""
    with contextlib.suppress(OSError):
        CrashHandler(program, crash_folder(), SystemClock()).install()


def clean(text: str) -> str:
    """`text` without what looks like a secret, and without the name of this user's folder."""
    text = _NAMED.sub(rf"\1{BLACK}", without_secrets(text))
    text = _IN_ADDRESS.sub(rf"\1{BLACK}", text)
    return text.replace(str(Path.home()), "~")


def _runs(path: Path) -> bool:
    """Whether the process of a `.running` file may still be there."""
    import psutil  # noqa: PLC0415 - where such files are, which is seldom

    number = path.stem.rpartition("-")[2]
    return number.isdecimal() and psutil.pid_exists(int(number))
