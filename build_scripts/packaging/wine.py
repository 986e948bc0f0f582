"""Windows programs on Linux, by Wine: what it lacks is made up for in the folder `wine`.

Nothing of that goes into a package: Windows 10 has it all.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath

import pefile

from build_scripts.console import Stop, say

SHIMS = Path(__file__).resolve().parent / "wine"
_COMPILER = "x86_64-w64-mingw32-gcc"
_BUILTIN = Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows")
#: Wine's own C library under another name: the shim that has its place hands calls on to it.
_RENAMED = "ucrtwine"
_COMPLEX = "cabs carg ccos ccosh cexp cimag cpow creal csin csinh ctan ctanh".split()  # noqa: SIM905


def windows_path(path: Path) -> str:
    """What a Windows program calls the absolute `path`: Wine shows it the whole system as Z:."""
    return str(PureWindowsPath("Z:/", *path.parts[1:]))


def linux_path(path: str) -> Path:
    """What Linux calls a file below Z:."""
    pure = PureWindowsPath(path)
    return Path("/", *pure.parts[1:]) if pure.drive.upper() == "Z:" else Path(path)


class Prefix:
    """A Windows of its own in `folder`: drive C: and registry."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def drive(self) -> Path:
        """Its drive C:."""
        return self.folder / "drive_c"

    def own_path(self, path: Path) -> str:
        """What its programs call a file on its drive C:."""
        return str(PureWindowsPath("C:/", *path.relative_to(self.drive).parts))

    def make(self) -> None:
        """Make it anew, as Windows 10."""
        say("making a Windows (Wine)")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.run("wineboot", "--init")
        self.run("winecfg", "-v", "win10")
        self.settle()
        self._lay_shims()

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Nothing of this process that a program could lean on, and `more`."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
        wine = {
            "WINEPREFIX": str(self.folder),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            # No menu entries of the desktop, and no offers to install Gecko or Mono.
            "WINEDLLOVERRIDES": "winemenubuilder.exe,mscoree,mshtml=;ucrtbase=n,b",
        }
        return kept | wine | dict(more or {})

    def run(
        self, *command: str, variables: Mapping[str, str] | None = None, check: bool = True
    ) -> str:
        """What the program prints. Raises Stop where it fails, unless told not to `check`.

        Wine's Python wants pipes for standard input and output: files and /dev/null it refuses.
        """
        done = subprocess.run(
            ["wine", *command],
            input="",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            env=self.environment(variables),
        )
        if check and done.returncode != 0:
            raise Stop(f"{' '.join(command[:4])}: status {done.returncode}\n{done.stdout[-3000:]}")
        return done.stdout

    @contextmanager
    def running(
        self, *command: str, log: Path, variables: Mapping[str, str]
    ) -> Iterator[subprocess.Popen[str]]:
        """The program while it runs, its output in `log`; at the end it is gone."""
        with log.open("w") as written:
            process = subprocess.Popen(
                ["sh", "-c", 'exec wine "$@" 2>&1 | cat', "sh", *command],
                stdin=subprocess.PIPE,
                stdout=written,
                text=True,
                env=self.environment(variables),
            )
            try:
                yield process
            finally:
                if process.stdin is not None:
                    process.stdin.close()
                process.kill()
                process.wait()

    def settle(self) -> None:
        """Wait until every program in it has ended."""
        self._server("--wait")

    def end(self) -> None:
        """End every program in it."""
        self._server("--kill")

    def _server(self, argument: str) -> None:
        subprocess.run(["wineserver", argument], env=self.environment(), check=False)

    def _lay_shims(self) -> None:
        system = self.drive / "windows" / "system32"
        definitions = self.folder / "ucrtbase.def"
        definitions.write_text(_definitions(), encoding="ascii")
        _replace(system / f"{_RENAMED}.dll", _BUILTIN / "ucrtbase.dll")
        _compile(system / "bcryptprimitives.dll", "bcryptprimitives.c", "-ladvapi32")
        _compile(system / "icuuc.dll", "icuuc.c")
        _compile(system / "ucrtbase.dll", "ucrtbase.c", str(definitions))


def _definitions() -> str:
    """The linker's list of the shim's names: each is its own, or handed on to Wine's."""
    library = pefile.PE(str(_BUILTIN / "ucrtbase.dll"), fast_load=True)
    library.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_EXPORT"]])
    exported = library.DIRECTORY_ENTRY_EXPORT.symbols
    names = {symbol.name.decode(): "" for symbol in exported if symbol.name}
    for name in _COMPLEX:
        # A long double is a double there.
        names |= {f"{name}f": f"hm_{name}f", name: f"hm_{name}", f"{name}l": f"hm_{name}"}
    lines = [
        f'  "{name}" = {own}' if own else f'  "{name}" = "{_RENAMED}.{name}"'
        for name, own in sorted(names.items())
    ]
    return "\n".join(["LIBRARY ucrtbase", "EXPORTS", *lines, ""])


def _compile(target: Path, source: str, *more: str) -> None:
    target.unlink(missing_ok=True)
    command = [_COMPILER, "-O2", "-shared", "-static", "-o", str(target), str(SHIMS / source)]
    done = subprocess.run([*command, *more], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Stop(f"{source} could not be compiled:\n{done.stderr}")


def _replace(target: Path, source: Path) -> None:
    """Copy over what may be a link to a file of Wine's."""
    target.unlink(missing_ok=True)
    shutil.copyfile(source, target)
