"""Tasks that attack the machine, in the real sandbox and in a real container.

Each is held, its end is told for what it was, and an honest task runs right after it.
"""

import asyncio
import os
import textwrap
from pathlib import Path

import pytest

from app.common.archive_limits import ArchiveLimits
from app.common.archive_pack import pack
from app.common.vocabulary import AttemptOutcome
from app.worker.executors.base import PIDS_MAX, ExitReport
from tests.long_forms import long_form
from tests.worker.jobs import Bench

#: What a refused attempt may be told, and no other: EPERM, ENOENT, EACCES, EROFS, ENOSYS,
#: EAFNOSUPPORT, ENETUNREACH, EHOSTUNREACH, ENXIO.
_PRELUDE = """
import ctypes, errno, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)

def system(name, *arguments):
    ctypes.set_errno(0)
    if getattr(libc, name)(*arguments) != -1:
        print("did", name)
    else:
        print("refused", name, errno.errorcode[ctypes.get_errno()])

def attempt(name, act):
    try:
        act()
    except OSError as error:
        print("refused", name, errno.errorcode.get(error.errno, error.errno))
    else:
        print("did", name)
"""


class Prison:
    """A bench, the image its tasks want, and a look at it afterwards."""

    def __init__(self, bench: Bench, image: str) -> None:
        self.bench = bench
        self._image = image

    async def python(self, program: str, **wanted: object) -> ExitReport:
        """Run a hostile program of Python."""
        text = _PRELUDE + textwrap.dedent(program)
        return await self.bench.run("python3", "-c", text, image=self._image, **wanted)

    async def shell(self, script: str, **wanted: object) -> ExitReport:
        return await self.bench.run("sh", "-c", script, **wanted)

    @property
    def said(self) -> list[str]:
        return self.bench.printed.out.splitlines()

    def assert_all_refused(self, count: int) -> None:
        """`count` attempts were made, and none came through."""
        assert [line for line in self.said if not line.startswith("refused ")] == []
        assert len(self.said) == count, self.bench.printed.err

    async def assert_healthy(self) -> None:
        """The next task runs as if nothing had been."""
        before = len(self.said)
        async with asyncio.timeout(30):
            report = await self.bench.run("sh", "-c", "echo honest", task_id="0" * 26)
        assert report.outcome is AttemptOutcome.SUCCEEDED
        assert self.said[before:] == ["honest"]


@pytest.fixture(
    params=[
        pytest.param(bench, id=f"{bench}-{turn}" if turn else bench)
        for bench in ("sandbox_bench", "docker_bench")
        for turn in range(long_form(1, 10))
    ]
)
def prison(request: pytest.FixtureRequest) -> Prison:
    bench: Bench = request.getfixturevalue(request.param)
    image = ""
    if request.param == "docker_bench":
        image = request.getfixturevalue("docker_python_image")
    return Prison(bench, image)


async def test_a_fork_bomb(prison: Prison) -> None:
    report = await prison.python(
        f"""
        children = 0
        try:
            while children < {PIDS_MAX * 4}:
                if os.fork() == 0:
                    import time
                    time.sleep(1000)
                children += 1
        except OSError as error:
            print("refused fork", errno.errorcode[error.errno], children < {PIDS_MAX})
        """
    )
    assert prison.said == ["refused fork EAGAIN True"]
    assert report.outcome is AttemptOutcome.SUCCEEDED
    await prison.assert_healthy()


async def test_all_the_memory(prison: Prison) -> None:
    report = await prison.python(
        """
        kept = []
        while True:
            kept.append(bytearray(b"x" * 2**22))
        """,
        memory_mib=96,
    )
    assert report.outcome is AttemptOutcome.OUT_OF_MEMORY
    await prison.assert_healthy()


async def test_all_the_disk(prison: Prison) -> None:
    report = await prison.shell("cat /dev/zero > /output/big", disk_mib=4)
    # Some programs take the signal for a failed write, and end by themselves.
    told = {AttemptOutcome.OUTPUT_TOO_LARGE, AttemptOutcome.EXITED_NONZERO}
    assert report.outcome in told
    (left,) = prison.bench.folder.glob("*/output/big")
    assert left.stat().st_size <= 4 * 1024 * 1024
    await prison.assert_healthy()


async def test_a_flood_of_lines(prison: Prison) -> None:
    """Whoever keeps what is printed says when it is enough, and is not asked for more memory."""
    kept = 0

    def sink(_stream: object, data: bytes) -> bool:
        nonlocal kept
        kept = min(kept + len(data), 1_000_000)
        return kept < 1_000_000

    job = prison.bench.job("sh", "-c", "yes x | head -c 20000000; exit 3")
    controller = prison.bench.executor.controller(job, sink)
    try:
        await controller.prepare()
        await controller.start()
        async with asyncio.timeout(60):
            report = await controller.wait()
    finally:
        await controller.remove()
    assert (report.exit_code, kept) == (3, 1_000_000)
    await prison.assert_healthy()


async def test_mounting_and_new_namespaces(prison: Prison) -> None:
    await prison.python(
        """
        system("mount", b"none", b"/work", b"tmpfs", 0, None)
        system("mount", b"/", b"/work", None, 4096, None)
        system("umount2", b"/proc", 2)
        system("unshare", 0x10000000)
        system("unshare", 0x00020000)
        system("syscall", 155, b"/work", b"/work")
        system("chroot", b"/work")
        """
    )
    prison.assert_all_refused(7)
    await prison.assert_healthy()


