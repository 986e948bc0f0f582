"""A pool of nodes as a console knows it, without a master: for the panes that show nodes."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

from app.client.profiles import Profiles
from app.common.errors import HiveMindError
from app.common.vocabulary import NodeState, TaskState
from proto import nodepool_pb2 as pb
from ui.connection import Connection
from ui.console import Console, Selection
from ui.feed import Link
from ui.operations import Operations
from ui.pool_state import Delta
from ui.settings import SettingsFile

#: When the pool is looked at.
NOW = 1_790_000_000

OPERATOR = ("NODES_READ", "NODES_READ_ALL", "NODES_MANAGE", "NODES_LOCATE", "TASKS_READ_ALL")
AUDITOR = ("NODES_READ", "NODES_READ_ALL", "TASKS_READ_ALL")

PLACES = (
    (4, "DE", "room 204"),
    (4, "DE", "room 205"),
    (4, "FR", "Lyon"),
    (3, "CN", "上海 实验室"),
    (5, "US", "basement"),
    (0, "", ""),
)
OWNERS = ("ada", "bob", "陈小明", "a-very-long-user-name-of-32-chars")


def make_node(number: int, **fields: Any) -> pb.NodeInfo:
    """A node that is online, healthy and like no other."""
    chance = random.Random(number)
    continent, country, site = PLACES[number * 7 % len(PLACES)]
    gpus = [pb.GpuInfo(name="NVIDIA RTX 4090", memory_mib=24564, score=9000)] * (number % 3)
    cores = chance.choice([4, 8, 16, 64])
    node = pb.NodeInfo(
        node_id=f"n{number:05}",
        name=f"node-{number:04}" if number % 11 else f"工作站-{number:04}",
        owner=OWNERS[number % len(OWNERS)],
        state=int(NodeState.ACTIVE),
        online=True,
        trust=1 + chance.randrange(3),
        trust_reason="30 results were right",
        key_fingerprint=f"SHA256:{number:043}",
        running_tasks=chance.randrange(5),
        tasks_succeeded=chance.randrange(2000),
        tasks_failed=chance.randrange(20),
        earned_mcpt=chance.randrange(10**7),
        free_cpu_millicores=1000,
        free_memory_mib=2048,
    )
    node.location.CopyFrom(pb.Location(continent=continent, country=country, site=site))
    node.capabilities.CopyFrom(
        pb.NodeCapabilities(
            cpu_millicores=cores * 1000,
            memory_mib=cores * 4096,
            disk_mib=500_000,
            cpu_score=1500,
            gpus=gpus,
            isolation=2,
            engine="docker 27.1",
            isolation_features=["seccomp", "userns"],
            runs_images=True,
            platform="linux/amd64",
            agent_version="0.1.0",
        )
    )
    node.usage.CopyFrom(make_usage(chance, gpu=bool(gpus), tasks=node.running_tasks))
    node.joined_at.seconds = NOW - 86400 * 30
    node.last_seen_at.seconds = NOW - chance.randrange(10)
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def make_usage(chance: random.Random, *, gpu: bool, tasks: int = 0) -> pb.NodeUsage:
    """Some load."""
    return pb.NodeUsage(
        cpu_percent=chance.randrange(101),
        memory_percent=chance.randrange(101),
        gpu_percent=chance.randrange(101) if gpu else 0,
        network_rx_bytes_per_second=chance.randrange(10**8),
        network_tx_bytes_per_second=chance.randrange(10**7),
        running_tasks=tasks,
        disk_free_mib=chance.randrange(500_000),
    )


def make_pool(count: int) -> list[pb.NodeInfo]:
    """Nodes of which some are offline, paused, draining, waiting or revoked."""
    nodes = []
    for number in range(count):
        kind = number % 25
        fields: dict[str, Any] = {}
        if kind == 3:
            fields = {"online": False}
        elif kind == 7:
            fields = {"state": int(NodeState.PAUSED)}
        elif kind == 11:
            fields = {"state": int(NodeState.DRAINING)}
        elif number % 50 == 15:
            fields = {"state": int(NodeState.PENDING), "online": False, "trust": 0}
        elif number % 100 == 19:
            fields = {"state": int(NodeState.REVOKED), "online": False}
        node = make_node(number, **fields)
        if not node.online:
            node.last_seen_at.seconds -= 3600
        nodes.append(node)
    return nodes


def make_task(number: int, node: pb.NodeInfo | None = None, **fields: Any) -> pb.TaskInfo:
    """A task that runs on `node`, or waits."""
    task = pb.TaskInfo(
        task_id=f"t{number:05}",
        name=f"render frame {number}",
        owner=OWNERS[number % len(OWNERS)],
        state=int(TaskState.RUNNING if node else TaskState.QUEUED),
        node_id=node.node_id if node else "",
        node_name=node.name if node else "",
        price_mcpt=1500,
        attempt=1 if node else 0,
    )
    task.submitted_at.seconds = NOW - 4000
    if node:
        task.started_at.seconds = NOW - 300 - number
    for name, value in fields.items():
        setattr(task, name, value)
    return task


def make_stats(second: int) -> pb.PoolStats:
    """The pool's numbers so many seconds after the beginning."""
    wave = abs(second % 600 - 300) // 3
    stats = pb.PoolStats(
        nodes_online=930,
        nodes_known=1000,
        tasks_queued=4000 + second % 97,
        tasks_assigned=20,
        tasks_running=1500 + second % 53,
        tasks_succeeded=second * 3,
        tasks_failed=second // 20,
        tasks_cancelled=second // 60,
        charged_mcpt=second * 4500,
        cpu_millicores=16_000_000,
        cpu_millicores_held=9_000_000 + second % 101 * 20_000,
        memory_mib=64_000_000,
        memory_mib_held=20_000_000,
        gpus=300,
        gpus_held=120,
        cpu_percent=wave,
        memory_percent=40 + second % 7,
        gpu_percent=70 - wave // 3,
    )
    stats.at.seconds = NOW - 3600 + second
    return stats


