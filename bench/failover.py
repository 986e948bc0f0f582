"""How soon the tasks of a dead node run elsewhere.

A worker process holds running tasks, another node has room for them. The first is killed
(SIGKILL: its connection breaks), or stopped (SIGSTOP: it falls silent and its connection
stays); what counts is the time until the last of its tasks is assigned elsewhere.
"""

import asyncio
import json
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import aclosing
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.client.address import MasterAddress
from app.client.api import HiveMind
from app.client.node_client import NodeIdentity
from bench import report
from bench.pool import ADMIN, ROOT, SimulatedWorker, enrol, no_op_archive, running_master
from proto import nodepool_pb2 as pb

HEARTBEAT_SECONDS = 1
TIMEOUT_SECONDS = 3.0
SETTINGS = {
    "HIVEMIND_HEARTBEAT_SECONDS": str(HEARTBEAT_SECONDS),
    "HIVEMIND_HEARTBEAT_TIMEOUT_SECONDS": str(TIMEOUT_SECONDS),
}


async def measure(tasks: int, how: signal.Signals) -> float:
    """Seconds from the signal to the last assignment elsewhere."""
    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as name:
        folder = Path(name)
        async with running_master(folder, **SETTINGS) as master, master.sign_in() as pool:
            await pool.ledger.grant(ADMIN, tasks * 1000, "benchmark")
            doomed, heir = await enrol(pool, master.ready, 2)
            process = _start_worker(doomed, folder / "doomed.json")
            try:
                made = await pool.tasks.submit(no_op_archive(folder), count=tasks)
                await _all_running(pool, made.task_id, tasks)
                spare = SimulatedWorker(heir, holds=True, heartbeat_seconds=HEARTBEAT_SECONDS)
                working = asyncio.ensure_future(spare.run())
                await spare.connected.wait()
                start = time.perf_counter()
                process.send_signal(how)
                async with asyncio.timeout(60):
                    while len(spare.held) < tasks:
                        await asyncio.sleep(0.005)
                seconds = time.perf_counter() - start
            finally:
                process.kill()
                process.wait()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
    return seconds


async def _all_running(pool: HiveMind, array_id: str, tasks: int) -> None:
    running: set[str] = set()
    async with asyncio.timeout(60), aclosing(pool.tasks.watch(array_id)) as changes:
        async for change in changes:
            running |= {
                task.task_id for task in change.tasks if task.state == pb.TASK_STATE_RUNNING
            }
            if len(running) == tasks:
                return


def _start_worker(identity: NodeIdentity, file: Path) -> "subprocess.Popen[bytes]":
    file.write_text(
        json.dumps(
            {
                "node_id": identity.node_id,
                "key": identity.private_key.private_bytes_raw().hex(),
                "pool_id": identity.pool_id,
                "ca": identity.ca_certificate_pem.decode(),
                "address": str(identity.address),
            }
        )
    )
    return subprocess.Popen([sys.executable, "-m", "bench.failover", "--work", str(file)], cwd=ROOT)


async def _work(file: Path) -> None:
    known = json.loads(file.read_text())
    identity = NodeIdentity(
        known["node_id"],
        Ed25519PrivateKey.from_private_bytes(bytes.fromhex(known["key"])),
        known["pool_id"],
        known["ca"].encode(),
        MasterAddress.parse(known["address"]),
    )
    await SimulatedWorker(identity, holds=True, heartbeat_seconds=HEARTBEAT_SECONDS).run()


def main() -> int:
    parser = report.parser(__doc__)
    parser.add_argument("--work", type=Path, help="be the worker whose identity the file holds")
    options = parser.parse_args()
    if options.work:
        asyncio.run(_work(options.work))
        return 0
    tasks, rounds = (20, 1) if options.short else (100, 5)
    killed = [asyncio.run(measure(tasks, signal.SIGKILL)) for _ in range(rounds)]
    silent = [asyncio.run(measure(tasks, signal.SIGSTOP)) for _ in range(rounds)]
    figures = {
        "tasks": tasks,
        "killed_seconds": median(killed),
        "killed_seconds_max": max(killed),
        "silent_seconds": median(silent),
        "silent_seconds_max": max(silent),
        "timeout_seconds": TIMEOUT_SECONDS,
    }
    goals = {"killed_seconds_max": "<= 1", "silent_seconds_max": f"<= {TIMEOUT_SECONDS + 1}"}
    return report.finish("failover", figures, goals, strict=options.strict)


if __name__ == "__main__":
    raise SystemExit(main())
