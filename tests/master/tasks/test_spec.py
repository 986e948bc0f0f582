"""Submissions: what is refused by which field, and that the store gives back what it got."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Continent, IsolationClass, Priority, TrustLevel
from app.master.tasks.requirements import Location, Requirements
from app.master.tasks.spec import (
    TaskSpec,
    check_spec,
    requirements_from_json,
    requirements_to_json,
    spec_from_json,
    spec_to_json,
)

DIGEST = "sha256:" + "0" * 64
SPEC = TaskSpec(archive_digest=DIGEST)

BAD = {
    "name": replace(SPEC, name="x" * 201),
    "name ": replace(SPEC, name="two\nlines"),
    "command": replace(SPEC, command=("x",) * 65),
    "command ": replace(SPEC, command=("",)),
    "command  ": replace(SPEC, command=("x" * 20_000,)),
    "environment": replace(SPEC, environment=(("1X", "y"),)),
    "environment ": replace(SPEC, environment=(("HIVEMIND_TASK_ID", "y"),)),
    "environment  ": replace(SPEC, environment=(("X", "y" * 40_000),)),
    "image": replace(SPEC, image="Not An Image"),
    "run_seconds_max": replace(SPEC, run_seconds_max=0),
    "retry_max": replace(SPEC, retry_max=101),
    "count": replace(SPEC, count=0),
    "cpu_millicores": replace(SPEC, requirements=Requirements(cpu_millicores=-1)),
    "memory_mib": replace(SPEC, requirements=Requirements(memory_mib=2**40)),
    "disk_mib": replace(SPEC, requirements=Requirements(disk_mib=0)),
    "gpu_score": replace(SPEC, requirements=Requirements(gpu_score=-1)),
    "location.country": replace(SPEC, requirements=Requirements(location=Location(country="de"))),
    "location_required": replace(SPEC, requirements=Requirements(location_required=True)),
}


@pytest.mark.parametrize(("field", "spec"), BAD.items(), ids=lambda value: str(value)[:20])
def test_a_field_that_is_not_allowed_is_named(field: str, spec: TaskSpec) -> None:
    with pytest.raises(HiveMindError) as caught:
        check_spec(spec)
    assert caught.value.reason is Reason.INVALID_FIELD
    assert caught.value.details["field"] == field.strip()


def test_defaults_are_allowed() -> None:
    check_spec(SPEC)


requirements = st.builds(
    Requirements,
    cpu_millicores=st.integers(1, 10**6),
    memory_mib=st.integers(1, 10**6),
    gpu_name=st.text(max_size=20),
    location=st.builds(
        Location, continent=st.sampled_from(Continent), country=st.sampled_from(["", "DE"])
    ),
    trust_min=st.sampled_from(TrustLevel),
    isolation_min=st.sampled_from(IsolationClass),
    needs_engine=st.booleans(),
)
specs = st.builds(
    TaskSpec,
    archive_digest=st.just(DIGEST),
    name=st.text(max_size=20),
    command=st.lists(st.text(max_size=9), max_size=3).map(tuple),
    environment=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3).map(
        lambda entries: tuple(entries.items())
    ),
    requirements=requirements,
    priority=st.sampled_from(Priority),
    count=st.integers(1, 10_000),
)


@given(specs)
def test_a_spec_comes_back_as_it_was(spec: TaskSpec) -> None:
    back = spec_from_json(spec_to_json(spec))
    assert back == spec
    assert isinstance(back.priority, Priority)


@given(requirements, requirements)
def test_only_equal_requirements_have_equal_text(one: Requirements, other: Requirements) -> None:
    assert (requirements_to_json(one) == requirements_to_json(other)) is (one == other)
    assert requirements_from_json(requirements_to_json(one)) == one
