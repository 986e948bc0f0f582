"""Every field of every request, with a value that does not exist."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp

from app.common.errors import HiveMindError, Reason
from app.master.rpc.checks import check_message
from proto import nodepool_pb2 as pb

REQUESTS = sorted(
    {
        method.input_type.full_name
        for service in pb.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }
)


def message_class(full_name: str) -> type[Message]:
    return GetMessageClass(pb.DESCRIPTOR.pool.FindMessageTypeByName(full_name))


def bad_values(field: FieldDescriptor) -> list[Any]:
    """What `field` may not hold, each by itself."""
    if field.enum_type is not None:
        return [99, 0] if field.is_repeated else [99]
    if field.type == FieldDescriptor.TYPE_UINT64:
        return [2**63, 2**64 - 1]
    if field.type == FieldDescriptor.TYPE_STRING:
        return ["a\0b"]
    if (
        field.message_type is not None
        and field.message_type.full_name == "google.protobuf.Timestamp"
    ):
        return [Timestamp(seconds=-1), Timestamp(seconds=2**62), Timestamp(nanos=-1)]
    return []


def bad_messages(descriptor: Descriptor, seen: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """(path, a message that is bad at the path), for every path."""
    make = GetMessageClass(descriptor)
    for field in descriptor.fields:
        for value in bad_values(field):
            yield field.name, make(**{field.name: [value] if field.is_repeated else value})
        inner = field.message_type
        if inner is None or inner.full_name in seen or inner.file is not descriptor.file:
            continue
        if inner.GetOptions().map_entry:
            yield field.name, make(**{field.name: {"name": "a\0b"}})
            yield field.name, make(**{field.name: {"a\0b": "value"}})
            continue
        for path, bad in bad_messages(inner, (*seen, inner.full_name)):
            value = [bad] if field.is_repeated else bad
            yield f"{field.name}.{path}", make(**{field.name: value})


@pytest.mark.parametrize("full_name", REQUESTS)
def test_what_no_field_may_hold_is_refused_by_its_name(full_name: str) -> None:
    cls = message_class(full_name)
    check_message(cls())
    for path, message in bad_messages(cls.DESCRIPTOR):
        with pytest.raises(HiveMindError) as refused:
            check_message(message)
        assert refused.value.reason is Reason.INVALID_FIELD
        assert refused.value.details["field"] == path
        assert path in refused.value.message


def test_what_a_field_may_hold_passes() -> None:
    check_message(
        pb.ListTransfersRequest(
            task_id="täsk",
            kinds=[pb.TRANSFER_KIND_GRANT, pb.TRANSFER_KIND_FEE],
            since=Timestamp(seconds=0),
            until=Timestamp(seconds=253_402_300_799, nanos=999_999_999),
        )
    )
    check_message(pb.DownloadRequest(offset=2**63 - 1))
    spec = pb.TaskSpec(environment={"NAME": "value"}, priority=pb.PRIORITY_URGENT)
    check_message(pb.UploadTaskRequest(spec=spec, archive=b"\0"))
