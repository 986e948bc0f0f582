"""The wire: generated modules match the .proto, the vocabulary has its numbers."""

import subprocess
import sys
from enum import IntEnum
from pathlib import Path

import pytest

from app.common import vocabulary
from build_scripts.commands import proto_command
from proto import nodepool_pb2 as pb

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ("nodepool_pb2.py", "nodepool_pb2.pyi", "nodepool_pb2_grpc.py")


def test_generated_modules_are_those_of_the_proto(tmp_path):
    subprocess.run(proto_command(sys.executable, str(tmp_path)), cwd=ROOT, check=True)
    for name in GENERATED:
        made = (tmp_path / "proto" / name).read_text(encoding="utf-8")
        kept = (ROOT / "proto" / name).read_text(encoding="utf-8")
        assert made == kept, f"proto/{name} is old: run python3 build_scripts/dev.py proto"


def in_proto_style(name: str) -> str:
    """ "TaskState" as the prefix of its values: "TASK_STATE_"."""
    return (
        "".join(f"_{letter}" if letter.isupper() else letter for letter in name)[1:].upper() + "_"
    )


SHARED_ENUMS = sorted(
    name
    for name, value in vars(vocabulary).items()
    if isinstance(value, type)
    and issubclass(value, IntEnum)
    and name in pb.DESCRIPTOR.enum_types_by_name
)


@pytest.mark.parametrize("name", SHARED_ENUMS)
def test_vocabulary_has_the_numbers_of_the_proto(name):
    prefix = in_proto_style(name)
    wire = {
        value.name.removeprefix(prefix): value.number
        for value in pb.DESCRIPTOR.enum_types_by_name[name].values
    }
    ours = {member.name: member.value for member in getattr(vocabulary, name)}
    unnamed = {"UNSPECIFIED", "NONE"}
    assert {key: wire[key] for key in wire.keys() - unnamed} == {
        key: ours[key] for key in ours.keys() - unnamed
    }


def test_the_enums_of_the_wire_are_in_the_vocabulary():
    assert set(pb.DESCRIPTOR.enum_types_by_name) - set(SHARED_ENUMS) == {"LogStream"}


def test_every_changing_request_has_a_request_id():
    changing = (
        "Transfer", "UploadTask", "CancelTask", "RegisterNode", "Register", "RetryTask",
        "SetTaskPriority", "DeleteResult", "SetNodeState", "SetNodeLocation", "ApproveNode",
        "CreateJoinToken", "RevokeJoinToken", "Grant", "CreateUser", "UpdateUser",
    )  # fmt: skip
    methods = {
        method.name: method.input_type
        for service in pb.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }
    assert [name for name in changing if "request_id" not in methods[name].fields_by_name] == []


def test_amounts_are_integers_that_name_their_unit():
    for message in pb.DESCRIPTOR.message_types_by_name.values():
        for field in message.fields:
            assert field.type not in {field.TYPE_FLOAT, field.TYPE_DOUBLE}, field.full_name
            if field.message_type is not None:
                continue
            if "amount" in field.name or "price" in field.name or "balance" in field.name:
                assert field.name.endswith("_mcpt"), field.full_name
