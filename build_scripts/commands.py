"""The commands of `dev.py`."""

import ast
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from build_scripts import launchers, quality
from build_scripts.console import Stop, say
from build_scripts.environment import ROOT, Environment, become, run
from build_scripts.system_packages import Need, provide

INTERRUPTED = 130


@dataclass(frozen=True)
class Command:
    """One word after `dev.py`: what it does, and a line about it."""

    act: Callable[[list[str]], int]
    about: str


def main(arguments: list[str]) -> int:
    """Run the command that `arguments` name; returns the exit status."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if name in {"-h", "--help"}:
        name = "help"
    command = COMMANDS.get(name)
    if command is None:
        print(f"There is no command {name!r}.\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        return command.act(rest)
    except Stop as stop:
        print(stop.sentence, file=sys.stderr)
        return stop.status
    except KeyboardInterrupt:
        print("Interrupted. Start it again: it goes on where it was.", file=sys.stderr)
        return INTERRUPTED


def usage() -> str:
    """The list of commands."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:{width}}  {command.about}" for name, command in COMMANDS.items()]
    return "\n".join(["python3 build_scripts/dev.py COMMAND …", "", *lines])


def prepared(need: Need, *, dev: bool) -> str:
    """See to system packages and the environment; returns the path of its interpreter."""
    provide(need | Need.PYTHON)
    environment = Environment()
    environment.provide(dev=dev)
    launchers.provide(environment.python, ROOT)
    return str(environment.python)


def run_master(arguments: list[str]) -> int:
    """Start the master, or with --demo a whole pool on this machine."""
    if "--demo" in arguments:
        rest = [argument for argument in arguments if argument != "--demo"]
        python = prepared(Need.SANDBOX, dev=False)
        return become(python, ["-m", "build_scripts.demo", *rest])
    if "--headless" not in arguments and not has_display():
        say("there is no screen here: the master starts without its window (--headless)")
        arguments = ["--headless", *arguments]
    need = Need.PYTHON if "--headless" in arguments else Need.CONSOLE | Need.SANDBOX
    return become(prepared(need, dev=False), [str(ROOT / "master_node.py"), *arguments])


def has_display() -> bool:
    """Whether a window can be shown."""
    if not sys.platform.startswith("linux"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)


def run_worker(arguments: list[str]) -> int:
    """Start the worker agent of this machine."""
    python = prepared(Need.SANDBOX, dev=False)
    typed = f"{Path(sys.executable).name} {sys.argv[0]} worker"
    return become(python, ["-m", "app.worker", *arguments], HIVEMIND_STARTED_AS=typed)


def run_client(arguments: list[str]) -> int:
    """Start the command-line client."""
    return become(prepared(Need.PYTHON, dev=False), ["-m", "app.client", *arguments])


def test(arguments: list[str]) -> int:
    """Lint, then pytest; its summary is the last thing printed."""
    python = Path(prepared(Need.SANDBOX | Need.TESTS, dev=True))
    checked = "--no-lint" not in arguments
    rest = [argument for argument in arguments if argument != "--no-lint"]
    failed = quality.lint(python) if checked else []
    status = run(quality.test_command(python, rest))
    if failed:
        say(f"lint failed: {', '.join(failed)} (shown above the tests)")
    return status or int(bool(failed))


def lint(arguments: list[str]) -> int:
    """Lint alone."""
    if arguments:
        raise Stop("lint takes no arguments: it always looks at everything.", 2)
    return int(bool(quality.lint(Path(prepared(Need.PYTHON, dev=True)))))


def benchmarks() -> dict[str, str]:
    """Each benchmark's name and the first line of its docstring."""
    found = {}
    for path in sorted((ROOT / "bench").glob("[!_]*.py")):
        source = path.read_text(encoding="utf-8")
        if "__main__" in source:
            about = ast.get_docstring(ast.parse(source)) or ""
            found[path.stem] = about.partition("\n")[0]
    return found


