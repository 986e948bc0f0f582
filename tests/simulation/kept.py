"""Seeds that failed once, in `kept_seeds.txt`: seed, steps, and what it showed, a line each."""

from pathlib import Path

FILE = Path(__file__).with_name("kept_seeds.txt")


def kept(file: Path = FILE) -> list[tuple[int, int]]:
    """(seed, steps) of each."""
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = (line.split(maxsplit=2) for line in lines if line and not line.startswith("#"))
    return [(int(seed), int(steps)) for seed, steps, _ in rows]


def keep(seed: int, steps: int, failure: str, file: Path = FILE) -> None:
    """Add one, unless it is kept already."""
    if (seed, steps) not in kept(file):
        with file.open("a", encoding="utf-8") as rows:
            rows.write(f"{seed} {steps} {failure.splitlines()[0]}\n")
