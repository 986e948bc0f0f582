"""PyInstaller's part: one bundle, with its licences and its bill of materials."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from build_scripts.console import Stop, say
from build_scripts.environment import ROOT, RUN_REQUIREMENTS
from build_scripts.packaging.materials import bill, lay_licences
from build_scripts.packaging.origins import Component, components

WORK = ROOT / "build" / "package"
#: Before it no file in a zip archive can be.
_OLDEST = 315532800
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


def freeze(part: str, place: Path) -> Bundle:
    """Make the bundle of `part` in a folder of its name below `place`.

    Raises Stop where PyInstaller fails, or the bundle has a library in it that is not pinned.
    """
    say(f"freezing {part}")
    WORK.mkdir(parents=True, exist_ok=True)
    contents = WORK / f"{part}.contents.json"
    variables = {
        "HIVEMIND_BUNDLE": part,
        "HIVEMIND_BUNDLE_CONTENTS": str(contents),
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(epoch()),
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level=WARN"]
    command += [f"--distpath={place}", f"--workpath={WORK / 'work'}"]
    done = subprocess.run(
        [*command, str(ROOT / "hivemind_master.spec")],
        cwd=ROOT,
        env=os.environ | variables,
        check=False,
        stdout=sys.stderr,
    )
    if done.returncode != 0:
        raise Stop("PyInstaller could not make the bundle; its reason is above.")
    entries = json.loads(contents.read_text(encoding="utf-8"))
    found = components(source for _, source, _ in entries if source and source != "-")
    _require_pinned(found)
    folder = place / part
    text = bill(found, epoch())
    (folder / "bill-of-materials.cdx.json").write_text(text, encoding="utf-8")
    lay_licences(found, folder / "licences")
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")
    return Bundle(folder, text)


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
