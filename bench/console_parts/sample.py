"""Tasks and nodes as a pool would have them, many of them."""

from random import Random

from proto import nodepool_pb2 as pb

#: The master's clock here, in seconds since 1970.
NOW = 1_790_000_000

_NAMES = ("render frame", "Monte Carlo", "蛋白质折叠模拟", "train resnet-50 on all", "word count")
_USERS = tuple(f"user-{number:02}" for number in range(40))
_DETAILS = {
    1: "waits for a node",
    2: "goes to a node",
    3: "runs",
    4: "the entry command ended with status 0",
    5: "the entry command ended with status 1",
    6: "cancelled by its owner",
}
_NODES = 200


def task(number: int) -> pb.TaskInfo:
    """One task; the same for the same number."""
    random = Random(number)
    state = random.choice([1, 1, 2, 3, 3, 4, 4, 4, 5, 6])
    made = pb.TaskInfo(
        task_id=f"01K{number:023}",
        array_id=f"01K{number:023}",
        array_count=1,
        owner=random.choice(_USERS),
        name=f"{random.choice(_NAMES)} {number}",
        priority=pb.Priority.Name(random.choice([1, 1, 1, 2, 3])),
        state=pb.TaskState.Name(state),
        price_mcpt=random.randrange(1, 40) * 500,
        detail=_DETAILS[state],
    )
    made.submitted_at.seconds = NOW - 600 - random.randrange(90_000)
    if state > 1:
        node = random.randrange(_NODES)
        made.node_id, made.node_name = f"node{node}", f"lab-{node:03}.example"
        made.attempt = random.choice([1, 1, 1, 2])
    if state in (3, 4, 5):
        made.started_at.seconds = made.submitted_at.seconds + random.randrange(300)
    if state == 3:
        made.progress_percent = random.randrange(100)
    if state > 3:
        begun = made.started_at.seconds or made.submitted_at.seconds
        made.ended_at.seconds = begun + random.randrange(1, 9000)
    if state == 4:
        made.charged_mcpt = made.price_mcpt
        made.result_digest, made.result_bytes = "sha256:" + "0" * 64, random.randrange(9_000_000)
    return made


def tasks(count: int) -> dict[str, pb.TaskInfo]:
    """So many tasks by id."""
    made = map(task, range(count))
    return {each.task_id: each for each in made}


def nodes(count: int) -> dict[str, pb.NodeInfo]:
    """So many nodes by id, all online."""
    random = Random(1)
    made = {}
    for number in range(count):
        node = pb.NodeInfo(
            node_id=f"01N{number:023}",
            name=f"lab-{number:05}.example",
            owner=random.choice(_USERS),
            state=pb.NodeState.NODE_STATE_ACTIVE,
            trust=pb.TrustLevel.Name(random.choice([1, 2, 2, 3])),
            online=True,
            running_tasks=random.randrange(8),
            location=pb.Location(
                continent=random.choice(pb.Continent.keys()[1:]),
                site=f"Room {random.randrange(30)}",
            ),
        )
        node.last_seen_at.seconds = NOW - random.randrange(30)
        made[node.node_id] = node
    load(made, 1)
    return made


def load(known: dict[str, pb.NodeInfo], seed: int) -> None:
    """Give each node another load."""
    random = Random(seed)
    for node in known.values():
        node.usage.cpu_percent = random.randrange(100)
        node.usage.memory_percent = random.randrange(100)
