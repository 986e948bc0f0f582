"""Which versions of container engines are known to let a program out of its container. Pure.

The table has escapes that a hostile program or image can use in a container with our profile;
what needs a build, a privileged container or the host's network is none of its business. The
version that fixed one is upstream's, for each line of releases that was still kept: CVE-2019-5736
(runc 1.0.0-rc7), CVE-2021-30465 (1.0.0-rc95), CVE-2024-21626 (1.1.12, by GHSA-xr7r-f8xq-vfvv),
CVE-2025-31133, CVE-2025-52565 and CVE-2025-52881 (1.2.8, 1.3.3 and 1.4.0-rc.3, by its release
notes), CVE-2020-5291 (bubblewrap 0.4.1, by GHSA-j2qp-rvxj-43vj).

A distributor may have mended an old version under its old number; that cannot be seen, so it
counts as not mended.
"""

import re
from dataclasses import dataclass

from app.common.vocabulary import IsolationClass

_PART = re.compile(r"([a-z][a-z-]*) v?(\d+(?:\.\d+)*)(?:[-.~]?rc[-.]?(\d+))?", re.IGNORECASE)
#: A release comes after all its candidates.
_RELEASED = 1 << 30

#: Numbers, then the candidate's.
Version = tuple[tuple[int, ...], int]


@dataclass(frozen=True, slots=True)
class Escape:
    """A hole, and the first good version of each line of releases, the oldest first."""

    cve: str
    component: str
    fixed: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Weak:
    """A part of a node's engine, and the holes that its version has."""

    component: str
    version: str
    cves: tuple[str, ...]


def _release(*numbers: int, candidate: int = _RELEASED) -> Version:
    return numbers, candidate


_RUNC_2025 = (_release(1, 2, 8), _release(1, 3, 3), _release(1, 4, 0, candidate=3))

ESCAPES = (
    Escape("CVE-2019-5736", "runc", (_release(1, 0, 0, candidate=7),)),
    Escape("CVE-2021-30465", "runc", (_release(1, 0, 0, candidate=95),)),
    Escape("CVE-2024-21626", "runc", (_release(1, 1, 12),)),
    Escape("CVE-2025-31133", "runc", _RUNC_2025),
    Escape("CVE-2025-52565", "runc", _RUNC_2025),
    Escape("CVE-2025-52881", "runc", _RUNC_2025),
    Escape("CVE-2020-5291", "bubblewrap", (_release(0, 4, 1),)),
)


def weak_parts(engine: str) -> tuple[Weak, ...]:
    """The parts of `engine` ("docker 20.10.24 (runc 1.1.5), bubblewrap 0.8.0") with known holes."""
    found = []
    for part in _PART.finditer(engine):
        name, numbers, candidate = part[1].lower(), part[2], part[3]
        version = _release(
            *(int(number) for number in numbers.split(".")),
            candidate=int(candidate) if candidate else _RELEASED,
        )
        cves = tuple(
            escape.cve
            for escape in ESCAPES
            if escape.component == name and not _is_fixed(version, escape.fixed)
        )
        if cves:
            found.append(Weak(name, part[0].partition(" ")[2], cves))
    return tuple(found)


def _is_fixed(version: Version, fixed: tuple[Version, ...]) -> bool:
    """By the fix of the same line of releases (1.2), or by being newer than the last of all."""
    if version >= fixed[-1]:
        return True
    return any(version[0][:2] == first[0][:2] and version >= first for first in fixed)


def why_weak(isolation: IsolationClass, engine: str) -> str:
    """The known holes of what `engine` confines tasks with, as a reason; "" for none."""
    sandboxed = isolation is IsolationClass.SANDBOX
    for weak in weak_parts(engine):
        if (weak.component == "bubblewrap") is sandboxed:
            holes = ", ".join(weak.cves)
            return (
                f"its {weak.component} {weak.version} is known to let programs out ({holes}): "
                "update it"
            )
    return ""
