"""A bare Debian to install the package in: a folder that a program sees as the whole machine."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from build_scripts.console import Stop, say
from build_scripts.packaging.freeze import WORK
from build_scripts.packaging.trial import Trial, try_all

SUITE = "bookworm"
#: What the program is called before it becomes the one that is asked for: it goes into a mount
#: namespace of its own whose root the folder is. No fork: a signal reaches the program itself.
_ENTER = """
root=$1; work=$2; shift 2
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
mkdir -p "$root$work" "$root/before"
mount --bind "$work" "$root$work"
cd "$root"
pivot_root . before
umount -l /before
cd /
exec "$@"
"""


def try_in_debian(package: Path, picture: Path) -> Trial:
    """Install `package` in a bare Debian, try it, and remove it. Raises Stop at a failure."""
    base, root, work = WORK / "debian", WORK / "trial-root", WORK / "trial-data"
    if not (base / "usr" / "bin" / "apt-get").exists():
        _bootstrap(base)
    shutil.rmtree(root, ignore_errors=True)
    say("copying the bare Debian")
    _run("cp", "-a", str(base), str(root))
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    prefix = ("unshare", "--mount", "--propagation=private", "sh", "-ec", _ENTER, "sh")
    trial = Trial("/usr/bin", work / "run", (*prefix, str(root), str(work)))
    for name in ("resolv.conf", "hosts"):
        shutil.copyfile(Path("/etc", name), root / "etc" / name)
    shutil.copyfile(package, work / package.name)
    begun = time.monotonic()
    _apt(trial, "update")
    # Recommended are the sandbox and a font: what is needed alone is tried with --version below.
    _apt(trial, "install", str(work / package.name))
    trial.note("install", f"with what it depends on alone, {time.monotonic() - begun:.0f} s")
    trial.note("without a window", trial.run("hivemind-master", "--headless", "--version").strip())
    _apt(trial, "install", "bubblewrap", "fonts-dejavu-core")
    try_all(trial, picture)
    _apt(trial, "purge", "hivemind-master")
    left = _run(*trial.prefix, "find", "/etc", "/opt", "/usr", "/var", "-iname", "*hivemind*")
    if left.strip():
        raise Stop(f"Removed, but still there:\n{left}")
    kept = sorted(path.name for path in (work / "run" / "master").iterdir())
    trial.note("purge", f"nothing of it is left; the data is: {', '.join(kept)}")
    return trial


def _bootstrap(base: Path) -> None:
    say(f"making a bare Debian ({SUITE})")
    shutil.rmtree(base, ignore_errors=True)
    _run("debootstrap", "--variant=minbase", SUITE, str(base))


def _apt(trial: Trial, *arguments: str) -> None:
    command = ["apt-get", "-qq", "-y", "--no-install-recommends", *arguments]
    _run(*trial.prefix, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", *command)


def _run(*command: str) -> str:
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
    )
    if done.returncode != 0:
        told = f"{done.stdout[-1500:]}{done.stderr[-1500:]}"
        raise Stop(f"{' '.join(command[-6:])} failed:\n{told}")
    return done.stdout
