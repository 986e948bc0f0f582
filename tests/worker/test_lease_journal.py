"""The journal: what was acknowledged by it is there after any death."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import AttemptOutcome
from app.worker import journal as module
from app.worker.events import (
    LeaseEnded,
    LeaseForgotten,
    LeaseStarted,
    LeaseTaken,
    Record,
    RestoredLease,
)
from app.worker.journal import LeaseJournal
from app.worker.orders import AttemptId, Ending
from tests.parts import require_part

A1 = AttemptId("a", 1)
B1 = AttemptId("b", 1)
ENDING = Ending(
    AttemptOutcome.EXITED_NONZERO, 7, "it failed — ä", 3, "sha256:" + "0" * 64, 10, 20, 30
)


def written(path: Path, *records: Record) -> tuple[RestoredLease, ...]:
    """What a second process finds after a first one wrote `records`."""
    first = LeaseJournal(path)
    first.open()
    for record in records:
        first.append([record])
    first.close()
    second = LeaseJournal(path)
    found = second.open()
    second.close()
    return found


def test_leases_come_back_as_they_were(tmp_path: Path) -> None:
    assert written(
        tmp_path / "journal",
        LeaseTaken(A1),
        LeaseTaken(B1),
        LeaseStarted(B1),
        LeaseEnded(B1, ENDING),
    ) == (RestoredLease(A1, False, None), RestoredLease(B1, True, ENDING))


def test_what_was_forgotten_is_gone(tmp_path: Path) -> None:
    assert written(tmp_path / "journal", LeaseTaken(A1), LeaseForgotten(A1)) == ()


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    found = written(path, LeaseTaken(A1), LeaseStarted(A1), LeaseEnded(A1, ENDING))
    assert written(path) == found


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_last_line_cut_short_is_dropped(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "journal"
    written(path, LeaseTaken(A1))
    journal = LeaseJournal(path)
    journal.open()
    journal.append([LeaseStarted(A1)])
    journal.close()
    path.write_bytes(path.read_bytes()[:-cut])
    assert written(path) == (RestoredLease(A1, False, None),)


def test_a_damaged_line_is_named_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    written(path, LeaseTaken(A1), LeaseTaken(B1))
    data = bytearray(path.read_bytes())
    data[12] ^= 1
    path.write_bytes(data)
    with pytest.raises(HiveMindError, match="line 1") as refusal:
        LeaseJournal(path).open()
    assert refusal.value.reason is Reason.CONFIG_INVALID


def test_the_file_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COMPACT_BYTES", 10_000)
    path = tmp_path / "journal"
    journal = LeaseJournal(path)
    journal.open()
    journal.append([LeaseTaken(B1)])
    for number in range(1, 500):
        attempt = AttemptId("a", number)
        journal.append([LeaseTaken(attempt), LeaseEnded(attempt, ENDING), LeaseForgotten(attempt)])
    journal.close()
    assert path.stat().st_size < 12_000
    assert written(path) == (RestoredLease(B1, False, None),)


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    require_part(sys.platform != "win32", "permissions are another thing on Windows")
    written(tmp_path / "journal", LeaseTaken(A1))
    assert (tmp_path / "journal").stat().st_mode & 0o777 == 0o600


_WRITER = """
import sys
from pathlib import Path
from app.worker.events import LeaseTaken
from app.worker.journal import LeaseJournal
from app.worker.orders import AttemptId
journal = LeaseJournal(Path(sys.argv[1]))
journal.open()
number = 0
while True:
    number += 1
    journal.append([LeaseTaken(AttemptId("a", number))])
    print(number, flush=True)
"""


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        for line in writer.stdout:
            if int(line) >= 50:
                break
        writer.send_signal(signal.SIGKILL)
        acknowledged = 50 + len(writer.stdout.read().split())
    found = {lease.id.number for lease in written(path)}
    assert set(range(1, acknowledged + 1)) <= found
