"""Counts the words of text.txt and writes them to counts.json, the most frequent first."""

import collections
import json
import os
import re
from pathlib import Path

TEXT = Path("text.txt")


def main() -> None:
    """Count line by line, so that memory does not grow with the text."""
    counts: collections.Counter[str] = collections.Counter()
    size_bytes = TEXT.stat().st_size
    read_bytes = reported = 0
    with TEXT.open(encoding="utf-8") as lines:
        for line in lines:
            counts.update(re.findall(r"\w+", line.lower()))
            read_bytes += len(line.encode())
            percent = 100 * read_bytes // size_bytes
            if percent >= reported + 10:
                reported = percent
                print(f"::progress {percent}", flush=True)
    output = Path(os.environ["HIVEMIND_OUTPUT_DIR"])
    (output / "counts.json").write_text(json.dumps(dict(counts.most_common())), encoding="utf-8")
    print(f"{counts.total()} words, {len(counts)} different ones")


if __name__ == "__main__":
    main()
