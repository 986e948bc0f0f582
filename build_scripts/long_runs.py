"""The long forms of the tests of security: ten to a hundred times what CI does, and a report.

Each is a test or a campaign of the project, told to do more. The report, dated, says of each
what was run, how long it took, and how it ended.
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app import __version__
from build_scripts.console import say
from build_scripts.environment import ROOT

REPORTS = ROOT / "build" / "long"
#: Lines of a run's output that the report keeps: its figures, or how it failed.
LINES_KEPT = 25


@dataclass(frozen=True)
class LongRun:
    """One long form: its name, what it tries, and the arguments of Python."""

    name: str
    about: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """How a long form ended. `said`: the last lines of its output."""

    run: LongRun
    status: int
    seconds: float
    said: str


def _tests(*names: str) -> tuple[str, ...]:
    return ("-m", "pytest", "-q", "-n", "0", "--timeout", "7200", *names)


LONG_RUNS = (
    LongRun(
        "logins",
        "10,000 bad logins at once while a good user signs in",
        ("-m", "bench.logins", "--guesses", "10000", "--strict"),
    ),
    LongRun(
        "guesses",
        "10,000 guesses in the process itself, and nobody locked out",
        _tests("tests/master/identity/test_login_under_attack.py"),
    ),
    LongRun(
        "tokens",
        "100,000 tokens with a bit changed, and all attacks on tokens",
        _tests("tests/master/identity/test_tokens.py"),
    ),
    LongRun(
        "junk",
        "20,000 mutated messages on every call, 100,000 junk connections",
        _tests("tests/e2e/test_junk.py", "tests/e2e/test_floods.py"),
    ),
    LongRun(
        "hostile",
        "a good caller's time under 12,000 junk connections and 12,000 mutated messages",
        ("-m", "bench.hostile", "--rounds", "6", "--strict"),
    ),
    LongRun(
        "archives",
        "400,000 mutated archives, and all hostile ones",
        _tests(*(f"tests/common/test_archive{name}.py" for name in ("s", "s_hostile", "_guard"))),
    ),
    LongRun(
        "hostile-tasks",
        "each hostile task ten times in each executor",
        _tests("tests/worker/test_hostile_tasks.py", "tests/worker/test_gvisor.py"),
    ),
    LongRun(
        "forged-results",
        "50,000 forged, late and double results",
        _tests("tests/e2e/test_forged_results.py"),
    ),
    LongRun(
        "bad-nodes",
        "a million tasks with five bad nodes in a hundred, for each way to lie",
        _tests("tests/master/tasks/test_checking.py"),
    ),
    LongRun(
        "joins",
        "50 races of 100 machines for a join token of one use",
        _tests("tests/master/pool/test_enrolment.py"),
    ),
    LongRun(
        "simulation",
        "5,000 lives of a pool, with nodes that lie",
        ("-m", "tests.simulation", "--seeds", "5000", "--seed", "1000000"),
    ),
    LongRun(
        "http",
        "300 requests to each route, made from the API's description",
        ("-m", "tests.http_schema", "300"),
    ),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the long forms that are named, or all; 1 if one failed."""
    known = {run.name: run for run in LONG_RUNS}
    parser = argparse.ArgumentParser(prog="dev.py long", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--list", action="store_true", help="say what there is")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"there is no long form {unknown[0]!r}: {', '.join(known)}")
    if options.list:
        for run in LONG_RUNS:
            print(f"{run.name:14}  {run.about}")
        return 0
    wanted = [known[name] for name in options.names] or list(LONG_RUNS)
    began = datetime.now(UTC)
    path = REPORTS / f"{began:%Y-%m-%d-%H%M}.md"
    findings: list[Finding] = []
    for run in wanted:
        say(f"{run.name}: {run.about}")
        findings.append(carry_out(run))
        say(f"{run.name}: {_verdict(findings[-1])} after {findings[-1].seconds:.0f} s")
        # After each: a night's work is not lost by the last hour's power cut.
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(report(findings, began), encoding="utf-8")
    say(f"the report is {path}")
    return int(any(finding.status for finding in findings))


def carry_out(run: LongRun, clock: Callable[[], float] = time.monotonic) -> Finding:
    """Run it to its end."""
    start = clock()
    done = subprocess.run(
        [sys.executable, *run.arguments],
        cwd=ROOT,
        env=os.environ | {"HIVEMIND_LONG": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    lines = done.stdout.rstrip().splitlines()[-LINES_KEPT:]
    return Finding(run, done.returncode, clock() - start, "\n".join(lines))


def report(findings: Sequence[Finding], began: datetime) -> str:
    """The report as Markdown."""
    system = f"{platform.system()} {platform.release()}"
    where = f"Python {platform.python_version()}, {system}, {os.cpu_count()} cores"
    lines = [
        f"# Long forms of the tests, {began:%Y-%m-%d}",
        "",
        f"HiveMind Master {__version__}, {where}; begun {began:%H:%M} UTC.",
        "",
        "| what | tried | seconds | end |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {each.run.name} | {each.run.about} | {each.seconds:.0f} | {_verdict(each)} |"
        for each in findings
    ]
    for each in findings:
        lines += ["", f"## {each.run.name}", "", f"`python {' '.join(each.run.arguments)}`", ""]
        lines += ["```text", each.said, "```"]
    return "\n".join([*lines, ""])


def _verdict(finding: Finding) -> str:
    return "passed" if finding.status == 0 else f"FAILED ({finding.status})"


if __name__ == "__main__":
    sys.exit(main())
