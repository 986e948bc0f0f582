"""Whether two builds of one commit are the same, file by file."""

import hashlib
import os
from pathlib import Path

#: What may differ, and why: a short list, and nothing else.
EXCEPTIONS: dict[str, str] = {}


def differences(one: Path, other: Path) -> list[str]:
    """A line for each file that is in one folder alone, or not the same in both."""
    first, second = _hashes(one), _hashes(other)
    found = [f"{name}: in {one} alone" for name in first.keys() - second.keys()]
    found += [f"{name}: in {other} alone" for name in second.keys() - first.keys()]
    found += [
        f"{name}: not the same"
        for name in first.keys() & second.keys()
        if first[name] != second[name] and name not in EXCEPTIONS
    ]
    return sorted(found)


def _hashes(folder: Path) -> dict[str, str]:
    """By its place: each file's hash and whether it runs, each link's target."""
    return {
        path.relative_to(folder).as_posix(): _what_it_is(path)
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def _what_it_is(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    runs = "x" if os.access(path, os.X_OK) else "-"
    with path.open("rb") as content:
        return f"{runs} {hashlib.file_digest(content, 'sha256').hexdigest()}"
