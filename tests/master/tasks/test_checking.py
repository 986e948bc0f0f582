"""Whose results are checked, what two results amount to, and how far a liar comes."""

from collections.abc import Callable
from random import Random

import pytest

from app.common.vocabulary import AttemptOutcome, ResultCheck, TaskState, TrustLevel
from app.master.tasks.checking import (
    ANSWERS_MAX,
    STREAK_MIN,
    Candidate,
    CheckedTrust,
    Standing,
    Verdict,
    barred_owners,
    believed,
    candidates_from_json,
    candidates_to_json,
    checked_share,
    decide,
    first_verdict,
    no_answer,
    weigh,
)
from app.master.tasks.state import decide_end
from tests.long_forms import long_form

DONE = decide_end(AttemptOutcome.SUCCEEDED, failures=0, losses=0, retry_max=0)
FAILED = decide_end(AttemptOutcome.EXITED_NONZERO, failures=0, losses=0, retry_max=0, exit_code=1)


def made(attempt: int, digest: str = "", *, exit_code: int = 0, failed: bool = False) -> Candidate:
    return Candidate(attempt, f"n{attempt}", f"o{attempt}", digest, exit_code, failed)


FIRST, SECOND, THIRD = made(1, "a"), made(2, "b"), made(3, "c")


@pytest.mark.parametrize(
    ("trust", "vouched", "checked", "alone"),
    [
        (TrustLevel.LOW, False, CheckedTrust.LOW, False),
        (TrustLevel.NORMAL, False, CheckedTrust.LOW, True),
        (TrustLevel.NORMAL, False, CheckedTrust.NORMAL, False),
        (TrustLevel.LOW, False, CheckedTrust.NOBODY, True),
        (TrustLevel.LOW, True, CheckedTrust.NORMAL, True),
    ],
)
def test_whose_word_is_enough(
    trust: TrustLevel, vouched: bool, checked: CheckedTrust, alone: bool
) -> None:
    assert believed(Standing(trust, vouched, 99), checked) is alone


def test_a_row_of_right_results_makes_checks_rarer() -> None:
    assert [checked_share(row) for row in (0, 9, 10, 50)] == [1.0, 1.0, 0.1, 0.02]


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (made(1, "a"), made(2, "a"), True),
        (made(1), made(2), True),
        (made(1, "a"), made(2, "b"), None),
        (made(1, "a"), made(2), False),
        (made(1, "a"), made(2, "a", exit_code=1), False),
        (made(1, failed=True), made(2), False),
    ],
)
def test_what_is_seen_without_a_look_into_the_archives(
    one: Candidate, other: Candidate, equal: bool | None
) -> None:
    assert one.equals(other) is other.equals(one) is equal


def test_two_that_agree_are_right_and_the_others_wrong() -> None:
    fourth = made(4, failed=True)
    verdict = weigh([FIRST, SECOND, fourth], THIRD, [False, True, False], believed=False)
    assert verdict == Verdict(ResultCheck.AGREED, agreed=(SECOND,), wrong=(FIRST,))


def test_two_that_differ_wait_for_a_third() -> None:
    verdict = weigh([FIRST], SECOND, [False], believed=False)
    assert verdict == Verdict(ResultCheck.WAITING, waiting=(FIRST, SECOND))
    assert barred_owners(verdict.waiting) == {"o1", "o2"}
    decision = decide(verdict, DONE, 2)
    assert decision.state is TaskState.QUEUED
    assert "2 nodes" in decision.detail


def test_whose_word_is_enough_decides_alone() -> None:
    verdict = weigh([FIRST, SECOND], THIRD, [False, False], believed=True)
    assert verdict == Verdict(ResultCheck.NONE, wrong=(FIRST, SECOND))
    assert decide(verdict, DONE, 3) is DONE


def test_too_many_answers_blame_nobody() -> None:
    before = [made(number, str(number)) for number in range(1, ANSWERS_MAX)]
    fresh = made(ANSWERS_MAX, "x")
    verdict = weigh(before, fresh, [False] * len(before), believed=False)
    assert (verdict.own, verdict.wrong) == (ResultCheck.UNDECIDED, ())
    assert verdict.undecided == tuple(before)
    assert decide(verdict, DONE, ANSWERS_MAX).state is TaskState.FAILED


def test_a_first_result_waits_or_is_taken() -> None:
    assert decide(first_verdict(FIRST, check=False), DONE, 1) is DONE
    waiting = first_verdict(FIRST, check=True)
    assert waiting.waiting == (FIRST,)
    assert decide(waiting, DONE, 1).state is TaskState.QUEUED


def test_a_checking_node_cannot_make_a_task_fail() -> None:
    broken = made(2, failed=True)
    verdict = no_answer([FIRST], broken)
    assert decide(verdict, FAILED, 2).state is TaskState.QUEUED
    agreed = weigh(verdict.waiting, made(3, "a"), [True, False], believed=False)
    assert (agreed.agreed, agreed.wrong) == ((FIRST,), ())
    tried = (FIRST, *(made(number, failed=True) for number in range(2, ANSWERS_MAX)))
    given_up = no_answer(tried, made(ANSWERS_MAX, failed=True))
    assert given_up.undecided == (FIRST,)
    assert decide(given_up, FAILED, ANSWERS_MAX).state is TaskState.FAILED


