"""What an archive may be, what was found in one, and how a refusal is worded."""

from dataclasses import dataclass, field

from app.common.errors import HiveMindError, Reason

MEBIBYTE = 1024 * 1024
#: Entries up to this size may shrink as much as they like: a ratio bounds nothing there.
RATIO_FREE_BYTES = MEBIBYTE

_SHOWN_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """The bounds an archive must keep, checked before and while it is unpacked."""

    #: Files and folders that unpacking would create, implied parents included.
    entries_max: int = 10_000
    #: Bytes of all files together, unpacked.
    total_bytes_max: int = 1024 * MEBIBYTE
    #: Bytes of one file, unpacked.
    entry_bytes_max: int = 1024 * MEBIBYTE
    #: Unpacked bytes a packed byte, of entries above `RATIO_FREE_BYTES`.
    ratio_max: int = 100


@dataclass(frozen=True, slots=True)
class ArchiveSummary:
    """What an archive holds."""

    #: Entries of the archive: files and folders.
    entries: int
    #: Bytes of its files, unpacked.
    total_bytes: int
    #: When packing: links, devices and unreadable things left out.
    skipped: int = 0
    #: When packing: names changed because not every system can hold them.
    renamed: int = 0
    #: Names of the files at its top. Empty when packing.
    top_files: frozenset[str] = field(default=frozenset(), compare=False)


def shown(name: str) -> str:
    """`name` quoted for a message: control characters escaped, long names cut."""
    if len(name) > _SHOWN_CHARACTERS:
        name = name[: _SHOWN_CHARACTERS - 1] + "…"
    return repr(name)


def refusal(reason: Reason, name: str, fault: str) -> HiveMindError:
    """The refusal of the entry `name` for `fault` ("is encrypted")."""
    return HiveMindError(reason, f"The archive's entry {shown(name)} {fault}.", entry=shown(name))


def invalid(fault: str) -> HiveMindError:
    """The refusal of a file that is no sound ZIP archive."""
    return HiveMindError(Reason.ARCHIVE_INVALID, f"This is no ZIP archive to rely on: {fault}.")


def check_size(name: str, size_bytes: int, packed_bytes: int, limits: ArchiveLimits) -> None:
    """Raise ARCHIVE_BOMB unless one file's sizes keep `limits`."""
    if size_bytes > limits.entry_bytes_max:
        raise refusal(
            Reason.ARCHIVE_BOMB,
            name,
            f"unpacks to {size_bytes} bytes; {limits.entry_bytes_max} are allowed",
        )
    if exceeds_ratio(size_bytes, packed_bytes, limits):
        raise refusal(
            Reason.ARCHIVE_BOMB,
            name,
            f"grows more than {limits.ratio_max} times when unpacked: store it uncompressed",
        )


def exceeds_ratio(size_bytes: int, packed_bytes: int, limits: ArchiveLimits) -> bool:
    """Whether a file of `size_bytes` was packed tighter than `limits` allow."""
    return size_bytes > RATIO_FREE_BYTES and size_bytes > limits.ratio_max * packed_bytes


def check_total(total_bytes: int, limits: ArchiveLimits) -> None:
    """Raise ARCHIVE_BOMB unless all files together keep `limits`."""
    if total_bytes > limits.total_bytes_max:
        raise HiveMindError(
            Reason.ARCHIVE_BOMB,
            f"The archive unpacks to more than {limits.total_bytes_max} bytes: "
            "leave out what is not needed.",
        )


def too_many_entries(limits: ArchiveLimits) -> HiveMindError:
    """The refusal of an archive above `limits.entries_max`."""
    return HiveMindError(
        Reason.ARCHIVE_TOO_MANY_ENTRIES,
        f"The archive has more than {limits.entries_max} files and folders: "
        "pack many small files into one.",
    )
