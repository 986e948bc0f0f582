"""The files of a result, looked at in its archive. All calls block: not for a window's thread."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path, PurePosixPath

from PySide6.QtCore import QCoreApplication

from app.common import archives
from app.common.errors import HiveMindError, Reason
from ui import formats

translate = QCoreApplication.translate

#: More members are not listed.
MEMBERS_MAX = 10_000
#: Of a file that is looked at, at most so much is read.
TEXT_BYTES_MAX = 1024 * 1024
IMAGE_BYTES_MAX = 64 * 1024 * 1024
#: Opened by another program at most.
OPENED_BYTES_MAX = 1024 * 1024 * 1024

_CHUNK_BYTES = 256 * 1024
_ALL_BYTES_MAX = 64 * 1024**3
_LIMITS = archives.ArchiveLimits(
    entries_max=65_000,
    total_bytes_max=_ALL_BYTES_MAX,
    entry_bytes_max=_ALL_BYTES_MAX,
    # One's own results: an all-zero file of any size is no attack.
    ratio_max=2000,
)


class Kind(Enum):
    """How a file can be looked at here."""

    TEXT = auto()
    IMAGE = auto()
    OTHER = auto()


_IMAGES = frozenset(
    ["bmp", "gif", "ico", "jpeg", "jpg", "pbm", "pgm", "png", "ppm", "tif", "tiff", "webp", "xpm"]
)
_TEXTS = frozenset((
    "bib", "c", "cfg", "conf", "cpp", "css", "csv", "diff", "err", "go", "h", "hpp", "htm", "html",
    "ini", "java", "js", "json", "jsonl", "log", "m", "md", "out", "patch", "pl", "py", "r", "rb",
    "rs", "rst", "sh", "sql", "svg", "tex", "toml", "ts", "tsv", "txt", "xml", "yaml", "yml",
))  # fmt: skip
#: What other programs may be asked to open: never what might itself be a program.
_OPENED = _IMAGES | frozenset((
    "csv", "docx", "flac", "json", "log", "md", "mkv", "mov", "mp3", "mp4", "ods", "odt", "ogg",
    "pdf", "tsv", "txt", "wav", "webm", "xlsx",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive."""

    name: str
    size_bytes: int

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower().removeprefix(".")

    @property
    def kind(self) -> Kind:
        if self.suffix in _IMAGES:
            return Kind.IMAGE
        return Kind.TEXT if self.suffix in _TEXTS or not self.suffix else Kind.OTHER

    @property
    def can_be_opened(self) -> bool:
        """Whether another program may be asked to open it."""
        return self.suffix in _OPENED and self.size_bytes <= OPENED_BYTES_MAX


def members(path: Path) -> list[Member]:
    """The files of the archive, at most `MEMBERS_MAX`. Raises ARCHIVE_*."""
    with path.open("rb") as file:
        archives.inspect(file, _LIMITS)
    with _opened(path) as archive:
        files = [info for info in archive.infolist() if not info.is_dir()]
        return [Member(info.filename, info.file_size) for info in files[:MEMBERS_MAX]]


def read(path: Path, name: str, bytes_max: int) -> bytes:
    """The beginning of a file, at most `bytes_max`. Raises ARCHIVE_INVALID."""
    with _opened(path) as archive, _reading(name), archive.open(name) as file:
        return file.read(bytes_max)


def extract_one(path: Path, name: str, target: Path, bytes_max: int = _ALL_BYTES_MAX) -> None:
    """Write a file of the archive to `target`. Raises ARCHIVE_INVALID, ARCHIVE_BOMB, OSError."""
    left = bytes_max
    with (
        _opened(path) as archive,
        _reading(name),
        archive.open(name) as file,
        target.open("wb") as output,
    ):
        while data := file.read(_CHUNK_BYTES):
            left -= len(data)
            if left < 0:
                text = translate("ResultFiles", "{name} is larger than {size}.")
                raise HiveMindError(
                    Reason.ARCHIVE_BOMB, text.format(name=name, size=formats.size(bytes_max))
                )
            output.write(data)


def extract_all(path: Path, folder: Path) -> None:
    """Unpack everything into `folder`, which is empty or not there yet. Raises ARCHIVE_*."""
    archives.extract(path, folder, _LIMITS)


def free_folder(parent: Path, name: str) -> Path:
    """A folder of this name in `parent` that is not there yet; a number is added if need be."""
    plain = (
        "".join(c if c.isalnum() or c in " ._-[]" else "_" for c in name).strip(" .") or "result"
    )
    plain = plain[:80]
    folder, number = parent / plain, 2
    while folder.exists():
        folder, number = parent / f"{plain} ({number})", number + 1
    return folder


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        text = translate("ResultFiles", "The result cannot be read: {why}.")
        raise HiveMindError(Reason.ARCHIVE_INVALID, text.format(why=error)) from error


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """Turn what goes wrong with one file into a refusal that names it."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, EOFError) as error:
        text = translate("ResultFiles", "{name} cannot be read: {why}.")
        raise HiveMindError(Reason.ARCHIVE_INVALID, text.format(name=name, why=error)) from error
