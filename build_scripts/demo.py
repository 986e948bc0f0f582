"""A whole pool on this machine: master, two workers, and sample tasks whose results are checked.

Everything is real: certificates, join tokens, sandboxes, the ledger. Data lies in a temporary
folder unless --data-dir names one. With --once it ends by itself, with status 0 only if every task
ended as it should, every result is right and the ledger verifies.
"""

import argparse
import asyncio
import contextlib
import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.client.api import HiveMind, HiveMindError
from app.common.money import format_cpt
from app.common.vocabulary import Priority, Role
from build_scripts.console import Stop, say
from build_scripts.demo_pool import MasterReady, Processes, start_master, start_worker
from build_scripts.demo_report import Bars, Ended, show_ledger, show_tasks
from build_scripts.demo_samples import Sample, load_samples
from proto.nodepool_pb2 import TaskInfo

ADMIN, OWNER, USER = "admin", "volunteer", "demo"
TASKS_SECONDS = 900
INTERRUPTED = 130


@dataclass(frozen=True)
class Options:
    """The command line."""

    once: bool
    workers: int
    data_dir: Path | None


def main(arguments: list[str]) -> int:
    """Run the demonstration; returns the exit status."""
    parser = argparse.ArgumentParser(prog="dev.py run --demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end when the tasks have ended")
    parser.add_argument("--headless", action="store_true", help="it has no window anyway")
    parser.add_argument("--workers", type=int, default=2, help="how many workers join (2)")
    parser.add_argument("--data-dir", type=Path, help="keep the data here")
    given = parser.parse_args(arguments)
    try:
        with _data_dir(given.data_dir) as folder:
            return asyncio.run(_run(Options(given.once, given.workers, given.data_dir), folder))
    except Stop as stop:
        print(stop.sentence, file=sys.stderr)
        return stop.status
    except HiveMindError as error:
        print(f"{error.reason.name}: {error.message}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


@contextlib.contextmanager
def _data_dir(named: Path | None) -> Iterator[Path]:
    if named is not None:
        folder = named.absolute()
        if folder.exists() and any(folder.iterdir()):
            raise Stop(
                f"{folder} is not empty: name a new folder, the demonstration starts afresh."
            )
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="hivemind-demo-") as temporary:
        yield Path(temporary)


async def _run(options: Options, folder: Path) -> int:
    _end_on_sigterm()
    passwords = {name: secrets.token_urlsafe(16) for name in (ADMIN, OWNER, USER)}
    async with Processes(folder / "logs") as processes:
        say("starting a master")
        master = await start_master(processes, folder, ADMIN, passwords[ADMIN])
        say(f"the master serves at {master.grpc_address}, {master.http_address}")
        async with (
            _signed_in(master, ADMIN, passwords[ADMIN]) as admin,
            _connected(master) as user,
        ):
            await admin.users.create(OWNER, passwords[OWNER], Role.OPERATOR)
            for number in range(1, options.workers + 1):
                await _add_worker(processes, folder, admin, master, f"worker-{number}")
            registered = await user.register(USER, passwords[USER])
            await user.sign_in(USER, passwords[USER])
            faults = await _run_samples(processes, folder, user)
            faults += await _check_ledger(admin, user, registered.granted_mcpt)
        if not options.once:
            await _stay(processes, master, passwords)
    for fault in faults:
        print(f"✗ {fault}")
    if not faults:
        print("✓ every task ended as expected, every result is right, the ledger verifies")
    return int(bool(faults))


def _end_on_sigterm() -> None:
    task = asyncio.current_task()
    if task is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def _connected(master: MasterReady) -> contextlib.AbstractAsyncContextManager[HiveMind]:
    return HiveMind.connect(master.grpc_address, pin=master.ca_pin)


def _signed_in(
    master: MasterReady, username: str, password: str
) -> contextlib.AbstractAsyncContextManager[HiveMind]:
    return HiveMind.connect(
        master.grpc_address, pin=master.ca_pin, username=username, password=password
    )