def bench(arguments: list[str]) -> int:
    """Run one benchmark, all of them, or list them."""
    known = benchmarks()
    if not arguments or "--list" in arguments:
        width = max(map(len, known), default=0)
        print("\n".join(f"{name:{width}}  {about}" for name, about in known.items()))
        return 0
    name, rest = arguments[0], arguments[1:]
    if name != "--all" and name not in known:
        raise Stop(f"There is no benchmark {name!r}: {', '.join(known)}.", 2)
    python = prepared(Need.SANDBOX, dev=True)
    status = 0
    for each in known if name == "--all" else [name]:
        if name == "--all":
            say(f"bench {each}")
        status = run([python, "-m", f"bench.{each}", *rest]) or status
    return status


def simulate(arguments: list[str]) -> int:
    """Run the seeded simulation."""
    if not (ROOT / "tests" / "simulation" / "__main__.py").exists():
        raise Stop("This version has no simulation yet.", 2)
    return become(prepared(Need.PYTHON, dev=True), ["-m", "tests.simulation", *arguments])


def long(arguments: list[str]) -> int:
    """Run the long forms of the tests, and write a report."""
    python = prepared(Need.SANDBOX | Need.TESTS, dev=True)
    return run([python, "-m", "build_scripts.long_runs", *arguments])


def proto(arguments: list[str]) -> int:
    """Generate the modules of the wire from proto/nodepool.proto."""
    if arguments:
        raise Stop("proto takes no arguments.", 2)
    return run(proto_command(prepared(Need.PYTHON, dev=True), "."))


def docs(arguments: list[str]) -> int:
    """Generate the documents that repeat the code."""
    if arguments:
        raise Stop("docs takes no arguments.", 2)
    return run([prepared(Need.PYTHON, dev=True), "-m", "build_scripts.reference"])


def translations(arguments: list[str]) -> int:
    """Bring the translations up to the texts of the console."""
    return run([prepared(Need.PYTHON, dev=True), "-m", "build_scripts.translations", *arguments])


def screenshots(arguments: list[str]) -> int:
    """Draw every screen of the console into a folder."""
    python = prepared(Need.CONSOLE | Need.TESTS, dev=True)
    return run([python, "-m", "build_scripts.screenshots", *arguments])


def web_screenshots(arguments: list[str]) -> int:
    """Draw every page of the web side into a folder."""
    python = prepared(Need.TESTS, dev=True)
    return run([python, "-m", "build_scripts.web_screenshots", *arguments])


def package(arguments: list[str]) -> int:
    """Make packages that need no Python where they are installed."""
    need = Need.PACKAGES
    if any(argument.startswith("try") for argument in arguments):
        need |= Need.TRIALS | Need.SANDBOX
    if any(argument in {"windows", "all", "try-windows"} for argument in arguments):
        need |= Need.WINDOWS
    return run([prepared(need, dev=True), "-m", "build_scripts.packaging", *arguments])


def proto_command(python: str, out: str) -> list[str]:
    """The command that writes the generated modules below the folder `out`."""
    outputs = [f"--{kind}_out={out}" for kind in ("python", "pyi", "grpc_python")]
    return [python, "-m", "grpc_tools.protoc", "-I.", *outputs, "proto/nodepool.proto"]


def show_help(_arguments: list[str]) -> int:
    """Print the list of commands."""
    print(usage())
    return 0


COMMANDS = {
    "run": Command(run_master, "start the master; --demo [--once]: a whole pool with sample tasks"),
    "worker": Command(run_worker, "start this machine's worker agent: worker join …, worker run"),
    "cli": Command(run_client, "the command-line client: cli --help"),
    "test": Command(test, "lint and all tests; further arguments go to pytest (--no-lint)"),
    "lint": Command(lint, "ruff, import contracts and mypy"),
    "bench": Command(bench, "NAME [--short], --all [--short] or --list"),
    "long": Command(long, "[NAME …] or --list: tests ten to a hundred times as long; a report"),
    "simulate": Command(simulate, "run the seeded simulation"),
    "proto": Command(proto, "generate the modules of the wire"),
    "translations": Command(translations, "update resources/translations; --check only looks"),
    "screenshots": Command(screenshots, "[FOLDER]: draw every screen, both languages and themes"),
    "web-screenshots": Command(web_screenshots, "[FOLDER]: draw every page, as above"),
    "package": Command(package, "linux, windows, all: into dist/; try-debian, try-windows"),
    "docs": Command(docs, "generate docs/reference from the code"),
    "help": Command(show_help, "this list"),
}
