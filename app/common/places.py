"""Folders of this user that are no pool's: logs of programs that have no console."""

import os
import sys
from pathlib import Path

import platformdirs


def log_folder() -> Path:
    """Where logs and crash reports go; HIVEMIND_LOG_DIR names another."""
    named = os.environ.get("HIVEMIND_LOG_DIR")
    if named:
        return Path(named)
    if sys.platform == "win32":
        # Not in the data folder, which must be empty before a pool is made in it.
        return platformdirs.user_data_path("hivemind-master-logs", appauthor=False)
    return platformdirs.user_log_path("hivemind-master", appauthor=False)
