"""The virtual environment: made once, kept equal to the pinned requirements.

`.venv/hivemind.json` records what is installed, and is written last. `.venv/installing` stands
while pip works: found at the start it means that an earlier run was killed half-way, and the
environment is made anew (what was downloaded comes from pip's cache).
"""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from build_scripts.console import STATUS_MACHINE_LACKS, Stop, say

ROOT = Path(__file__).resolve().parent.parent
RUN_REQUIREMENTS = "requirements.txt"
DEV_REQUIREMENTS = "requirements-dev.txt"


class Environment:
    """The virtual environment in `folder`, for the requirement files of `root`."""

    def __init__(self, root: Path = ROOT, folder: Path | None = None) -> None:
        self._root = root
        self._folder = folder or root / ".venv"
        self._record = self._folder / "hivemind.json"
        self._installing = self._folder / "installing"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        if sys.platform == "win32":
            return self._folder / "Scripts" / "python.exe"
        return self._folder / "bin" / "python"

    def provide(self, *, dev: bool) -> None:
        """Make it hold the pinned requirements (those of development too, if `dev`).

        Raises Stop if it cannot be made or a requirement cannot be installed.
        """
        names = [RUN_REQUIREMENTS, DEV_REQUIREMENTS] if dev else [RUN_REQUIREMENTS]
        wanted = self._wanted(names)
        if self._holds(wanted):
            return
        with _locked(self._root / "build" / "environment.lock"):
            if self._holds(wanted):
                return
            if not self._usable():
                self._make()
            # The development file names everything the other one does.
            self._install(names[-1], wanted)

    def _wanted(self, names: list[str]) -> dict[str, str]:
        version = {"python": f"{sys.version_info.major}.{sys.version_info.minor}"}
        contents = {name: (self._root / name).read_bytes() for name in names}
        return version | {
            name: hashlib.sha256(content).hexdigest() for name, content in contents.items()
        }

    def _recorded(self) -> dict[str, str]:
        try:
            record = json.loads(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return record if isinstance(record, dict) else {}

    def _holds(self, wanted: dict[str, str]) -> bool:
        recorded = self._recorded()
        same = all(recorded.get(key) == value for key, value in wanted.items())
        return same and self.python.exists() and not self._installing.exists()

    def _usable(self) -> bool:
        """Whether pip can be run in what is there, and it is of this Python's version."""
        if self._installing.exists() or not self.python.exists():
            return False
        show = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run(
            [self.python, "-c", show], capture_output=True, text=True, check=False
        )
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return done.returncode == 0 and done.stdout.strip() == version

    def _make(self) -> None:
        say(f"making the virtual environment {self._folder.name}")
        # Not from inside the folder that is about to be emptied.
        maker = getattr(sys, "_base_executable", None) or sys.executable
        done = subprocess.run([maker, "-m", "venv", "--clear", self._folder], check=False)
        if done.returncode != 0:
            raise Stop(
                f"The virtual environment {self._folder} could not be made; the reason is above.",
                STATUS_MACHINE_LACKS,
            )

    def _install(self, name: str, wanted: dict[str, str]) -> None:
        say(f"installing what {name} pins (the first time takes a minute or two)")
        self._installing.touch()
        command = [str(self.python), "-m", "pip", "install", "--quiet", "--no-input"]
        command += ["--disable-pip-version-check", "-r", str(self._root / name)]
        done = subprocess.run(command, stdout=sys.stderr, check=False)
        # Reached only if pip ended by itself: it leaves no half-installed package then.
        self._installing.unlink()
        if done.returncode != 0:
            raise Stop(
                "The requirements could not be installed; pip's reason is above. "
                "Nothing is lost: start this again when the cause is gone."
            )
        record = {**self._recorded(), **wanted}
        draft = self._record.with_suffix(".new")
        draft.write_text(json.dumps(record, indent=1), encoding="utf-8")
        draft.replace(self._record)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold `path` as a lock between processes; it ends with the process, however that ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run(command: list[str], *, cwd: Path = ROOT, environment: dict[str, str] | None = None) -> int:
    """Run `command` to its end and return its status; Ctrl+C goes to it, not to us."""
    with subprocess.Popen(command, cwd=cwd, env=environment) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def become(python: str, arguments: list[str], **variables: str) -> int:
    """Replace this process by Python with `arguments` (where there is exec): signals reach it.

    `variables` are set for it.

    It stays in the caller's folder, where relative paths mean what they say, and finds this
    project's modules all the same; -P keeps the caller's own files from passing for them.
    """
    command = [python, "-P", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | variables
    if sys.platform != "win32":
        sys.stdout.flush()
        sys.stderr.flush()
        os.execve(python, command, environment)  # noqa: S606
    return run(command, cwd=Path.cwd(), environment=environment)
