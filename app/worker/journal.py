"""What must survive the agent's own death: leases held and endings not yet acknowledged.

An append-only file of lines, each "<crc32> <json>", synced before the agent acts
on it. A last line cut short by a crash is dropped; a damaged line before the
last means the disk lies, and the journal says so. All calls block.
"""

import json
import os
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.common.errors import HiveMindError, Reason
from app.common.files import PRIVATE_FILE_MODE, atomic_write, fsync_folder, refusing_full_disk
from app.common.vocabulary import AttemptOutcome
from app.worker.events import (
    LeaseEnded,
    LeaseForgotten,
    LeaseStarted,
    LeaseTaken,
    Record,
    RestoredLease,
)
from app.worker.orders import AttemptId, Ending

#: The file is written anew without what was forgotten once it is larger.
COMPACT_BYTES = 1024 * 1024

_KINDS: dict[str, type[LeaseTaken] | type[LeaseStarted] | type[LeaseForgotten]] = {
    "taken": LeaseTaken,
    "started": LeaseStarted,
    "forgotten": LeaseForgotten,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


class LeaseJournal:
    """The journal of one data folder. One process at a time: the folder is locked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._leases: dict[AttemptId, RestoredLease] = {}
        self._descriptor = -1
        self._size_bytes = 0

    def open(self) -> tuple[RestoredLease, ...]:
        """Read what an earlier process left, and begin a compacted file.

        Raises HiveMindError(CONFIG_INVALID) for a damaged journal, STORE_FULL, OSError.
        """
        if self._path.exists():
            for record in _read(self._path):
                self._apply(record)
        self._compact()
        return tuple(self._leases.values())

    def append(self, records: Sequence[Record]) -> None:
        """Make `records` durable. Raises STORE_FULL, OSError."""
        if not records:
            return
        for record in records:
            self._apply(record)
        if self._size_bytes > COMPACT_BYTES:
            self._compact()
            return
        data = b"".join(_line(record) for record in records)
        with refusing_full_disk(self._path.parent):
            written = os.write(self._descriptor, data)
            if written != len(data):
                # A full disk cuts a write short before it refuses the next one.
                os.ftruncate(self._descriptor, self._size_bytes)
                raise HiveMindError(
                    Reason.STORE_FULL,
                    f"The disk that holds {self._path.parent} is full: free some space.",
                )
            _sync(self._descriptor)
        self._size_bytes += len(data)

    def close(self) -> None:
        """Close the file; appending is over."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _apply(self, record: Record) -> None:
        match record:
            case LeaseTaken():
                self._leases[record.id] = RestoredLease(record.id, started=False, ending=None)
            case LeaseStarted():
                self._leases[record.id] = RestoredLease(record.id, started=True, ending=None)
            case LeaseEnded():
                before = self._leases.get(record.id)
                started = before is not None and before.started
                self._leases[record.id] = RestoredLease(record.id, started, record.ending)
            case LeaseForgotten():
                self._leases.pop(record.id, None)

    def _compact(self) -> None:
        self.close()
        data = b"".join(
            _line(record) for lease in self._leases.values() for record in _records_of(lease)
        )
        atomic_write(self._path, data)
        self._descriptor = os.open(
            self._path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0), PRIVATE_FILE_MODE
        )
        fsync_folder(self._path.parent)
        self._size_bytes = len(data)


def _sync(descriptor: int) -> None:
    getattr(os, "fdatasync", os.fsync)(descriptor)


def _records_of(lease: RestoredLease) -> list[Record]:
    records: list[Record] = [
        LeaseStarted(lease.id) if lease.started else LeaseTaken(lease.id),
    ]
    if lease.ending is not None:
        records.append(LeaseEnded(lease.id, lease.ending))
    return records


def _line(record: Record) -> bytes:
    body: dict[str, Any] = {"task_id": record.id.task_id, "attempt": record.id.number}
    if isinstance(record, LeaseEnded):
        body |= {"kind": "ended", "ending": asdict(record.ending)}
    else:
        body["kind"] = _NAMES[type(record)]
    text = json.dumps(body, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _read(path: Path) -> list[Record]:
    lines = path.read_bytes().split(b"\n")
    torn = lines.pop()
    records: list[Record] = []
    for index, line in enumerate(lines):
        record = _parse(line)
        if record is None:
            # A crash can leave the last line whole in length but not in content.
            if index == len(lines) - 1 and not torn:
                break
            raise HiveMindError(
                Reason.CONFIG_INVALID,
                f"The journal {path} is damaged at line {index + 1}: move it away, "
                "and the master will place its tasks again.",
            )
        records.append(record)
    return records


def _parse(line: bytes) -> Record | None:
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        return None
    body = json.loads(text)
    attempt = AttemptId(body["task_id"], body["attempt"])
    if body["kind"] == "ended":
        ending = body["ending"]
        outcome = AttemptOutcome(ending.pop("outcome"))
        return LeaseEnded(attempt, Ending(outcome=outcome, **ending))
    return _KINDS[body["kind"]](attempt)
