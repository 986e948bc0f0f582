"""How this process was started and where, for people who read of it."""

import os
import platform
import re
import sys
from pathlib import Path

from app import __version__

_NO_HEADER = re.compile(r"[^A-Za-z0-9._-]")


def program_name() -> str:
    """This program as it was started: "hivemind-worker", "python3 -m app.worker".

    A starter says in HIVEMIND_STARTED_AS what was typed to start it.
    """
    if started_as := os.environ.get("HIVEMIND_STARTED_AS"):
        return started_as
    path = Path(sys.argv[0])
    if path.name == "__main__.py":
        return f"{Path(sys.executable).name} -m {path.parent.parent.name}.{path.parent.name}"
    return path.name


def client_name() -> str:
    """What a program says of itself to a master: "hivemind/0.1.0 (Linux; ann-laptop)"."""
    where = (_NO_HEADER.sub("", part) for part in (platform.system(), platform.node()))
    return f"hivemind/{__version__} ({'; '.join(part for part in where if part)})"
