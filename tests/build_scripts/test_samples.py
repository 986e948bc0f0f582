"""The sample tasks do what their sample.toml says, and a wrong result is noticed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from build_scripts.demo_samples import Sample, generate_text, load_samples

SAMPLES = load_samples()


def run_job(sample: Sample, folder: Path, index: int) -> tuple[int, str, Path]:
    """Run one task of `sample` as a worker would; returns status, output and output folder."""
    work, output = folder / f"work-{index}", folder / f"output-{index}"
    sample.lay_out(work)
    output.mkdir()
    command = ["sh", "run.sh"] if (work / "run.sh").exists() else [sys.executable, "main.py"]
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HIVEMIND_OUTPUT_DIR": str(output),
        "HIVEMIND_ARRAY_INDEX": str(index),
        "HIVEMIND_ARRAY_COUNT": str(sample.count),
    }
    done = subprocess.run(
        command, cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, output


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.folder.name)
def test_a_sample_ends_as_expected_and_its_result_is_right(sample, tmp_path):
    ended = [run_job(sample, tmp_path, index) for index in range(sample.count)]
    codes = [status for status, _, _ in ended]
    assert sample.faults([output for _, _, output in ended], codes) == []
    assert all((status == 0) == (sample.outcome == "succeeded") for status in codes)
    assert all("::progress " in text for _, text, _ in ended)


def test_there_is_a_sample_of_each_kind():
    assert {sample.check for sample in SAMPLES} == {
        "mean_of_parts",
        "word_counts",
        "image",
        "refunded",
    }


@pytest.fixture
def by_check() -> dict[str, Sample]:
    return {sample.check: sample for sample in SAMPLES}


def test_a_wrong_count_is_noticed(by_check, tmp_path):
    sample = by_check["word_counts"]
    _text, counts = generate_text(sample.generated["bytes"])
    (tmp_path / "counts.json").write_text(json.dumps({**counts, "lease": counts["lease"] - 1}))
    assert sample.faults([tmp_path], [0]) == ["wrong counts for lease"]


def test_a_part_that_comes_twice_is_noticed(by_check, tmp_path):
    sample = by_check["mean_of_parts"]
    part = {"index": 0, "points": sample.values["points_each"], "value": sample.values["value"]}
    (tmp_path / "pi.json").write_text(json.dumps(part))
    assert len(sample.faults([tmp_path] * sample.count, [0] * sample.count)) == 1


def test_a_changed_pixel_is_noticed(by_check, tmp_path):
    sample = by_check["image"]
    lay_out = tmp_path / "work"
    sample.lay_out(lay_out)
    source = (lay_out / "main.py").read_text(encoding="utf-8")
    (lay_out / "main.py").write_text(source.replace("0.95, 0.35, 0.25", "0.95, 0.36, 0.25"))
    environment = {"HIVEMIND_OUTPUT_DIR": str(tmp_path)}
    subprocess.run(
        [sys.executable, "main.py"], cwd=lay_out, env=environment, check=True, capture_output=True
    )
    assert sample.faults([tmp_path], [0]) == ["the pixels are not the ones expected"]


def test_another_exit_status_is_noticed(by_check):
    assert by_check["refunded"].faults([], [1]) == ["exit status 1, not 3"]
