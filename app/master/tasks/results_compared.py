"""Reads two result archives side by side and compares what they hold. Blocks."""

from typing import BinaryIO

from app.common.archive_directory import Entry, read_entries
from app.common.archive_limits import ArchiveLimits
from app.common.archives import unpacked
from app.common.errors import HiveMindError
from app.master.tasks.comparing import File, Rule, same_bytes, same_names, same_text, wants_text

#: Of all files together, unpacked: more is compared byte by byte, whatever the rule.
ALL_TEXT_BYTES_MAX = 64 * 1024 * 1024


def same_archives(left: BinaryIO, right: BinaryIO, rule: Rule, limits: ArchiveLimits) -> bool:
    """Whether two archives hold the same by `rule`; one that is not sound equals none."""
    try:
        entries_left = {entry.name: entry for entry in read_entries(left, limits)}
        entries_right = {entry.name: entry for entry in read_entries(right, limits)}
        if sum(entry.size_bytes for entry in entries_left.values()) > ALL_TEXT_BYTES_MAX:
            rule = Rule()
        if not same_names(_files(entries_left), _files(entries_right)):
            return False
        return all(
            _same_entry(left, entry, right, entries_right[name], rule)
            for name, entry in entries_left.items()
            if not entry.is_folder
        )
    except HiveMindError:
        return False


def _files(entries: dict[str, Entry]) -> list[File]:
    return [_file(entry) for entry in entries.values()]


def _file(entry: Entry) -> File:
    return File(entry.name, entry.is_folder, entry.is_executable, entry.size_bytes)


def _same_entry(left: BinaryIO, one: Entry, right: BinaryIO, other: Entry, rule: Rule) -> bool:
    if wants_text(_file(one), _file(other), rule):
        whole = b"".join(unpacked(left, one)), b"".join(unpacked(right, other))
        return same_text(*whole, rule)
    if (one.size_bytes, one.crc32) != (other.size_bytes, other.crc32):
        return False
    return same_bytes(unpacked(left, one), unpacked(right, other))
