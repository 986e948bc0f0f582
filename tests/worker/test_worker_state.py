"""The agent's mind: each test is a story told in events, and what is to be done in the end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.common.errors import Reason
from app.common.vocabulary import AttemptOutcome, NodeState
from app.worker.capacity import Capacity
from app.worker.events import (
    Acked,
    Announce,
    Assigned,
    DrainRequested,
    Event,
    Exit,
    Finished,
    Instruction,
    Journal,
    LeaseEnded,
    LeaseForgotten,
    LeaseStarted,
    LeaseTaken,
    NodeStateChanged,
    Progressed,
    Report,
    Restored,
    RestoredLease,
    ResultRefused,
    ResultStored,
    ResumeRequested,
    ShutdownRequested,
    Start,
    Started,
    Stop,
    StopRequested,
    StoreResult,
    Wish,
    Withdraw,
)
from app.worker.orders import AttemptId, Ending, StopReason, Update, UpdateKind
from app.worker.state import HeldLease, WorkerState
from tests.worker.jobs import an_order

NOW = 1_000_000
A1 = AttemptId("a", 1)
A2 = AttemptId("a", 2)
B1 = AttemptId("b", 1)
GPU = "GPU-1"


def a_state() -> WorkerState:
    return WorkerState(Capacity(2000, 2048, 4096, frozenset({GPU})))


def assigned(attempt: AttemptId = A1, **wanted: object) -> Assigned:
    return Assigned(an_order(attempt.number, attempt.task_id, **wanted), NOW)


def ending(outcome: AttemptOutcome = AttemptOutcome.SUCCEEDED, digest: str = "") -> Ending:
    return Ending(outcome, NOW, exit_code=0, result_digest=digest)


def ended(attempt: AttemptId, how: Ending) -> Update:
    return Update(attempt, UpdateKind.ENDED, NOW, ending=how)


def reported(instructions: list[Instruction]) -> list[AttemptOutcome]:
    """The outcomes that the master will hear of."""
    return [
        one.update.ending.outcome
        for one in instructions
        if isinstance(one, Report) and one.update.ending is not None
    ]


def test_a_lease_is_on_the_disk_before_its_program_starts() -> None:
    order = assigned()
    assert a_state().handle(order) == [Journal(LeaseTaken(A1)), Start(order.order)]


def test_a_whole_life() -> None:
    state = a_state()
    state.handle(assigned())
    assert state.handle(Started(A1, NOW), Progressed(A1, 50, NOW)) == [
        Journal(LeaseStarted(A1)),
        Report(Update(A1, UpdateKind.STARTED, NOW)),
        Report(Update(A1, UpdateKind.PROGRESS, NOW, progress_percent=50)),
    ]
    done = ending(digest="sha256:1")
    assert state.handle(Finished(A1, done)) == [
        Journal(LeaseEnded(A1, done)),
        StoreResult(A1, done),
    ]
    assert state.handle(ResultStored(A1)) == [Report(ended(A1, done))]
    assert state.held() == [HeldLease(A1, started=True)]
    assert state.handle(Acked(A1, UpdateKind.ENDED)) == [
        Journal(LeaseForgotten(A1)),
        Withdraw(A1),
    ]
    assert state.held() == []


def test_an_assignment_that_comes_twice_starts_once() -> None:
    state = a_state()
    state.handle(assigned())
    assert state.handle(assigned()) == []


@pytest.mark.parametrize(
    ("wanted", "word"),
    [
        ({"cpu_millicores": 1500}, "processor"),
        ({"memory_mib": 1800}, "memory"),
        ({"disk_mib": 4000}, "disk"),
        ({"gpu_uuids": (GPU,)}, GPU),
        ({"gpu_uuids": ("GPU-9",)}, "GPU-9"),
    ],
)
def test_what_does_not_fit_beside_the_rest_is_rejected(wanted: dict, word: str) -> None:
    state = a_state()
    state.handle(assigned(A1, cpu_millicores=1000, memory_mib=512, gpu_uuids=(GPU,)))
    instructions = state.handle(assigned(B1, **{"cpu_millicores": 100, **wanted}))
    assert reported(instructions) == [AttemptOutcome.REJECTED]
    assert word in instructions[-1].update.ending.detail


def test_capacity_comes_back_when_a_program_has_ended() -> None:
    state = a_state()
    state.handle(assigned(A1, cpu_millicores=2000), Started(A1, NOW), Finished(A1, ending()))
    assert Start(assigned(B1).order) in state.handle(assigned(B1))


def test_a_newer_attempt_stops_the_older_one_whose_end_is_told() -> None:
    state = a_state()
    state.handle(assigned(A1), Started(A1, NOW))
    instructions = state.handle(assigned(A2))
    assert instructions == [
        Stop(A1, StopReason.CANCELLED),
        Journal(LeaseTaken(A2)),
        Start(assigned(A2).order),
    ]
    ended = ending(AttemptOutcome.CANCELLED)
    assert reported(state.handle(Finished(A1, ended))) == [AttemptOutcome.CANCELLED]


@pytest.mark.parametrize("fence_first", [True, False])
def test_the_end_of_a_stopped_lease_is_told_though_it_is_fenced_too(fence_first: bool) -> None:
    state = a_state()
    state.handle(assigned(A1), Started(A1, NOW))
    fence = StopRequested(A1, StopReason.FENCED, NOW)
    stop = StopRequested(A1, StopReason.CANCELLED, NOW)
    state.handle(*((fence, stop) if fence_first else (stop, fence)))
    ended = ending(AttemptOutcome.CANCELLED)
    assert reported(state.handle(Finished(A1, ended))) == [AttemptOutcome.CANCELLED]


def test_an_older_attempt_is_not_started_beside_a_newer_one() -> None:
    state = a_state()
    state.handle(assigned(A2))
    assert state.handle(assigned(A1)) == []


def test_a_fenced_attempt_is_never_told_of() -> None:
    state = a_state()
    state.handle(assigned(), Started(A1, NOW))
    assert state.handle(StopRequested(A1, StopReason.FENCED, NOW)) == [Stop(A1, StopReason.FENCED)]
    assert state.handle(Finished(A1, ending(AttemptOutcome.CANCELLED))) == [
        Journal(LeaseForgotten(A1)),
        Withdraw(A1),
    ]


@pytest.mark.parametrize("digest", ["", "sha256:1"])
def test_a_fence_after_the_end_drops_what_waits(digest: str) -> None:
    state = a_state()
    state.handle(assigned(), Started(A1, NOW), Finished(A1, ending(digest=digest)))
    assert Withdraw(A1) in state.handle(StopRequested(A1, StopReason.FENCED, NOW))
    assert state.handle(ResultStored(A1)) == []


def test_a_refused_update_that_names_a_newer_attempt_fences() -> None:
    state = a_state()
    state.handle(assigned(), Started(A1, NOW))
    refused = Acked(A1, UpdateKind.STARTED, Reason.STALE_ATTEMPT.name)
    assert state.handle(refused) == [Stop(A1, StopReason.FENCED)]


def test_a_stop_is_carried_out_once() -> None:
    state = a_state()
    state.handle(assigned(), Started(A1, NOW))
    stop = StopRequested(A1, StopReason.CANCELLED, NOW)
    assert state.handle(stop, stop) == [Stop(A1, StopReason.CANCELLED)]


def test_a_stop_for_what_is_not_here_is_answered() -> None:
    """Else the master would wait for its end for ever."""
    state = a_state()
    instructions = state.handle(StopRequested(A1, StopReason.CANCELLED, NOW))
    assert reported(instructions) == [AttemptOutcome.NODE_LOST]
    assert state.handle(Acked(A1, UpdateKind.ENDED)) == [Withdraw(A1)]


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (Reason.ARTIFACT_TOO_LARGE, AttemptOutcome.OUTPUT_TOO_LARGE),
        (Reason.QUOTA_EXCEEDED, AttemptOutcome.OUTPUT_TOO_LARGE),
        (Reason.RESULT_NOT_FOUND, AttemptOutcome.REJECTED),
    ],
)
def test_a_result_that_cannot_be_stored_is_no_success(
    reason: Reason, outcome: AttemptOutcome
) -> None:
    state = a_state()
    state.handle(assigned(), Started(A1, NOW), Finished(A1, ending(digest="sha256:1")))
    instructions = state.handle(ResultRefused(A1, reason, "it is too much"))
    assert isinstance(instructions[0], Journal)
    assert reported(instructions) == [outcome]
    assert instructions[-1].update.ending.result_digest == ""


def test_a_result_of_a_lost_lease_is_dropped_and_its_end_is_told() -> None:
    state = a_state()
    state.handle(assigned(), Started(A1, NOW), Finished(A1, ending(digest="sha256:1")))
    instructions = state.handle(ResultRefused(A1, Reason.STALE_ATTEMPT, "another has it"))
    assert reported(instructions) == [AttemptOutcome.REJECTED]
    assert instructions[-1].update.ending.result_digest == ""


def test_leases_of_a_dead_process_end_as_what_they_were() -> None:
    kept = ending(digest="sha256:1")
    found = (
        RestoredLease(A1, started=True, ending=None),
        RestoredLease(B1, started=False, ending=None),
        RestoredLease(A2, started=True, ending=kept),
    )
    state = a_state()
    instructions = state.handle(Restored(found, NOW))
    assert reported(instructions) == [AttemptOutcome.NODE_LOST, AttemptOutcome.RELEASED]
    assert instructions[-1] == StoreResult(A2, kept)
    assert {lease.id for lease in state.held()} == {A1, A2, B1}


def test_a_drain_gives_back_what_has_not_started() -> None:
    state = a_state()
    state.handle(assigned(A1), Started(A1, NOW), assigned(B1))
    assert state.handle(DrainRequested(leave=False, at_us=NOW)) == [
        Announce(Wish.DRAIN),
        Stop(B1, StopReason.RELEASED),
    ]
    assert reported(state.handle(assigned(AttemptId("c", 1)))) == [AttemptOutcome.RELEASED]


def test_a_drain_that_leaves_ends_after_the_last_acknowledgement() -> None:
    state = a_state()
    state.handle(assigned(), Started(A1, NOW))
    assert Exit() not in state.handle(DrainRequested(leave=True, at_us=NOW))
    assert Exit() not in state.handle(Finished(A1, ending()))
    assert state.handle(Acked(A1, UpdateKind.ENDED))[-1] == Exit()


def test_an_idle_worker_leaves_at_once() -> None:
    assert a_state().handle(DrainRequested(leave=True, at_us=NOW)) == [Announce(Wish.LEAVE), Exit()]


def test_an_operator_can_lift_a_drain_but_not_a_farewell() -> None:
    state = a_state()
    state.handle(DrainRequested(leave=False, at_us=NOW), NodeStateChanged(NodeState.ACTIVE))
    assert not state.draining
    state.handle(assigned())
    state.handle(DrainRequested(leave=True, at_us=NOW), NodeStateChanged(NodeState.ACTIVE))
    assert state.draining


def test_who_asked_for_a_drain_can_lift_it() -> None:
    state = a_state()
    state.handle(DrainRequested(leave=False, at_us=NOW))
    assert state.handle(ResumeRequested()) == [Announce(Wish.RESUME)]
    assert not state.draining


def test_a_shutdown_gives_everything_back() -> None:
    state = a_state()
    state.handle(assigned(A1), Started(A1, NOW), assigned(B1))
    assert state.handle(ShutdownRequested()) == [
        Announce(Wish.LEAVE),
        Stop(A1, StopReason.RELEASED),
        Stop(B1, StopReason.RELEASED),
    ]


def test_a_revoked_node_ends_all_and_itself() -> None:
    state = a_state()
    state.handle(assigned(), Started(A1, NOW))
    assert state.handle(NodeStateChanged(NodeState.REVOKED)) == [
        Stop(A1, StopReason.RELEASED),
        Exit(revoked=True),
    ]


ATTEMPTS = st.builds(AttemptId, st.sampled_from("abc"), st.integers(1, 3))
OUTCOMES = st.sampled_from(AttemptOutcome)
EVENTS = st.one_of(
    st.builds(
        lambda attempt, cpu: assigned(attempt, cpu_millicores=cpu),
        ATTEMPTS,
        st.sampled_from([500, 1500, 2500]),
    ),
    st.builds(StopRequested, ATTEMPTS, st.sampled_from(StopReason), st.just(NOW)),
    st.builds(Acked, ATTEMPTS, st.sampled_from(UpdateKind), st.sampled_from(["", "STALE_ATTEMPT"])),
    st.builds(Started, ATTEMPTS, st.just(NOW)),
    st.builds(Progressed, ATTEMPTS, st.integers(0, 100), st.just(NOW)),
    st.builds(
        lambda attempt, outcome, digest: Finished(attempt, ending(outcome, digest)),
        ATTEMPTS,
        OUTCOMES,
        st.sampled_from(["", "sha256:1"]),
    ),
    st.builds(ResultStored, ATTEMPTS),
    st.builds(
        ResultRefused,
        ATTEMPTS,
        st.sampled_from([Reason.QUOTA_EXCEEDED, Reason.STALE_ATTEMPT]),
        st.just("no"),
    ),
    st.builds(NodeStateChanged, st.sampled_from([NodeState.ACTIVE, NodeState.DRAINING])),
    st.builds(DrainRequested, st.booleans(), st.just(NOW)),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(EVENTS, max_size=40))
def test_no_story_breaks_the_rules(events: list[Event]) -> None:
    """Of any story: capacity holds, phases fit, and each lease is journalled as held says."""
    state = a_state()
    journalled: set[AttemptId] = set()
    running: set[AttemptId] = set()
    for event in events:
        if isinstance(event, Finished | Started) and event.id not in running:
            continue  # only what was started can start or end
        for one in state.handle(event):
            match one:
                case Start(order):
                    assert order.id not in running
                    running.add(order.id)
                case Stop(attempt):
                    assert attempt in running
                case Journal(LeaseForgotten(attempt)):
                    journalled.discard(attempt)
                case Journal(record):
                    journalled.add(record.id)
        if isinstance(event, Finished):
            running.discard(event.id)
        state.validate()
        assert {lease.id for lease in state.held()} == journalled