async def _add_worker(
    processes: Processes, folder: Path, admin: HiveMind, master: MasterReady, name: str
) -> None:
    created = await admin.join_tokens.create(owner=OWNER, note=name)
    await start_worker(processes, folder, name, master.grpc_address, created.token)
    say(f"{name} joined")


async def _run_samples(processes: Processes, folder: Path, user: HiveMind) -> list[str]:
    samples = load_samples()
    submitted: dict[str, Sample] = {}
    for sample in samples:
        sources = folder / "submitted" / sample.folder.name
        await asyncio.to_thread(sample.lay_out, sources)
        answer = await user.tasks.submit(
            sources,
            name=sample.name,
            priority=Priority[sample.priority.upper()],
            count=sample.count,
            run_seconds_max=sample.run_seconds_max,
            cpu_millicores=sample.requirements["cpu_millicores"],
            memory_mib=sample.requirements["memory_mib"],
            disk_mib=sample.requirements["disk_mib"],
        )
        submitted[answer.task_id] = sample
    with Bars(submitted) as bars:
        waiting = asyncio.ensure_future(user.tasks.wait(*submitted, on_change=bars.update))
        tasks = await _wait_watching(processes, waiting)
    # Lists leave the attempts out.
    ended = [
        Ended.of(submitted[task.array_id], await user.tasks.get(task.task_id)) for task in tasks
    ]
    show_tasks(ended)
    faults = [fault for each in ended if (fault := each.fault)]
    for task_id, sample in submitted.items():
        mine = [each for each in ended if each.array_id == task_id]
        faults += await _check_results(folder / "results", user, sample, mine)
    return faults


async def _wait_watching(
    processes: Processes, waiting: "asyncio.Future[list[TaskInfo]]"
) -> "list[TaskInfo]":
    """What `waiting` gives; ends it if a process dies or the time is over."""
    try:
        async with asyncio.timeout(TASKS_SECONDS):
            while not waiting.done():
                await asyncio.wait([waiting], timeout=1.0)
                processes.check()
    except TimeoutError as error:
        raise Stop(f"The tasks did not end within {TASKS_SECONDS} s.") from error
    finally:
        waiting.cancel()
    return waiting.result()


async def _check_results(
    folder: Path, user: HiveMind, sample: Sample, ended: list[Ended]
) -> list[str]:
    if any(each.fault for each in ended):
        return []
    results = []
    for each in ended:
        if each.has_result:
            target = folder / each.task_id
            await user.tasks.fetch_into(each.task_id, target)
            results.append(target)
    found = await asyncio.to_thread(sample.faults, results, [each.exit_code for each in ended])
    return [f"{sample.name}: {fault}" for fault in found]


async def _check_ledger(admin: HiveMind, user: HiveMind, granted_mcpt: int) -> list[str]:
    summary, verified = await admin.ledger.summary(), await admin.ledger.verify()
    balance = await user.ledger.balance()
    show_ledger(summary, verified)
    charged = 0
    async for task in user.tasks.iterate():
        charged += task.charged_mcpt
    faults = []
    if not verified.ok:
        faults.append(f"the ledger does not verify: {verified.fault}")
    if summary.total_mcpt != 0:
        faults.append(f"the accounts add up to {format_cpt(summary.total_mcpt)}, not to zero")
    if summary.held_mcpt != 0 or balance.held_mcpt != 0:
        faults.append(f"{format_cpt(summary.held_mcpt)} are still held")
    if granted_mcpt - balance.balance_mcpt != charged:
        faults.append(f"{USER} paid another amount than the {format_cpt(charged)} charged")
    return faults


async def _stay(processes: Processes, master: MasterReady, passwords: dict[str, str]) -> None:
    print(f"\nThe pool stays up until Ctrl+C.\n  gRPC  {master.grpc_address}")
    print(f"  HTTP  {master.http_address}\n  pin   {master.ca_pin}")
    for name, password in passwords.items():
        print(f"  user  {name:10} password {password}")
    print(f"Its window: python3 build_scripts/dev.py run --connect {master.grpc_address}")
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            processes.check()
            await asyncio.sleep(1.0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
