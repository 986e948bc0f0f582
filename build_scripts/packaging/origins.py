"""Where each file of a bundle comes from: which Python distribution, or which Debian package."""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from build_scripts.environment import ROOT

#: Qt's wheels name their licence and leave out its text.
LGPL = Path("/usr/share/common-licenses/LGPL-3")


@dataclass(frozen=True, order=True)
class Component:
    """Something that others made and the bundle has in it. `kind`: "pypi", "deb" or "generic"."""

    kind: str
    name: str
    version: str
    #: As its makers write it; empty where only the texts say.
    licence: str
    #: The texts of its licence.
    texts: tuple[Path, ...]

    @property
    def purl(self) -> str:
        """Its package URL (https://github.com/package-url/purl-spec)."""
        name = f"debian/{self.name}" if self.kind == "deb" else self.name
        return f"pkg:{self.kind}/{name}@{self.version.replace('+', '%2B').replace(':', '%3A')}"


@dataclass(frozen=True)
class Python:
    """The Python that a bundle is made with: this process's, or a Windows one beside it."""

    version: str
    #: Where it is itself, and where the environment in use is (the same where there is none).
    home: Path
    environment: Path
    #: The folders of its libraries.
    libraries: tuple[str, ...]

    @property
    def is_of_the_system(self) -> bool:
        """Whether it is itself a package of the system, and its libraries are others."""
        return self.home == Path("/usr")

    @property
    def licence(self) -> Path:
        """The text of its licence; where it is depends on who built it."""
        inside = self.home / "lib" / f"python{self.version.rpartition('.')[0]}" / "LICENSE.txt"
        return inside if inside.is_file() else self.home / "LICENSE.txt"


def this_python() -> Python:
    """The one that runs this."""
    version = ".".join(map(str, sys.version_info[:3]))
    return Python(version, Path(sys.base_prefix), Path(sys.prefix), tuple(sys.path))


def components(sources: Iterable[Path], python: Python | None = None) -> list[Component]:
    """What the files at `sources` belong to, without this program itself, in order.

    `python`: the one that found them, if not this one. Raises LookupError for a file of unknown
    origin: nothing goes out whose licence is not known.
    """
    python = python or this_python()
    owners = _owners_in(python)
    found: set[Component] = set()
    others: list[Path] = []
    for path in sorted({source.absolute() for source in sources}):
        owner = owners.get(path) or owners.get(path.resolve())
        if owner is not None:
            found.add(_of_distribution(owner))
        elif path.is_relative_to(python.home) and not _is_system(path, python):
            found.add(_of_python(python))
        elif not (path.is_relative_to(ROOT) and not path.is_relative_to(python.environment)):
            others.append(path)
    return sorted(found | _of_packages(others))


def _owners_in(python: Python) -> dict[Path, Distribution]:
    owners: dict[Path, Distribution] = {}
    for distribution in distributions(path=list(python.libraries)):
        for file in distribution.files or ():
            owners[Path(str(distribution.locate_file(file))).absolute()] = distribution
    return owners


def _of_distribution(distribution: Distribution) -> Component:
    metadata = distribution.metadata
    named = [metadata[name] for name in ("License-Expression", "License") if name in metadata]
    licence = named[0] if named else ""
    if len(licence) > 80 or not licence:
        trove = [line for line in metadata.get_all("Classifier") or () if "License ::" in line]
        licence = "; ".join(line.rpartition(" :: ")[2] for line in trove)
    marks = ("licen", "copying", "notice", "authors")
    texts = tuple(
        path
        for file in distribution.files or ()
        if ".dist-info" in str(file) and any(mark in str(file).lower() for mark in marks)
        if (path := Path(str(distribution.locate_file(file)))).is_file()
    )
    if not texts and "LGPL-3" in licence and LGPL.is_file():
        texts = (LGPL,)
    return Component("pypi", metadata["Name"], distribution.version, licence, texts)


def _of_python(python: Python) -> Component:
    texts = (python.licence,) if python.licence.is_file() else ()
    return Component("generic", "cpython", python.version, "PSF-2.0", texts)


def _is_system(path: Path, python: Python) -> bool:
    """Whether the file is a library of the system, where Python is one of its packages too."""
    return python.is_of_the_system and "python3" not in str(path)


def _of_packages(paths: list[Path]) -> set[Component]:
    """The Debian packages of `paths`, asked for at once: each question costs half a second."""
    if not paths:
        return set()
    places = {str(place): path for path in paths for place in _places(path)}
    packages: dict[Path, str] = {}
    for line in _query("--search", *places).splitlines():
        owners, _, place = line.partition(": ")
        if place in places:
            packages[places[place]] = owners.partition(",")[0]
    strays = [str(path) for path in paths if path not in packages]
    if strays:
        raise LookupError(f"in no Python distribution and no Debian package: {', '.join(strays)}")
    asked = sorted(set(packages.values()))
    shown = _query("--show", "--showformat=${Package} ${Version}\n", *asked)
    return {_of_package(*line.split()) for line in shown.splitlines()}


def _of_package(name: str, version: str) -> Component:
    text = Path("/usr/share/doc", name, "copyright")
    return Component("deb", name, version, "", (text,) if text.is_file() else ())


def _places(path: Path) -> list[Path]:
    """The names that the file may have in the package: /lib and /usr/lib are one folder."""
    names = [path, path.resolve()]
    moved = [Path("/usr", *name.parts[1:]) for name in names]
    removed = [Path("/", *name.parts[2:]) for name in names if name.parts[1] == "usr"]
    return list(dict.fromkeys([*names, *moved, *removed]))


def _query(*arguments: str) -> str:
    command = ["dpkg-query", *arguments]
    # It fails where one of many is not found, and tells of the others all the same.
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
