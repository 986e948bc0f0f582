"""Folders, caches and measures: what the worker does with its disk and says of its machine."""

import asyncio
import hashlib
import itertools
import os
from dataclasses import fields
from pathlib import Path

import pytest

from app.common.clock import SystemClock
from app.common.errors import HiveMindError, Reason
from app.common.node_facts import Usage
from app.worker import benchmark
from app.worker.archive_cache import ArchiveCache
from app.worker.attempt_log import AttemptLog, LogStream
from app.worker.capabilities import platform_name
from app.worker.consumption import unreclaimable_bytes
from app.worker.executors.choice import engine_urls, install_command
from app.worker.gpus import GpuLoad, GpuProbe, GpuReading, mean_load
from app.worker.orders import AttemptId
from app.worker.telemetry import OwnUse, Telemetry
from app.worker.workspace import Workspace, disk_bytes


class Source:
    """Archives by digest; counts how often each is fetched."""

    def __init__(self, *contents: bytes) -> None:
        self.contents = {digest(content): content for content in contents}
        self.fetched: list[str] = []

    async def download(self, digest: str, task_id: str, path: Path, size_bytes_max: int) -> None:
        self.fetched.append(digest)
        await asyncio.sleep(0)
        if len(self.contents[digest]) > size_bytes_max:
            raise HiveMindError(Reason.ARTIFACT_TOO_LARGE)
        await asyncio.to_thread(path.write_bytes, self.contents[digest])


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


async def used(cache: ArchiveCache, content: bytes) -> bytes:
    async with cache.archive(digest(content), "t") as path:
        return path.read_bytes()


async def test_an_archive_is_fetched_once_for_many_tasks(tmp_path: Path) -> None:
    source = Source(b"one")
    cache = ArchiveCache(tmp_path, 100, source)
    found = await asyncio.gather(*(used(cache, b"one") for _ in range(10)))
    assert found == [b"one"] * 10
    assert len(source.fetched) == 1


async def test_the_longest_unused_archive_goes_first(tmp_path: Path) -> None:
    one, two, three = (letter * 40 for letter in (b"1", b"2", b"3"))
    source = Source(one, two, three)
    cache = ArchiveCache(tmp_path, 100, source)
    for index, content in enumerate((one, two)):
        await used(cache, content)
        os.utime(tmp_path / digest(content)[7:], (index, index))
    await used(cache, one)
    await used(cache, three)
    kept = await asyncio.to_thread(lambda: {path.name for path in tmp_path.iterdir()})
    assert kept == {digest(one)[7:], digest(three)[7:]}


async def test_an_archive_in_use_stays(tmp_path: Path) -> None:
    one, two = b"1" * 60, b"2" * 60
    cache = ArchiveCache(tmp_path, 100, Source(one, two))
    async with cache.archive(digest(one), "t") as path:
        await used(cache, two)
        assert path.read_bytes() == one


async def test_a_failed_fetch_leaves_the_next_one_free(tmp_path: Path) -> None:
    source = Source(b"x" * 200)
    cache = ArchiveCache(tmp_path, 100, source)
    for _ in range(2):
        with pytest.raises(HiveMindError):
            await used(cache, b"x" * 200)
    assert len(source.fetched) == 2


async def test_what_is_no_digest_reaches_no_file(tmp_path: Path) -> None:
    cache = ArchiveCache(tmp_path, 100, Source())
    with pytest.raises(HiveMindError) as refusal:
        async with cache.archive("sha256:../../etc/passwd", "t"):
            pass
    assert refusal.value.reason is Reason.BAD_ID


@pytest.mark.parametrize("task_id", ["../x", "a/b", "", "A", "a-", "a.b", "x" * 65])
def test_an_id_that_would_be_a_dangerous_file_name_is_refused(task_id: str) -> None:
    with pytest.raises(HiveMindError):
        AttemptId(task_id, 1).checked()


def test_disk_space_is_counted_without_following_links(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 5_000_000)
    watched = tmp_path / "watched"
    (watched / "deep").mkdir(parents=True)
    (watched / "deep" / "file").write_bytes(b"x" * 100_000)
    (watched / "link").symlink_to(tmp_path / "big")
    (watched / "loop").symlink_to(watched)
    assert 100_000 <= disk_bytes(watched) < 200_000


