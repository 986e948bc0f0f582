"""How this process was started, for sentences that name a command to type."""

import os
import sys
from pathlib import Path


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
