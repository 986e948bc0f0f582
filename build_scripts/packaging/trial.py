"""Trying out installed or unpacked packages, as those who get them would.

A master without its window, a worker that joins it and runs a task, the client that fetches the
result, and the window on a screen of its own.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import __version__
from build_scripts import older_pool
from build_scripts.console import Stop, say
from build_scripts.packaging.screen import Screen

PASSWORD = "correct horse battery staple"  # noqa: S105 - of a pool that lives for a minute
#: Settings of a master in nobody's way: ports of its own, and it tells nobody of itself.
ALONE = {"GRPC_SERVER_ADDRESS": "127.0.0.1:0", "UI_PORT": "0", "HIVEMIND_ANNOUNCE": "false"}
WAIT_SECONDS = 120.0
POLL_SECONDS = 0.02
STOP_SECONDS = 20.0


@dataclass
class Trial:
    """What is tried: the commands in `folder`, each behind `prefix`; `work` is for their data."""

    folder: str
    work: Path
    prefix: tuple[str, ...] = ()
    #: Where the worker is, if it is one alone.
    worker_folder: str = ""
    #: What was found, in order: what, and how it was.
    findings: list[tuple[str, str]] = field(default_factory=list)

    def note(self, what: str, how: str) -> None:
        """Keep a finding, and tell it."""
        self.findings.append((what, how))
        say(f"{what}: {how}")

    def command(self, name: str, *arguments: str) -> list[str]:
        """The command line that starts the program `name` where it is installed."""
        alone = name == "hivemind-worker" and self.worker_folder
        return [*self.prefix, f"{alone or self.folder}/{name}", *arguments]

    def run(self, name: str, *arguments: str, stdin: str = "") -> str:
        """What the program prints. Raises Stop where it fails."""
        done = subprocess.run(
            self.command(name, *arguments),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env=self.environment(),
            timeout=WAIT_SECONDS,
        )
        if done.returncode != 0:
            raise Stop(
                f"{name} {' '.join(arguments)}: status {done.returncode}\n"
                f"{done.stdout[-2000:]}{done.stderr[-2000:]}"
            )
        return done.stdout

    def run_json(self, *arguments: str, stdin: str = "") -> Any:
        """The last document that the client prints."""
        lines = self.run("hivemind", *arguments, "--json", stdin=stdin).splitlines()
        return json.loads(lines[-1])

    def environment(self, **more: str) -> dict[str, str]:
        """Nothing of this process that a program could lean on."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
        return kept | {"HIVEMIND_CONFIG_DIR": str(self.work / "client")} | more

    @contextmanager
    def running(
        self, name: str, *arguments: str, stdin: str = "", variables: dict[str, str]
    ) -> Iterator[subprocess.Popen[str]]:
        """The program while it runs; then it is told to stop, and must end with status 0."""
        with (self.work / f"{name}.log").open("w+") as log:
            process = subprocess.Popen(
                self.command(name, *arguments),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                text=True,
                env=self.environment(**variables),
            )
            try:
                if process.stdin is not None:
                    process.stdin.write(stdin)
                    process.stdin.close()
                yield process
                process.terminate()
                status = process.wait(STOP_SECONDS)
            finally:
                process.kill()
                process.wait()
            if status != 0:
                log.seek(0)
                raise Stop(f"{name} ended with status {status}\n{log.read()[-2000:]}")


def try_all(trial: Trial, picture: Path) -> None:
    """Try everything; `picture` is where the window's screenshot goes. Raises Stop at a failure."""
    shutil.rmtree(trial.work, ignore_errors=True)
    trial.work.mkdir(parents=True)
    versions = {
        trial.run(name, "--version").split()[-1] for name in ("hivemind", "hivemind-worker")
    }
    versions.add(trial.run("hivemind-master", "--headless", "--version").split()[-1])
    if versions != {__version__}:
        raise Stop(f"The commands tell versions {versions}, not {__version__}.")
    trial.note("commands", f"all tell version {__version__}")
    trial.note("self-check", trial.run("hivemind-master", "self-check").strip())
    _try_work(trial)
    _try_upgrade(trial)
    _try_window(trial, picture)


def until(what: str, found: Callable[[], bool], process: subprocess.Popen[str]) -> float:
    """Wait for `found`; the seconds that it took. Raises Stop when it takes too long."""
    begun = time.monotonic()
    while not found():
        spent = time.monotonic() - begun
        if process.poll() is not None or spent > WAIT_SECONDS:
            raise Stop(f"{what}: not within {spent:.0f} s (exit status {process.poll()}).")
        time.sleep(POLL_SECONDS)
    return time.monotonic() - begun


