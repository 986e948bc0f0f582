"""What bubblewrap says of itself, apart from what the program in it says.

It writes JSON documents; the one with "exit-code" comes only if the program was
really started, so a sandbox that failed is told from a program that failed.
"""

import json
import os
from contextlib import suppress


class StatusPipe:
    """A pipe for bubblewrap's --json-status-fd. It writes far less than a pipe holds."""

    def __init__(self) -> None:
        self._reader, self.writer = os.pipe()
        os.set_blocking(self._reader, False)

    def close_writer(self) -> None:
        """Our copy of the writing end: the sandbox has its own."""
        if self.writer >= 0:
            os.close(self.writer)
            self.writer = -1

    def program_ended(self) -> bool:
        """After the sandbox is gone: whether the program had been started and ended."""
        with suppress(BlockingIOError):
            for line in os.read(self._reader, 64 * 1024).splitlines():
                if "exit-code" in json.loads(line):
                    return True
        return False

    def close(self) -> None:
        self.close_writer()
        if self._reader >= 0:
            os.close(self._reader)
            self._reader = -1
