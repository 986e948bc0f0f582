"""What the API's description says of fields, and its examples: from the wire's own comments.

`proto/comments.json` is generated from `proto/nodepool.proto` (build_scripts/wire_comments.py). A
field that has no comment there is described by its name, which has its unit in it.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp

from app.master.web.json_out import member_names, to_plain

_COMMENTS: Final = Path(__file__).resolve().parents[3] / "proto" / "comments.json"
#: Fields that mean the same wherever they are.
_KNOWN: Final = {
    "page_token": "next_page_token of the page before; empty: the first page",
    "next_page_token": "page_token of the page after; empty: this is the last",
    "at": "when it was",
    "digest": "SHA-256 of the bytes: sha256: and 64 hexadecimal digits",
    "role": "admin, operator, user, worker or auditor",
    "since": "only what was then or later",
    "until": "only what was before then",
}
#: The ends of names, the longer first.
_UNITS: Final = {
    "_bytes_per_second": ", in bytes a second",
    "_milliseconds": ", in milliseconds",
    "_millicores": ", in thousandths of a core",
    "_seconds": ", in seconds",
    "_percent": ", in per cent",
    "_bytes": ", in bytes",
    "_mcpt": ", in mCPT: 1000 are 1 CPT",
    "_mib": ", in MiB",
    "_at": ", as a time",
}
_SAMPLES: Final = {
    "username": "alice",
    "owner": "alice",
    "actor_name": "alice",
    "from": "alice",
    "to": "bob",
    "role": "user",
    "name": "spheres",
    "node_name": "node-1",
    "fault": "",
    "problem": "",
    "detail": "",
    "next_page_token": "",
}
_TIMESTAMP: Final = Timestamp.DESCRIPTOR.full_name
#: 2026-05-31 12:00 UTC.
_SECONDS: Final = 1_780_228_800
_DEPTH_MAX: Final = 5


@cache
def _comments() -> dict[str, str]:
    found: dict[str, str] = json.loads(_COMMENTS.read_text("utf-8"))
    return found


def about_message(descriptor: Descriptor) -> str:
    """What the wire says of a message; "" where it says nothing."""
    return _sentence(_comments().get(_name(descriptor), ""))


def about_field(field: FieldDescriptor) -> str:
    """What a field is; of a choice also what its members mean."""
    owner: Any = field.containing_type
    said = _comments().get(f"{_name(owner)}.{field.name}")
    text = _sentence(said or _KNOWN.get(field.name) or _by_name(field.name))
    members = _about_members(field.enum_type) if field.enum_type is not None else ""
    return f"{text} {members}".strip()


def _name(descriptor: Descriptor | EnumDescriptor) -> str:
    return descriptor.full_name.partition(".")[2]


def _by_name(name: str) -> str:
    for end, unit in _UNITS.items():
        if name.endswith(end):
            return name.removesuffix(end).replace("_", " ") + unit
    return name.replace("_", " ")


def _about_members(enum: EnumDescriptor) -> str:
    said = [
        f"{names[value.number]}: {comment}"
        for names in [member_names(enum)]
        for value in enum.values
        if (comment := _comments().get(f"{_name(enum)}.{value.name}"))
    ]
    return _sentence("; ".join(said))


def _sentence(text: str) -> str:
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def example_of(descriptor: Descriptor) -> dict[str, Any]:
    """An answer as it may look: every field is there, and of its kind."""
    return to_plain(_sample(descriptor, 0))


def _sample(descriptor: Descriptor, depth: int) -> Message:
    message: Any = GetMessageClass(descriptor)()
    for field in descriptor.fields:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            continue
        if field.message_type is not None:
            if depth < _DEPTH_MAX:
                made = (
                    Timestamp(seconds=_SECONDS)
                    if field.message_type.full_name == _TIMESTAMP
                    else _sample(field.message_type, depth + 1)
                )
                _put(message, field, made)
        elif field.enum_type is not None:
            _put(message, field, field.enum_type.values[-1].number)
        elif field.type == FieldDescriptor.TYPE_STRING:
            _put(message, field, _text(field))
        elif field.type == FieldDescriptor.TYPE_BYTES:
            _put(message, field, b"hello\n")
        elif field.type != FieldDescriptor.TYPE_BOOL:
            _put(message, field, 1)
    made_of: Message = message
    return made_of


def _put(message: Any, field: FieldDescriptor, value: Any) -> None:
    if field.is_repeated:
        (getattr(message, field.name).append)(value)
    elif isinstance(value, Message):
        getattr(message, field.name).CopyFrom(value)
    else:
        setattr(message, field.name, value)


def _text(field: FieldDescriptor) -> str:
    name = field.name
    if name in _SAMPLES:
        return _SAMPLES[name]
    if name.endswith("digest"):
        return "sha256:" + "0" * 64
    return "01m8bjtqgm23p52jm7hbfnmsdc" if name.endswith("_id") else "…"
