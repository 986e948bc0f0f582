"""What users submit: specifications, and what each program does when it runs.

A program's name travels in the task's environment, so a node knows what it runs by the
assignment alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from app.common.ids import sha256_digest
from app.common.vocabulary import (
    AttemptOutcome,
    IsolationClass,
    Priority,
    ResultComparer,
    TrustLevel,
)
from proto import nodepool_pb2 as pb

ARCHIVE = sha256_digest(b"an archive")
#: Of canary tasks: it has an answer.
QUESTION = "what is known?"
KINDS = ("good", "good", "good", "good", "flaky", "bad", "endless", "hungry", "broken")


@dataclass(frozen=True)
class Course:
    """How one attempt goes if nobody stops it. `seconds` None: it never ends by itself."""

    seconds: float | None
    outcome: AttemptOutcome
    exit_code: int | None = None
    #: The node's own watch over the time limit fails.
    unwatched: bool = False


def make_spec(random: Random) -> pb.TaskSpec:
    """A submission within what the first machine can do."""
    kind = random.choice(KINDS)
    seconds = random.choice([0.05, 0.5, 2.0, 2.0, 8.0])
    spec = pb.TaskSpec(
        archive_digest=ARCHIVE,
        name=kind,
        environment={"PROGRAM": kind, "SECONDS": str(seconds)},
        priority=int(random.choice(list(Priority))),
        run_seconds_max=random.choice([3, 10, 20]),
        retry_max=random.choice([0, 0, 1, 3]),
        count=random.choice([1, 1, 1, 2, 3, 5, 8]),
    )
    needs = spec.requirements
    needs.cpu_millicores = random.choice([250, 500, 1000, 2000])
    needs.memory_mib = random.choice([128, 512, 1024, 3072])
    if random.random() < 0.15:
        needs.gpu_memory_mib = 4096
    if random.random() < 0.1:
        needs.isolation_min = int(IsolationClass.CONTAINER)
    if random.random() < 0.05:
        spec.result_comparer = int(ResultComparer.NONE)
    if random.random() < 0.05:
        needs.trust_min = int(TrustLevel.NORMAL)
    return spec


def make_original() -> pb.TaskSpec:
    """What canary tasks are copies of: its answer does not depend on the task's name."""
    return pb.TaskSpec(
        archive_digest=ARCHIVE,
        name="original",
        environment={"PROGRAM": "good", "SECONDS": "0.1", "QUESTION": QUESTION},
        priority=int(Priority.NORMAL),
        run_seconds_max=20,
        retry_max=3,
        count=1,
        requirements=pb.Requirements(cpu_millicores=250, memory_mib=128),
    )


def answer_to(task_id: str, environment: Mapping[str, str]) -> str:
    """What every honest node finds; some tasks leave no result."""
    question = environment.get("QUESTION", task_id)
    return f"the answer to {question}" if Random(question).random() < 0.6 else ""


def course_of(environment: dict[str, str], random: Random) -> Course:
    """How an attempt at the program in `environment` goes."""
    seconds = float(environment["SECONDS"]) * random.uniform(0.5, 1.5)
    match environment["PROGRAM"]:
        case "bad":
            return Course(seconds, AttemptOutcome.EXITED_NONZERO, exit_code=1)
        case "flaky" if random.random() < 0.6:
            return Course(seconds, AttemptOutcome.EXITED_NONZERO, exit_code=3)
        case "endless":
            return Course(None, AttemptOutcome.TIMED_OUT, unwatched=random.random() < 0.5)
        case "hungry":
            return Course(seconds, AttemptOutcome.OUT_OF_MEMORY)
        case "broken":
            return Course(0.0, AttemptOutcome.BAD_ARCHIVE)
        case _:
            return Course(seconds, AttemptOutcome.SUCCEEDED, 0)
