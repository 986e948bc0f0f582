"""Files that their owner alone may read: checked, mended, or refused. All calls block."""

import os
import sys
from pathlib import Path

import structlog

from app.common.errors import HiveMindError, Reason
from app.common.files import PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE

log = structlog.get_logger(__name__)

_OTHERS = 0o077


def mend_private(path: Path) -> None:
    """Take from all others what they may do with `path`, a file or a folder.

    Raises HiveMindError(CONFIG_INVALID) if it belongs to another user, or if the file
    system does not take it from them. Windows has access lists instead: see `private_folder`.
    """
    if sys.platform == "win32":
        return
    found = path.lstat()
    if found.st_uid != os.geteuid():
        raise HiveMindError(
            Reason.CONFIG_INVALID,
            f"{path} belongs to another user: secrets are read from nobody else's files.",
        )
    if not found.st_mode & _OTHERS:
        return
    log.warning("others could read a secret: closed to them", path=str(path))
    path.chmod(PRIVATE_FOLDER_MODE if path.is_dir() else PRIVATE_FILE_MODE)
    if path.stat().st_mode & _OTHERS:
        raise HiveMindError(
            Reason.CONFIG_INVALID,
            f"Others can read {path}, and its file system does not let that be changed: "
            "move the data folder to one that does.",
        )
