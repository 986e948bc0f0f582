"""Running the system's programs, behind a seam: tests put recorded answers there. Blocks."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.common.errors import HiveMindError, Reason

#: A minimal PATH leaves out where Linux keeps what root runs.
_MORE_FOLDERS = ("/usr/sbin", "/sbin", "/usr/local/bin", "/usr/local/sbin")
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended, and what it said."""

    status: int
    output: str = ""
    errors: str = ""


class Commands(Protocol):
    """Where programs are found and run."""

    def find(self, program: str) -> str | None:
        """The path of `program`, or None."""
        ...

    def run(self, words: Sequence[str]) -> Done:
        """Run a program to its end. A program that is not there is a Done as well."""
        ...

    def start(self, words: Sequence[str]) -> "subprocess.Popen[bytes]":
        """Start a program that stays. Raises OSError where it cannot be started."""
        ...


class SystemCommands:
    """This machine's own."""

    def find(self, program: str) -> str | None:
        if Path(program).is_absolute():
            return program if Path(program).is_file() else None
        path = os.pathsep.join([os.environ.get("PATH", ""), *_MORE_FOLDERS])
        return shutil.which(program, path=path)

    def run(self, words: Sequence[str]) -> Done:
        program = self.find(words[0])
        if program is None:
            return Done(127, errors=f"{words[0]} is not installed")
        try:
            done = subprocess.run(  # noqa: S603 - no shell, our own words
                [program, *words[1:]],
                check=False,
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return Done(124, errors=f"{words[0]} did not end within {_SECONDS:g} s")
        except OSError as error:
            return Done(126, errors=error.strerror or str(error))
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, words: Sequence[str]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - no shell, our own words
            [self.find(words[0]) or words[0], *words[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LOG_LEVEL": "silent"},
            # Ctrl+C is for this program, which ends the other itself.
            start_new_session=True,
        )


def required(done: Done, program: str) -> str:
    """What a program printed that had to succeed. Raises HiveMindError(VPN_BACKEND_FAILED)."""
    if done.status != 0:
        said = next(iter((done.errors or done.output).strip().splitlines()), "it said nothing")
        raise HiveMindError(
            Reason.VPN_BACKEND_FAILED, f"The program {program} refused: {said}", program=program
        )
    return done.output
