"""From `kill -9` to the first assignment, with a long queue in the store.

The store holds a million queued tasks, each with its hold, and ten thousand running ones
on nodes that are away. The master is started, killed and started again; what counts is
the time from the start of the process to the first assignment on a worker's stream,
the interpreter's own start and the worker's reconnection included.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.common.node_facts import Capabilities
from app.common.vocabulary import Continent, IsolationClass, NodeState, TrustLevel
from app.master.pool.node_rows import capabilities_to_json
from app.master.store import Tx, nodes
from app.master.store import tasks as task_store
from app.master.store.nodes import NewNode
from app.master.store.tasks import AssignRow
from app.master.tasks.book import TaskRecord
from bench import report
from bench.pool import ADMIN, MasterProcess, SimulatedWorker, enrol
from bench.stopped_pool import ARRAY, stopped_pool

#: Nodes that the running tasks are on.
AWAY = 10


def fill(folder: Path, queued: int, running: int) -> None:
    """Put `queued` and `running` tasks of the admin into the store of a stopped master."""
    with stopped_pool(folder) as pool:
        away = [
            _add_node(pool.tx, f"away-{number}", pool.clock, pool.ids) for number in range(AWAY)
        ]
        for count, live in _portions(queued, running):
            with pool.submitted("recovery", count) as records:
                if live:
                    _run(pool.tx, records, away, pool.clock.now_us())


def _portions(queued: int, running: int) -> Iterator[tuple[int, bool]]:
    for total, live in ((running, True), (queued, False)):
        for start in range(0, total, ARRAY):
            yield min(ARRAY, total - start), live


def _add_node(tx: Tx, name: str, clock: SystemClock, ids: SystemIds) -> str:
    capabilities = Capabilities(
        cpu_millicores=10_000_000,
        memory_mib=10_000_000,
        disk_mib=100_000_000,
        cpu_score=1000,
        isolation=IsolationClass.CONTAINER,
    )
    node = NewNode(
        id=ids.new_id(),
        name=name,
        owner_id=None,
        state=NodeState.ACTIVE,
        public_key=ids.secret(32),
        capabilities=capabilities_to_json(capabilities),
        continent=Continent.UNSPECIFIED,
        country="",
        site="",
        trust=TrustLevel.NORMAL,
        trust_reason="simulated",
        joined_us=clock.now_us(),
        last_seen_us=clock.now_us(),
    )
    nodes.add(tx, node)
    return node.id


def _run(tx: Tx, records: list[TaskRecord], away: list[str], now_us: int) -> None:
    rows = [
        AssignRow(record.sequence, 1, away[number % len(away)], now_us, "")
        for number, record in enumerate(records)
    ]
    task_store.assign(tx, rows)
    task_store.start(tx, [(record.sequence, 1, now_us) for record in records])


async def measure(queued: int, running: int, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds to serving, and to the first assignment, of each round."""
    serving, assigned = [], []
    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as name:
        folder = Path(name)
        master = MasterProcess(folder)
        await master.start()
        async with master.sign_in() as pool:
            await pool.ledger.grant(ADMIN, (queued + running) * 1000, "benchmark")
            (identity,) = await enrol(pool, master.ready, 1)
        port = master.port
        master.stop()
        await asyncio.to_thread(fill, folder, queued, running)
        for _ in range(rounds):
            start = time.perf_counter()
            await master.start(port)
            serving.append(time.perf_counter() - start)
            worker = SimulatedWorker(identity, holds=True)
            working = asyncio.ensure_future(worker.run())
            await worker.first_assignment.wait()
            assigned.append(time.perf_counter() - start)
            master.kill()
            await asyncio.gather(working, return_exceptions=True)
    return serving, assigned


def main() -> int:
    options = report.parser(__doc__).parse_args()
    queued, running, rounds = (5_000, 200, 1) if options.short else (1_000_000, 10_000, 5)
    serving, assigned = asyncio.run(measure(queued, running, rounds))
    figures = {
        "queued": queued,
        "running": running,
        "serving_seconds": median(serving),
        "first_assignment_seconds": median(assigned),
        "first_assignment_seconds_max": max(assigned),
    }
    goals = {"first_assignment_seconds": "<= 2"}
    return report.finish("recovery", figures, goals, strict=options.strict)


if __name__ == "__main__":
    raise SystemExit(main())
