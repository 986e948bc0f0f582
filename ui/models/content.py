"""What somebody dropped onto the submit dialog: how much it is, and how it would be run."""

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.client.sources import LIMITS
from app.common.archive_directory import read_entries
from app.common.archive_limits import check_total, too_many_entries
from app.common.errors import HiveMindError, Reason

translate = QCoreApplication.translate

#: What a node runs where no command is given: the first of them that lies at the top.
ENTRIES = {"run.sh": "sh run.sh", "main.py": "python3 main.py"}

_RUNNERS = {".sh": "sh", ".py": "python3", ".js": "node", ".R": "Rscript", ".jl": "julia"}
_WANTS_NETWORK = frozenset(
    {"requirements.txt", "pyproject.toml", "environment.yml", "package.json", "Pipfile"}
)
_WANTS_GPU = re.compile(r"(?m)^\s*(torch|tensorflow|cupy|jax\[cuda|nvidia-)", re.IGNORECASE)
_READ_BYTES_MAX = 64 * 1024
_SUGGESTIONS_MAX = 8


class Kind(Enum):
    """In which form the content came."""

    FOLDER = auto()
    ARCHIVE = auto()
    FILES = auto()


class Hint(Enum):
    """What the content says of what the task will need."""

    #: It names packages, which a task fetches over the network.
    NETWORK = auto()
    #: It is written for a GPU.
    GPU = auto()
    #: It has a recipe for a container image, which nobody here builds.
    IMAGE = auto()
    #: Links are not packed.
    LINKS = auto()


@dataclass(frozen=True, slots=True)
class Content:
    """Files to submit, looked at."""

    sources: tuple[Path, ...]
    kind: Kind
    #: What to call the task where nobody says.
    name: str
    files: int
    total_bytes: int
    #: The file that is run without a command; empty where there is none.
    entry: str
    #: Command lines that would run one of the files at the top.
    suggestions: tuple[str, ...]
    hints: frozenset[Hint]


@dataclass(slots=True)
class _Look:
    """What was seen so far."""

    files: int = 0
    seen: int = 0
    total_bytes: int = 0
    links: bool = False

    def add(self, size_bytes: int) -> None:
        self.files += 1
        self.total_bytes += size_bytes
        check_total(self.total_bytes, LIMITS)

    def count(self) -> None:
        self.seen += 1
        if self.seen > LIMITS.entries_max:
            raise too_many_entries(LIMITS)


def look_at(sources: Sequence[Path]) -> Content:
    """Look at one folder, one ZIP archive, or files. Blocks.

    Raises HiveMindError: INVALID_FIELD for what is none of these or cannot be read, and
    the refusals of archives.
    """
    try:
        return _look_at([source.absolute() for source in sources])
    except OSError as error:
        name = error.filename or ", ".join(str(source) for source in sources)
        raise HiveMindError(
            Reason.INVALID_FIELD,
            translate("Content", "{name} cannot be read: {why}.").format(
                name=name, why=error.strerror or error
            ),
        ) from error


def _look_at(sources: list[Path]) -> Content:
    if len(sources) == 1 and sources[0].is_dir():
        return _folder(sources[0])
    if len(sources) == 1 and sources[0].suffix.lower() == ".zip":
        return _archive(sources[0])
    return _files(sources)


def _folder(folder: Path) -> Content:
    look = _Look()
    top: list[str] = []
    for path, is_top in _walk(folder, look):
        look.add(path.stat().st_size)
        if is_top:
            top.append(path.name)
    hints = set(_hints(top))
    if look.links:
        hints.add(Hint.LINKS)
    if "requirements.txt" in top and _mentions_gpu(folder / "requirements.txt"):
        hints.add(Hint.GPU)
    return _content((folder,), Kind.FOLDER, folder.name, look, top, hints)


def _walk(folder: Path, look: _Look) -> Iterator[tuple[Path, bool]]:
    """The plain files below `folder`, and whether each lies at its top."""
    below = [folder]
    while below:
        here = below.pop()
        with os.scandir(here) as listing:
            for item in listing:
                look.count()
                if item.is_symlink():
                    look.links = True
                elif item.is_dir(follow_symlinks=False):
                    below.append(Path(item.path))
                elif item.is_file(follow_symlinks=False):
                    yield Path(item.path), here == folder


def _archive(path: Path) -> Content:
    look = _Look()
    with path.open("rb") as file:
        entries = read_entries(file, LIMITS)
    names = [entry.name for entry in entries if not entry.is_folder]
    for entry in entries:
        if not entry.is_folder:
            look.add(entry.size_bytes)
    top = [name for name in names if "/" not in name]
    content = _content((path,), Kind.ARCHIVE, path.stem, look, top, set(_hints(top)))
    outer = {name.partition("/")[0] for name in names}
    if top or len(outer) != 1:
        return content
    # A folder was packed with its name: what is to be run lies one step deeper.
    (folder,) = outer
    commands = [
        f"sh -c {shlex.quote(f'cd {shlex.quote(folder)} && {command}')}"
        for entry_name, command in ENTRIES.items()
        if f"{folder}/{entry_name}" in names
    ]
    return replace(content, suggestions=tuple(commands))


def _files(sources: list[Path]) -> Content:
    look = _Look()
    for source in sources:
        if not source.is_file():
            raise HiveMindError(
                Reason.INVALID_FIELD,
                translate(
                    "Content", "{name} is no file: take one folder, one ZIP archive, or files."
                ).format(name=source),
            )
        look.count()
        look.add(source.stat().st_size)
    names = [source.name for source in sources]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        text = translate("Content", "Two files are called {name}: rename one.")
        raise HiveMindError(Reason.INVALID_FIELD, text.format(name=min(twice)))
    name = sources[0].stem if sources else ""
    return _content(tuple(sources), Kind.FILES, name, look, names, set(_hints(names)))


def _content(
    sources: tuple[Path, ...],
    kind: Kind,
    name: str,
    look: _Look,
    top: list[str],
    hints: set[Hint],
) -> Content:
    entry = next((entry for entry in ENTRIES if entry in top), "")
    suggestions = [
        f"{_RUNNERS[Path(each).suffix]} {each}"
        for each in sorted(top)
        if Path(each).suffix in _RUNNERS and " " not in each
    ]
    return Content(
        sources=sources,
        kind=kind,
        name=name[:200],
        files=look.files,
        total_bytes=look.total_bytes,
        entry=entry,
        suggestions=tuple(suggestions[:_SUGGESTIONS_MAX]),
        hints=frozenset(hints),
    )


def _hints(top: list[str]) -> Iterator[Hint]:
    if _WANTS_NETWORK & set(top):
        yield Hint.NETWORK
    if any(name.endswith(".cu") for name in top):
        yield Hint.GPU
    if any(name in {"Dockerfile", "Containerfile"} for name in top):
        yield Hint.IMAGE


def _mentions_gpu(path: Path) -> bool:
    with path.open("rb") as file:
        return _WANTS_GPU.search(file.read(_READ_BYTES_MAX).decode("utf-8", "replace")) is not None
