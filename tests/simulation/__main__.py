"""A campaign over seeds: `python -m tests.simulation --seeds 1000 [--seed FIRST]`.

A seed that fails is printed with the command that lives through it again, and kept: the
test suite tries it from then on.
"""

import argparse
import multiprocessing
import os
import sys

from tests.simulation.kept import keep
from tests.simulation.run import STEPS, Outcome, simulate


def main() -> int:
    """Live through the seeds in parallel; status 1 if one of them fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--seed", type=int, default=0, help="the first")
    parser.add_argument("--steps", type=int, default=STEPS, help="deeds and faults in each")
    options = parser.parse_args()
    lives = [(seed, options.steps) for seed in range(options.seed, options.seed + options.seeds)]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        outcomes: list[Outcome] = pool.starmap(simulate, lives, chunksize=5)
    failed = [outcome for outcome in outcomes if outcome.failure is not None]
    for outcome in failed:
        sys.stdout.write("\n".join(outcome.story[-40:]) + "\n")
        sys.stdout.write(f"seed {outcome.seed}: {outcome.failure}\n")
        again = f"--seed {outcome.seed} --seeds 1 --steps {options.steps}"
        sys.stdout.write(f"  again: python3 build_scripts/dev.py simulate {again}\n")
        keep(outcome.seed, options.steps, str(outcome.failure))
    sys.stdout.write(f"{len(lives)} seeds, {len(failed)} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
