"""What is told of packages: their sizes, and a file of their checksums."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from build_scripts.console import say


def write_sums(files: Iterable[Path], path: Path) -> Path:
    """Write the SHA-256 of each of `files` to `path`, as `sha256sum --check` reads it."""
    lines = []
    for file in sorted(files):
        with file.open("rb") as content:
            lines.append(f"{hashlib.file_digest(content, 'sha256').hexdigest()}  {file.name}\n")
    path.write_text("".join(lines), encoding="utf-8")
    return path


def told(files: Iterable[Path]) -> None:
    """Say what was made."""
    for path in files:
        say(f"{path.name}  {path.stat().st_size / 1e6:.1f} MB")
