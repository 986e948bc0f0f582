"""Names inside archives: which are safe on every system, and which are the same.

An archive is packed on one system and unpacked on another, so a name must mean
the same file on all of them. Unsafe names are refused, never repaired: a
repaired name is a name nobody chose. Packing, where no one is deceived, escapes
instead (`portable_component`). Source of the Windows rules: Microsoft, "Naming
Files, Paths, and Namespaces".
"""

import os
import re
import unicodedata
from functools import lru_cache

from app.common.archive_limits import ArchiveLimits, refusal, too_many_entries
from app.common.errors import Reason

NAME_BYTES_MAX = 1024
COMPONENT_BYTES_MAX = 255
DEPTH_MAX = 64

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_ON_WINDOWS = re.compile(r'[<>"|?*]')
_TO_ESCAPE = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029<>:"|?*\\\udc80-\udcff]|[. ]$')
_DEVICE = re.compile(
    r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³]) *(?:\..*)?", re.IGNORECASE
)


def fold(component: str) -> str:
    """A key that is equal for two names some system takes for one (case, Unicode form)."""
    if component.isascii():
        return component.lower()
    composed = unicodedata.normalize("NFC", component)
    folded = composed.casefold()
    return folded if folded == composed else unicodedata.normalize("NFC", folded)


def name_fault(name: str) -> str | None:
    """What makes `name`, a file's path inside an archive, unsafe; None if nothing.

    A folder's name is given without its last slash.
    """
    if not name:
        return "has an empty name"
    if _CONTROL.search(name):
        return "has a control character in its name"
    if "\\" in name:
        return "has a backslash in its name: separate folders by '/'"
    if name.startswith("/"):
        return "has an absolute name"
    if ":" in name:
        return "has a ':' in its name, which is a drive or a stream on Windows"
    if len(name.encode()) > NAME_BYTES_MAX:
        return f"has a name longer than {NAME_BYTES_MAX} bytes"
    components = name.split("/")
    if len(components) > DEPTH_MAX:
        return f"lies more than {DEPTH_MAX} folders deep"
    for component in components:
        fault = _component_fault(component)
        if fault is not None:
            return fault
    return None


@lru_cache(maxsize=256)
def _component_fault(component: str) -> str | None:
    if component in {"", ".", ".."}:
        return f"has {component!r} as a part of its name"
    if len(component.encode()) > COMPONENT_BYTES_MAX:
        return f"has a part longer than {COMPONENT_BYTES_MAX} bytes in its name"
    if component[-1] in ". ":
        return "has a part that ends with a dot or a space in its name"
    if _NOT_ON_WINDOWS.search(component):
        return 'has one of < > " | ? * in its name, which Windows cannot hold'
    if _DEVICE.fullmatch(component):
        return "has the name of a Windows device"
    return None


def decode_name(raw: bytes) -> str:
    """The name that `raw`, an entry's name field, spells.

    UTF-8 is taken with or without the flag that announces it: several common
    programs write it unannounced. Raises ARCHIVE_UNSAFE_NAME for other encodings.
    """
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise refusal(
            Reason.ARCHIVE_UNSAFE_NAME,
            raw.decode("ascii", "backslashreplace"),
            "has a name that is not UTF-8",
        ) from error


class NameTable:
    """The paths that unpacking would create, so that no two of them are the same."""

    def __init__(self, limits: ArchiveLimits) -> None:
        self._limits = limits
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._named_folders: set[str] = set()
        #: Folding a name full of marks takes its time, and paths share their folders.
        self._folded: dict[str, str] = {}

    def add(self, name: str, *, is_folder: bool) -> None:
        """Take one more entry's path in; a folder's without its last slash.

        Raises ARCHIVE_DUPLICATE_NAME where it is a path already taken (also a
        file where a folder is, or the other way round) and
        ARCHIVE_TOO_MANY_ENTRIES above the limit.
        """
        components = [self._fold(component) for component in name.split("/")]
        parent = ""
        for component in components[:-1]:
            parent += component
            if parent in self._files:
                raise self._duplicate(name)
            self._folders.add(parent)
            parent += "/"
        key = parent + components[-1]
        if key in self._files or key in self._named_folders:
            raise self._duplicate(name)
        if is_folder:
            self._named_folders.add(key)
            self._folders.add(key)
        elif key in self._folders:
            raise self._duplicate(name)
        else:
            self._files.add(key)
        if len(self._files) + len(self._folders) > self._limits.entries_max:
            raise too_many_entries(self._limits)

    def _fold(self, component: str) -> str:
        folded = self._folded.get(component)
        if folded is None:
            folded = self._folded[component] = fold(component)
        return folded

    @staticmethod
    def _duplicate(name: str) -> Exception:
        return refusal(
            Reason.ARCHIVE_DUPLICATE_NAME,
            name,
            "has the name of another entry (capitals and Unicode forms make no difference)",
        )


def portable_component(component: str) -> str:
    """`component`, a file's name as the system lists it, made safe everywhere.

    Characters that some system cannot hold become %XX, a byte each. May still
    be too long; then `name_fault` says so.
    """
    escaped = _TO_ESCAPE.sub(lambda match: _percent(match.group()), component)
    if _DEVICE.fullmatch(escaped):
        escaped = _percent(escaped[0]) + escaped[1:]
    return escaped


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogateescape"))


class PortableNames:
    """Gives the things of one folder portable names, each its own."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def take(self, component: str) -> str:
        """A safe name for `component` that no earlier one has.

        The second of two names that differ only by case gets "~2" before its suffix.
        """
        name = portable_component(component)
        stem, suffix = os.path.splitext(name)  # noqa: PTH122 (a bare name, no path)
        number = self._taken.get(fold(name), 1)
        candidate = name
        while fold(candidate) in self._taken:
            number += 1
            candidate = f"{stem}~{number}{suffix}"
        self._taken[fold(name)] = number
        self._taken.setdefault(fold(candidate), 1)
        return candidate
