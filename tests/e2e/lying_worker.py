"""`app.worker` as somebody who wants to be paid for false results would change it."""

import runpy
from pathlib import Path

from app.common import archives

honest_pack = archives.pack


def lying_pack(folder: Path, *rest: object) -> object:
    """Pack what the program left, and something that it did not."""
    (folder / "lie.txt").write_text("7")
    return honest_pack(folder, *rest)


if __name__ == "__main__":
    archives.pack = lying_pack
    runpy.run_module("app.worker", run_name="__main__", alter_sys=True)
