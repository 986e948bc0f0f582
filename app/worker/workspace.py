"""The folders of one attempt, and how much disk they take. All calls block.

attempts/<task>.<attempt>/
    work/         becomes /work: the unpacked archive
    output/       becomes /output: what is left here is the result
    result.zip    the packed result, until the master has it
    stdout.log stderr.log
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from app.common.files import private_folder
from app.worker.orders import AttemptId

#: What an empty file takes at least: many of them fill a disk too.
_ENTRY_BYTES = 512
_BLOCK_BYTES = 512


class Workspace:
    """One attempt's folders."""

    def __init__(self, attempts: Path, attempt: AttemptId) -> None:
        self.folder = attempts / attempt.folder_name
        self.work = self.folder / "work"
        self.output = self.folder / "output"
        self.result = self.folder / "result.zip"

    def create(self) -> None:
        """Make the folders anew; what an earlier try left is removed. Raises STORE_FULL."""
        self.remove()
        private_folder(self.folder)
        self.work.mkdir()
        self.output.mkdir()

    def give_to(self, owner: tuple[int, int] | None) -> None:
        """Let `owner` (user, group) have the working and the output folder."""
        if owner is None:
            return
        for top in (self.work, self.output):
            os.chown(top, *owner)
            for folder, folders, files in os.walk(top):
                for name in folders + files:
                    os.chown(Path(folder, name), *owner, follow_symlinks=False)

    def discard_input(self) -> None:
        """Remove the working folder: only the output and the logs are still needed."""
        remove_tree(self.work)

    def remove(self) -> None:
        """Remove everything of the attempt."""
        remove_tree(self.folder)


def remove_tree(folder: Path) -> None:
    """Remove `folder` and all in it, folders a task made unreadable included."""
    if not folder.is_symlink() and folder.is_dir():
        for parent, folders, _ in os.walk(folder):
            for name in folders:
                path = Path(parent, name)
                if not path.is_symlink():
                    with suppress(OSError):
                        path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def disk_bytes(*folders: Path) -> int:
    """Disk space taken by everything below `folders`. Links are not followed.

    Files that vanish while they are counted, and folders that may not be read,
    count as nothing.
    """
    total = 0
    pending = list(folders)
    while pending:
        with suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in entries:
                with suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    # Windows does not say how many blocks a file has.
                    blocks: int | None = getattr(status, "st_blocks", None)
                    size = status.st_size if blocks is None else blocks * _BLOCK_BYTES
                    total += max(size, _ENTRY_BYTES)
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(Path(entry.path))
    return total
