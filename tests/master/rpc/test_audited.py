"""Which calls the audit log has, and that no secret is in what it writes of them."""

import pytest

from app.common.audit_details import SET
from app.common.errors import Reason
from app.master.identity.permissions import RPC_PERMISSIONS
from app.master.rpc.audited import (
    AUDITED,
    SECRET_FIELDS,
    details_of,
    target_of,
    told_of_any_call,
)
from app.master.rpc.peers import peer_host
from proto import nodepool_pb2 as pb

#: They carry no request id, and change who is signed in.
SIGNING = {"/nodepool.UserService/Login", "/nodepool.SessionService/SignOut"}


def wire_methods():
    for service in pb.DESCRIPTOR.services_by_name.values():
        for method in service.methods:
            yield f"/{service.full_name}/{method.name}", method


def test_every_call_that_changes_something_is_in_the_log():
    changing = {
        path for path, method in wire_methods() if "request_id" in method.input_type.fields_by_name
    }
    assert changing | SIGNING <= set(AUDITED)
    assert set(AUDITED) <= set(RPC_PERMISSIONS)


def field_at(descriptor, path):
    for parent in path.split(".")[:-1]:
        descriptor = descriptor.fields_by_name[parent].message_type
    return descriptor.fields_by_name[path.split(".")[-1]]


@pytest.mark.parametrize("path", sorted(AUDITED))
def test_the_table_names_fields_that_there_are(path):
    rule, method = AUDITED[path], dict(wire_methods())[path]
    for detail in rule.details:
        assert field_at(method.input_type, detail).message_type is None
    if rule.target.startswith("response."):
        # What its unit answers need not be what the call answers.
        assert rule.target.removeprefix("response.") in {"task_id", "node_id", "token_id"}
    elif rule.target:
        assert field_at(method.input_type, rule.target) is not None
        assert rule.target not in SECRET_FIELDS


def test_fields_that_hold_secrets_are_known():
    """A field that is named like a secret is in the list, or is none for a reason."""
    harmless = {
        "page_token",
        "next_page_token",
        "token_id",
        "code_id",
        "public_key",
        "hub_public_key",
        "hub_key_url",
        "hub_key_pin",
        "key_fingerprint",
    }
    named = {
        field.name
        for message in pb.DESCRIPTOR.message_types_by_name.values()
        for field in message.fields
        if field.type in (field.TYPE_STRING, field.TYPE_BYTES)
        and any(part in field.name for part in ("password", "secret", "token", "key", "code"))
    }
    assert named - harmless <= SECRET_FIELDS | {"known_head_hash"}


def test_of_a_secret_only_that_it_was_set_is_told():
    rule = AUDITED["/nodepool.AdminService/UpdateUser"]
    request = pb.UpdateUserRequest(username="ann", password="canary", disabled=False)
    assert details_of(rule, request) == (("disabled", "false"), ("password", SET))
    assert details_of(rule, pb.UpdateUserRequest(username="ann")) == ()


def test_choices_are_told_by_name():
    rule = AUDITED["/nodepool.NodeService/SetNodeState"]
    request = pb.SetNodeStateRequest(node_id="n", state=pb.NODE_STATE_PAUSED, reason="hot")
    assert details_of(rule, request) == (("state", "NODE_STATE_PAUSED"), ("reason", "hot"))
    assert target_of(rule, request, None) == "n"


def test_a_target_may_be_in_the_answer():
    rule = AUDITED["/nodepool.MasterNodeService/UploadTask"]
    assert target_of(rule, pb.UploadTaskRequest(), pb.UploadTaskResponse(task_id="t")) == "t"
    assert target_of(rule, pb.UploadTaskRequest(), None) == ""


def test_a_list_is_told_by_its_first_entry_and_its_length():
    rule = AUDITED["/nodepool.TaskService/SetTaskPriority"]
    request = pb.SetTaskPriorityRequest(task_ids=["a", "b"], priority=pb.PRIORITY_HIGH)
    assert target_of(rule, request, None) == "a"
    assert details_of(rule, request) == (("task_ids", "2"), ("priority", "PRIORITY_HIGH"))
    assert target_of(rule, pb.SetTaskPriorityRequest(), None) == ""


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (Reason.PERMISSION_DENIED, True),
        (Reason.UNAUTHENTICATED, True),
        (Reason.BAD_CREDENTIALS, True),
        (Reason.NODE_REVOKED, True),
        (Reason.TOKEN_EXPIRED, False),
        (Reason.TASK_NOT_FOUND, False),
    ],
)
def test_want_of_a_permission_or_a_proof_is_told_of_any_call(reason, told):
    assert told_of_any_call(reason) is told


@pytest.mark.parametrize(
    ("peer", "host"),
    [
        ("ipv4:192.0.2.7:50112", "192.0.2.7"),
        ("ipv6:%5B2001:db8::1%5D:50112", "2001:db8::1"),
        ("ipv6:[::1]:50112", "::1"),
        ("unix:/run/x", "unix"),
    ],
)
def test_the_address_without_its_port(peer, host):
    assert peer_host(peer) == host
