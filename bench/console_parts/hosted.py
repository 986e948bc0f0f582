"""The whole application with a master of its own, a pool with a past, and stories told in it."""

import argparse
import asyncio
import multiprocessing
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app.master.store import tasks as task_store
from bench.console_parts.qt import application
from bench.pool import ADMIN, PASSWORD, running_master
from bench.stopped_pool import ARRAY, stopped_pool
from ui.app import Application
from ui.event_loop import run
from ui.feed import Link

ENVIRONMENT = {
    "GRPC_SERVER_ADDRESS": "127.0.0.1:0",
    "UI_PORT": "0",
    "HIVEMIND_ANNOUNCE": "false",
    "LOG_LEVEL": "ERROR",
    "QT_QPA_PLATFORM": "offscreen",
}


async def prepare(folder: Path, ended_tasks: int) -> None:
    """A pool with an admin, money, and tasks of the past."""
    async with running_master(folder) as master, master.sign_in() as pool:
        await pool.ledger.grant(ADMIN, 10**12, "benchmark")
    await asyncio.to_thread(_fill, folder, ended_tasks)


def _fill(folder: Path, ended_tasks: int) -> None:
    with stopped_pool(folder) as pool:
        for start in range(0, ended_tasks, ARRAY):
            with pool.submitted("of old", min(ARRAY, ended_tasks - start)) as records:
                sequences = [record.sequence for record in records]
                now_us = pool.clock.now_us()
                task_store.cancel_queued(pool.tx, sequences, "cancelled by its owner", now_us)


def options_of(folder: Path) -> argparse.Namespace:
    """The application's command line."""
    return argparse.Namespace(
        connect=None, data_dir=folder / "data", config=None, config_dir=folder / "console"
    )


def live(folder: Path, story: Callable[[Application], Awaitable[None]]) -> None:
    """Run the application over what `prepare` made, signed in, until `story` is over."""
    os.environ.update(ENVIRONMENT)
    application()
    shown = Application(options_of(folder))

    async def both() -> None:
        running = asyncio.ensure_future(shown.run())
        telling = asyncio.ensure_future(_signed_in(shown, story))
        await asyncio.wait([running, telling], return_when=asyncio.FIRST_COMPLETED)
        shown.quit()
        await running
        telling.cancel()
        await telling

    run(both())


async def _signed_in(shown: Application, story: Callable[[Application], Awaitable[None]]) -> None:
    await until(lambda: shown._sign_in is not None or shown.window is not None)
    host = shown.host
    if host is None:
        raise RuntimeError("the application hosts no master")
    if shown.window is None:
        certificate = await host.certificate()
        await shown.console.connection.open(host.address, certificate, ADMIN, PASSWORD)
    await until(lambda: shown.window is not None and shown.console.feed.link is Link.LIVE)
    await story(shown)


async def until(true: Callable[[], object], seconds: float = 120) -> None:
    """Wait until `true` says so."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


@contextmanager
def beside(act: Callable[..., None], *arguments: Any) -> Iterator[Connection]:
    """`act(*arguments, pipe)` in a process of its own, and our end of the pipe."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=act, args=(*arguments, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
        process.join(10)
    finally:
        process.kill()
        process.join()


async def heard(pipe: Connection) -> Any:
    """What comes from the other process."""
    return await asyncio.to_thread(pipe.recv)
