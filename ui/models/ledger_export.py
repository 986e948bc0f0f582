"""Transfers as CSV and JSON files, written piece by piece. All calls block."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication

from app.common.errors import HiveMindError, Reason
from app.common.money import format_cpt
from app.common.vocabulary import TransferKind
from proto import nodepool_pb2 as pb
from ui.models.transfers import moved_mcpt, payer_of

translate = QCoreApplication.translate

#: A cell that begins with one of these is a formula to a spreadsheet (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

HEADER = (
    "row",
    "at",
    "kind",
    "from",
    "to",
    "amount_cpt",
    "moved_cpt",
    "balance_after_cpt",
    "task",
    "memo",
    "transfer_id",
    "resolves",
    "hash",
)


class ExportKind(StrEnum):
    """The forms in which the ledger can be taken along."""

    CSV = "csv"
    JSON = "json"


def plain_cell(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula: an apostrophe goes before."""
    return f"'{text}" if text.startswith(_FORMULA) else text


class ExportFile:
    """A file that transfers are added to, from the side of `account` (empty: of nobody).

    Written beside its place and put there at the end, so that half a file is never left.
    """

    def __init__(self, path: Path, kind: ExportKind, account: str) -> None:
        self._path, self._kind, self._account = path, kind, account
        self._part = path.with_name(f".{path.name}.part")
        self._file = self._part.open("w", encoding="utf-8", newline="")
        self._count = 0

    def __enter__(self) -> "ExportFile":
        self._file.write(_csv_line(HEADER) if self._kind is ExportKind.CSV else "[")
        return self

    def add(self, transfers: Iterable[pb.TransferInfo]) -> int:
        """Write these; how many there are now."""
        for transfer in transfers:
            if self._kind is ExportKind.CSV:
                self._file.write(_csv_line(csv_row(transfer, self._account)))
            else:
                text = json.dumps(json_row(transfer), ensure_ascii=False)
                self._file.write(f"{',' if self._count else ''}\n  {text}")
            self._count += 1
        return self._count

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None and self._kind is ExportKind.JSON:
            self._file.write("\n]\n")
        self._file.close()
        if error is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)


def refused_file(path: Path, error: OSError) -> HiveMindError:
    """What to say of a file that cannot be written."""
    return HiveMindError(
        Reason.INVALID_FIELD,
        translate("LedgerExport", "{path} cannot be written: {why}. Choose another place.").format(
            path=path, why=error.strerror or error
        ),
    )


def csv_row(transfer: pb.TransferInfo, account: str) -> tuple[str, ...]:
    """The cells of a transfer, by `HEADER`. Amounts are plain numbers of CPT."""
    return (
        str(transfer.sequence),
        _at(transfer),
        TransferKind(transfer.kind).name.lower(),
        plain_cell(payer_of(transfer)),
        plain_cell(transfer.to),
        _cpt(transfer.amount_mcpt),
        _cpt(moved_mcpt(transfer, account)) if account else "",
        _cpt(transfer.balance_after_mcpt) if account else "",
        plain_cell(transfer.task_id),
        plain_cell(transfer.memo),
        plain_cell(transfer.transfer_id),
        plain_cell(transfer.pending_id),
        transfer.hash,
    )


def json_row(transfer: pb.TransferInfo) -> dict[str, object]:
    """A transfer with the names of the wire: amounts are whole mCPT."""
    return {
        "sequence": transfer.sequence,
        "at": _at(transfer),
        "kind": TransferKind(transfer.kind).name.lower(),
        "from": payer_of(transfer),
        "to": transfer.to,
        "amount_mcpt": transfer.amount_mcpt,
        "balance_after_mcpt": transfer.balance_after_mcpt,
        "task_id": transfer.task_id,
        "memo": transfer.memo,
        "transfer_id": transfer.transfer_id,
        "pending_id": transfer.pending_id,
        "hash": transfer.hash,
    }


def _at(transfer: pb.TransferInfo) -> str:
    at: datetime = transfer.at.ToDatetime(UTC)
    return at.isoformat()


def _cpt(amount_mcpt: int) -> str:
    return format_cpt(amount_mcpt).removesuffix(" CPT")


def _csv_line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
