"""What is told to the master, in which order, and until when."""

from pathlib import Path

import pytest

from app.common.vocabulary import AttemptOutcome
from app.worker.attempt_log import AttemptLog, LogStream, ProgressReader
from app.worker.orders import AttemptId, Ending, Update, UpdateKind
from app.worker.reporter import CHUNK_BYTES, MESSAGE_BYTES_MAX, Reporter
from proto import nodepool_pb2 as pb

A1 = AttemptId("a", 1)
B1 = AttemptId("b", 1)
STARTED = Update(A1, UpdateKind.STARTED, 1)
ENDED = Update(A1, UpdateKind.ENDED, 2, ending=Ending(AttemptOutcome.SUCCEEDED, 2))


def progress(percent: int) -> Update:
    return Update(A1, UpdateKind.PROGRESS, 1, progress_percent=percent)


@pytest.fixture
def log(tmp_path: Path):
    kept = AttemptLog(tmp_path, 10_000_000)
    yield kept
    kept.close()


def taken(reporter: Reporter) -> list[pb.WorkerMessage]:
    messages = []
    while (message := reporter.take()) is not None:
        messages.append(message)
    return messages


def text(messages: list[pb.WorkerMessage], stream: int = 1) -> bytes:
    chunks = [chunk for message in messages for chunk in message.logs if chunk.stream == stream]
    return b"".join(chunk.data for chunk in chunks)


def test_updates_are_bundled_and_sent_once() -> None:
    reporter = Reporter()
    reporter.report(STARTED)
    reporter.report(Update(B1, UpdateKind.STARTED, 1))
    (message,) = taken(reporter)
    assert [update.task_id for update in message.updates] == ["a", "b"]
    assert taken(reporter) == []


def test_only_the_newest_progress_counts() -> None:
    reporter = Reporter()
    for percent in (10, 20, 30):
        reporter.report(progress(percent))
    (message,) = taken(reporter)
    assert [update.progress_percent for update in message.updates] == [30]


def test_after_a_lost_stream_what_was_not_acknowledged_is_sent_again() -> None:
    reporter = Reporter()
    reporter.report(STARTED)
    reporter.report(ENDED)
    taken(reporter)
    reporter.acked(A1, UpdateKind.STARTED)
    reporter.rewind()
    (message,) = taken(reporter)
    assert [update.kind for update in message.updates] == [UpdateKind.ENDED]
    reporter.acked(A1, UpdateKind.ENDED)
    reporter.rewind()
    assert taken(reporter) == []


def test_an_old_acknowledgement_does_not_silence_a_newer_progress() -> None:
    reporter = Reporter()
    reporter.report(progress(10))
    taken(reporter)
    reporter.report(progress(20))
    reporter.acked(A1, UpdateKind.PROGRESS)
    (message,) = taken(reporter)
    assert message.updates[0].progress_percent == 20


def test_the_end_is_told_after_all_that_was_printed(log: AttemptLog) -> None:
    reporter = Reporter()
    reporter.attach_log(A1, log)
    data = bytes(range(256)) * (3 * MESSAGE_BYTES_MAX // 256)
    log.append(LogStream.STDOUT, data)
    reporter.report(ENDED)
    messages = taken(reporter)
    assert text(messages) == data
    assert [len(message.updates) for message in messages] == [0] * (len(messages) - 1) + [1]
    assert all(message.ByteSize() < 2 * MESSAGE_BYTES_MAX for message in messages)
    assert all(len(chunk.data) <= CHUNK_BYTES for m in messages for chunk in m.logs)


def test_logs_go_on_from_what_the_master_keeps(log: AttemptLog) -> None:
    reporter = Reporter()
    reporter.attach_log(A1, log)
    log.append(LogStream.STDOUT, b"0123456789")
    log.append(LogStream.STDERR, b"abc")
    taken(reporter)
    reporter.log_acked(A1, {LogStream.STDOUT: 4, LogStream.STDERR: 3})
    reporter.rewind()
    messages = taken(reporter)
    assert text(messages) == b"456789"
    assert text(messages, stream=2) == b""
    assert messages[0].logs[0].offset == 4


def test_an_acknowledgement_beyond_the_log_does_no_harm(log: AttemptLog) -> None:
    reporter = Reporter()
    reporter.attach_log(A1, log)
    log.append(LogStream.STDOUT, b"0123")
    reporter.log_acked(A1, {LogStream.STDOUT: 1000})
    log.append(LogStream.STDOUT, b"4567")
    assert text(taken(reporter)) == b"4567"


def test_a_cut_after_everything_was_sent_is_still_told(tmp_path: Path) -> None:
    log = AttemptLog(tmp_path, 4)
    reporter = Reporter()
    reporter.attach_log(A1, log)
    log.append(LogStream.STDOUT, b"0123")
    (first,) = taken(reporter)
    assert not first.logs[0].truncated
    log.append(LogStream.STDOUT, b"4")
    (second,) = taken(reporter)
    assert (second.logs[0].truncated, second.logs[0].data, second.logs[0].offset) == (True, b"", 4)
    reporter.close()


def test_a_log_that_is_there_already_is_kept(tmp_path: Path) -> None:
    first = AttemptLog(tmp_path, 100)
    first.append(LogStream.STDOUT, b"before ")
    first.close()
    second = AttemptLog(tmp_path, 100)
    second.append(LogStream.STDOUT, b"after")
    assert second.streams[LogStream.STDOUT].read(0, 100) == b"before after"
    second.close()


@pytest.mark.parametrize(
    ("chunks", "found"),
    [
        ([b"::progress 40\n"], [40]),
        ([b"::prog", b"ress 7", b"\n"], [None, None, 7]),
        ([b"::progress 1\n::progress 2\n"], [2]),
        ([b"::progress 100\r\n"], [100]),
        ([b"::progress 101\n", b"x ::progress 5\n", b"::progress 5 \n"], [None, None, None]),
        ([b"x" * 100_000, b"::progress 5\n", b"::progress 6\n"], [None, None, 6]),
    ],
)
def test_progress_is_a_line_of_its_own(chunks: list[bytes], found: list[int | None]) -> None:
    reader = ProgressReader()
    assert [reader.feed(chunk) for chunk in chunks] == found
