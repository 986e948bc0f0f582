"""What is different in a bundle: the program in one folder, with a Python of its own."""

import os
import shutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

#: Where the system looks for libraries first. The bundle's starter sets it to the bundle's own
#: and keeps what was there before under the second name.
_LIBRARY_PATH, _BEFORE = "LD_LIBRARY_PATH", "LD_LIBRARY_PATH_ORIG"
MODULES = "modules.txt"
#: A part of the program, and the name that an installed package gives it.
_INSTALLED = {"cli": "hivemind", "worker": "hivemind-worker"}
#: What a child of ours needs to start.
_CHILDS_VARIABLES = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")


def is_bundle() -> bool:
    """Whether this process runs from a bundle."""
    return bool(getattr(sys, "frozen", False))


def free_children() -> None:
    """Let the system's programs, started from here, load the system's libraries, not the bundle's.

    This process has read the variable already, so nothing changes for itself.
    """
    if not is_bundle():
        return
    before = os.environ.pop(_BEFORE, None)
    if before is not None:
        os.environ[_LIBRARY_PATH] = before
    else:
        os.environ.pop(_LIBRARY_PATH, None)


def missing_modules() -> Iterator[str]:
    """A line about each module that the bundle should have and cannot import.

    Its maker lists them in the file `modules.txt`, those that are loaded by name above all.
    Raises FileNotFoundError where this is no bundle.
    """
    listed = Path(getattr(sys, "_MEIPASS", "")) / MODULES
    for name in listed.read_text(encoding="utf-8").split():
        try:
            import_module(name)
        except ImportError as error:
            yield f"{name}: {error}"


def child_command(name: str, module: str) -> list[str]:
    """What starts a child of this program that runs `module` alone; a bundle calls it `name`."""
    if not is_bundle():
        return [sys.executable, "-m", module]
    program = Path(sys.executable)
    # On Windows a program with a window has no standard output; its twin has.
    twin = program.with_name(f"{program.stem}_cli{program.suffix}")
    return [str(twin if twin.exists() else program), name]


def child_environment() -> dict[str, str]:
    """The environment of such a child: what a program needs to start, and no secret."""
    kept = {name: os.environ[name] for name in _CHILDS_VARIABLES if name in os.environ}
    if not is_bundle():
        kept["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    return kept | {"PYTHONUTF8": "1"}


def part_command(part: str) -> str:
    """What a person types on this machine to start a part: "cli" or "worker"."""
    if not is_bundle():
        return f"python3 build_scripts/dev.py {part}"
    folder = Path(sys.executable).resolve().parent
    installed = shutil.which(_INSTALLED[part])
    if installed and Path(installed).resolve().parent == folder:
        return _INSTALLED[part]
    if (folder / _INSTALLED[part]).exists():
        return str(folder / _INSTALLED[part])
    return f"{folder / 'hivemind_master_cli'} {part}"
