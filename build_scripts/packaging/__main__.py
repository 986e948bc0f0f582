"""Makes packages and tries them out: `python3 build_scripts/dev.py package linux`."""

import argparse
import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from app import __version__
from app.common.clock import SystemClock, to_datetime
from build_scripts.console import Stop, say
from build_scripts.environment import ROOT
from build_scripts.packaging import debian, linux
from build_scripts.packaging.freeze import WORK
from build_scripts.packaging.trial import Trial, try_all

DIST = ROOT / "dist"


def main(arguments: list[str]) -> int:
    """Do what `arguments` name; the exit status."""
    parser = argparse.ArgumentParser(prog="dev.py package")
    choices = parser.add_subparsers(required=True, metavar="WHAT")
    made = choices.add_parser("linux", help="a folder (tar.xz) and a Debian package")
    made.add_argument("--to", type=Path, default=DIST, help="where they go")
    made.set_defaults(act=lambda options: linux.build(options.to.absolute()))
    tried = choices.add_parser("try", help="freeze the program, and try it here, unpacked")
    tried.set_defaults(act=_try_folder)
    installed = choices.add_parser(
        "try-debian", help="install the package of dist/ in a bare Debian, try and remove it (root)"
    )
    installed.set_defaults(act=_try_debian)
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
    shutil.rmtree(WORK / "trial-data", ignore_errors=True)
    trial = Trial(str(folder), WORK / "trial-data")
    try_all(trial, WORK / "window.png")


def _try_debian(_options: argparse.Namespace) -> None:
    package = DIST / linux.debian_name()
    if not package.exists():
        raise Stop(f"{package} is not there: make it by `dev.py package linux`.")
    day = to_datetime(SystemClock().now_us()).date().isoformat()
    picture = DIST / f"trial-debian-{day}.png"
    trial = debian.try_in_debian(package, picture)
    lines = [
        f"# {package.name} in a bare Debian ({debian.SUITE}), {day}",
        "",
        f"Version {__version__}, {platform.machine()}, made by `dev.py package try-debian`.",
        "",
        "| what | how it was |",
        "|---|---|",
        *(f"| {what} | {how} |" for what, how in trial.findings),
    ]
    report = DIST / f"trial-debian-{day}.md"
    report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    say(f"{report.relative_to(ROOT)}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
