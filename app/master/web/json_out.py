"""The wire's messages as JSON: the names of the fields as they are, all of them present.

A choice is its member's name without the prefix, in small letters ("running"). A time is
RFC 3339 in UTC. A message, a time or an optional value that is not set is null; bytes are
base64. Numbers are numbers: all of them are below 2^63.
"""

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.timestamp_pb2 import Timestamp
from pydantic_core import to_json

_TIMESTAMP = Timestamp.DESCRIPTOR.full_name


def to_text(message: Any) -> bytes:
    """`message` as JSON."""
    return to_json(to_plain(message))


def to_plain(message: Any) -> dict[str, Any]:
    """`message` as dictionaries, lists and plain values.

    They are not to be changed: what is empty in them is shared.
    """
    empty, shows = _fields(message.DESCRIPTOR)
    shown = empty.copy()
    # Most of a message is not set: only what is costs anything.
    for field, value in message.ListFields():
        name, show = shows[field.number]
        shown[name] = value if show is None else show(value)
    return shown


def member_names(enum: EnumDescriptor) -> dict[int, str]:
    """How the members of a choice are called in JSON, by number."""
    prefix = _common_prefix(enum)
    return {value.number: value.name.removeprefix(prefix).lower() for value in enum.values}


def _common_prefix(enum: EnumDescriptor) -> str:
    """ "TASK_STATE_" of TaskState: every member begins with the choice's own name."""
    zero = next(value.name for value in enum.values if value.number == 0)
    return zero.removesuffix("UNSPECIFIED")


@cache
def _fields(
    descriptor: Descriptor,
) -> tuple[dict[str, Any], dict[int, tuple[str, Callable[[Any], Any] | None]]]:
    """A message with nothing set, and how each field is shown by its number; None: as it is."""
    empty = {field.name: _empty(field) for field in descriptor.fields}
    return empty, {field.number: (field.name, _shower(field)) for field in descriptor.fields}


def _empty(field: FieldDescriptor) -> Any:
    if _is_map(field):
        return {}
    if field.is_repeated:
        return []
    if field.has_presence:
        return None
    each = _each(field)
    return field.default_value if each is None else each(field.default_value)


def _shower(field: FieldDescriptor) -> Callable[[Any], Any] | None:
    if _is_map(field):
        return dict
    each = _each(field)
    if not field.is_repeated:
        return each
    return list if each is None else lambda values: [each(value) for value in values]


def _each(field: FieldDescriptor) -> Callable[[Any], Any] | None:
    if field.message_type is not None:
        return _time_out if field.message_type.full_name == _TIMESTAMP else to_plain
    if field.enum_type is not None:
        names = member_names(field.enum_type)
        # A number that no member has came from a newer version.
        return lambda number: names.get(number) or str(number)
    return _bytes_out if field.type == FieldDescriptor.TYPE_BYTES else None


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _bytes_out(value: bytes) -> str:
    return b64encode(value).decode()


def _time_out(at: Any) -> str:
    return _time_text(at.seconds, at.nanos)


@lru_cache(4096)
def _time_text(seconds: int, nanos: int) -> str:
    whole = datetime.fromtimestamp(seconds, UTC)
    return whole.replace(microsecond=nanos // 1000, tzinfo=None).isoformat() + "Z"
