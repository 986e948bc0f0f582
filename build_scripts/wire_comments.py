"""What proto/nodepool.proto says of each message, field and value, for the API's description."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from grpc_tools import protoc  # type: ignore[import-untyped] # no stubs

from build_scripts.environment import ROOT

TARGET = ROOT / "proto" / "comments.json"
#: Numbers of fields in descriptor.proto, which the paths to places are made of.
_MESSAGES, _ENUMS, _NESTED, _NESTED_ENUMS, _FIELDS, _VALUES = 4, 5, 3, 4, 2, 2


def comments() -> str:
    """The file's content: comments by what they belong to, "TaskInfo.price_mcpt"."""
    described = _described()
    said = {
        tuple(place.path): _sentence(place.leading_comments, place.trailing_comments)
        for place in described.source_code_info.location
        if place.leading_comments or place.trailing_comments
    }
    found = {name: said[path] for name, path in _names(described) if path in said}
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _described() -> FileDescriptorProto:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "described"
        status = protoc.main(
            [
                "protoc",
                f"-I{ROOT}",
                f"-I{files('grpc_tools') / '_proto'}",
                "--include_source_info",
                f"--descriptor_set_out={out}",
                str(ROOT / "proto" / "nodepool.proto"),
            ]
        )
        if status:
            raise SystemExit(status)
        return FileDescriptorSet.FromString(out.read_bytes()).file[0]


def _names(described: FileDescriptorProto) -> Iterator[tuple[str, tuple[int, ...]]]:
    for number, message in enumerate(described.message_type):
        yield from _of_message(message, message.name, (_MESSAGES, number))
    for number, enum in enumerate(described.enum_type):
        yield from _of_enum(enum, enum.name, (_ENUMS, number))


def _of_message(
    message: Any, name: str, path: tuple[int, ...]
) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield name, path
    yield from _children(message.field, name, (*path, _FIELDS))
    for number, nested in enumerate(message.nested_type):
        yield from _of_message(nested, f"{name}.{nested.name}", (*path, _NESTED, number))
    for number, enum in enumerate(message.enum_type):
        yield from _of_enum(enum, f"{name}.{enum.name}", (*path, _NESTED_ENUMS, number))


def _of_enum(enum: Any, name: str, path: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield name, path
    yield from _children(enum.value, name, (*path, _VALUES))


def _children(
    children: Sequence[Any], name: str, path: tuple[int, ...]
) -> Iterator[tuple[str, tuple[int, ...]]]:
    for number, child in enumerate(children):
        yield f"{name}.{child.name}", (*path, number)


def _sentence(leading: str, trailing: str) -> str:
    return " ".join(" ".join(text.split()) for text in (leading, trailing) if text.strip())
