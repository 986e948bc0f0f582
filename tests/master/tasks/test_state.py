"""What an attempt's end leads to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.common.vocabulary import AttemptOutcome, TaskState
from app.master.tasks.state import LOSSES_MAX, STEPS, Fault, decide_end

NODE, PROGRAM, NONE = Fault.NODE, Fault.PROGRAM, Fault.NONE

# outcome, failures before, losses before, retry limit -> state, fault, another node
TABLE = """
SUCCEEDED         0 0 0  SUCCEEDED  NONE     no
SUCCEEDED         3 3 0  SUCCEEDED  NONE     no
CANCELLED         0 0 5  CANCELLED  NONE     no
BAD_ARCHIVE       0 0 5  FAILED     PROGRAM  no
RELEASED          0 0 0  QUEUED     NONE     yes
NODE_LOST         0 0 0  QUEUED     NODE     yes
NODE_LOST         0 8 0  QUEUED     NODE     yes
NODE_LOST         0 9 0  FAILED     NODE     yes
REJECTED          0 0 0  QUEUED     NODE     yes
EXITED_NONZERO    0 0 0  FAILED     PROGRAM  no
EXITED_NONZERO    0 0 1  QUEUED     PROGRAM  no
EXITED_NONZERO    1 0 1  FAILED     PROGRAM  no
TIMED_OUT         0 0 0  FAILED     PROGRAM  no
OUT_OF_MEMORY     0 0 2  QUEUED     PROGRAM  no
OUTPUT_TOO_LARGE  2 0 2  FAILED     PROGRAM  no
"""


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_table(line: str) -> None:
    outcome, failures, losses, retry_max, state, fault, elsewhere = line.split()
    decision = decide_end(
        AttemptOutcome[outcome],
        failures=int(failures),
        losses=int(losses),
        retry_max=int(retry_max),
        exit_code=3,
    )
    assert decision.state is TaskState[state]
    assert decision.fault is Fault[fault]
    assert decision.exclude_node is (elsewhere == "yes")


def test_the_table_has_every_outcome() -> None:
    assert {line.split()[0] for line in TABLE.strip().splitlines()} == {
        outcome.name for outcome in AttemptOutcome
    }


@given(
    st.lists(st.sampled_from(list(AttemptOutcome)), max_size=60),
    st.integers(0, 5),
)
def test_every_task_ends_after_a_bounded_number_of_attempts(
    outcomes: list[AttemptOutcome], retry_max: int
) -> None:
    """Whatever happens, only a task that nodes give back on purpose may go on for ever."""
    failures = losses = released = 0
    state = TaskState.QUEUED
    for attempt, outcome in enumerate(outcomes, start=1):
        for step in (TaskState.ASSIGNED, TaskState.RUNNING):
            assert step in STEPS[state]
            state = step
        decision = decide_end(outcome, failures=failures, losses=losses, retry_max=retry_max)
        assert decision.state in STEPS[state]
        state = decision.state
        failures += decision.fault is PROGRAM
        losses += decision.fault is NODE
        released += outcome is AttemptOutcome.RELEASED
        if state.ended:
            assert decision.detail or state is TaskState.SUCCEEDED
            return
        assert attempt - released <= retry_max + LOSSES_MAX


def test_an_ended_task_has_no_step_left() -> None:
    for state, steps in STEPS.items():
        assert bool(steps) is not state.ended
