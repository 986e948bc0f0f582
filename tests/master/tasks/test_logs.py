"""Logs on disk: no gap, nothing doubled, cut at the cap."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.master.tasks.logs import Chunk, LogFiles, LogStream

TASK = "0" * 26


def chunk(offset: int, data: bytes, stream: LogStream = LogStream.STDOUT) -> Chunk:
    return Chunk(TASK, 1, stream, offset, data)


@pytest.fixture
def logs(tmp_path: Path) -> LogFiles:
    return LogFiles(tmp_path / "logs", 100)


def text(logs: LogFiles, stream: LogStream = LogStream.STDOUT) -> bytes:
    return logs.read(TASK, 1, stream, 0, 1000)


def test_streams_and_attempts_are_kept_apart(logs: LogFiles) -> None:
    logs.append([chunk(0, b"out"), chunk(0, b"err", LogStream.STDERR)])
    logs.append([Chunk(TASK, 2, LogStream.STDOUT, 0, b"again")])
    assert text(logs) == b"out"
    assert text(logs, LogStream.STDERR) == b"err"
    assert logs.read(TASK, 2, LogStream.STDOUT, 2, 2) == b"ai"
    assert logs.lengths(TASK, 1) == (3, 3)


def test_a_chunk_that_would_leave_a_gap_is_not_kept(logs: LogFiles) -> None:
    assert logs.append([chunk(0, b"ab"), chunk(3, b"d")]) == {(TASK, 1): (2, 0)}
    assert text(logs) == b"ab"


def test_what_is_beyond_the_cap_is_cut_off(logs: LogFiles) -> None:
    logs.append([chunk(0, b"x" * 90), chunk(90, b"y" * 20), chunk(110, b"z")])
    assert text(logs) == b"x" * 90 + b"y" * 10


def test_a_deleted_log_is_empty(logs: LogFiles) -> None:
    logs.append([chunk(0, b"ab")])
    logs.delete(TASK)
    logs.delete(TASK)
    assert text(logs) == b""
    assert logs.lengths(TASK, 1) == (0, 0)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=20))
def test_repeats_in_any_order_give_the_beginning_of_the_log(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[int, int]]
) -> None:
    whole = bytes(range(100))
    logs = LogFiles(tmp_path_factory.mktemp("logs"), 80)
    for offset, size in pieces:
        logs.append([chunk(offset, whole[offset : offset + size])])
    kept = text(logs)
    assert kept == whole[: len(kept)]
    assert len(kept) <= 80
