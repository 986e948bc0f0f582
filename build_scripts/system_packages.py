"""What the operating system must provide, for which command, and how it gets there."""

import ctypes.util
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Flag, auto
from pathlib import Path

from build_scripts.console import STATUS_MACHINE_LACKS, Stop, say


class Need(Flag):
    """What a command is going to do, and so which parts it wants."""

    PYTHON = auto()  # the virtual environment
    SANDBOX = auto()  # a worker that runs tasks on this machine
    TESTS = auto()  # everything the tests start
    CONSOLE = auto()  # the window
    PACKAGES = auto()  # making packages for others to install
    TRIALS = auto()  # trying these packages out
    WINDOWS = auto()  # making and trying those for Windows


@dataclass(frozen=True)
class Part:
    """One thing the machine must have."""

    name: str
    #: Its packages on Debian and Ubuntu.
    packages: tuple[str, ...]
    needed_for: Need
    present: Callable[[], bool]


def _program(*names: str) -> bool:
    folders = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    return all(shutil.which(name, path=folders) for name in names)


def _ensurepip() -> bool:
    importlib.invalidate_caches()
    return sys.prefix != sys.base_prefix or importlib.util.find_spec("ensurepip") is not None


def _certificates() -> bool:
    return Path("/etc/ssl/certs/ca-certificates.crt").exists() or not _program("apt-get")


def _static_busybox() -> bool:
    """Whether busybox needs no libraries: an ELF without an interpreter."""
    program = shutil.which("busybox")
    return program is not None and b"/ld-linux" not in Path(program).read_bytes()[:4096]


def _library(*names: str) -> bool:
    return all(ctypes.util.find_library(name) is not None for name in names)


def _python_library() -> bool:
    """Whether Python can be taken along: as a library, which Debian has in a package of its own."""
    name = str(sysconfig.get_config_var("INSTSONAME"))
    folders = [str(sysconfig.get_config_var(each)) for each in ("LIBDIR", "LIBPL")]
    found = any(Path(folder, name).exists() for folder in folders)
    return found or _library(f"python3.{sys.version_info[1]}")


def _fonts() -> bool:
    return any(Path("/usr/share/fonts").rglob("*.tt[cf]"))


def _chinese_font() -> bool:
    folder = Path("/usr/share/fonts")
    return any(True for pattern in ("*CJK*", "wqy*") for _ in folder.rglob(pattern))


