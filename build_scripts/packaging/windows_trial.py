"""Trying the installer for Windows out, in a Windows (Wine) of its own without any Python.

What Wine cannot show is in docs/windows-by-hand.md, with the steps to see it on Windows.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pefile
import psutil

from app import __version__
from build_scripts.console import Stop
from build_scripts.older_pool import make_older_pool
from build_scripts.packaging.freeze import WORK
from build_scripts.packaging.screen import Screen
from build_scripts.packaging.trial import (
    ALONE,
    PASSWORD,
    POLL_SECONDS,
    Trial,
    join_and_work,
    look_at_older_pool,
)
from build_scripts.packaging.wine import Prefix, windows_path

WAIT_SECONDS = 240.0
SERVICE = "HiveMindMaster"
NAME = "HiveMind Master"
WINDOW, TWIN = "hivemind_master.exe", "hivemind_master_cli.exe"
_UNINSTALL = f"HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{SERVICE}"
_RUN = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"


class _FromSource(Trial):
    """The worker and the client of this source tree: the machines beside the Windows one."""

    def command(self, name: str, *arguments: str) -> list[str]:
        modules = {"hivemind": "app.client", "hivemind-worker": "app.worker"}
        return [sys.executable, "-m", modules[name], *arguments]


def try_windows(installer: Path, picture: Path) -> Trial:
    """Install, try and remove what `installer` brings. Raises Stop at a failure."""
    work = WORK / "windows-trial"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    trial = _FromSource("", work)
    with Screen() as screen:
        prefix = Prefix(work / "prefix")
        prefix.make()
        try:
            _Installed(prefix, trial, screen).try_all(installer, picture)
        finally:
            prefix.end()
    return trial


class _Installed:
    """The program in its Windows."""

    def __init__(self, prefix: Prefix, trial: Trial, screen: Screen) -> None:
        self._prefix = prefix
        self._trial = trial
        self._screen = screen
        self._on_screen = {"DISPLAY": screen.display}
        self._user = next(
            each
            for each in (prefix.drive / "users").iterdir()
            if each.name.lower() != "public" and (each / "AppData").exists()
        )
        self._local = self._user / "AppData" / "Local"
        self._folder = self._local / "Programs" / NAME
        menu = "AppData/Roaming/Microsoft/Windows/Start Menu/Programs"
        self._link = self._user / menu / NAME / f"{NAME}.lnk"

    def try_all(self, installer: Path, picture: Path) -> None:
        """In the order of a life: it comes, is used, is replaced, and goes."""
        self._install(installer, "/CurrentUser", "/COMPONENTS=login")
        self._look_at_programs()
        self._run_twin("--version")
        self._trial.note("self-check", self._run_twin("self-check").strip())
        self._open_window(picture)
        self._serve_headless()
        self._serve_as_service()
        self._install(installer, "/CurrentUser")
        self._trial.note("upgrade", "installed over itself: the data is still there")
        self._upgrade()
        self._uninstall()

    def _path(self, *parts: str) -> str:
        return windows_path(self._folder.joinpath(*parts))

    def _run_twin(self, *arguments: str) -> str:
        return self._prefix.run(self._path(TWIN), *arguments)

    def _install(self, installer: Path, *options: str) -> None:
        begun = time.monotonic()
        self._prefix.run(windows_path(installer), "/S", *options)
        seconds = time.monotonic() - begun
        for path in (self._folder / WINDOW, self._folder / "uninstall.exe", self._link):
            if not path.is_file():
                raise Stop(f"Installed, but there is no {path.relative_to(self._prefix.drive)}.")
        told = self._prefix.run("reg", "query", _UNINSTALL, "/v", "DisplayVersion")
        if __version__ not in told:
            raise Stop(f"Windows' list of programs does not have version {__version__}:\n{told}")
        self._trial.note(f"install {' '.join(options)}", f"silently, in {seconds:.0f} s")

    def _look_at_programs(self) -> None:
        for name in (WINDOW, TWIN):
            look_at_program(self._folder / name)
        self._trial.note("programs", "64-bit, with version, icon and manifest")
        if NAME not in self._prefix.run("reg", "query", _RUN):
            raise Stop("It was to start at sign-in, but Windows does not know of it.")
        self._trial.note("start at sign-in", "is in the registry where it was chosen")

    def _processes(self, name: str) -> list[psutil.Process]:
        """Those of that program in this Windows."""
        found = []
        for process in psutil.process_iter():
            try:
                own = process.environ().get("WINEPREFIX") == str(self._prefix.folder)
                if own and name in " ".join(process.cmdline()):
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return found

    def _open_window(self, picture: Path) -> None:
        """As a double click does it: by its entry in the Start menu, without any console."""
        # Wine follows a shortcut on its own drive alone, not by way of Z:.
        link = self._prefix.own_path(self._link)
        log = self._trial.work / "window.log"
        begun = time.monotonic()
        with self._prefix.running("start", link, log=log, variables=self._on_screen):
            self._look_at_window(begun, picture)
            self._look_at_log()
            self._prefix.run("taskkill", "/IM", WINDOW, variables=self._on_screen)
            _until("the window's end", lambda: not self._processes(WINDOW))
        self._trial.note("close", "the window was closed from outside, its process ended")

    def _look_at_window(self, begun: float, picture: Path) -> None:
        _until("the window's first paint", self._screen.is_painted)
        self._trial.note("window", f"first paint {time.monotonic() - begun:.2f} s after the start")
        _until("the window", self._screen.has_window)
        self._trial.note("window", f"whole after {time.monotonic() - begun:.2f} s")
        self._screen.settle()
        self._screen.save(picture)
        self._trial.note("screenshot", picture.name)
        self._prefix.run(self._path(WINDOW), variables=self._on_screen)
        self._trial.note("single instance", "a second start ends at once, and raises the first")

    def _look_at_log(self) -> None:
        log = self._local / "hivemind-master-logs" / "hivemind_master.log"
        records = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        if not any(record["event"] == "master serves" for record in records):
            raise Stop(f"The log of the window's program does not say that it serves: {records}")
        self._trial.note("log without a console", f"{len(records)} records in {log.name}")

    def _serve_headless(self) -> None:
        """The twin, in a console: a worker on Linux joins it and works."""
        stdin = f"{PASSWORD}\n"
        with self._twin("C:\\pool", "--init-admin=alice", stdin=stdin) as (address, pin):
            join_and_work(self._trial, address, pin)

    def _upgrade(self) -> None:
        """The twin on the data of an older version."""
        folder = self._prefix.drive / "older"
        make_older_pool(folder)
        with self._twin("C:\\older") as (address, pin):
            look_at_older_pool(self._trial, address, pin, folder)

    @contextmanager
    def _twin(self, data: str, *options: str, stdin: str = "") -> Iterator[tuple[str, str]]:
        """The twin on the folder `data`, while it serves: its address and pin."""
        ready = self._trial.work / "ready.json"
        ready.unlink(missing_ok=True)
        arguments = ["--headless", f"--data-dir={data}", *options]
        arguments.append(f"--ready-file={windows_path(ready)}")
        log = self._trial.work / "twin.log"
        begun = time.monotonic()
        with self._prefix.running(
            self._path(TWIN), *arguments, log=log, variables=ALONE
        ) as process:
            if process.stdin is None:
                raise AssertionError("it was opened with a pipe")
            process.stdin.write(stdin)
            process.stdin.flush()
            _until("the master serves", ready.exists, log)
            self._trial.note("headless twin", f"serves after {time.monotonic() - begun:.2f} s")
            place = json.loads(ready.read_text(encoding="utf-8"))
            yield place["grpc_address"], place["ca_pin"]
        for left in self._processes(TWIN):
            left.kill()

    def _serve_as_service(self) -> None:
        """The same pool by the service manager, which also stops it in order."""
        data = "C:\\service-pool"
        self._run_twin("service", "install", f"--data-dir={data}")
        # Wine ends its services once no other program runs: a console stays open meanwhile. What
        # starts next waits for its prompt, else Wine's own programs could hold that one's output.
        log = self._trial.work / "console.log"
        with self._prefix.running("cmd", log=log, variables={}):
            _until("a console", lambda: ">" in log.read_text(errors="replace"))
            self._start_and_stop_service()
        self._run_twin("service", "remove")
        self._trial.note("service", "stopped in order, removed")

    def _start_and_stop_service(self) -> None:
        ready = self._prefix.drive / "service-pool-logs" / "ready.json"
        self._prefix.run("sc", "start", SERVICE)
        _until("the service serves", ready.exists)
        place = json.loads(ready.read_text(encoding="utf-8"))
        self._trial.note("service", f"serves at port {place['grpc_address'].rpartition(':')[2]}")
        self._prefix.run("sc", "stop", SERVICE)
        _until("the service's end", lambda: not self._processes(TWIN))
        log = (ready.parent / "hivemind_master_cli.log").read_text(encoding="utf-8")
        if "master stopped" not in log:
            raise Stop(f"The service did not stop in order:\n{log[-2000:]}")

    def _uninstall(self) -> None:
        self._prefix.run(self._path("uninstall.exe"), "/S", "/CurrentUser")
        # It goes on from a copy of itself, which nobody waits for.
        _until("the program is gone", lambda: not self._folder.exists())
        told = self._prefix.run("reg", "query", _UNINSTALL, check=False)
        if "DisplayName" in told or self._link.exists():
            raise Stop("Removed, but Windows still knows of it.")
        if NAME in self._prefix.run("reg", "query", _RUN, check=False):
            raise Stop("Removed, but it still starts at sign-in.")
        kept = sorted(path.name for path in self._local.glob("hivemind*"))
        if "hivemind-master" not in kept:
            raise Stop(f"The pool's data went with the program: {kept}")
        self._trial.note("uninstall", f"nothing of it is left; the data is: {', '.join(kept)}")


def look_at_program(path: Path) -> None:
    """Raises Stop unless the program is what Windows wants: 64-bit, with version and icon."""
    program = pefile.PE(str(path))
    resources = program.DIRECTORY_ENTRY_RESOURCE.entries
    strings = {
        key.decode(): value.decode()
        for information in getattr(program, "FileInfo", [])
        for entry in information
        for table in getattr(entry, "StringTable", [])
        for key, value in table.entries.items()
    }
    kinds = {entry.id: entry for entry in resources if entry.id is not None}
    icons = kinds.get(pefile.RESOURCE_TYPE["RT_ICON"])
    manifests = kinds.get(pefile.RESOURCE_TYPE["RT_MANIFEST"])
    if program.FILE_HEADER.Machine != pefile.MACHINE_TYPE["IMAGE_FILE_MACHINE_AMD64"]:
        raise Stop(f"{path.name} is not for 64-bit Windows.")
    if strings.get("ProductVersion") != __version__ or strings.get("ProductName") != NAME:
        raise Stop(f"{path.name} has the version resource {strings}.")
    if icons is None or len(icons.directory.entries) < 5 or manifests is None:
        raise Stop(f"{path.name} lacks its icon or its manifest.")


def _until(what: str, found: Callable[[], bool], log: Path | None = None) -> None:
    begun = time.monotonic()
    while not found():
        if time.monotonic() - begun > WAIT_SECONDS:
            told = log.read_text(errors="replace")[-2000:] if log else ""
            raise Stop(f"{what}: not within {WAIT_SECONDS:.0f} s\n{told}")
        time.sleep(POLL_SECONDS)
