"""The rules of the house, held by a program. Each message names what to use instead."""

import re
from collections.abc import Callable

import pytest

from proto import nodepool_pb2 as pb
from tests import house_rules
from tests.house_rules import FUNCTION_LINES_MAX, Source

PRODUCT = ("app", "ui")
CODE = ("app", "ui", "tests", "bench", "build_scripts", "master_node.py")

#: Functions that are longer than the limit, with their lengths. The list may only shrink.
TOLERATED: dict[str, int] = {}

#: Not ours, or the list of the words itself.
NOT_READ = ("LICENSE", "tests/house_rules.py")

#: Files a rule does not hold for, and why.
EXEMPT = {
    (house_rules.chance_and_time, "app/worker/cpu_score.py"): "measures the machine's speed",
}


def report(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("rule", "folders"),
    [
        (house_rules.chance_and_time, PRODUCT),
        (house_rules.libraries, PRODUCT),
        (house_rules.docstrings, PRODUCT),
        (house_rules.vague_names, CODE),
        (house_rules.file_length, CODE),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_rule_holds(rule: Callable[[Source], list[str]], folders: tuple[str, ...]):
    sources = house_rules.python_sources(*folders)
    assert sources
    report(
        [
            message
            for source in sources
            if (rule, source.path) not in EXEMPT
            for message in rule(source)
        ]
    )


def test_no_two_test_modules_have_one_name():
    """pytest imports them by their last name, and collects the first only."""
    places: dict[str, list[str]] = {}
    for source in house_rules.python_sources("tests"):
        name = source.path.rpartition("/")[2]
        if name.startswith("test_"):
            places.setdefault(name, []).append(source.path)
    report([" and ".join(paths) for paths in places.values() if len(paths) > 1])


def test_functions_are_short():
    lengths: dict[str, int] = {}
    for source in house_rules.python_sources(*CODE):
        lengths |= house_rules.function_lengths(source)
    report(
        [
            f"{name}: {lines} lines, {FUNCTION_LINES_MAX} at most: give a part of it a name"
            for name, lines in lengths.items()
            if lines > max(FUNCTION_LINES_MAX, TOLERATED.get(name, 0))
        ]
    )
    report(
        [
            f"{name}: now {lengths.get(name, 0)} lines: lower its entry, or take it out"
            for name, lines in TOLERATED.items()
            if lengths.get(name, 0) < lines
        ]
    )


def test_no_word_or_path_that_does_not_belong():
    found = []
    for name in house_rules.tracked_files():
        if name in NOT_READ or "_pb2" in name:
            continue
        try:
            text = (house_rules.ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += house_rules.words(name, text)
    report(found)


def test_every_rpc_is_in_the_permission_table():
    permissions = pytest.importorskip("app.master.identity.permissions")
    methods = {
        f"/{service.full_name}/{method.name}"
        for service in pb.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }
    table = {name for name in permissions.RPC_PERMISSIONS if name.startswith("/nodepool.")}
    report(
        [f"{name}: give it a line in identity/permissions.py" for name in methods - table]
        + [f"{name}: no such RPC: take its line out" for name in table - methods]
    )


BREACHES = [
    (house_rules.chance_and_time, "import time"),
    (house_rules.chance_and_time, "from time import monotonic"),
    (house_rules.chance_and_time, "import uuid"),
    (house_rules.chance_and_time, "import random\nrandom.choice([1])"),
    (house_rules.chance_and_time, "from random import Random\nRandom()"),
    (house_rules.chance_and_time, "import os\nos.urandom(8)"),
    (house_rules.chance_and_time, "import datetime\ndatetime.datetime.now()"),
    (house_rules.libraries, "import grpc.aio"),
    (house_rules.libraries, "from sqlalchemy import select"),
    (house_rules.libraries, "from proto import nodepool_pb2"),
    (house_rules.docstrings, "x = 1"),
    (house_rules.docstrings, '"""Module."""\ndef act():\n' + " go()\n" * 9),
    (house_rules.docstrings, '"""Module."""\nclass Pool:\n    def act(self): ...'),
    (house_rules.vague_names, "def file_helper(): ..."),
    (house_rules.file_length, "x = 1\n" * 501),
]


@pytest.mark.parametrize(("rule", "text"), BREACHES)
def test_a_breach_is_found(rule: Callable[[Source], list[str]], text: str):
    assert rule(Source("app/master/pool/example.py", text))


@pytest.mark.parametrize(
    "text",
    [
        "import random\nrandom.Random('7:1')",
        "from random import Random\ndef pick(random: Random):\n    random.choice([1])",
        "import asyncio\nasyncio.sleep(1)",
    ],
)
def test_what_is_allowed_is_not_found(text: str):
    assert house_rules.chance_and_time(Source("app/master/pool/example.py", text)) == []


def test_a_record_and_an_enum_speak_by_their_names():
    text = '"""Module."""\nclass Share:\n    #: In percent.\n    percent: int\n    ended = 1\n'
    assert house_rules.docstrings(Source("app/example.py", text)) == []


def test_length_counts_a_body_without_its_docstring():
    lines = ["class A:", " async def b(self):", "  'Say.'", "  x = 1", "  return x"]
    text = "\n".join(lines)
    assert house_rules.function_lengths(Source("a.py", text)) == {"a.py::A.b": 2}


@pytest.mark.parametrize("text", ["see /ro" + "ot/x", "# TO" + "DO: later", "# " + "-" * 20])
def test_a_word_that_does_not_belong_is_found(text: str):
    assert house_rules.words("app/example.py", text)


def test_nothing_that_outlives_a_pane_calls_a_lambda_of_it():
    """Qt ends the connections of a deleted widget's methods; those of a lambda it cannot know."""
    lasting = re.compile(r"\b(selection|feed|connection|operations)\.\w+\.connect\(\s*lambda")
    report(
        [
            f"{source.path}: connect a method of the widget, not a lambda"
            for source in house_rules.python_sources("ui")
            if lasting.search((house_rules.ROOT / source.path).read_text())
        ]
    )
