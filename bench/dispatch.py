"""No-op tasks from submission to settlement, beside dask.distributed.

This side: a real master process (TLS, SQLite with FULL, every task held for, settled and
recorded) and simulated workers on real streams. The other: a dask scheduler process with
two worker processes, neither durable nor charged. Both sides take turns. Tasks per second
are end to end, by wall time; CPU is that of the master's or the scheduler's process.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import psutil

from bench import report
from bench.pool import SimulatedWorker, enrol, no_op_archive, running_master

ARRAY_MAX = 10_000


async def measure_hivemind(tasks: int, workers: int) -> tuple[float, float]:
    """(tasks a second, master CPU in µs a task)."""
    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as name:
        folder = Path(name)
        async with running_master(folder) as master, master.sign_in() as pool:
            await pool.ledger.grant("bench", tasks * 10_000, "benchmark")
            nodes = [SimulatedWorker(who) for who in await enrol(pool, master.ready, workers)]
            running = [asyncio.ensure_future(node.run()) for node in nodes]
            await asyncio.gather(*(node.connected.wait() for node in nodes))
            archive = no_op_archive(folder)
            await pool.tasks.submit(archive, count=100, name="warm-up")
            await _all_acked(nodes, 100)
            cpu, start = master.cpu_seconds(), time.perf_counter()
            for done in range(0, tasks, ARRAY_MAX):
                await pool.tasks.submit(archive, count=min(ARRAY_MAX, tasks - done))
            await _all_acked(nodes, 100 + tasks)
            wall, cpu = time.perf_counter() - start, master.cpu_seconds() - cpu
            verified = await pool.ledger.verify()
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            if not verified.ok:
                raise RuntimeError(verified.fault)
    return tasks / wall, cpu / tasks * 1e6


async def _all_acked(nodes: list[SimulatedWorker], tasks: int) -> None:
    async with asyncio.timeout(300):
        while sum(node.acked for node in nodes) < tasks:
            await asyncio.sleep(0.002)


async def measure_dask(tasks: int) -> tuple[float, float]:
    """(tasks a second, scheduler CPU in µs a task)."""
    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as name:
        file = Path(name) / "scheduler.json"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        address = ["--scheduler-file", str(file)]
        dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
        worker = [sys.executable, "-m", "distributed.cli.dask_worker"]
        scheduler = subprocess.Popen(
            [*dask, "--host", "127.0.0.1", "--port", "0", "--no-dashboard", *address],
            **quiet,  # type: ignore[call-overload]
        )
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
        workers = [
            subprocess.Popen(
                [*worker, *address, *options, "--local-directory", name],
                **quiet,  # type: ignore[call-overload]
            )
            for _ in range(2)
        ]
        try:
            return await _run_dask(file, scheduler.pid, tasks)
        finally:
            for process in (*workers, scheduler):
                process.terminate()
                process.wait(10)


async def _run_dask(file: Path, scheduler_pid: int, tasks: int) -> tuple[float, float]:
    from distributed import Client, wait  # noqa: PLC0415 - slow, and only this side needs it

    while not file.exists():
        await asyncio.sleep(0.05)
    async with Client(scheduler_file=str(file), asynchronous=True) as client:
        await client.wait_for_workers(2)
        await wait(client.map(_nothing, range(-100, 0), pure=False))
        process = psutil.Process(scheduler_pid)
        before, start = process.cpu_times(), time.perf_counter()
        await wait(client.map(_nothing, range(tasks), pure=False))
        wall, after = time.perf_counter() - start, process.cpu_times()
    cpu = after.user + after.system - before.user - before.system
    return tasks / wall, cpu / tasks * 1e6


def _nothing(_number: int) -> None:
    return None


def main() -> int:
    options = report.parser(__doc__).parse_args()
    tasks, other, rounds = (500, 200, 1) if options.short else (20_000, 4_000, 3)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(asyncio.run(measure_hivemind(tasks, 4)))
        theirs.append(asyncio.run(measure_dask(other)))
    rate, cpu = (median(column) for column in zip(*ours, strict=True))
    dask_rate, dask_cpu = (median(column) for column in zip(*theirs, strict=True))
    figures = {
        "tasks_per_second": rate,
        "master_cpu_us_per_task": cpu,
        "dask_tasks_per_second": dask_rate,
        "dask_scheduler_cpu_us_per_task": dask_cpu,
        "throughput_ratio": rate / dask_rate,
        "cpu_ratio": cpu / dask_cpu,
    }
    goals = {"throughput_ratio": ">= 5", "cpu_ratio": "<= 0.25"}
    return report.finish("dispatch", figures, goals, strict=options.strict)


if __name__ == "__main__":
    raise SystemExit(main())
