"""Transfers as CSV and JSON files, written piece by piece. All calls block."""

from datetime import UTC, datetime
from pathlib import Path

from app.common.exports import ExportFile, ExportKind, Shape, plain_cell
from app.common.money import format_cpt
from app.common.vocabulary import TransferKind
from proto import nodepool_pb2 as pb
from ui.models.transfers import moved_mcpt, payer_of

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


class LedgerFile(ExportFile[pb.TransferInfo]):
    """A file of transfers, from the side of `account` (empty: of nobody)."""

    def __init__(self, path: Path, kind: ExportKind, account: str) -> None:
        shape = Shape(HEADER, lambda transfer: csv_row(transfer, account), json_row)
        super().__init__(path, kind, shape)


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