def test_many_empty_files_count_too(tmp_path: Path) -> None:
    for index in range(1000):
        (tmp_path / str(index)).touch()
    assert disk_bytes(tmp_path) >= 500_000


def test_a_folder_the_task_made_unreadable_is_removed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, AttemptId("a", 1))
    workspace.create()
    locked = workspace.output / "locked"
    (locked / "below").mkdir(parents=True)
    locked.chmod(0)
    workspace.remove()
    assert not workspace.folder.exists()


def test_removing_follows_no_link(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    kept.chmod(0o500)
    workspace = Workspace(tmp_path / "attempts", AttemptId("a", 1))
    workspace.create()
    (workspace.output / "link").symlink_to(kept)
    workspace.remove()
    assert (kept / "file").exists()
    assert kept.stat().st_mode & 0o777 == 0o500


def test_a_full_disk_cuts_the_log_and_not_the_task(tmp_path: Path) -> None:
    log = AttemptLog(tmp_path, 1000)
    stream = log.streams[LogStream.STDOUT]
    stream._file.close()
    stream._file = Path("/dev/full").open("r+b", buffering=0)  # noqa: SIM115 - closed below
    assert log.append(LogStream.STDOUT, b"lost") is False
    assert (stream.size_bytes, stream.truncated) == (0, True)
    log.close()


def test_a_sample_is_figures_only(tmp_path: Path) -> None:
    sample = Telemetry(tmp_path, GpuProbe(), SystemClock()).sample(OwnUse(3))
    values = {field.name: getattr(sample, field.name) for field in fields(Usage)}
    assert all(isinstance(value, int) and value >= 0 for value in values.values())
    assert all(value <= 100 for name, value in values.items() if name.endswith("_percent"))
    assert (sample.running_tasks, sample.memory_percent > 0, sample.disk_free_mib > 0) == (
        3,
        True,
        True,
    )


def test_the_part_of_held_gpus_is_our_own() -> None:
    load = mean_load([GpuReading("a", 100, 80), GpuReading("b", 20, 40)], frozenset({"a"}))
    assert load == GpuLoad(60, 60, 50, 40)
    assert mean_load([], frozenset()) == GpuLoad()


@pytest.mark.parametrize(
    ("stat", "held"),
    [
        ({"anon": 5, "file": 90, "shmem": 2}, 7),
        ({"rss": 5, "total_rss": 6, "cache": 90}, 6),
        ({}, None),
    ],
)
def test_a_cache_of_files_is_held_by_nobody(stat: dict[str, int], held: int | None) -> None:
    assert unreclaimable_bytes(stat) == held


def test_the_score_is_measured_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "benchmark.json"
    score = benchmark.kept_cpu_score(path)
    assert 50 < score < 20_000
    # A counter that stands still would measure anything but the same.
    assert benchmark.kept_cpu_score(path, lambda: 0.0) == score


def test_the_score_is_of_the_processors_time_alone() -> None:
    """However long a round takes by the clock: the counter says 0.24 s, half as fast as 0.12."""
    counter = itertools.count()
    assert benchmark.cpu_score(lambda: next(counter) * 0.24) == 500


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"version": 1, "cpu_score": 5}'])
def test_a_kept_score_that_is_none_is_measured_again(tmp_path: Path, content: str) -> None:
    path = tmp_path / "benchmark.json"
    path.write_text(content)
    assert benchmark.kept_cpu_score(path) > 50


@pytest.mark.parametrize(
    ("system", "release", "command"),
    [
        ("linux", "ID=debian\n", "apt-get"),
        ("linux", 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', "apt-get"),
        ("linux", 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', "dnf"),
        ("linux", 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', "zypper"),
        ("linux", "ID=arch\n", "pacman"),
        ("linux", "", "bubblewrap"),
        ("darwin", "", "brew"),
        ("win32", "", "winget"),
    ],
)
def test_the_way_out_fits_the_system(system: str, release: str, command: str) -> None:
    assert command in install_command(system, release)


def test_an_engine_that_is_named_is_the_only_one_tried() -> None:
    assert engine_urls({"DOCKER_HOST": "tcp://engine:2375"}) == ["tcp://engine:2375"]


def test_platforms_have_the_names_engines_use() -> None:
    assert platform_name("Linux", "x86_64") == "linux/amd64"
    assert platform_name("Windows", "AMD64") == "windows/amd64"
    assert platform_name("Darwin", "arm64") == "darwin/arm64"
