"""A disk that is really full: a small file system of its own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts import require_part

FULL_DISK_BYTES = 1 << 20


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """An empty folder on a file system of 1 MiB."""
    folder = tmp_path / "full"
    folder.mkdir()
    mounted = sys.platform == "linux" and mount(folder)
    require_part(mounted, "mounting a small tmpfs needs Linux and root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={FULL_DISK_BYTES}", "tmpfs", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
