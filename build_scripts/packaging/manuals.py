"""The manual pages, from the command lines themselves."""

import argparse

import typer
from typer.main import get_command

from app import __version__
from app.client.cli.main import app as client_app
from app.master.command import parser
from app.worker.__main__ import app as worker_app

_ABOUT = {
    "hivemind-master": "the master of a HiveMind pool, with its window or without",
    "hivemind-worker": "let this machine work for a HiveMind pool",
    "hivemind": "use a HiveMind pool: submit tasks, watch them, see nodes and money",
}
_SEE_ALSO = "hivemind(1), hivemind-master(1), hivemind-worker(1), systemctl(1)"


def pages(day: str) -> dict[str, str]:
    """Each command's page in the troff format; `day`: its date, YYYY-MM-DD."""
    master = _options(parser())
    master.append(
        _section("FILES")
        + _entry("/etc/default/hivemind-master", "Settings of the service, as NAME=value.")
        + _entry("/var/lib/hivemind-master", "Data of the pool that the service serves.")
        + _entry("~/.local/share/hivemind-master", "Data of a pool that you serve yourself.")
    )
    return {
        "hivemind-master": _page("hivemind-master", day, "[OPTION]...", master),
        "hivemind-worker": _page(
            "hivemind-worker", day, "COMMAND [OPTION]...", _commands(worker_app)
        ),
        "hivemind": _page("hivemind", day, "COMMAND [OPTION]...", _commands(client_app)),
    }


def _page(name: str, day: str, synopsis: str, sections: list[str]) -> str:
    head = f'.TH {_text(name.upper())} 1 {day} "HiveMind Master {__version__}"\n'
    return "".join(
        [
            head,
            _section("NAME") + f"{_text(name)} \\- {_text(_ABOUT[name])}\n",
            _section("SYNOPSIS") + f".B {_text(name)}\n{_text(synopsis)}\n",
            *sections,
            _section("SEE ALSO") + _text(_SEE_ALSO) + "\n",
        ]
    )


def _options(described: argparse.ArgumentParser) -> list[str]:
    entries = [_section("OPTIONS")]
    for action in described._actions:
        names = ", ".join(action.option_strings)
        value = f" {action.metavar or action.dest.upper()}" if action.nargs != 0 else ""
        entries.append(_entry(names + value, action.help or ""))
    return ["".join(entries)]


def _commands(program: typer.Typer) -> list[str]:
    entries = [_section("COMMANDS")]
    listed = get_command(program).commands  # type: ignore[attr-defined]
    for name, command in sorted(listed.items()):
        inner = getattr(command, "commands", {})
        for word, one in sorted(inner.items()) or [("", command)]:
            about = (one.help or "").strip().partition("\n\n")[0].replace("\n", " ")
            entries.append(_entry(f"{name} {word}".strip(), about))
    entries.append(f'.PP\nEach command has its own help: "COMMAND {_text("--help")}".\n')
    return ["".join(entries)]


def _section(name: str) -> str:
    return f'.SH "{name}"\n'


def _entry(name: str, about: str) -> str:
    return f".TP\n.B {_text(name)}\n{_text(about)}\n"


def _text(text: str) -> str:
    """Plain text as troff wants it: no dash becomes a hyphen, no line a command."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("%(prog)s", "it")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
