"""The archive of a task, from a folder, a ZIP archive or some files."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from app.common.archive_pack import Told, tell_nobody
from app.common.archives import ArchiveLimits, inspect, pack
from app.common.errors import HiveMindError, Reason
from app.common.files import refusing_full_disk

_GIBIBYTE = 1024**3
#: What the format can hold; the pool has its own, smaller bounds.
LIMITS = ArchiveLimits(
    entries_max=65_000, total_bytes_max=64 * _GIBIBYTE, entry_bytes_max=4 * _GIBIBYTE
)


#: Told a sentence that a person may want to know.
OnNote: TypeAlias = Callable[[str], None]


def no_note(_sentence: str) -> None:
    """Tells nobody."""


@contextmanager
def task_archive(
    sources: Sequence[Path], on_note: OnNote = no_note, told: Told = tell_nobody
) -> Iterator[Path]:
    """The ZIP archive to submit, gone at the end if it was made here. Blocks.

    One folder is packed as it is, one ".zip" is taken as it is, files are put side by
    side. Links are left out, and `on_note` is told how many; `told` is told the bytes
    packed so far. Raises INVALID_FIELD for what is none of these, and the archive's own
    refusals.
    """
    if len(sources) == 1 and sources[0].is_file() and sources[0].suffix.lower() == ".zip":
        with sources[0].open("rb") as file:
            inspect(file, LIMITS)
        yield sources[0]
        return
    with (
        refusing_full_disk(Path(tempfile.gettempdir())),
        tempfile.TemporaryDirectory(prefix="hivemind-") as temporary,
    ):
        folder = _one_folder(sources, Path(temporary) / "files")
        archive = Path(temporary) / "task.zip"
        skipped = pack(folder, archive, LIMITS, told).skipped
        if skipped:
            on_note(f"Left out of the archive: {skipped} links or special files.")
        yield archive


def _one_folder(sources: Sequence[Path], folder: Path) -> Path:
    if len(sources) == 1 and sources[0].is_dir():
        return sources[0]
    folder.mkdir()
    for source in sources:
        if not source.is_file():
            raise HiveMindError(
                Reason.INVALID_FIELD,
                f"{source} is no file: name one folder, one ZIP archive, or files.",
            )
        if (folder / source.name).exists():
            raise HiveMindError(
                Reason.INVALID_FIELD, f"Two files are called {source.name}: rename one."
            )
        shutil.copy(source, folder / source.name)
    return folder