def _postgresql() -> bool:
    return _program("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


_WINDOW_LIBRARIES = (
    "EGL",
    "GL",
    "dbus-1",
    "fontconfig",
    "xkbcommon-x11",
    "xcb-cursor",
    "xcb-icccm",
    "xcb-image",
    "xcb-keysyms",
    "xcb-randr",
    "xcb-render-util",
    "xcb-shape",
    "xcb-xkb",
)

#: The only list of system packages.
LINUX_PARTS = (
    Part("Python's venv module", ("python3-venv",), Need.PYTHON, _ensurepip),
    Part("CA certificates", ("ca-certificates",), Need.PYTHON, _certificates),
    Part("bubblewrap", ("bubblewrap",), Need.SANDBOX, lambda: _program("bwrap")),
    Part("Docker engine", ("docker.io",), Need.TESTS, lambda: _program("dockerd", "containerd")),
    Part("gVisor", ("runsc",), Need.TESTS, lambda: _program("runsc")),
    Part("static busybox", ("busybox-static",), Need.TESTS, _static_busybox),
    Part("PostgreSQL server", ("postgresql",), Need.TESTS, _postgresql),
    Part(
        "Secret Service",
        ("gnome-keyring", "dbus"),
        Need.TESTS,
        lambda: _program("gnome-keyring-daemon", "dbus-run-session"),
    ),
    Part("iproute2", ("iproute2",), Need.TESTS, lambda: _program("ip")),
    Part(
        "WireGuard",
        ("wireguard-go", "wireguard-tools"),
        Need.TESTS,
        lambda: _program("wireguard-go", "wg", "wg-quick"),
    ),
    Part(
        "libraries for a window",
        (
            "libegl1",
            "libgl1",
            "libdbus-1-3",
            "libfontconfig1",
            "libxkbcommon-x11-0",
            "libxcb-cursor0",
            "libxcb-icccm4",
            "libxcb-image0",
            "libxcb-keysyms1",
            "libxcb-randr0",
            "libxcb-render-util0",
            "libxcb-shape0",
            "libxcb-xkb1",
        ),
        Need.CONSOLE | Need.TESTS | Need.PACKAGES,
        lambda: _library(*_WINDOW_LIBRARIES),
    ),
    Part("a font", ("fonts-dejavu-core",), Need.CONSOLE | Need.TESTS, _fonts),
    Part("a Chinese font", ("fonts-wqy-microhei",), Need.TESTS, _chinese_font),
    Part("Chromium", ("chromium",), Need.TESTS, lambda: _program("chromium")),
    Part("curl", ("curl",), Need.TESTS, lambda: _program("curl")),
    Part("Xvfb", ("xvfb",), Need.TESTS | Need.TRIALS, lambda: _program("Xvfb")),
    Part("binutils", ("binutils",), Need.PACKAGES | Need.TESTS, lambda: _program("objdump")),
    Part(
        "Python as a library",
        (f"libpython3.{sys.version_info[1]}",),
        Need.PACKAGES | Need.TESTS,
        _python_library,
    ),
    Part(
        "checkers of desktop files",
        ("appstream", "desktop-file-utils"),
        Need.PACKAGES | Need.TESTS,
        lambda: _program("appstreamcli", "desktop-file-validate"),
    ),
    Part("debootstrap", ("debootstrap",), Need.TRIALS, lambda: _program("debootstrap")),
    Part("Wine", ("wine", "wine64"), Need.WINDOWS, lambda: _program("wine", "wineserver")),
    Part(
        "a compiler for Windows",
        ("gcc-mingw-w64-x86-64-win32",),
        Need.WINDOWS,
        lambda: _program("x86_64-w64-mingw32-gcc"),
    ),
    Part("NSIS", ("nsis",), Need.WINDOWS | Need.TESTS, lambda: _program("makensis")),
    Part(
        "osslsigncode",
        ("osslsigncode",),
        Need.WINDOWS | Need.TESTS,
        lambda: _program("osslsigncode"),
    ),
    Part("xz", ("xz-utils",), Need.PACKAGES, lambda: _program("xz")),
)


def missing_parts(need: Need, parts: Iterable[Part] = LINUX_PARTS) -> list[Part]:
    """The parts that `need` asks for and this machine lacks."""
    return [part for part in parts if part.needed_for & need and not part.present()]


def apt_line(parts: Iterable[Part]) -> str:
    """The one line an administrator runs on Debian or Ubuntu."""
    packages = " ".join(sorted({package for part in parts for package in part.packages}))
    # A minimal system has no sudo: then it is root who runs the line.
    sudo = "sudo " if _program("sudo") else ""
    install = f"apt-get install -y --no-install-recommends {packages}"
    return f"{sudo}apt-get update && {sudo}{install}"


def provide(need: Need) -> None:
    """See to it that what `need` asks for is there.

    On Debian and Ubuntu as root it is installed; otherwise Stop names the one line to run.
    """
    if not sys.platform.startswith("linux"):
        return
    missing = missing_parts(need)
    if not missing:
        return
    names = ", ".join(part.name for part in missing)
    if not _program("apt-get"):
        raise Stop(
            f"This machine lacks: {names}. Install it with your system's package manager, "
            "then start this again.",
            STATUS_MACHINE_LACKS,
        )
    if os.geteuid() != 0:
        raise Stop(
            f"This machine lacks: {names}. Run this line as root, then start this again:\n"
            f"  {apt_line(missing)}",
            STATUS_MACHINE_LACKS,
        )
    say(f"installing {names}")
    _apt_install(sorted({package for part in missing for package in part.packages}))
    still = missing_parts(need)
    if still:
        names = ", ".join(part.name for part in still)
        raise Stop(f"Installed, but still not usable: {names}.", STATUS_MACHINE_LACKS)


def _apt_install(packages: list[str]) -> None:
    install = ["install", "-y", "--no-install-recommends", *packages]
    if _lists_empty():
        _apt(["update"])
    elif _apt(install) == 0:
        return
    else:
        # Lists that are there may be old: the files they name are gone from the mirror.
        _apt(["update"])
    if _apt(install) != 0:
        raise Stop("apt-get could not install the packages; its output is above.")


def _lists_empty() -> bool:
    return not any(Path("/var/lib/apt/lists").glob("*Packages*"))


def _apt(arguments: list[str]) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=300"]
    done = subprocess.run(
        [*command, *arguments],
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
    )
    return done.returncode
