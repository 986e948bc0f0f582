"""Makes packages and tries them out: `python3 build_scripts/dev.py package all`."""

import argparse
import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from app.common.clock import SystemClock, to_datetime
from build_scripts.console import Stop, say
from build_scripts.environment import ROOT
from build_scripts.packaging import announcing, debian, linux, windows
from build_scripts.packaging.freeze import WORK
from build_scripts.packaging.sameness import differences
from build_scripts.packaging.trial import Trial, try_all

DIST = ROOT / "dist"
#: Where reports of trials are kept, the newest of each.
TRIALS = ROOT / "docs" / "trials"


def main(arguments: list[str]) -> int:
    """Do what `arguments` name; the exit status."""
    parser = argparse.ArgumentParser(prog="dev.py package")
    choices = parser.add_subparsers(required=True, metavar="WHAT")
    made = choices.add_parser("linux", help="a folder (tar.xz) and a Debian package")
    made.add_argument("--to", type=Path, default=DIST, help="where they go")
    made.set_defaults(act=lambda options: linux.build(options.to.absolute()))
    windows_made = choices.add_parser("windows", help="a folder (zip) and an installer")
    windows_made.add_argument("--to", type=Path, default=DIST, help="where they go")
    windows_made.set_defaults(act=lambda options: windows.build(options.to.absolute()))
    both = choices.add_parser("all", help="linux, then windows")
    both.add_argument("--to", type=Path, default=DIST, help="where they go")
    both.set_defaults(act=_build_all)
    tried = choices.add_parser("try", help="freeze the programs, and try them here, unpacked")
    tried.set_defaults(act=_try_folder)
    installed = choices.add_parser(
        "try-debian", help="install the package of dist/ in a bare Debian, try and remove it (root)"
    )
    installed.set_defaults(act=_try_debian)
    in_wine = choices.add_parser(
        "try-windows", help="install what is in dist/ in a bare Windows (Wine), try and remove it"
    )
    in_wine.set_defaults(act=_try_windows)
    same = choices.add_parser("same", help="freeze the program twice, and compare")
    same.add_argument("system", nargs="?", choices=("linux", "windows"), default="linux")
    same.set_defaults(act=_build_twice)
    key = choices.add_parser("release-key", help="make the key that signs announcements")
    key.add_argument("file", type=Path, help="where the private key goes: keep it off this machine")
    key.set_defaults(act=lambda options: announcing.make_key(options.file))
    told = choices.add_parser("announce", help="sign the announcement of this version")
    told.add_argument("--key", type=Path, required=True, help="the private key's file")
    told.add_argument("--number", type=int, required=True, help="one more than the last one's")
    told.add_argument("--page", required=True, help="https:// address where people get it")
    told.add_argument("--days", type=int, default=90, help="for which it is good")
    told.set_defaults(act=_announce)
    options = parser.parse_args(arguments)
    act: Callable[[argparse.Namespace], object] = options.act
    try:
        act(options)
    except Stop as stop:
        print(stop.sentence, file=sys.stderr)
        return stop.status
    return 0


def _try_folder(_options: argparse.Namespace) -> None:
    folder = linux.freeze_master(WORK / "trial").folder
    worker = linux.freeze_worker(WORK / "trial").folder
    shutil.rmtree(WORK / "trial-data", ignore_errors=True)
    trial = Trial(str(folder), WORK / "trial-data", worker_folder=str(worker))
    try_all(trial, WORK / "window.png")


def _build_all(options: argparse.Namespace) -> None:
    linux.build(options.to.absolute())
    windows.build(options.to.absolute())


def _build_twice(options: argparse.Namespace) -> None:
    freeze = {"linux": linux.freeze_master, "windows": windows.freeze_master}[options.system]
    first, second = (
        freeze(WORK / "same" / options.system / name).folder for name in ("first", "second")
    )
    found = differences(first, second)
    if found:
        raise Stop("\n".join([f"{len(found)} files differ between two builds:", *found]))
    files = sum(path.is_file() for path in first.rglob("*"))
    say(f"{files} files, each the same in both builds")


def _announce(options: argparse.Namespace) -> None:
    DIST.mkdir(exist_ok=True)
    path = DIST / "release.json"
    announcing.announce_this(options.key, options.number, options.page, options.days, path)
    say(f"{path.relative_to(ROOT)}")


def _today() -> str:
    return to_datetime(SystemClock().now_us()).date().isoformat()


def _existing(name: str, command: str) -> Path:
    package = DIST / name
    if not package.exists():
        raise Stop(f"{package} is not there: make it by `dev.py package {command}`.")
    return package


def _try_debian(_options: argparse.Namespace) -> None:
    package = _existing(linux.debian_name(), "linux")
    trial = debian.try_in_debian(package, TRIALS / "debian.png")
    _write_report("debian", package, f"in a bare Debian ({debian.SUITE})", trial)


def _try_windows(_options: argparse.Namespace) -> None:
    # What it needs is there only where it is asked for.
    from build_scripts.packaging import windows_trial  # noqa: PLC0415

    installer = _existing(windows.installer_name(), "windows")
    trial = windows_trial.try_windows(installer, TRIALS / "windows.png")
    trial.note("not shown", "[what only Windows itself shows](../windows-by-hand.md)")
    _write_report("windows", installer, "in a Windows without Python, by Wine", trial)


def _write_report(name: str, package: Path, where: str, trial: Trial) -> None:
    """Keep what was found, and when, as Markdown."""
    lines = [
        f"# {package.name} {where}",
        "",
        f"{_today()}, {platform.machine()}, {package.stat().st_size / 1e6:.1f} MB,",
        f"`dev.py package try-{name}`. Seconds are of a machine that did other things too.",
        "",
        "| what | how it was |",
        "|---|---|",
        *(f"| {what} | {how} |" for what, how in trial.findings),
        "",
    ]
    path = TRIALS / f"{name}.md"
    path.write_text("\n".join(lines), encoding="utf-8")
    say(f"{path.relative_to(ROOT)}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
