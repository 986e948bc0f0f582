"""What every benchmark shares: arguments, fair turns, percentiles, and how figures are told.

A benchmark is `python -m bench.<name> [--short] [--strict]`. It prints a table for people
and, as its last line, one line of JSON for programs.
"""

import argparse
import json
import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": lambda value, limit: value <= limit,
    ">=": lambda value, limit: value >= limit,
    "==": lambda value, limit: value == limit,
}


def parser(about: str | None) -> argparse.ArgumentParser:
    """A parser that knows `--short` and `--strict`; `about` is the benchmark's docstring."""
    made = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--short", action="store_true", help="a quick look: small sizes")
    made.add_argument("--strict", action="store_true", help="fail if a goal is missed")
    return made


def percentile(values: Sequence[float], percent: float) -> float:
    """The least of `values` that `percent` of them do not exceed: the nearest rank."""
    ranked = sorted(values)
    return ranked[max(1, math.ceil(len(ranked) * percent / 100)) - 1]


def cpu_seconds(action: Callable[[], object]) -> float:
    """CPU time of this process, all threads, that `action` took. Wall time is others' too."""
    start = time.process_time()
    action()
    return time.process_time() - start


def interleaved(
    sides: Mapping[str, Callable[[], object]], rounds: int = 3
) -> dict[str, list[float]]:
    """CPU seconds of each side in each round, the sides taking turns.

    Turns let a machine's noise fall on all sides alike: compare medians, as `median_of`.
    """
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, action in sides.items():
            taken[name].append(cpu_seconds(action))
    return taken


def median_of(taken: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The median of each side of `interleaved`."""
    return {name: statistics.median(values) for name, values in taken.items()}


def finish(
    name: str,
    figures: Mapping[str, float],
    goals: Mapping[str, str] | None = None,
    *,
    strict: bool = False,
) -> int:
    """Print the figures and how they stand to the goals; returns the exit status.

    `goals` names figures and their limits: {"p50_us": "<= 100"}. The last line printed is
    {"bench": name, "figures": {name: value}, "goals": {name: {"goal", "value", "met"}}}.
    The status is 1 only if `strict` and a goal is missed.
    """
    judged = {goal: _judge(figures, goal, limit) for goal, limit in (goals or {}).items()}
    table = Table(title=name)
    for heading, justify in (("figure", "left"), ("value", "right"), ("goal", "left")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for figure, value in figures.items():
        verdict = judged.get(figure)
        told = "" if verdict is None else _told(verdict)
        table.add_row(figure, _number(value), told)
    Console(width=100).print(table)
    rounded = {figure: _rounded(value) for figure, value in figures.items()}
    print(json.dumps({"bench": name, "figures": rounded, "goals": judged}), flush=True)
    return int(strict and not all(verdict["met"] for verdict in judged.values()))


def _judge(figures: Mapping[str, float], goal: str, limit: str) -> dict[str, Any]:
    sign, _, number = limit.partition(" ")
    value = figures[goal]
    met = _COMPARE[sign](value, float(number.replace(",", "")))
    return {"goal": limit, "value": _rounded(value), "met": met}


def _told(verdict: Mapping[str, Any]) -> str:
    met = "[green]met[/]" if verdict["met"] else "[red]missed[/]"
    return f"{verdict['goal']}  {met}"


def _rounded(value: float) -> float:
    return value if isinstance(value, int) else float(f"{value:.5g}")


def _number(value: float) -> str:
    return f"{_rounded(value):,}"
