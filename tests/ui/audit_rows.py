"""Acts and log records as the master tells of them."""

from google.protobuf.timestamp_pb2 import Timestamp

from app.common.vocabulary import LogLevel
from proto import nodepool_pb2 as pb

START = 1_790_000_000


def act(number: int, action: str = "UserService/Transfer", **fields) -> pb.AuditEvent:
    """The row `number`, a second after the one before."""
    known = {
        "sequence": number,
        "at": Timestamp(seconds=START + number),
        "actor": "user:id-alice",
        "actor_name": "alice",
        "action": action,
        "target": "user:id-bob",
        "target_name": "bob",
        "result": "OK",
        "peer": "192.0.2.7",
        "times": 1,
        "hash": f"{number:064x}",
    }
    return pb.AuditEvent(**(known | fields))


def record(
    number: int, event: str = "node connected", level: LogLevel = LogLevel.INFO, **fields
) -> pb.ServerLogRecord:
    """The record `number`, a second after the one before."""
    return pb.ServerLogRecord(
        number=number,
        at=Timestamp(seconds=START + number),
        level=level.value,
        event=event,
        logger="app.master.scheduling.attendance",
        fields={name: str(value) for name, value in fields.items()},
    )
