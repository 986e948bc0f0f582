"""The console: tables, heatmap, log, start, idling, and a window over a pool at work.

Everything is offscreen. A part runs in a process of its own; the window's master is a real one in
the window's own loop, its nodes pretend in another process. Goals are by wall time, which is the
machine's as well: figures with `cpu` are the CPU time of the window's thread alone. A million
rounds of a plain Python loop (`python_loop_cpu_ms`) tell how fast the machine was meanwhile.
"""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module

from bench import report
from bench.console_parts.qt import loop_cpu_ms

#: What is measured, and where: module and function of `bench.console_parts`.
PARTS = {
    "tables": "tables.measure",
    "heat": "heat.measure",
    "log": "log.measure",
    "start": "start.measure",
    "idle": "live.idle",
    "live": "live.measure",
}
GOALS = {
    "open_ms": "<= 300",
    "sort_ms": "<= 400",
    "filter_ms": "<= 300",
    "filter_unprepared_stall_ms": "<= 300",
    "select_all_ms": "<= 100",
    "heatmap_frame_ms": "<= 20",
    "log_first_screen_ms": "<= 200",
    "log_follow_stall_max_ms": "<= 50",
    "log_follow_memory_over_its_bytes_mib": "<= 50",
    "start_seconds": "<= 2.5",
    "idle_cpu_percent": "<= 1",
    "idle_timers_growth": "<= 0",
    "live_log_first_screen_ms": "<= 200",
    "live_stall_p99_ms": "<= 50",
    "live_stall_max_ms": "<= 300",
    "live_rpc_p99_ms": "<= 100",
    "live_painted_p99_ms": "<= 500",
    "live_timers_growth": "<= 10",
}


def measured(part: str, short: bool) -> dict[str, float]:
    """The figures of one part, in this process."""
    module, _, function = PARTS[part].partition(".")
    measure: Callable[[bool], dict[str, float]] = getattr(
        import_module(f"bench.console_parts.{module}"), function
    )
    before = loop_cpu_ms()
    figures = measure(short)
    return {
        **figures,
        f"{part}_python_loop_cpu_ms": (before + loop_cpu_ms()) / 2,
        f"{part}_load_average": os.getloadavg()[0],
    }


def main() -> int:
    parser = report.parser(__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part")
    options = parser.parse_args()
    figures: dict[str, float] = {}
    spawn = multiprocessing.get_context("spawn")
    for part in options.part or PARTS:
        with ProcessPoolExecutor(1, mp_context=spawn) as process:
            figures |= process.submit(measured, part, options.short).result()
    goals = {name: goal for name, goal in GOALS.items() if name in figures}
    return report.finish("console", figures, goals, strict=options.strict)


if __name__ == "__main__":
    raise SystemExit(main())
