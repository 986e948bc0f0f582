"""Packages for Linux: a folder in a tar.xz, and a Debian package."""

import gzip
import hashlib
import os
import platform
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from app import __version__
from build_scripts.console import Stop, say
from build_scripts.environment import ROOT
from build_scripts.packaging.freeze import WORK, Bundle, epoch, freeze
from build_scripts.packaging.icons import LINUX_SIZES, SOURCE, png
from build_scripts.packaging.manuals import pages
from build_scripts.packaging.sums import told, write_sums

NAME = "hivemind-master"
FILES = ROOT / "resources" / "packaging" / "linux"
#: The commands: names of the bundle's one program, which does what the name says.
COMMANDS = ("hivemind", "hivemind-master", "hivemind-worker")
PROGRAM, TWIN = "hivemind_master", "hivemind_master_cli"
#: The names of a machine: ours, and Debian's.
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
#: What a window needs of the system, and cannot be taken along: its drivers, and a font.
_NEEDED = ("libgl1", "libegl1", "libxcb1", "fontconfig-config")
_RECOMMENDED = ("bubblewrap", "fonts-dejavu-core")
_SUGGESTED = ("docker.io", "python3", "wireguard-tools")
_GLIBC = re.compile(rb"GLIBC_2\.(\d+)")

_CONTROL = """Package: hivemind-master
Version: {version}
Section: net
Priority: optional
Architecture: {architecture}
Maintainer: The HiveMind Master developers <hivemind-master@localhost>
Installed-Size: {kib}
Depends: {depends}
Recommends: {recommends}
Suggests: {suggests}
Description: turns idle machines into one computer
 HiveMind Master turns the idle machines of a lab, an office or a community
 into one computer. People send tasks to a master; workers on the machines
 fetch them, run them in a sandbox, and send back what they produced.
 .
 This package has the master with its window, a service of the master without
 one, the worker agent and the command-line client. It needs no Python.
"""

_COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: HiveMind Master
Comment: The libraries in /usr/lib/hivemind-master are others' work. Each one's
 licence is in /usr/lib/hivemind-master/licences.

Files: *
Copyright: The HiveMind Master developers
License: GPL-3.0-or-later
 On Debian systems the whole text of the GNU General Public License, version 3,
 is in /usr/share/common-licenses/GPL-3.