async def test_looking_into_other_processes(prison: Prison) -> None:
    await prison.python(
        """
        system("ptrace", 16, 1, None, None)
        attempt("memory of 1", lambda: open("/proc/1/mem", "rb"))
        attempt("environment of 1", lambda: open("/proc/1/environ", "rb").read() or None)
        attempt("kernel memory", lambda: open("/dev/kmem", "rb"))
        attempt("kernel's memory", lambda: open("/proc/kcore", "rb").read(1) or sys.exit(9))
        """
    )
    lines = prison.said
    # A task may see what it could know anyway: the environment it was given.
    assert lines[0].startswith("refused ptrace")
    assert lines[1].startswith("refused memory") or "did memory" in lines[1]
    assert "hivemind-test" not in prison.bench.printed.out
    await prison.assert_healthy()


async def test_raw_sockets_and_the_metadata_address(prison: Prison) -> None:
    await prison.python(
        """
        attempt("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
        attempt("packet", lambda: socket.socket(17, socket.SOCK_RAW, 3))
        def connect(host, port):
            with socket.create_connection((host, port), 5):
                pass
        attempt("metadata", lambda: connect("169.254.169.254", 80))
        attempt("internet", lambda: connect("192.0.2.1", 443))
        attempt("host", lambda: connect("127.0.0.1", 22))
        attempt("name", lambda: socket.getaddrinfo("example.com", 80))
        """
    )
    prison.assert_all_refused(6)
    await prison.assert_healthy()


async def test_becoming_somebody_else(prison: Prison) -> None:
    await prison.python(
        """
        attempt("setuid", lambda: os.setuid(0))
        attempt("setgid", lambda: os.setgid(0))
        attempt("setgroups", lambda: os.setgroups([0]))
        attempt("chown", lambda: os.chown("/output", 0, 0))
        attempt("device", lambda: os.mknod("/output/d", 0o60666, os.makedev(8, 0)))
        attempt("nice", lambda: os.setpriority(os.PRIO_PROCESS, 0, -20))
        system("sethostname", b"evil", 4)
        system("reboot", 0x01234567)
        """
    )
    prison.assert_all_refused(8)
    await prison.assert_healthy()


async def test_a_program_that_wants_roots_rights(prison: Prison) -> None:
    """Its own copy of a shell, marked to run as its owner: that is nobody."""
    await prison.shell(
        "cp $(command -v sh) /output/sh && chmod 6755 /output/sh; /output/sh -c 'id -u' || id -u"
    )
    assert prison.said == ["65534"]
    await prison.assert_healthy()


async def test_writing_outside(prison: Prison) -> None:
    await prison.python(
        """
        places = ["/", "/etc", "/usr/bin", "/proc/sys/kernel", "/sys/fs/cgroup", "/dev", "/root"]
        for place in places:
            attempt(place, lambda: open(place + "/hivemind-hostile", "w"))
        attempt("sysrq", lambda: open("/proc/sysrq-trigger", "w").write("b"))
        attempt("core", lambda: open("/proc/sys/kernel/core_pattern", "w").write("|/work/x"))
        """
    )
    prison.assert_all_refused(9)
    assert "hivemind-hostile" not in await asyncio.to_thread(os.listdir, "/")
    await prison.assert_healthy()


async def test_ignoring_every_signal(prison: Prison) -> None:
    script = "trap '' TERM INT HUP QUIT; echo up; while :; do sleep 0.05; done"
    report = await prison.bench.run_and_stop("sh", "-c", script, grace_seconds=0.3)
    assert report.exit_code == 137
    await prison.assert_healthy()


async def test_sleeping_past_the_end_in_the_background(prison: Prison) -> None:
    """What it leaves running, also in a session of its own, ends with it."""
    # Other workers of the tests may be running this very test.
    mark = str(10_000_000 + os.getpid())
    async with asyncio.timeout(30):
        report = await prison.shell(
            f"(trap '' TERM HUP; setsid sleep {mark} &) ; "
            f"(nohup sleep {mark} >/dev/null 2>&1 &) ; :"
        )
    assert report.outcome is AttemptOutcome.SUCCEEDED
    assert sleepers(mark.encode()) == []
    await prison.assert_healthy()


async def test_links_in_the_results(prison: Prison, tmp_path: Path) -> None:
    """A result that points elsewhere brings nothing from there."""
    secret = tmp_path / "secret"
    secret.write_text("of the host")
    await prison.shell(
        f"cd /output && ln -s {secret} link && ln -s / root && ln -s .. up && mkfifo pipe "
        "&& echo mine > file"
    )
    (output,) = prison.bench.folder.glob("*/output")
    archive = tmp_path / "result.zip"
    packed = await asyncio.to_thread(pack, output, archive, ArchiveLimits())
    assert b"of the host" not in archive.read_bytes()
    # gVisor keeps pipes to itself: the host has no fifth.
    there = sorted(path.name for path in output.iterdir())
    assert there in (["file", "link", "pipe", "root", "up"], ["file", "link", "root", "up"])
    assert packed.skipped == len(there) - 1
    await prison.assert_healthy()


def sleepers(mark: bytes) -> list[str]:
    """Processes of this machine with `mark` among their arguments."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if mark in line.split(b"\0"):
            found.append(entry.name)
    return found
