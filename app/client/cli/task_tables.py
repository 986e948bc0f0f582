"""Tasks as people read them."""

import shlex

from app.client.cli.output import Column, Output
from app.client.cli.quantities import show_bytes, show_cpt, show_mib, show_ranges, show_time
from app.client.task_spec import show_location
from app.common.vocabulary import (
    AttemptOutcome,
    IsolationClass,
    Priority,
    ResultCheck,
    TaskState,
    TrustLevel,
)
from proto import nodepool_pb2 as pb

_LIST = (
    Column("TASK"),
    Column("NAME", width_max=14),
    Column("STATE"),
    Column("%", right=True),
    Column("NODE", width_max=12),
    Column("CPT", right=True),
)


def show_tasks(output: Output, tasks: list[pb.TaskInfo]) -> None:
    """A table of tasks."""
    output.table(
        _LIST,
        [
            (
                task.task_id,
                task.name,
                state_name(task),
                str(task.progress_percent) if task.progress_percent else "",
                task.node_name,
                show_cpt(_cost_mcpt(task)),
            )
            for task in tasks
        ],
    )


def _cost_mcpt(task: pb.TaskInfo) -> int:
    """What the task costs: its price while it is open, what was charged once it has ended."""
    return task.charged_mcpt if TaskState(task.state).ended else task.price_mcpt


def state_name(task: pb.TaskInfo) -> str:
    """ "running", or "cancelling" while a cancellation is on its way."""
    state = TaskState(task.state)
    if task.cancel_requested and not state.ended:
        return "cancelling"
    return state.name.lower()


def show_task(output: Output, task: pb.TaskInfo) -> None:
    """All about one task, its attempts included."""
    output.facts(_facts(task))
    if not task.attempts:
        return
    output.line("")
    output.table(
        [
            Column("ATTEMPT", right=True),
            Column("NODE", width_max=14),
            Column("OUTCOME"),
            Column("STATUS", right=True),
            Column("CHECKED"),
            Column("DETAIL", width_max=36),
        ],
        [
            (
                str(attempt.number),
                attempt.node_name,
                _outcome(attempt),
                str(attempt.exit_code) if attempt.HasField("exit_code") else "",
                _checked(attempt),
                attempt.detail,
            )
            for attempt in task.attempts
        ],
    )


def show_array(output: Output, tasks: list[pb.TaskInfo]) -> None:
    """An array: how many of its tasks are in which state, and which."""
    by_state: dict[str, list[pb.TaskInfo]] = {}
    for task in sorted(tasks, key=lambda each: (each.state, each.array_index)):
        by_state.setdefault(state_name(task), []).append(task)
    output.facts(
        [
            ("Array", tasks[0].array_id),
            ("Name", tasks[0].name),
            ("Owner", tasks[0].owner),
            ("Price", f"{show_cpt(sum(_cost_mcpt(task) for task in tasks))} CPT"),
            ("Tasks", f"{tasks[0].array_id}-INDEX"),
        ]
    )
    output.line("")
    output.table(
        [Column("STATE"), Column("TASKS", right=True), Column("INDEXES", width_max=50)],
        [
            (state, str(len(members)), show_ranges(task.array_index for task in members))
            for state, members in by_state.items()
        ],
    )


def _facts(task: pb.TaskInfo) -> list[tuple[str, str]]:
    result = f"{show_bytes(task.result_bytes)}" if task.result_digest else ""
    if task.HasField("result_kept_until"):
        result += f", kept until {show_time(task.result_kept_until)}"
    charged = ""
    if TaskState(task.state).ended:
        back = "refunded" if not task.charged_mcpt else f"charged {show_cpt(task.charged_mcpt)}"
        charged = f" ({back})"
    progress = f", {task.progress_percent} %" if task.progress_percent else ""
    of_array = f"{task.array_index} of {task.spec.count}" if task.spec.count > 1 else ""
    return [
        ("Task", task.task_id),
        ("Name", task.name),
        ("State", state_name(task) + progress),
        ("Why", task.detail),
        ("Owner", task.owner),
        ("Index", of_array),
        ("Priority", Priority(task.priority).name.lower() if task.priority else ""),
        ("Command", shlex.join(task.spec.command)),
        ("Image", task.spec.image),
        ("Asks for", _requirements(task.spec.requirements)),
        ("Node", task.node_name),
        ("Submitted", show_time(task.submitted_at)),
        ("Started", show_time(task.started_at)),
        ("Ended", show_time(task.ended_at)),
        ("Exit status", str(task.exit_code) if task.HasField("exit_code") else ""),
        ("Price", f"{show_cpt(task.price_mcpt)} CPT{charged}"),
        ("Result", result),
    ]


def _requirements(asked: pb.Requirements) -> str:
    words = []
    if asked.cpu_millicores:
        words.append(f"{asked.cpu_millicores / 1000:g} CPU")
    if asked.memory_mib:
        words.append(f"{show_mib(asked.memory_mib)} memory")
    if asked.disk_mib:
        words.append(f"{show_mib(asked.disk_mib)} disk")
    if asked.cpu_score:
        words.append(f"CPU score {asked.cpu_score}")
    if asked.gpu_score or asked.gpu_memory_mib or asked.gpu_name:
        memory = f" with {show_mib(asked.gpu_memory_mib)}" if asked.gpu_memory_mib else ""
        score = f" of score {asked.gpu_score}" if asked.gpu_score else ""
        words.append(f"GPU {asked.gpu_name}".rstrip() + memory + score)
    place = show_location(asked.location)
    if place:
        words.append(f"{'in' if asked.location_required else 'preferably in'} {place}")
    if asked.trust_min:
        words.append(f"trust {TrustLevel(asked.trust_min).name.lower()}")
    if asked.isolation_min:
        words.append(f"isolation {IsolationClass(asked.isolation_min).name.lower()}")
    return ", ".join(words)


def _outcome(attempt: pb.AttemptInfo) -> str:
    if not attempt.outcome:
        return "alive"
    return AttemptOutcome(attempt.outcome).name.lower().replace("_", " ")


def _checked(attempt: pb.AttemptInfo) -> str:
    """What became of its result when others were compared with it."""
    return ResultCheck(attempt.result_check).name.lower() if attempt.result_check else ""


def show_why(output: Output, why: pb.ExplainTaskResponse) -> None:
    """Why a task waits: each rule with the nodes that pass it, and the nearest misses."""
    output.say(why.summary)
    if why.state != pb.TASK_STATE_QUEUED:
        return
    output.say(
        f"Of {why.nodes_known} nodes {why.nodes_feasible} could run it when empty, "
        f"{why.nodes_free} now; {why.ahead} tasks are ahead."
    )
    if why.rules:
        output.line("")
        output.table(
            [Column("RULE"), Column("NODES PASSING", right=True), Column("ASKS", width_max=50)],
            [(rule.rule, str(rule.nodes_passing), rule.sentence) for rule in why.rules],
        )
    if why.nearest:
        output.line("")
        output.table(
            [Column("NEAREST NODE", width_max=20), Column("FAILS", width_max=58)],
            [(near.node_name, "; ".join(near.failed)) for near in why.nearest],
        )