"""


def build(target: Path) -> list[Path]:
    """Make every package for Linux in `target`; returns them."""
    target.mkdir(parents=True, exist_ok=True)
    master = freeze_master(WORK / "bundles")
    worker = freeze_worker(WORK / "bundles")
    made = [
        *_archive(master, f"hivemind-master-{__version__}-linux-{platform.machine()}", target),
        *_archive(worker, f"hivemind-worker-{__version__}-linux-{platform.machine()}", target),
        _debian_package(master, target),
    ]
    made.append(write_sums(made, target / f"SHA256SUMS-linux-{platform.machine()}"))
    told(made)
    return made


def freeze_master(place: Path) -> Bundle:
    """The bundle of all parts, with the names of its commands."""
    made = freeze(PROGRAM, place)
    for name in (*COMMANDS, TWIN):
        link(made.folder / name, PROGRAM)
    return made


def freeze_worker(place: Path) -> Bundle:
    """The bundle of the worker alone, with the name of its command."""
    made = freeze("hivemind_worker", place)
    link(made.folder / "hivemind-worker", "hivemind_worker")
    return made


def debian_name() -> str:
    """The file name of the Debian package, as Debian wants it."""
    return f"{NAME}_{__version__}_{_architecture()}.deb"


def _architecture() -> str:
    return _ARCHITECTURES.get(platform.machine(), platform.machine())


def link(path: Path, target: str) -> None:
    """Make a symbolic link anew."""
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def _run(*command: str) -> None:
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(epoch()), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise Stop(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _archive(bundle: Bundle, name: str, target: Path) -> list[Path]:
    say(f"packing {name}")
    _modes(bundle.folder)
    path = target / f"{name}.tar.xz"
    # The number of threads decides where blocks end, so it is a fixed one.
    _run(
        *("tar", "--create", f"--file={path}", "--use-compress-program=xz -9 -T2"),
        *("--format=gnu", "--sort=name", f"--mtime=@{epoch()}"),
        *("--owner=0", "--group=0", "--numeric-owner"),
        *(f"--transform=flags=r;s,^{bundle.folder.name},{name},", "-C", str(bundle.folder.parent)),
        bundle.folder.name,
    )
    materials = target / f"{name}.cdx.json"
    materials.write_text(bundle.bill, encoding="utf-8")
    return [path, materials]


def _modes(folder: Path) -> None:
    """Give every file one of two modes, whatever the umask of whoever builds."""
    for path in folder.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)


def _debian_package(bundle: Bundle, target: Path) -> Path:
    path = target / debian_name()
    say(f"packing {path.name}")
    root = WORK / "deb"
    shutil.rmtree(root, ignore_errors=True)
    home = root / "usr" / "lib" / NAME
    shutil.copytree(bundle.folder, home, symlinks=True)
    (root / "usr" / "bin").mkdir()
    for command in COMMANDS:
        (home / command).unlink()
        link(root / "usr" / "bin" / command, f"../lib/{NAME}/{PROGRAM}")
    _share(root / "usr" / "share")
    unit = root / "usr" / "lib" / "systemd" / "system" / f"{NAME}.service"
    unit.parent.mkdir(parents=True)
    shutil.copyfile(FILES / unit.name, unit)
    control = root / "DEBIAN"
    _modes(root)
    _describe(root, control, home)
    _run(
        *("dpkg-deb", "--root-owner-group", "-Zxz", "-z9", "--threads-max=2"),
        *("--build", str(root), str(path)),
    )
    return path


def _share(share: Path) -> None:
    """What desktops, `man` and people look at."""
    desktop = share / "applications" / f"{NAME}.desktop"
    desktop.parent.mkdir(parents=True)
    shutil.copyfile(FILES / desktop.name, desktop)
    _run("desktop-file-validate", str(desktop))
    icons = share / "icons" / "hicolor"
    for size in LINUX_SIZES:
        folder = icons / f"{size}x{size}" / "apps"
        folder.mkdir(parents=True)
        (folder / f"{NAME}.png").write_bytes(png(size))
    scalable = icons / "scalable" / "apps"
    scalable.mkdir(parents=True)
    shutil.copyfile(SOURCE, scalable / f"{NAME}.svg")
    metainfo = share / "metainfo" / "org.hivemind.master.metainfo.xml"
    metainfo.parent.mkdir()
    day = datetime.fromtimestamp(epoch(), UTC).date().isoformat()
    text = (FILES / metainfo.name).read_text(encoding="utf-8")
    text = text.replace("@VERSION@", __version__).replace("@DATE@", day)
    metainfo.write_text(text, encoding="utf-8")
    _run("appstreamcli", "validate", "--no-net", str(metainfo))
    for name, page in pages(day).items():
        _gzip(share / "man" / "man1" / f"{name}.1.gz", page.encode())
    docs = share / "doc" / NAME
    docs.mkdir(parents=True)
    (docs / "copyright").write_text(_COPYRIGHT, encoding="utf-8")
    _gzip(docs / "changelog.gz", (ROOT / "CHANGELOG.md").read_bytes())
    shutil.copyfile(ROOT / "README.md", docs / "README.md")


def _gzip(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, 9, mtime=0))


def _describe(root: Path, control: Path, home: Path) -> None:
    """The package's own files: what it is, what it needs, what is done around its coming."""
    control.mkdir()
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    kib = sum(-(-path.stat().st_size // 1024) for path in files)
    text = _CONTROL.format(
        version=__version__,
        architecture=_architecture(),
        kib=kib,
        depends=", ".join([f"libc6 (>= 2.{newest_glibc(home)})", *_NEEDED]),
        recommends=", ".join(_RECOMMENDED),
        suggests=", ".join(_SUGGESTED),
    )
    (control / "control").write_text(text, encoding="utf-8")
    sums = [
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  "
        f"{path.relative_to(root)}\n"
        for path in files
    ]
    (control / "md5sums").write_text("".join(sums), encoding="utf-8")
    for path in (control / "control", control / "md5sums"):
        path.chmod(0o644)
    for name in ("postinst", "prerm", "postrm"):
        shutil.copyfile(FILES / name, control / name)
        (control / name).chmod(0o755)


def newest_glibc(folder: Path) -> int:
    """The minor number of the newest version of glibc's symbols that a file in `folder` asks for.

    The symbols are named in the files' string tables: "GLIBC_2.34".
    """
    newest = 0
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if content.startswith(b"\x7fELF"):
                newest = max([newest, *map(int, _GLIBC.findall(content))])
    return newest
