"""The master as a service of Windows: `service install`, `service remove`, `service run`.

A service's process tells the service manager what it is doing, and is told by it to stop
(https://learn.microsoft.com/windows/win32/services/service-programs). All of that goes through
advapi32.dll, whose functions are passed as `Manager`, so that what is told when can be tried
anywhere.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.common.product import PRODUCT
from app.master.service_state import State

NAME = "HiveMindMaster"
ACCOUNT = f"NT SERVICE\\{NAME}"
#: Who may read a pool's data besides the service itself: the system, and administrators.
_READERS = ("*S-1-5-18", "*S-1-5-32-544", ACCOUNT)


class Manager(Protocol):
    """The service manager, as a service's process sees it."""

    def serve(self, begin: Callable[[], None], control: Callable[[], None]) -> None:
        """Connect to it, and return when the service has stopped.

        `begin` is called in a thread of its own and returns when the service has stopped;
        `control` each time the service is told to stop. Raises OSError where nobody started
        this process as a service.
        """

    def tell(self, state: State, status: int) -> None:
        """What the service is doing; `status`: the exit status, once it has stopped."""


class Service:
    """Runs the master in the main thread, and answers for it in the manager's threads."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self._begun, self._ended = threading.Event(), threading.Event()
        self._told_to_stop = threading.Event()
        self._stop: Callable[[], object] | None = None
        self._lock = threading.Lock()
        self._status = 0
        self._failure: OSError | None = None

    def run(self, master: Callable[["Service"], int]) -> int:
        """Run `master` for as long as the manager wants it; its exit status.

        Raises OSError where nobody started this process as a service.
        """
        thread = threading.Thread(target=self._answer, name="service", daemon=True)
        thread.start()
        self._begun.wait()
        if self._failure is not None:
            raise self._failure
        self._status = 1
        try:
            self._status = master(self)
        finally:
            self._ended.set()
            thread.join()
        return self._status

    def on_stop(self, act: Callable[[], object]) -> None:
        """Call `act` in the running loop when the manager wants the service to stop."""
        loop = asyncio.get_running_loop()
        with self._lock:
            self._stop = lambda: loop.call_soon_threadsafe(act)
            if self._told_to_stop.is_set():
                self._stop()

    def serves(self) -> None:
        """It serves now."""
        self._manager.tell(State.RUNNING, 0)

    def _answer(self) -> None:
        try:
            self._manager.serve(self._begin, self._control)
        except OSError as error:
            self._failure = error
            self._begun.set()

    def _begin(self) -> None:
        self._manager.tell(State.START_PENDING, 0)
        self._begun.set()
        self._ended.wait()
        with self._lock:
            self._manager.tell(State.STOPPED, self._status)

    def _control(self) -> None:
        with self._lock:
            # What has ended by itself says so, and nothing else any more.
            if self._ended.is_set():
                return
            self._manager.tell(State.STOP_PENDING, 0)
            self._told_to_stop.set()
            if self._stop is not None:
                self._stop()


def main(arguments: Sequence[str]) -> int:
    """Do what `arguments` say; the exit status."""
    parser = argparse.ArgumentParser(
        prog="hivemind_master_cli service", description="The master as a service of Windows."
    )
    parser.add_argument("act", choices=("install", "remove", "run"))
    parser.add_argument("--data-dir", type=Path, help="folder of the pool's data")
    options = parser.parse_args(arguments)
    if sys.platform != "win32":
        sys.stderr.write("Only Windows has these services: here systemctl has them.\n")
        return 2
    folder = options.data_dir or default_folder()
    acts: dict[str, Callable[[Path], int]] = {"install": _install, "remove": _remove, "run": _run}
    return acts[options.act](folder)


def default_folder() -> Path:
    """Where the data of the service's pool is: of the machine, not of a user."""
    return Path(os.environ.get("PROGRAMDATA", "C:\\ProgramData"), "hivemind-master")


def installing(program: str, folder: Path) -> list[list[str]]:
    """The commands that make the service: an account of its own, and its data closed to others."""
    command = f'"{program}" service run --data-dir "{folder}"'
    place = str(folder)
    grants = [part for reader in _READERS for part in ("/grant", f"{reader}:(OI)(CI)F")]
    return [
        [
            *("sc.exe", "create", NAME, "binPath=", command, "start=", "delayed-auto"),
            *("obj=", ACCOUNT, "DisplayName=", PRODUCT),
        ],
        ["sc.exe", "description", NAME, "Serves a HiveMind pool, without a window."],
        # Three times, with a pause; then it stays stopped until somebody looks.
        ["sc.exe", "failure", NAME, "reset=", "86400", "actions=", "restart/5000/restart/30000//0"],
        ["icacls.exe", place, "/inheritance:r", *grants],
        ["icacls.exe", f"{place}-logs", "/inheritance:r", *grants],
    ]


def _install(folder: Path) -> int:
    for place in (folder, Path(f"{folder}-logs")):
        place.mkdir(parents=True, exist_ok=True)
    for command in installing(sys.executable, folder):
        done = subprocess.run(command, check=False)
        if done.returncode != 0:
            sys.stderr.write(f"{' '.join(command[:3])} failed with status {done.returncode}.\n")
            return 1
    sys.stdout.write(
        f"The service {NAME} starts with this machine; now: sc start {NAME}\n"
        f"Once it serves, its addresses and the code that makes the first admin are in\n"
        f"  {_ready_file(folder)}\n"
    )
    return 0


def _remove(_folder: Path) -> int:
    subprocess.run(["sc.exe", "stop", NAME], check=False, capture_output=True)
    return subprocess.run(["sc.exe", "delete", NAME], check=False).returncode


def _run(folder: Path) -> int:
    os.environ["HIVEMIND_LOG_DIR"] = f"{folder}-logs"
    from app.common import crash  # noqa: PLC0415 - writes below the folder named above

    crash.install("hivemind_service")
    service = Service(_manager())
    try:
        return service.run(lambda host: _serve(folder, host))
    except OSError as error:
        sys.stderr.write(f"Only the service manager starts this: {error}\n")
        return 1


def _serve(folder: Path, service: Service) -> int:
    # With all of the master: the manager waits half a minute for a service to connect, no longer.
    from app.master.command import serve  # noqa: PLC0415

    arguments = ["--headless", f"--data-dir={folder}", f"--ready-file={_ready_file(folder)}"]
    return serve(arguments, service)


def _manager() -> Manager:
    if sys.platform == "win32":
        from app.master.advapi import ServiceManager  # noqa: PLC0415

        return ServiceManager(NAME)
    raise OSError("there is no service manager")


def _ready_file(folder: Path) -> Path:
    return Path(f"{folder}-logs", "ready.json")
