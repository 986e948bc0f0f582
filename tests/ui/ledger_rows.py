"""Transfers as the master tells of them."""

from google.protobuf.timestamp_pb2 import Timestamp

from app.common.vocabulary import TransferKind
from proto import nodepool_pb2 as pb

#: Noon, so that a few hours of zone leave the day as it is.
START = 1_790_000_000 // 86_400 * 86_400 + 43_200


def transfer(
    number: int,
    kind: TransferKind = TransferKind.PAYMENT,
    *,
    payer: str = "alice",
    payee: str = "bob",
    amount: int = 1000,
    balance: int = 0,
    at: int | None = None,
    **fields,
) -> pb.TransferInfo:
    """The row `number`; `at` is in seconds after START."""
    seconds = START + (at if at is not None else number)
    known = {
        "sequence": number,
        "transfer_id": f"t:{number}",
        "kind": int(kind),
        "from": payer,
        "to": payee,
        "amount_mcpt": amount,
        "balance_after_mcpt": balance,
        "at": Timestamp(seconds=seconds),
        "hash": f"{number:064x}",
    }
    return pb.TransferInfo(**(known | fields))