class Recorder:
    """Stands for a group of the client's calls: notes them, and answers what it was given."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.answers: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            self.calls.append((name, args, kwargs))
            answer = self.answers.get(name)
            if callable(answer):
                answer = answer(*args, **kwargs)
            if isinstance(answer, HiveMindError):
                raise answer
            return answer

        return call

    def named(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of each call of this name."""
        return [args for called, args, _ in self.calls if called == name]


class ConsoleRecorder(Recorder):
    """A node that is watched says nothing."""

    async def watch_node(self, node_id: str) -> AsyncGenerator[pb.NodeSample, None]:
        self.calls.append(("watch_node", (node_id,), {}))
        for nothing in ():
            yield nothing


class FakePool:
    """Answers without a master."""

    def __init__(self) -> None:
        self.nodes = Recorder()
        self.console = ConsoleRecorder()
        self.console.answers = {"pool_history": [], "node_history": []}
        self.nodes.answers = {"get": pb.NodeInfo()}


class Done:
    """What is over when it is returned. Stands for a task."""

    def add_done_callback(self, call: Callable[[Any], None]) -> None:
        call(self)

    def cancel(self) -> None:
        """Too late."""


class PromptOperations(Operations):
    """Does at once what is started: nothing here waits for a network."""

    def start(self, title: str, work: Awaitable[Any], **rest: Any) -> Any:
        wanted = {"then": None, "otherwise": None, "said": "", "inverse": None} | rest
        names = ("then", "otherwise", "said", "inverse")
        loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(self._run(title, work, *(wanted[name] for name in names)))
        finally:
            loop.close()
        return Done()


class NodeWorld:
    """A console of a signed-in user, and what happens in the pool."""

    def __init__(self, folder: Path, permissions: tuple[str, ...] = OPERATOR) -> None:
        self.pool = FakePool()
        self.connection = Connection(Profiles(folder))
        self.connection.user = pb.UserInfo(username="ada", permissions=permissions)
        self.connection._pool = self.pool
        self.state = self.connection.feed.state
        self.operations = PromptOperations()
        self.console = Console(
            self.connection, self.operations, SettingsFile(folder / "console.json"), Selection()
        )

    def go_live(self, nodes: list[pb.NodeInfo], tasks: list[pb.TaskInfo] = ()) -> None:
        """The whole snapshot came."""
        self.connection.feed.link = Link.LIVE
        self._take(pb.WatchUpdate(snapshot=True, snapshot_end=True, nodes=nodes, tasks=tasks))

    def change(self, *nodes: pb.NodeInfo) -> None:
        """These nodes changed."""
        self._take(pb.WatchUpdate(nodes=nodes))

    def change_tasks(self, *tasks: pb.TaskInfo) -> None:
        """These tasks changed."""
        self._take(pb.WatchUpdate(tasks=tasks))

    def hear(self, node_id: str, **usage: int) -> None:
        """A heartbeat of a node."""
        sample = pb.NodeSample(node_id=node_id, usage=pb.NodeUsage(**usage))
        sample.at.seconds = self.state.nodes[node_id].last_seen_at.seconds + 1
        self._take(pb.WatchUpdate(samples=[sample]))

    def measure(self, stats: pb.PoolStats) -> None:
        """The numbers of another second."""
        self._take(pb.WatchUpdate(stats=stats))

    def _take(self, update: pb.WatchUpdate) -> None:
        update.at.seconds = NOW
        delta: Delta | None = self.state.take(update)
        assert delta is not None
        self.connection.feed._updated = self.connection.feed._clock.monotonic()
        self.connection.feed.changed.emit(delta)
