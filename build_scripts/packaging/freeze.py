"""PyInstaller's part: one bundle, with its licences and its bill of materials."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from build_scripts.console import Stop, say
from build_scripts.environment import ROOT, RUN_REQUIREMENTS
from build_scripts.packaging import bundle, icons
from build_scripts.packaging.materials import bill, lay_licences
from build_scripts.packaging.origins import Component, Python, components, this_python
from build_scripts.packaging.version_resource import PROGRAMS, version_resource

WORK = ROOT / "build" / "package"
#: Before it no file in a zip archive can be.
_OLDEST = 315532800
_SOURCE = ("app", "ui", "proto", "resources")
#: Parts of Python's packaging that PyInstaller itself puts into every bundle.
_ITS_OWN = frozenset({"pyinstaller", "pyinstaller-hooks-contrib"})


@dataclass(frozen=True)
class Bundle:
    """A frozen part: its folder, and what others made of what is in it."""

    folder: Path
    bill: str


def epoch() -> int:
    """The time that all files are given: SOURCE_DATE_EPOCH, else that of the commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    command = ["git", "log", "-1", "--format=%ct"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return _OLDEST
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else _OLDEST


class Maker(Protocol):
    """The Python whose PyInstaller makes a bundle: it makes them for its own system alone."""

    #: Where work of its own can lie.
    work: Path

    @property
    def python(self) -> Python:
        """What is known of it."""

    def run(self, arguments: Sequence[str], variables: dict[str, str]) -> None:
        """Run it with `arguments`. Raises Stop where it fails."""

    def named(self, path: Path) -> str:
        """What it calls a file."""

    def found(self, name: str) -> Path:
        """The file that it calls `name`."""


class ThisMaker:
    """The Python that runs this."""

    work = WORK
    python = this_python()

    def run(self, arguments: Sequence[str], variables: dict[str, str]) -> None:
        """As in `Maker`."""
        command = [sys.executable, *arguments]
        environment = os.environ | variables
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False, stdout=sys.stderr)
        if done.returncode != 0:
            raise Stop("PyInstaller could not make the bundle; its reason is above.")

    def named(self, path: Path) -> str:
        """As in `Maker`."""
        return str(path)

    def found(self, name: str) -> Path:
        """As in `Maker`."""
        return Path(name)


def freeze(part: str, place: Path, maker: Maker | None = None) -> Bundle:
    """Make the bundle of `part` in a folder of its name below `place`.

    Raises Stop where PyInstaller fails, or the bundle has a library in it that is not pinned.
    """
    say(f"freezing {part}")
    maker = maker or ThisMaker()
    files = maker.work / f"files-{part}"
    files.mkdir(parents=True, exist_ok=True)
    _lay_looks(files)
    variables = {
        "HIVEMIND_BUNDLE": part,
        "HIVEMIND_BUNDLE_FILES": maker.named(files),
        "PYTHONHASHSEED": "0",
        # Packages are compressed as a whole, and better; and a start has nothing to unpack.
        "PYINSTALLER_ZLIB_COMPRESSION_LEVEL": "0",
        "SOURCE_DATE_EPOCH": str(epoch()),
        "PYTHONPATH": maker.named(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
    }
    arguments = ["-m", "PyInstaller", "--noconfirm", "--clean", "--log-level=WARN"]
    arguments += [f"--distpath={maker.named(place)}"]
    arguments += [f"--workpath={maker.named(maker.work / 'work')}"]
    before = _source()
    maker.run([*arguments, maker.named(ROOT / "hivemind_master.spec")], variables)
    if _source() != before:
        raise Stop(
            "The source changed while the bundle was made: it is of two minds. Start this again."
        )
    entries = json.loads((files / bundle.CONTENTS).read_text(encoding="utf-8"))
    _strip(place / part)
    sources = (maker.found(source) for _, source, _ in entries if source and source != "-")
    found = components(sources, maker.python)
    _require_pinned(found)
    folder = place / part
    text = bill(found, epoch())
    (folder / "bill-of-materials.cdx.json").write_text(text, encoding="utf-8")
    lay_licences(found, folder / "licences")
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")
    return Bundle(folder, text)


def _source() -> str:
    """What the source is: PyInstaller reads it bit by bit, over minutes."""
    digest = hashlib.sha256()
    for path in sorted(each for name in _SOURCE for each in (ROOT / name).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _strip(folder: Path) -> None:
    """Take out what debuggers alone read: some wheels and a Python from source have a lot of it.

    Not from libraries that their wheels brought along: these were rewritten to find each other,
    and stripping has broken such files.
    """
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_symlink() or not path.is_file() or not _is_elf(path):
            continue
        rewritten = any(part.endswith(".libs") for part in parts) or "PySide6" in parts
        if len(parts) > 1 and not rewritten:
            subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _lay_looks(files: Path) -> None:
    """What Explorer shows of a program: read where the system is Windows."""
    icons.ico(files / bundle.ICON)
    for program in PROGRAMS:
        resource = version_resource(program)
        (files / f"{program}.version").write_text(resource, encoding="utf-8")


def _require_pinned(found: list[Component]) -> None:
    lines = (ROOT / RUN_REQUIREMENTS).read_text(encoding="utf-8").splitlines()
    pinned = {plain(line.partition("==")[0]) for line in lines if "==" in line}
    names = {plain(component.name) for component in found if component.kind == "pypi"}
    strangers = names - pinned - _ITS_OWN
    if strangers:
        raise Stop(
            f"The bundle has libraries that {RUN_REQUIREMENTS} does not name: "
            f"{', '.join(sorted(strangers))}. Leave them out in build_scripts/packaging/bundle.py."
        )


def plain(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return name.strip().lower().replace("_", "-").replace(".", "-")
