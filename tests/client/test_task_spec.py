import pytest

from app.client.task_spec import TaskFields, parse_location, show_location, task_spec
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import IsolationClass, Priority, TrustLevel
from proto import nodepool_pb2 as pb


def test_fields_find_their_place():
    spec = task_spec(
        TaskFields(
            name="n",
            command=["sh", "-c", "true"],
            environment={"A": "1"},
            cpu_millicores=1500,
            gpu_name="4090",
            location="Europe/DE/room 2",
            location_required=True,
            trust_min=TrustLevel.HIGH,
            isolation_min=IsolationClass.CONTAINER,
            priority=Priority.URGENT,
            count=3,
        )
    )
    assert list(spec.command) == ["sh", "-c", "true"]
    assert dict(spec.environment) == {"A": "1"}
    assert (spec.name, spec.count, spec.priority) == ("n", 3, pb.PRIORITY_URGENT)
    asked = spec.requirements
    assert (asked.cpu_millicores, asked.gpu_name) == (1500, "4090")
    assert (asked.trust_min, asked.isolation_min) == (
        pb.TRUST_LEVEL_HIGH,
        pb.ISOLATION_CLASS_CONTAINER,
    )
    assert asked.location == pb.Location(continent=pb.CONTINENT_EUROPE, country="DE", site="room 2")
    assert asked.location_required


def test_nothing_given_asks_for_nothing():
    assert task_spec(TaskFields()) == pb.TaskSpec(requirements=pb.Requirements())


@pytest.mark.parametrize("fields", [{"memory_mib": -1}, {"count": 2**32}, {"color": "red"}])
def test_what_cannot_be_sent_is_refused(fields):
    with pytest.raises(HiveMindError) as refusal:
        task_spec(fields)
    assert refusal.value.reason is Reason.INVALID_FIELD


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("europe", "Europe"),
        ("Europe/de", "Europe/DE"),
        ("north-america/us/rack 7/left", "North America/US/rack 7/left"),
        ("South America", "South America"),
        ("/DE", "/DE"),
    ],
)
def test_locations_are_read_as_they_are_shown(text, shown):
    location = parse_location(text)
    assert show_location(location) == shown
    assert parse_location(shown) == location


@pytest.mark.parametrize("text", ["Atlantis", "Europe/Germany", "Europe/1x"])
def test_unknown_places_are_refused(text):
    with pytest.raises(HiveMindError) as refusal:
        parse_location(text)
    assert refusal.value.reason is Reason.INVALID_FIELD
