"""How this process was started, for sentences that name a command to type."""

import sys
from pathlib import Path


def program_name() -> str:
    """This program as it was started: "hivemind-worker", "python3 -m app.worker"."""
    path = Path(sys.argv[0])
    if path.name == "__main__.py":
        return f"{Path(sys.executable).name} -m {path.parent.parent.name}.{path.parent.name}"
    return path.name
