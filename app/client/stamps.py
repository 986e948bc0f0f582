"""Times as the wire has them."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp


def stamp(at: datetime | None) -> Timestamp | None:
    """`at` as a Timestamp; None stays None."""
    if at is None:
        return None
    made = Timestamp()
    made.FromDatetime(at)
    return made
