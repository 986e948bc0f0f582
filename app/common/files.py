"""Files that survive a power cut, folders nobody else may enter. All calls block.

The order of a durable change is POSIX's: write, fsync the file, rename, fsync
the folder. Windows has no folder to sync: NTFS journals the rename itself.
"""

import errno
import os
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.common.errors import HiveMindError, Reason

PRIVATE_FILE_MODE = 0o600
PRIVATE_FOLDER_MODE = 0o700

#: At the top of a disk of its own.
_LOST_AND_FOUND = "lost+found"

#: Python maps Windows' ERROR_DISK_FULL to ENOSPC; EDQUOT does not exist there.
_DISK_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


@contextmanager
def refusing_full_disk(folder: Path) -> Iterator[None]:
    """Turn "no space" (or a disk quota's end) below `folder` into STORE_FULL.

    Every other OSError passes through.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK_FULL:
            raise
        raise HiveMindError(
            Reason.STORE_FULL, f"The disk that holds {folder} is full: free some space."
        ) from error


def fsync_folder(folder: Path) -> None:
    """Make renames, creations and deletions inside `folder` durable."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def atomic_write(path: Path, data: bytes, mode: int = PRIVATE_FILE_MODE) -> None:
    """Replace `path` by `data`, wholly or not at all, durably, with permissions `mode`.

    Readers see the old or the new content, never a mixture. On failure nothing
    is left behind. Raises STORE_FULL on a full disk and OSError for the rest.
    """
    with refusing_full_disk(path.parent):
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(mode)
            Path(temporary).replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(temporary).unlink()
            raise
        fsync_folder(path.parent)


def own_folder(path: Path, marks: Collection[str], spared: Collection[str] = ()) -> Path:
    """`path` as the private folder of this program alone, named by a person.

    It must be new, or empty but for `spared` names, or hold one of `marks`: a folder with
    other things in it is not closed to those who use them. Raises STORE_FULL, and
    CONFIG_INVALID for a folder that is another's or cannot be used.
    """
    try:
        names = {each.name for each in path.iterdir()} if path.exists() else set()
        if names - {_LOST_AND_FOUND, *spared} and names.isdisjoint(marks):
            raise HiveMindError(
                Reason.CONFIG_INVALID,
                f"The folder {path} holds other things: name a new or an empty one.",
            )
        return private_folder(path)
    except OSError as error:
        raise HiveMindError(
            Reason.CONFIG_INVALID,
            f"The folder {path} cannot be used: {error.strerror or error}. Name another one.",
        ) from error


def private_folder(path: Path, *, narrow: bool = True) -> Path:
    """`path` as a folder that only its owner may enter (0700), created if missing.

    A folder that was there with wider permissions is narrowed, unless `narrow` is false:
    then what is private in it is so by its own mode. Missing parents
    are created private too. On Windows the folder inherits its parent's access
    list: keep it inside the user's profile. Raises STORE_FULL, or OSError where
    the path is no folder or another's.
    """
    with refusing_full_disk(path.parent):
        for folder in reversed([path, *path.parents]):
            if not folder.exists():
                folder.mkdir(mode=PRIVATE_FOLDER_MODE, exist_ok=True)
        if not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
        if narrow and sys.platform != "win32":
            path.chmod(PRIVATE_FOLDER_MODE)
    return path
