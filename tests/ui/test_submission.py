"""A draft as it is typed: what is wrong with it, and what is asked of the master."""

import json

import pytest

from app.client.task_spec import task_spec
from app.common.errors import HiveMindError
from app.common.vocabulary import Continent, IsolationClass, Priority, ResultComparer, TrustLevel
from app.master.rpc.messages import spec_in
from app.master.tasks.spec import check_spec
from proto import nodepool_pb2 as pb
from ui.models.content import Content, Kind
from ui.models.presets import presets
from ui.models.submission import Draft, draft_of, draft_of_task, faults, task_fields


def content(entry: str = "run.sh") -> Content:
    return Content((), Kind.FOLDER, "job", 1, 10, entry, (), frozenset())


@pytest.mark.parametrize(
    ("field", "bad", "good"),
    [
        ("name", "x" * 201, "x" * 200),
        ("name", "two\nlines", "模拟 7"),
        ("command", 'sh -c "open', 'sh -c "closed"'),
        ("command", " ".join("x" * 65), " ".join("x" * 64)),
        ("image", "Python:3", "registry.example:5000/team/python:3.12-slim"),
        ("cores", "many", "0.5"),
        ("cores", "0", "1000"),
        ("cores", "1001", "2"),
        ("memory", "lots", "1.5 GiB"),
        ("memory", "17 T", "512"),
        ("disk", "0.3M", "20G"),
        ("gpu_memory", "x", "8 GiB"),
        ("run_time", "soon", "1h 30m"),
        ("run_time", "31d", "30d"),
        ("environment", [["2A", "1"]], [["A2", "1"], ["B", ""]]),
        ("environment", [["HIVEMIND_X", "1"]], [["HIVE", "1"]]),
        ("environment", [["A", "1"], ["A", "2"]], [["A", "1"], ["a", "2"]]),
        ("environment", [["", "value"]], [["", ""]]),
    ],
)
def test_a_bad_value_is_named_and_a_good_one_passes_here_and_at_the_master(field, bad, good):
    assert set(faults(Draft(**{field: bad}), content())) == {field}
    draft = Draft(**{field: good})
    assert faults(draft, content()) == {}
    check_spec(spec_in(task_spec(task_fields(draft))))


def test_the_master_refuses_what_is_refused_here():
    """The bounds of both sides are the same: at one more than allowed both refuse."""
    at_bounds = Draft(cores="1000", memory="16 T", disk="1024 T", run_time="30d", count=10_000)
    assert faults(at_bounds, content()) == {}
    check_spec(spec_in(task_spec(task_fields(at_bounds))))
    beyond = {"cpu_millicores": 1_000_001, "memory_mib": 16 * 1024**2 + 1}
    for name, value in beyond.items():
        with pytest.raises(HiveMindError):
            check_spec(spec_in(task_spec({**task_fields(at_bounds), name: value})))


def test_something_must_be_run():
    assert set(faults(Draft(), None)) == {"sources"}
    assert set(faults(Draft(), content(entry=""))) == {"command"}
    assert faults(Draft(command="hostname"), None) == {}
    assert faults(Draft(archive_digest="sha256:1"), None) == {}


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft(country="DE"), "continent"),
        (Draft(location_required=True), "continent"),
        (Draft(continent=int(Continent.EUROPE), country="Germany"), "country"),
        (Draft(continent=int(Continent.EUROPE), site="x" * 101), "site"),
    ],
)
def test_a_place_must_be_whole(draft, field):
    assert set(faults(draft, content())) == {field}


@pytest.mark.parametrize("typed", ["0", "-1", "1.1", "nan", "inf", "little", "1e-12"])
def test_a_tolerance_is_a_share_where_numbers_are_compared(typed):
    draft = Draft(comparer=int(ResultComparer.NUMBERS), tolerance=typed)
    assert set(faults(draft, content())) == {"tolerance"}
    for good in ("", "0.001", "1", "1e-9"):
        draft.tolerance = good
        assert faults(draft, content()) == {}
        check_spec(
            spec_in(task_spec({**task_fields(draft), "archive_digest": "sha256:" + "0" * 64}))
        )
    other = Draft(comparer=int(ResultComparer.WHITESPACE), tolerance=typed)
    assert faults(other, content()) == {}
    assert "result_tolerance_ppb" not in task_fields(other)


def test_fields_say_what_was_typed():
    draft = Draft(
        name=" spheres ",
        command="python3 main.py --title 'two words'",
        environment=[["A", "1"], ["", ""]],
        cores="2.5",
        memory="2 GiB",
        run_time="10m",
        continent=int(Continent.EUROPE),
        country="de",
        site="room 204",
        location_required=True,
        trust=int(TrustLevel.HIGH),
        priority=int(Priority.URGENT),
        count=3,
    )
    spec = task_spec(task_fields(draft))
    assert (spec.name, list(spec.command)) == (
        "spheres",
        ["python3", "main.py", "--title", "two words"],
    )
    assert dict(spec.environment) == {"A": "1"}
    wants = spec.requirements
    assert (wants.cpu_millicores, wants.memory_mib, spec.run_seconds_max) == (2500, 2048, 600)
    assert (wants.location.country, wants.location.site) == ("DE", "room 204")
    assert wants.location_required
    assert (wants.trust_min, wants.isolation_min) == (TrustLevel.HIGH, 0)
    assert (spec.priority, spec.count) == (Priority.URGENT, 3)


def test_empty_fields_ask_for_the_defaults():
    spec = task_spec(task_fields(Draft()))
    assert spec.requirements == pb.Requirements()
    assert spec.run_seconds_max == 0


def test_a_draft_of_a_task_asks_for_the_same():
    spec = pb.TaskSpec(
        name="spheres",
        archive_digest="sha256:" + "0" * 64,
        command=["sh", "-c", "echo $A"],
        environment={"A": "1"},
        requirements=pb.Requirements(
            cpu_millicores=1500,
            memory_mib=2048,
            disk_mib=1025,
            gpu_name="4090",
            location=pb.Location(continent=4, country="DE", site="a/b"),
            isolation_min=int(IsolationClass.CONTAINER),
            trust_min=int(TrustLevel.NORMAL),
        ),
        priority=int(Priority.HIGH),
        run_seconds_max=90,
        retry_max=2,
        count=7,
        network=True,
        result_comparer=int(ResultComparer.NUMBERS),
        result_tolerance_ppb=2_000_500,
    )
    draft = draft_of_task(pb.TaskInfo(spec=spec))
    assert task_spec(task_fields(draft)) == spec


def test_files_given_anew_go_before_those_of_the_earlier_task():
    draft = Draft(archive_digest="sha256:1", sources=["/job"])
    assert "archive_digest" not in task_fields(draft)


def test_a_draft_survives_being_kept():
    draft = Draft(name="x", sources=["/a"], environment=[["A", "1"]], count=3, network=True)
    assert draft_of(json.loads(json.dumps(draft.to_json()))) == draft


def test_a_damaged_draft_falls_back_field_by_field():
    damaged = {"name": 7, "count": "many", "environment": [["A"], 3], "cores": "2", "old": 1}
    assert draft_of(damaged) == Draft(cores="2")


def test_presets_are_good_drafts():
    for fields in presets().values():
        assert faults(draft_of(fields), content()) == {}
