"""JSON and query parameters as the wire's messages: strict, so that a typing error is told.

What is not a field, or not of its kind, is refused with INVALID_FIELD naming it; what a
value may be beyond its kind is the call's own business.
"""

import binascii
import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NoReturn

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from app.common.errors import HiveMindError, Reason
from app.master.web.json_out import member_names

_TIMESTAMP = Timestamp.DESCRIPTOR.full_name
_WHOLE = {
    FieldDescriptor.TYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.TYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_UINT64: (0, 2**63 - 1),
    FieldDescriptor.TYPE_INT64: (-(2**63), 2**63 - 1),
}
_WORDS = {"true": True, "false": False}


def number_range(field: FieldDescriptor) -> tuple[int, int] | None:
    """The least and the largest number that a field takes; None if it is no number."""
    return _WHOLE.get(field.type)


def parse(body: bytes) -> Any:
    """The JSON value in `body`. Raises HiveMindError(INVALID_FIELD)."""
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise HiveMindError(Reason.INVALID_FIELD, f"The body is not JSON: {error}.") from error


def fill(message: Message, value: Any, *, hidden: Sequence[str] = (), path: str = "") -> None:
    """Set the fields of `message` from a JSON object. Raises HiveMindError(INVALID_FIELD).

    Fields in `hidden` come another way, and are not taken from it.
    """
    if not isinstance(value, dict):
        _refuse(path.rstrip(".") or "body", "must be a JSON object")
    fields: Mapping[str, FieldDescriptor] = message.DESCRIPTOR.fields_by_name  # type: ignore[assignment] # the stubs have two classes
    for name, content in value.items():
        field = fields.get(name)
        if field is None or name in hidden:
            _refuse(path + name, "does not exist in this request")
        _set(message, field, content, path)


def fill_from_query(
    message: Message, pairs: Sequence[tuple[str, str]], *, hidden: Sequence[str] = ()
) -> None:
    """Set the fields of `message` from query parameters; lists by naming one repeatedly.

    Raises HiveMindError(INVALID_FIELD).
    """
    fields: Mapping[str, FieldDescriptor] = message.DESCRIPTOR.fields_by_name  # type: ignore[assignment] # as above
    seen = set()
    for name, text in pairs:
        field = fields.get(name)
        if field is None or name in hidden or not _fits_a_query(field):
            _refuse(name, "does not exist in this request")
        if name in seen and not field.is_repeated:
            _refuse(name, "may be given once only")
        seen.add(name)
        value = _from_text(field, text)
        if field.is_repeated:
            value = [value]
        _set(message, field, value, "")


def fill_from_path(message: Message, parameters: Mapping[str, str]) -> None:
    """Set text fields of `message` from the parameters of its path."""
    fields: Mapping[str, FieldDescriptor] = message.DESCRIPTOR.fields_by_name  # type: ignore[assignment] # as above
    for name, text in parameters.items():
        field = fields[name]
        _set(message, field, [text] if field.is_repeated else text, "")


def _fits_a_query(field: FieldDescriptor) -> bool:
    message = field.message_type
    return message is None or message.full_name == _TIMESTAMP


def _from_text(field: FieldDescriptor, text: str) -> Any:
    if field.type in _WHOLE:
        sign = text[:1] == "-"
        if not text.isascii() or not text[sign:].isdigit() or len(text) > 20:
            _refuse(field.name, "must be a whole number")
        return int(text)
    if field.type == FieldDescriptor.TYPE_BOOL:
        if text not in _WORDS:
            _refuse(field.name, "must be true or false")
        return _WORDS[text]
    return text


def _set(message: Message, field: FieldDescriptor, value: Any, path: str) -> None:
    where = f"{path}{field.name}"
    if _is_map(field):
        _set_map(getattr(message, field.name), value, where)
    elif field.is_repeated:
        if not isinstance(value, list):
            _refuse(where, "must be a list")
        values = getattr(message, field.name)
        for each in value:
            if field.message_type is not None:
                fill(values.add(), each, path=f"{where}.")
            else:
                values.append(_scalar(field, each, where))
    elif field.message_type is not None and field.message_type.full_name != _TIMESTAMP:
        getattr(message, field.name).SetInParent()
        fill(getattr(message, field.name), value, path=f"{where}.")
    elif field.message_type is not None:
        _set_time(getattr(message, field.name), value, where)
    else:
        setattr(message, field.name, _scalar(field, value, where))


def _set_map(values: Any, value: Any, where: str) -> None:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        _refuse(where, "must be an object of texts")
    for name, text in value.items():
        values[_text(name, where)] = _text(text, f"{where}.{name}")


def _scalar(field: FieldDescriptor, value: Any, where: str) -> Any:
    if field.enum_type is not None:
        return _member(field.enum_type, value, where)
    if field.type in _WHOLE:
        return _number(field, value, where)
    if field.type == FieldDescriptor.TYPE_BOOL:
        if not isinstance(value, bool):
            _refuse(where, "must be true or false")
        return value
    if not isinstance(value, str):
        _refuse(where, "must be a text")
    if field.type == FieldDescriptor.TYPE_BYTES:
        try:
            return b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            _refuse(where, "must be bytes in base64")
    return _text(value, where)


def _number(field: FieldDescriptor, value: Any, where: str) -> int:
    # To JSON 1.0 is the whole number 1.
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        _refuse(where, "must be a whole number")
    least, most = _WHOLE[field.type]
    if not least <= value <= most:
        _refuse(where, f"must be between {least} and {most}")
    return int(value)


def _member(enum: EnumDescriptor, value: Any, where: str) -> int:
    numbers = _numbers(enum)
    found = numbers.get(value.lower()) if isinstance(value, str) else None
    if found is None:
        _refuse(where, f"must be one of {', '.join(sorted(set(member_names(enum).values())))}")
    return found


@cache
def _numbers(enum: EnumDescriptor) -> dict[str, int]:
    """Members by their names in JSON and on the wire, in small letters."""
    wire = {value.name.lower(): value.number for value in enum.values}
    return wire | {name: number for number, name in member_names(enum).items()}


def _set_time(at: Timestamp, value: Any, where: str) -> None:
    moment = _moment(value)
    if moment is None:
        _refuse(where, "must be a time like 2026-01-31T12:00:00Z")
    at.FromDatetime(moment)


def _moment(value: Any) -> datetime | None:
    """The moment that `value` names with its zone, if it does."""
    # To fromisoformat a day alone would be one.
    if not isinstance(value, str) or value[10:11] not in ("T", "t", " "):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _text(value: str, where: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        _refuse(where, "must be Unicode text")
    return value


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _refuse(path: str, rule: str) -> NoReturn:
    raise HiveMindError(Reason.INVALID_FIELD, f"The field {path} {rule}.", field=path)
