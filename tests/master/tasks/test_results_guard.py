"""Results compared where they harm nobody: what is large, in a child that has limits."""

import sys
import time
from pathlib import Path

import pytest

import master_node
from app.common import bundled
from app.common.archives import ArchiveLimits, pack
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import ResultComparer
from app.master.tasks import compare_child, results_guard
from app.master.tasks.comparing import Rule
from app.master.tasks.results_guard import LIGHT_TEXT_BYTES, same_results

EXACT, NUMBERS = Rule(), Rule(ResultComparer.NUMBERS, 1_000_000)
LIMITS = ArchiveLimits()
#: Numbers, one by one: for as long as it may be, and for as long as it is compared here.
MUCH, LITTLE = b"7 " * 250_000, b"7 " * (LIGHT_TEXT_BYTES // 2 - 8)


def result(folder: Path, content: bytes) -> Path:
    source = folder / f"{len(list(folder.iterdir()))}"
    source.mkdir()
    (source / "numbers").write_bytes(content)
    pack(source, source.with_suffix(".zip"), LIMITS)
    return source.with_suffix(".zip")


def test_much_text_is_compared_by_a_child_and_not_by_this_process(tmp_path, children):
    first, same = result(tmp_path, MUCH), result(tmp_path, MUCH + b"\n")
    other = result(tmp_path, MUCH + b"8")
    start = time.process_time()
    assert same_results(first, same, NUMBERS, LIMITS)
    assert not same_results(first, other, NUMBERS, LIMITS)
    # It takes a child seconds, of a lock that everybody here would wait for.
    assert time.process_time() - start < 0.5
    assert len(children) == 2


def test_small_results_start_no_process(tmp_path, children):
    first, same = result(tmp_path, LITTLE), result(tmp_path, LITTLE + b"\n")
    assert same_results(first, same, NUMBERS, LIMITS)
    assert not same_results(result(tmp_path, MUCH), result(tmp_path, MUCH + b" "), EXACT, LIMITS)
    assert children == []


def test_what_is_no_archive_equals_nothing(tmp_path):
    sound, junk = result(tmp_path, LITTLE), tmp_path / "junk"
    junk.write_bytes(b"junk")
    assert not same_results(sound, junk, NUMBERS, LIMITS)
    with pytest.raises(OSError, match="gone"):
        same_results(sound, tmp_path / "gone", NUMBERS, LIMITS)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize("limit", ["_MEMORY_BYTES", "_CPU_SECONDS"])
def test_what_takes_too_much_is_not_told(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(results_guard, "_TEXT_BYTES_PER_CPU_SECOND", 1 << 40)
    monkeypatch.setattr(results_guard, limit, 1)
    first, other = result(tmp_path, 8 * MUCH), result(tmp_path, 8 * MUCH + b"\n")
    with pytest.raises(HiveMindError) as refused:
        same_results(first, other, NUMBERS, LIMITS)
    assert refused.value.reason is Reason.ARCHIVE_BOMB


def test_the_program_of_a_bundle_is_its_own_child(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "hivemind_master"))
    asked = []
    monkeypatch.setattr(compare_child, "main", lambda arguments: asked.append(arguments) or 0)
    command = bundled.child_command(results_guard.NAME, results_guard.MODULE)
    monkeypatch.setattr(sys, "argv", [*command, "{}"])
    assert master_node.main() == 0
    assert asked == [["{}"]]
