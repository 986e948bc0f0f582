"""The processes of a demonstration: one master and some workers, stopped whatever happens."""

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from build_scripts.console import Stop
from build_scripts.environment import ROOT

READY_SECONDS = 60.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.05
LOG_LINES_SHOWN = 15


@dataclass(frozen=True)
class MasterReady:
    """What a master writes when it serves."""

    grpc_address: str
    http_address: str
    ca_pin: str


@dataclass
class Processes:
    """Child processes, each with a log file in `logs`. Leaving the context stops all of them."""

    logs: Path
    _running: list[tuple[str, asyncio.subprocess.Process]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        # The last one started first: workers say goodbye to a master that still listens.
        for _name, process in reversed(self._running):
            await _stop(process)

    async def start(
        self, name: str, *arguments: str, environment: dict[str, str] | None = None, stdin: str = ""
    ) -> asyncio.subprocess.Process:
        """Start this Python with `arguments`; it gets `stdin` and what it prints goes to a log."""
        process = await self._spawn(name, arguments, environment or {})
        self._running.append((name, process))
        await _give(process, stdin)
        return process

    async def run(self, name: str, *arguments: str) -> None:
        """Run this Python with `arguments` to its end. Raises Stop with its log if it fails."""
        process = await self._spawn(name, arguments, {})
        try:
            await _give(process, "")
            status = await asyncio.wait_for(process.wait(), READY_SECONDS)
        except TimeoutError as error:
            raise Stop(f"{name} did not end.\n{self.log_tail(name)}") from error
        finally:
            await _stop(process)
        if status != 0:
            raise Stop(f"{name} ended with status {status}.\n{self.log_tail(name)}")

    def check(self) -> None:
        """Raise Stop, with its log, if a process has ended by itself."""
        for name, process in self._running:
            if process.returncode is not None:
                raise Stop(f"{name} ended with status {process.returncode}.\n{self.log_tail(name)}")

    def log_tail(self, name: str) -> str:
        """The last lines that `name` printed."""
        text = self._log(name).read_text(encoding="utf-8", errors="replace")
        return "\n".join(f"  {name}: {line}" for line in text.splitlines()[-LOG_LINES_SHOWN:])

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    async def _spawn(
        self, name: str, arguments: tuple[str, ...], environment: dict[str, str]
    ) -> asyncio.subprocess.Process:
        self.logs.mkdir(parents=True, exist_ok=True)
        with self._log(name).open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                cwd=ROOT,
                env={**os.environ, **environment},
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                # Ctrl+C is ours: the children are stopped in order, each once.
                **_own_group(),
            )


def _own_group() -> dict[str, Any]:
    if sys.platform == "win32":
        import subprocess  # noqa: PLC0415

        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


async def _give(process: asyncio.subprocess.Process, text: str) -> None:
    if process.stdin is None:
        return
    if text:
        process.stdin.write(text.encode())
        await process.stdin.drain()
    process.stdin.close()


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        if sys.platform == "win32":
            process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


async def start_master(
    processes: Processes, data_dir: Path, username: str, password: str
) -> MasterReady:
    """Start a master with an admin, and wait until it serves."""
    ready_file = data_dir / "master.ready.json"
    ready_file.unlink(missing_ok=True)
    await processes.start(
        "master",
        "master_node.py",
        "--headless",
        "--data-dir",
        str(data_dir / "master"),
        "--init-admin",
        username,
        "--ready-file",
        str(ready_file),
        environment={
            # Ports that nobody uses.
            "GRPC_SERVER_ADDRESS": "127.0.0.1:0",
            "UI_PORT": "0",
            "HIVEMIND_ANNOUNCE": "false",
            "HIVEMIND_POOL_NAME": "Demonstration",
        },
        stdin=f"{password}\n",
    )
    content = await _read_when_there(processes, ready_file)
    return MasterReady(content["grpc_address"], content["http_address"], content["ca_pin"])


async def start_worker(
    processes: Processes, data_dir: Path, name: str, address: str, token: str
) -> None:
    """Join a worker called `name` with a join token, and let it run."""
    folder = str(data_dir / name)
    await processes.run(
        f"{name}-join",
        *("-m", "app.worker", "join", address),
        *("--token", token, "--name", name, "--data-dir", folder),
    )
    await processes.start(name, "-m", "app.worker", "run", "--data-dir", folder)


async def _read_when_there(processes: Processes, path: Path) -> dict[str, str]:
    try:
        async with asyncio.timeout(READY_SECONDS):
            while (content := await asyncio.to_thread(_read, path)) is None:
                processes.check()
                await asyncio.sleep(POLL_SECONDS)
            return content
    except TimeoutError as error:
        tail = processes.log_tail("master")
        raise Stop(f"The master was not ready within {READY_SECONDS:.0f} s.\n{tail}") from error


def _read(path: Path) -> dict[str, str] | None:
    if not path.exists():
        return None
    content: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return content