def _try_work(trial: Trial) -> None:
    with _headless(trial, "master", "--init-admin=alice", stdin=f"{PASSWORD}\n") as place:
        trial.note("headless master", f"serves after {place.seconds:.2f} s")
        join_and_work(trial, place.address, place.pin)
    trial.note("stop", "master and worker end with status 0 when told to")


def _try_upgrade(trial: Trial) -> None:
    older_pool.make_older_pool(trial.work / "older")
    with _headless(trial, "older") as place:
        look_at_older_pool(trial, place.address, place.pin, trial.work / "older")


@dataclass(frozen=True)
class _Place:
    """Where a master serves, and after how many seconds it did."""

    address: str
    pin: str
    seconds: float


@contextmanager
def _headless(trial: Trial, data: str, *options: str, stdin: str = "") -> Iterator[_Place]:
    """A master without its window on the folder `data`, while it serves."""
    ready = trial.work / f"{data}-ready.json"
    arguments = ["--headless", f"--data-dir={trial.work / data}", f"--ready-file={ready}", *options]
    with trial.running("hivemind-master", *arguments, stdin=stdin, variables=ALONE) as master:
        seconds = until("the master serves", ready.exists, master)
        told = json.loads(ready.read_text(encoding="utf-8"))
        yield _Place(told["grpc_address"], told["ca_pin"], seconds)


def look_at_older_pool(trial: Trial, address: str, pin: str, folder: Path) -> None:
    """The pool of `older_pool` is served at `address`: nothing of it is lost. Raises Stop."""
    (backup,) = folder.glob("pool.sqlite3.before-*")
    login = ("login", address, f"--user={older_pool.USER}", f"--pin={pin}")
    trial.run("hivemind", *login, stdin=f"{older_pool.PASSWORD}\n")
    balance = trial.run_json("balance")
    if (int(balance["balance_mcpt"]), int(balance["held_mcpt"])) != (
        older_pool.BALANCE_MCPT,
        older_pool.HELD_MCPT,
    ):
        raise Stop(f"After the upgrade the account has {balance}.")
    tasks = trial.run_json("task", "list")["tasks"]
    states = {task["task_id"]: task["state"] for task in tasks}
    waiting = states.pop(older_pool.QUEUED_TASK, None)
    if len(states) != older_pool.ENDED_TASKS or waiting != "TASK_STATE_QUEUED":
        raise Stop(f"After the upgrade one task is {waiting}, the others are {states}.")
    trial.note("upgrade", f"an older version's pool goes on, its store is kept as {backup.name}")


def join_and_work(trial: Trial, address: str, pin: str) -> None:
    """A worker joins the master at `address`, and runs a task whose result is fetched."""
    login = ("login", address, "--user=alice", f"--pin={pin}")
    trial.run("hivemind", *login, stdin=f"{PASSWORD}\n")
    token = trial.run_json("token", "create")["token"]
    folder = f"--data-dir={trial.work / 'worker'}"
    trial.run("hivemind-worker", "join", address, f"--token={token}", "--name=room", folder)
    with trial.running("hivemind-worker", "run", folder, variables={}):
        job = trial.work / "job"
        job.mkdir()
        (job / "run.sh").write_text('echo "$((6 * 7))" > "$HIVEMIND_OUTPUT_DIR/answer"\n')
        begun = time.monotonic()
        trial.run("hivemind", "task", "submit", str(job), f"--fetch={trial.work / 'result'}")
        answer = (trial.work / "result" / "answer").read_text().strip()
        if answer != "42":
            raise Stop(f"The task's result is {answer!r}.")
        seconds = time.monotonic() - begun
        trial.note("worker", f"ran a task, result fetched {seconds:.2f} s after its submission")


def _try_window(trial: Trial, picture: Path) -> None:
    with Screen() as screen:
        arguments = [f"--data-dir={trial.work / 'own'}", f"--config-dir={trial.work / 'console'}"]
        variables = {"DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"}
        with trial.running("hivemind-master", *arguments, variables=variables) as window:
            seconds = until("the window's first paint", screen.is_painted, window)
            trial.note("window", f"first paint after {seconds:.2f} s")
            seconds += until("the window", screen.has_window, window)
            trial.note("window", f"whole after {seconds:.2f} s")
            screen.settle()
            screen.save(picture)
            trial.note("screenshot", picture.name)
