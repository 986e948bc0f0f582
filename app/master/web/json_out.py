"""The wire's messages as JSON: the names of the fields as they are, all of them present.

A choice is its member's name without the prefix, in small letters ("running"). A time is
RFC 3339 in UTC. A message, a time or an optional value that is not set is null; bytes are
base64. Numbers are numbers: all of them are below 2^63.
"""

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.timestamp_pb2 import Timestamp
from pydantic_core import to_json

#: (name in the message, how its value is shown; None: as it is)
_Rows = tuple[tuple[str, Callable[[Any], Any] | None], ...]

_TIMESTAMP = Timestamp.DESCRIPTOR.full_name


def to_text(message: Any) -> bytes:
    """`message` as JSON."""
    return to_json(to_plain(message))


def to_plain(message: Any) -> dict[str, Any]:
    """`message` as dictionaries, lists and plain values."""
    names, values, rest = _fields(message.DESCRIPTOR)
    shown = dict(zip(names, values(message), strict=True))
    for name, show in rest:
        shown[name] = show(message)
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
) -> tuple[
    tuple[str, ...],
    Callable[[Any], tuple[Any, ...]],
    tuple[tuple[str, Callable[[Any], Any]], ...],
]:
    """The fields that are shown as they are, what gets them, and how the others are shown."""
    plain, rest = [], []
    for field in descriptor.fields:
        show = _shower(field)
        if show is None:
            plain.append(field.name)
        else:
            rest.append((field.name, show))
    return tuple(plain), _getter(plain), tuple(rest)


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda message: tuple(getattr(message, name) for name in names)


def _shower(field: FieldDescriptor) -> Callable[[Any], Any] | None:
    name, each = field.name, _each(field)
    if _is_map(field):
        return lambda message: dict(getattr(message, name))
    if field.is_repeated:
        if each is None:
            return lambda message: list(getattr(message, name))
        return lambda message: [each(value) for value in getattr(message, name)]
    if field.has_presence:
        show = each or _as_it_is
        return lambda message: show(getattr(message, name)) if message.HasField(name) else None
    if each is None:
        return None
    return lambda message: each(getattr(message, name))


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


def _as_it_is(value: Any) -> Any:
    return value


def _bytes_out(value: bytes) -> str:
    return b64encode(value).decode()


def _time_out(at: Any) -> str:
    return _time_text(at.seconds, at.nanos)


@lru_cache(4096)
def _time_text(seconds: int, nanos: int) -> str:
    whole = datetime.fromtimestamp(seconds, UTC)
    return whole.replace(microsecond=nanos // 1000, tzinfo=None).isoformat() + "Z"
