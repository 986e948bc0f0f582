"""Messages as JSON and JSON as messages."""

import json

import pytest
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from app.common.errors import HiveMindError, Reason
from app.master.web.json_in import fill, fill_from_query, parse
from app.master.web.json_out import to_plain, to_text
from app.master.web.openapi import describe
from app.master.web.routes import PREFIX, ROUTES
from proto import nodepool_pb2 as pb


def test_all_fields_are_there_and_what_is_not_set_is_null():
    shown = to_plain(pb.TaskInfo(task_id="t", state=pb.TASK_STATE_RUNNING, exit_code=0))
    assert list(shown) != []
    assert set(shown) == {field.name for field in pb.TaskInfo.DESCRIPTOR.fields}
    assert (shown["state"], shown["priority"]) == ("running", "unspecified")
    assert (shown["exit_code"], shown["started_at"], shown["spec"]) == (0, None, None)
    assert to_plain(pb.TaskInfo())["exit_code"] is None


def test_times_bytes_and_maps():
    at = Timestamp(seconds=1_700_000_000, nanos=123_456_789)
    assert to_plain(pb.AuditEvent(at=at))["at"] == "2023-11-14T22:13:20.123456Z"
    assert to_plain(pb.LogChunk(data=b"\xff\0"))["data"] == "/wA="
    spec = pb.TaskSpec(environment={"A": "1"}, command=["x"])
    assert json.loads(to_text(spec))["environment"] == {"A": "1"}
    assert json.loads(to_text(spec))["command"] == ["x"]


def test_nested_choices_go_by_their_short_names():
    update = pb.TaskUpdate(kind=pb.TaskUpdate.KIND_ENDED)
    assert to_plain(update)["kind"] == "ended"


def test_what_goes_out_comes_in_again():
    spec = pb.TaskSpec(
        name="näme",
        command=["sh", "run.sh"],
        environment={"A": "1"},
        requirements=pb.Requirements(
            memory_mib=2**40, location=pb.Location(continent=pb.CONTINENT_ASIA)
        ),
        priority=pb.PRIORITY_HIGH,
        network=True,
    )
    again = pb.TaskSpec()
    fill(again, json.loads(to_text(spec)))
    assert again == spec


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"nope": 1}, "nope"),
        ({"name": 1}, "name"),
        ({"name": None}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"count": -1}, "count"),
        ({"count": 2**32}, "count"),
        ({"count": 1.5}, "count"),
        ({"count": True}, "count"),
        ({"count": "1"}, "count"),
        ({"network": 1}, "network"),
        ({"priority": "low"}, "priority"),
        ({"priority": 3}, "priority"),
        ({"command": "x"}, "command"),
        ({"command": [1]}, "command"),
        ({"environment": {"A": 1}}, "environment"),
        ({"environment": []}, "environment"),
        ({"requirements": []}, "requirements"),
        ({"requirements": {"location": {"continent": "mu"}}}, "requirements.location.continent"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_told_by_its_name(body, field):
    with pytest.raises(HiveMindError) as caught:
        fill(pb.TaskSpec(), body)
    assert caught.value.reason is Reason.INVALID_FIELD
    assert caught.value.details["field"] == field


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"NaN", b"[" * 100_000], ids=repr)
def test_what_is_not_json_is_told(body):
    with pytest.raises(HiveMindError) as caught:
        parse(body)
    assert caught.value.reason is Reason.INVALID_FIELD


def test_a_query_names_fields_and_repeats_lists():
    request = pb.GetAllTasksRequest()
    pairs = [("states", "queued"), ("states", "running"), ("page_size", "5"), ("all_users", "true")]
    fill_from_query(request, pairs)
    assert list(request.states) == [pb.TASK_STATE_QUEUED, pb.TASK_STATE_RUNNING]
    assert (request.page_size, request.all_users) == (5, True)
    transfers = pb.ListTransfersRequest()
    fill_from_query(transfers, [("since", "2026-01-31T12:00:00+01:00")])
    assert transfers.since.ToJsonString() == "2026-01-31T11:00:00Z"


@pytest.mark.parametrize(
    "pairs",
    [
        [("page_size", "five")],
        [("page_size", "")],
        [("page_size", "-1")],
        [("page_size", "1"), ("page_size", "2")],
        [("all_users", "yes")],
        [("states", "gone")],
        [("spec", "x")],
    ],
    ids=str,
)
def test_a_query_that_does_not_fit_is_refused(pairs):
    with pytest.raises(HiveMindError) as caught:
        fill_from_query(pb.GetAllTasksRequest(), pairs)
    assert caught.value.details["field"] == pairs[0][0]


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-01-31", "2026-01-31T12:00:00", "9999-12-31T23:59:59-23:00"]
)
def test_a_time_without_its_zone_is_none(text):
    with pytest.raises(HiveMindError):
        fill_from_query(pb.ListTransfersRequest(), [("since", text)])


MESSAGES = [GetMessageClass(found) for found in pb.DESCRIPTOR.message_types_by_name.values()]


@given(st.sampled_from(MESSAGES), st.binary(max_size=200))
def test_any_message_can_be_shown(kind, data):
    message = kind()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return
    shown = to_plain(message)
    assert set(shown) == set(kind.DESCRIPTOR.fields_by_name)


@pytest.mark.parametrize("route", [r for r in ROUTES if r.example], ids=lambda r: r.path)
def test_the_examples_are_requests(route):
    from app.master.rpc.calls import request_type

    fill(request_type(route.call)(), dict(route.example))


def test_the_description_has_every_route():
    paths = describe()["paths"]
    operations = [each["operationId"] for path in paths.values() for each in path.values()]
    assert len(operations) == len(set(operations))
    assert {f"{PREFIX}{route.path}" for route in ROUTES} <= set(paths)