def test_the_known_answer_to_a_canary_task_decides() -> None:
    known = Candidate(0, "", "", "a", 0, known=True)
    assert barred_owners([known]) == frozenset()
    right = weigh([known], FIRST, [True], believed=False)
    assert right == Verdict(ResultCheck.AGREED)
    assert decide(right, DONE, 2) is DONE
    for alone in (False, True):
        wrong = weigh([known], SECOND, [False], believed=alone)
        assert wrong == Verdict(ResultCheck.WRONG, wrong=(SECOND,))
        assert decide(wrong, DONE, 2).state is TaskState.FAILED
    assert decide(Verdict(waiting=(known,)), FAILED, 1) is FAILED


def test_a_lost_node_leaves_the_ordinary_decision() -> None:
    lost = decide_end(AttemptOutcome.NODE_LOST, failures=0, losses=0, retry_max=0)
    assert decide(Verdict(waiting=(FIRST,)), lost, 2) is lost


def test_candidates_survive_the_store() -> None:
    kept = (FIRST, made(2, failed=True))
    assert candidates_from_json(candidates_to_json(kept)) == kept
    assert candidates_to_json(()) == ""
    assert candidates_from_json("") == ()


#: After the pool has grown old.
TASKS = long_form(10_000, 1_000_000)


class Pool:
    """Nodes of different owners under the rule alone; some lie with chance `lying`."""

    def __init__(
        self, nodes: int, bad: int, lying: float, share: Callable[[int], float] = checked_share
    ) -> None:
        self.random = Random(1)
        self.share = share
        self.nodes = nodes
        self.bad = bad
        self.lying = lying
        self.rows = [0] * nodes
        self.executions = self.accepted = self.accepted_wrong = self.results_of_bad = 0

    def answer(self, node: int, number: int) -> Candidate:
        self.executions += 1
        lies = node < self.bad and self.random.random() < self.lying
        self.results_of_bad += node < self.bad
        digest = f"lie of {node}" if lies else "truth"
        return Candidate(number, str(node), str(node), digest, 0)

    def task(self) -> None:
        """Run a task until its result is accepted, or it is given up."""
        waiting: tuple[Candidate, ...] = ()
        for number in range(1, ANSWERS_MAX + 1):
            node = self.random.randrange(self.nodes)
            while str(node) in barred_owners(waiting):
                node = self.random.randrange(self.nodes)
            fresh = self.answer(node, number)
            if waiting:
                same = [bool(fresh.equals(one)) for one in waiting]
                verdict = weigh(waiting, fresh, same, believed=False)
            else:
                check = self.random.random() < self.share(self.rows[node])
                verdict = first_verdict(fresh, check=check)
            self.count(fresh, verdict)
            waiting = verdict.waiting
            if not waiting:
                self.accepted += not verdict.gave_up
                self.accepted_wrong += fresh.digest != "truth" and not verdict.gave_up
                return

    def count(self, fresh: Candidate, verdict: Verdict) -> None:
        for one in verdict.wrong:
            self.rows[int(one.node_id)] = 0
        right = [*verdict.agreed, *([fresh] if verdict.own is ResultCheck.AGREED else [])]
        for one in right:
            self.rows[int(one.node_id)] += 1

    def forget(self) -> None:
        """Count from here."""
        self.executions = self.accepted = self.accepted_wrong = self.results_of_bad = 0


def theory(lying: float) -> float:
    """The part of a bad node's results that is accepted though wrong, in the long run.

    A renewal process from one lie that is found to the next. First come ten right ones in a
    row, all of them checked. At a row of n one in n is checked: between two checks n - 1 are
    not, a part `lying` of them lies; the check finds a lie with that chance, or n grows.
    """
    to_ten = ((1 - lying) ** -STREAK_MIN - 1) / lying if lying < 1 else float("inf")
    free = STREAK_MIN / lying + (1 - lying) / lying**2
    return (STREAK_MIN - 2 + 1 / lying) / (to_ten + free)


@pytest.mark.parametrize("lying", [1.0, 0.5, 0.2, 0.1])
def test_five_in_a_hundred_bad_nodes_get_no_further_than_the_rule_says(lying: float) -> None:
    pool = Pool(nodes=100, bad=5, lying=lying)
    for _ in range(4000):
        pool.task()
    pool.forget()
    for _ in range(TASKS):
        pool.task()
    allowed = theory(lying) * pool.results_of_bad
    # Lies come in rows of about ten, each of them by chance; four standard deviations.
    assert pool.accepted_wrong <= allowed + 4 * (20 * allowed) ** 0.5
    assert pool.accepted_wrong / TASKS <= 0.01
    assert pool.accepted >= TASKS * 0.9997
    assert pool.executions <= 1.3 * TASKS


def test_where_few_are_checked_they_get_further() -> None:
    pool = Pool(nodes=100, bad=5, lying=1.0, share=lambda _row: 0.02)
    for _ in range(TASKS):
        pool.task()
    assert pool.accepted_wrong / TASKS > 0.03
