"""The sample tasks: read them, lay out what is sent, and check what comes back."""

import collections
import hashlib
import json
import random
import shutil
import struct
import tomllib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from build_scripts.environment import ROOT

SAMPLES = ROOT / "resources" / "samples"


@dataclass(frozen=True)
class Sample:
    """One sample: what is submitted and what must come of it. See resources/samples/README.md."""

    folder: Path
    name: str
    about: str
    priority: str
    run_seconds_max: int
    requirements: dict[str, int]
    outcome: str
    check: str
    values: dict[str, Any]
    count: int = 1
    generated: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> "Sample":
        """The sample in `folder`."""
        content = tomllib.loads((folder / "sample.toml").read_text(encoding="utf-8"))
        expected = content.pop("expected")
        return cls(folder, **{"values": {}, **content, **expected})

    def lay_out(self, folder: Path) -> None:
        """Put the files that are sent into `folder`, which does not exist yet."""
        shutil.copytree(self.folder / "job", folder)
        if self.generated:
            text, _counts = generate_text(self.generated["bytes"])
            (folder / self.generated["file"]).write_text(text, encoding="utf-8")

    def faults(self, results: list[Path], exit_codes: list[int | None]) -> list[str]:
        """What is wrong with the unpacked `results`, one folder a task in order; empty if nothing.

        `exit_codes` are those of the tasks, in the same order.
        """
        return CHECKS[self.check](self, results, exit_codes)


def load_samples(folder: Path = SAMPLES) -> list[Sample]:
    """All samples, by name of their folder."""
    return [Sample.load(path.parent) for path in sorted(folder.glob("*/sample.toml"))]


_ENGLISH = """
lease hold attempt node pool ledger queue worker master price balance trust drain sandbox archive
result settle refund priority normal high urgent core memory disk heartbeat stream 42 2026
"""
_OTHERS = ["naïve", "café", "größe", "señor", "节点", "任务", "账本", "队列"]
WORDS = [*_ENGLISH.split(), *_OTHERS]


def generate_text(size_bytes: int) -> tuple[str, dict[str, int]]:
    """A text of about `size_bytes`, the same each time, and how often it holds each word.

    The counts are kept while writing: whoever counts the text has to come to them by himself.
    """
    source = random.Random("words")
    weights = [1 / (rank + 1) for rank in range(len(WORDS))]
    counts: collections.Counter[str] = collections.Counter()
    lines, written = [], 0
    while written < size_bytes:
        words = source.choices(WORDS, weights, k=source.randint(6, 14))
        counts.update(words)
        line = ", ".join([words[0].capitalize(), " ".join(words[1:])]) + ".\n"
        lines.append(line)
        written += len(line.encode())
    return "".join(lines), dict(counts)


def _check_mean(sample: Sample, results: list[Path], _exit_codes: list[int | None]) -> list[str]:
    values = sample.values
    parts = [_json(result / values["file"]) for result in results]
    faults = []
    if [part["index"] for part in parts] != list(range(sample.count)):
        faults.append(f"the parts are not those of 0 to {sample.count - 1}, each once")
    if any(part["points"] != values["points_each"] for part in parts):
        faults.append(f"a part did not throw {values['points_each']} points")
    mean = sum(part["value"] for part in parts) / max(1, len(parts))
    if abs(mean - values["value"]) > values["tolerance"]:
        faults.append(f"the mean is {mean:.5f}, not {values['value']:.5f} ± {values['tolerance']}")
    return faults


def _check_words(sample: Sample, results: list[Path], _exit_codes: list[int | None]) -> list[str]:
    _text, expected = generate_text(sample.generated["bytes"])
    counted = _json(results[0] / sample.values["file"])
    wrong = sorted(
        word for word in expected.keys() | counted.keys() if expected.get(word) != counted.get(word)
    )
    return [f"wrong counts for {', '.join(wrong[:5])}"] if wrong else []


def _check_image(sample: Sample, results: list[Path], _exit_codes: list[int | None]) -> list[str]:
    values = sample.values
    width, height, pixels = read_png((results[0] / values["file"]).read_bytes())
    if (width, height) != (values["width"], values["height"]):
        return [f"the image is {width}×{height}, not {values['width']}×{values['height']}"]
    if hashlib.sha256(pixels).hexdigest() != values["pixels_sha256"]:
        return ["the pixels are not the ones expected"]
    return []


def _check_refund(sample: Sample, _results: list[Path], exit_codes: list[int | None]) -> list[str]:
    expected = sample.values["exit_code"]
    return [f"exit status {code}, not {expected}" for code in exit_codes if code != expected]


CHECKS: dict[str, Callable[[Sample, list[Path], list[int | None]], list[str]]] = {
    "mean_of_parts": _check_mean,
    "word_counts": _check_words,
    "image": _check_image,
    "refunded": _check_refund,
}


def read_png(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and RGB pixels of an unfiltered 8-bit PNG. Raises ValueError for another."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ValueError("not a PNG: its signature is missing")
    chunks: dict[bytes, bytes] = {}
    offset = 8
    while offset < len(data):
        length, kind = struct.unpack_from(">I4s", data, offset)
        body = data[offset + 8 : offset + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, offset + 8 + length)
        if checksum != zlib.crc32(kind + body):
            raise ValueError(f"the checksum of {kind.decode()} is wrong")
        chunks[kind] = chunks.get(kind, b"") + body
        offset += 12 + length
    width, height = struct.unpack_from(">II", chunks[b"IHDR"])
    rows = zlib.decompress(chunks[b"IDAT"])
    stride = 1 + 3 * width
    lines = [rows[start : start + stride] for start in range(0, len(rows), stride)]
    if len(lines) != height or any(len(line) != stride or line[0] for line in lines):
        raise ValueError("the rows are not unfiltered RGB of 8 bits")
    return width, height, b"".join(line[1:] for line in lines)


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
