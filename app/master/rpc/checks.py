"""What no request may hold, whichever call it is for: read off the messages' own description.

An enum's value that does not exist, a number or a moment that the store cannot hold, a NUL in
a text (PostgreSQL takes none): refused here once, so that no handler meets them. What a call
asks beyond that is its handler's business.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from app.common.errors import HiveMindError, Reason

#: The largest number that both stores and the wire's signed fields hold.
NUMBER_MAX = 2**63 - 1
#: The last second of the year 9999, the last that a Timestamp may name.
SECONDS_MAX = 253_402_300_799

_WIDE = {FieldDescriptor.TYPE_UINT64, FieldDescriptor.TYPE_FIXED64}
#: What is wrong with a field: its path in the message, and the rule it breaks.
_Fault: TypeAlias = "tuple[str, str] | None"


class _Field(NamedTuple):
    name: str
    #: A single message, which may be absent.
    optional: bool
    repeated: bool
    judge: Callable[[Any], _Fault]


def check_message(message: Message) -> None:
    """Raise HiveMindError(INVALID_FIELD) naming the first field that holds what none may."""
    fault = _message_fault(message)
    if fault is not None:
        path, rule = fault
        raise HiveMindError(Reason.INVALID_FIELD, f"The field {path} {rule}.", field=path)


def _message_fault(message: Message) -> _Fault:
    for field in _fields(message.DESCRIPTOR):
        if field.optional and not message.HasField(field.name):
            continue
        value = getattr(message, field.name)
        for each in value if field.repeated else (value,):
            fault = field.judge(each)
            if fault is not None:
                path, rule = fault
                return f"{field.name}.{path}" if path else field.name, rule
    return None


@cache
def _fields(descriptor: Descriptor) -> tuple[_Field, ...]:
    """The fields of a message that need a look."""
    found = []
    for field in descriptor.fields:
        judge = _map_judge(field) if _is_map(field) else _judge(field)
        if judge is not None:
            single = field.message_type is not None and not field.is_repeated
            # A map is judged as a whole.
            repeated = field.is_repeated and not _is_map(field)
            found.append(_Field(field.name, single, repeated, judge))
    return tuple(found)


def _judge(field: FieldDescriptor) -> Callable[[Any], _Fault] | None:
    if field.message_type is not None:
        if field.message_type.full_name == Timestamp.DESCRIPTOR.full_name:
            return _timestamp_fault
        return _message_fault if _fields(field.message_type) else None
    if field.enum_type is not None:
        # In a list of choices "unspecified" is none.
        least = 1 if field.is_repeated else 0
        return _enum_judge({each for each in field.enum_type.values_by_number if each >= least})
    if field.type in _WIDE:
        return _number_fault
    return _text_fault if field.type == FieldDescriptor.TYPE_STRING else None


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _map_judge(field: FieldDescriptor) -> Callable[[Any], _Fault] | None:
    entry = field.message_type
    key, value = (_judge(each) for each in entry.fields) if entry is not None else (None, None)
    if key is None and value is None:
        return None

    def judge(entries: Any) -> _Fault:
        for name, content in entries.items():
            fault = (key and key(name)) or (value and value(content))
            if fault:
                return fault
        return None

    return judge


def _enum_judge(numbers: set[int]) -> Callable[[int], _Fault]:
    def judge(number: int) -> _Fault:
        return None if number in numbers else ("", f"has no value {number}")

    return judge


def _number_fault(number: int) -> _Fault:
    return None if number <= NUMBER_MAX else ("", f"may be {NUMBER_MAX} at most")


def _text_fault(text: str) -> _Fault:
    return ("", "may hold no NUL character") if "\0" in text else None


def _timestamp_fault(at: Timestamp) -> _Fault:
    if 0 <= at.seconds <= SECONDS_MAX and 0 <= at.nanos < 1_000_000_000:
        return None
    return "", "must be a time between the years 1970 and 9999"
