"""Packages for Windows: a folder in a zip, and an installer. On Linux by Wine and NSIS."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from app import __version__
from build_scripts.console import Stop, say
from build_scripts.environment import ROOT
from build_scripts.packaging import bundle, signing
from build_scripts.packaging.freeze import WORK, Bundle, Maker, ThisMaker, epoch, freeze
from build_scripts.packaging.sums import told, write_sums
from build_scripts.packaging.version_resource import four_numbers
from build_scripts.packaging.windows_python import provide_python
from build_scripts.packaging.wine import Prefix, linux_path, windows_path

PLACE = WORK / "windows"
SCRIPT = ROOT / "resources" / "packaging" / "windows" / "installer.nsi"
MACHINE = "x86_64"


class WineMaker:
    """A Python for Windows, run by Wine."""

    work = PLACE

    def __init__(self) -> None:
        self.python = provide_python(PLACE / "python")
        self._prefix = Prefix(PLACE / "prefix")
        self._prefix.make()

    def run(self, arguments: Sequence[str], variables: dict[str, str]) -> None:
        """As in `Maker`."""
        interpreter = self.named(self.python.home / "python.exe")
        sys.stderr.write(self._prefix.run(interpreter, *arguments, variables=variables))

    def named(self, path: Path) -> str:
        """As in `Maker`."""
        return windows_path(path)

    def found(self, name: str) -> Path:
        """As in `Maker`."""
        return linux_path(name)


def build(target: Path) -> list[Path]:
    """Make every package for Windows in `target`; returns them."""
    target.mkdir(parents=True, exist_ok=True)
    maker = _maker()
    made: list[Path] = []
    for part in (bundle.MASTER, bundle.WORKER):
        frozen = freeze(part.name, PLACE / "bundles", maker)
        for program in sorted(frozen.folder.glob("*.exe")):
            signing.sign(program)
        name = f"{part.name.replace('_', '-')}-{__version__}-windows-{MACHINE}"
        made += _zip(frozen, name, target)
    made.append(pack_installer(PLACE / "bundles" / bundle.MASTER.name, target / installer_name()))
    made.append(write_sums(made, target / f"SHA256SUMS-windows-{MACHINE}"))
    told(made)
    return made


def freeze_master(place: Path) -> Bundle:
    """The bundle of all parts, unsigned."""
    return freeze(bundle.MASTER.name, place, _maker())


def _maker() -> Maker:
    return ThisMaker() if sys.platform == "win32" else WineMaker()


def installer_name() -> str:
    """The file name of the installer."""
    return f"hivemind-master-{__version__}-windows-{MACHINE}-setup.exe"


def pack_installer(folder: Path, path: Path) -> Path:
    """Make the installer `path` of the bundle in `folder`. Raises Stop where NSIS fails."""
    say(f"packing {path.name}")
    files = [each for each in folder.rglob("*") if each.is_file()]
    _same_time([folder, *folder.rglob("*")])
    defined = {
        "VERSION": __version__,
        "FOUR_NUMBERS": ".".join(map(str, four_numbers(__version__))),
        "BUNDLE": str(folder),
        "ICON": str(PLACE / f"files-{bundle.MASTER.name}" / bundle.ICON),
        "KIB": str(sum(-(-each.stat().st_size // 1024) for each in files)),
        "OUTPUT": str(path),
    }
    if sys.platform == "win32":
        # NSIS as it comes there has 32-bit stubs alone: Windows runs them too.
        defined["TARGET"] = "x86-unicode"
    if signing.wanted():
        defined["SIGN"] = signing.command_line()
    places = os.pathsep.join([os.environ.get("PATH", ""), "C:\\Program Files (x86)\\NSIS"])
    program = shutil.which("makensis", path=places)
    if program is None:
        raise Stop("makensis is missing: install NSIS, then start this again.")
    command = [program, "-V2", "-WX", "-INPUTCHARSET", "UTF8"]
    command += [f"-D{name}={value}" for name, value in defined.items()]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(epoch()), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, str(SCRIPT)], check=False, capture_output=True, text=True, env=environment
    )
    if done.returncode != 0:
        raise Stop(f"makensis failed:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    return path


def _same_time(paths: Sequence[Path]) -> None:
    """The time of each file goes into archives: it is the commit's."""
    for path in paths:
        os.utime(path, (epoch(), epoch()))


def _zip(frozen: Bundle, name: str, target: Path) -> list[Path]:
    say(f"packing {name}")
    path = target / f"{name}.zip"
    moment = datetime.fromtimestamp(epoch(), UTC).timetuple()[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for file in sorted(frozen.folder.rglob("*")):
            if file.is_file():
                inside = f"{name}/{file.relative_to(frozen.folder).as_posix()}"
                # A file of Windows whoever packs it: the system is 0, with no modes.
                entry = zipfile.ZipInfo(inside, moment)
                entry.create_system = 0
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, file.read_bytes(), compresslevel=9)
    materials = target / f"{name}.cdx.json"
    materials.write_text(frozen.bill, encoding="utf-8")
    return [path, materials]
