"""Engines with known holes: found by their versions, and trusted less."""

import pytest

from app.common.vocabulary import IsolationClass, TrustLevel
from app.master.pool.known_escapes import ESCAPES, weak_parts, why_weak
from app.master.pool.trust import HIGH_STREAK, NORMAL_STREAK, NodeHistory, initial_trust, judge

NEWEST = "CVE-2025-31133 CVE-2025-52565 CVE-2025-52881"

# What a node says its engine is -> the holes
TABLE = f"""
docker 20.10.24+dfsg1 (containerd 1.6.20~ds1, runc 1.1.5+ds1) | CVE-2024-21626 {NEWEST}
docker 24.0.9 (runc 1.1.12) | {NEWEST}
docker 27.3.1 (containerd v1.7.22, runc v1.2.7), bubblewrap 0.8.0 | {NEWEST}
docker 28.5.2 (runc 1.2.8) |
docker 28.5.2 (runc 1.2.10) |
docker 28.5.1 (runc 1.3.2) | {NEWEST}
docker 29.0.0 (runc 1.3.3) |
docker 29 (runc 1.4.0-rc.2) | {NEWEST}
docker 29 (runc 1.4.0-rc.3) |
docker 29 (runc 1.4.0) |
docker 30 (runc 1.5.1) |
podman 3.0.1 (runc 1.0.0~rc93+ds1) | CVE-2021-30465 CVE-2024-21626 {NEWEST}
docker 18.09 (runc 1.0-rc6) | CVE-2019-5736 CVE-2021-30465 CVE-2024-21626 {NEWEST}
docker 20.10.24 (runsc) |
podman 4.3.1 (crun 1.8.1) |
bubblewrap 0.4.0 | CVE-2020-5291
bubblewrap 0.4.1-3 |
docker 20.10.24 |
 |
runc |
"""


@pytest.mark.parametrize("line", TABLE.strip("\n").splitlines())
def test_table(line):
    engine, _, holes = line.partition(" |")
    assert [cve for weak in weak_parts(engine) for cve in weak.cves] == holes.split()


def test_each_hole_was_closed_by_what_the_table_says():
    for escape in ESCAPES:
        (numbers, candidate) = escape.fixed[-1]
        version = ".".join(map(str, numbers)) + (f"-rc.{candidate}" if candidate < 1 << 30 else "")
        found = [cve for weak in weak_parts(f"{escape.component} {version}") for cve in weak.cves]
        assert escape.cve not in found


WEAK = "docker 24.0.9 (runc 1.1.12), bubblewrap 0.8.0"


def test_a_node_with_a_weak_engine_begins_low_and_says_why():
    level, reason = initial_trust(IsolationClass.CONTAINER, WEAK)
    assert level is TrustLevel.LOW
    assert reason == (
        "its runc 1.1.12 is known to let programs out "
        "(CVE-2025-31133, CVE-2025-52565, CVE-2025-52881): update it"
    )
    assert initial_trust(IsolationClass.CONTAINER, "docker 29 (runc 1.4.0)")[0] is TrustLevel.NORMAL


@pytest.mark.parametrize(
    ("isolation", "engine", "streak", "level"),
    [
        (IsolationClass.CONTAINER, WEAK, NORMAL_STREAK - 1, TrustLevel.LOW),
        (IsolationClass.CONTAINER, WEAK, NORMAL_STREAK, TrustLevel.NORMAL),
        (IsolationClass.CONTAINER, WEAK, HIGH_STREAK, TrustLevel.NORMAL),
        (IsolationClass.CONTAINER, "docker 29 (runc 1.4.0)", HIGH_STREAK, TrustLevel.HIGH),
        (IsolationClass.SANDBOX, "bubblewrap 0.4.0", HIGH_STREAK, TrustLevel.LOW),
        (IsolationClass.SANDBOX, "bubblewrap 0.8.0", HIGH_STREAK, TrustLevel.NORMAL),
    ],
)
def test_it_counts_as_the_class_below(isolation, engine, streak, level):
    assert judge(NodeHistory(isolation, streak, streak, 0, engine=engine))[0] is level


def test_the_weakness_of_what_confines_no_task_counts_not():
    assert why_weak(IsolationClass.CONTAINER, "docker 29 (runc 1.4.0), bubblewrap 0.4.0") == ""
    assert why_weak(IsolationClass.NONE, "") == ""
