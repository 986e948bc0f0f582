"""One part of a Monte-Carlo estimate of π: the share of random points within a quarter circle."""

import json
import os
import random
from pathlib import Path

POINTS = 400_000
REPORTS = 10


def main() -> None:
    """Throw the points of this task's index and write the estimate to pi.json."""
    index = int(os.environ["HIVEMIND_ARRAY_INDEX"])
    source = random.Random(f"pi:{index}")
    inside = 0
    for report in range(1, REPORTS + 1):
        for _ in range(POINTS // REPORTS):
            x, y = source.random(), source.random()
            inside += x * x + y * y <= 1.0
        print(f"::progress {100 * report // REPORTS}", flush=True)
    part = {"index": index, "points": POINTS, "inside": inside, "value": 4 * inside / POINTS}
    output = Path(os.environ["HIVEMIND_OUTPUT_DIR"])
    (output / "pi.json").write_text(json.dumps(part), encoding="utf-8")
    print(f"part {index}: π ≈ {part['value']:.5f}")


if __name__ == "__main__":
    main()
