"""The house rules as functions over source text: each returns what breaks it, and what to do."""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
#: A function this short may do without a docstring.
SPEAKING_LINES_MAX = 8


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the repository's root, with slashes, and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    def within(self, *folders: str) -> bool:
        """Whether it is one of `folders`, or lies in one."""
        return any(self.path == name or self.path.startswith(f"{name}/") for name in folders)


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def tracked_files() -> list[str]:
    """The repository's files: what git tracks or would, else what lies there."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        names = done.stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        skipped = {".git", ".venv", "__pycache__", "build", "dist"}
        paths = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        names = [
            path.as_posix()
            for path in paths
            if not skipped & set(path.parts) and not path.parts[0].endswith("_cache")
        ]
    return [name for name in names if (ROOT / name).is_file()]


def python_sources(*folders: str) -> list[Source]:
    """The Python files below `folders`, without what is generated."""
    return [
        Source(name, (ROOT / name).read_text(encoding="utf-8"))
        for name in tracked_files()
        if name.endswith(".py")
        and "_pb2" not in name
        and any(name == folder or name.startswith(f"{folder}/") for folder in folders)
    ]


def imports(source: Source) -> Iterator[tuple[int, str]]:
    """Each imported module (or name in one) with its line: `from a import b` gives "a.b"."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


#: What may not be used outside app/common, and what to take instead.
SOURCES_OF_CHANCE = {
    "time": "take a Clock (app/common/clock.py); to wait, asyncio.sleep",
    "random": "take an IdSource (app/common/ids.py); a seeded choice is random.Random(seed)",
    "uuid": "take an IdSource (app/common/ids.py)",
    "secrets": "take an IdSource and its secret() (app/common/ids.py)",
}
CALLS_OF_CHANCE = {
    "datetime.now": "take a Clock (app/common/clock.py) and to_datetime",
    "datetime.utcnow": "take a Clock (app/common/clock.py) and to_datetime",
    "datetime.today": "take a Clock (app/common/clock.py) and to_datetime",
    "date.today": "take a Clock (app/common/clock.py) and to_datetime",
    "os.urandom": "take an IdSource and its secret() (app/common/ids.py)",
    "os.getrandom": "take an IdSource and its secret() (app/common/ids.py)",
}


def chance_and_time(source: Source) -> list[str]:
    """Clocks, randomness and new ids outside app/common."""
    if source.within("app/common"):
        return []
    found = []
    for line, name in imports(source):
        module = name.partition(".")[0]
        if module in SOURCES_OF_CHANCE and name not in {"random", "random.Random"}:
            found.append(f"{source.path}:{line}: {name}: {SOURCES_OF_CHANCE[module]}")
    of_module = "random" in {name for _, name in imports(source)}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        ending = ".".join(called.split(".")[-2:])
        unseeded = called in {"Random", "random.Random"} and not node.args
        shared = of_module and called.startswith("random.") and called != "random.Random"
        if unseeded or shared:
            found.append(f"{source.path}:{node.lineno}: {called}: {SOURCES_OF_CHANCE['random']}")
        elif ending in CALLS_OF_CHANCE:
            found.append(f"{source.path}:{node.lineno}: {called}: {CALLS_OF_CHANCE[ending]}")
    return found


@dataclass(frozen=True)
class LibraryRule:
    """Modules that only some folders may import."""

    modules: tuple[str, ...]
    folders: tuple[str, ...]
    instead: str


LIBRARY_RULES = (
    LibraryRule(
        ("grpc", "grpc_status", "grpc_health", "grpc_reflection"),
        ("app/master/rpc", "app/client"),
        "call the master through app/client, serve it in app/master/rpc",
    ),
    LibraryRule(
        ("sqlalchemy", "alembic", "psycopg", "sqlite3"),
        ("app/master/store",),
        "put the statement into a module of app/master/store and call that",
    ),
    LibraryRule(
        ("proto", "google.protobuf"),
        ("app/master/rpc", "app/master/web", "app/client", "app/worker", "ui"),
        "take the dataclasses of the domain and the enums of app/common/vocabulary.py",
    ),
)


def libraries(source: Source) -> list[str]:
    """Imports of a library outside its rooms."""
    found = []
    for rule in LIBRARY_RULES:
        if source.within(*rule.folders):
            continue
        for line, name in imports(source):
            if any(name == module or name.startswith(f"{module}.") for module in rule.modules):
                rooms = ", ".join(rule.folders)
                message = f"{name} belongs to {rooms}: {rule.instead}"
                found.append(f"{source.path}:{line}: {message}")
    return found


def file_length(source: Source) -> list[str]:
    """Files that are more than one idea."""
    lines = source.text.count("\n")
    if lines <= FILE_LINES_MAX:
        return []
    return [f"{source.path}: {lines} lines, {FILE_LINES_MAX} at most: split it by idea"]


Function = ast.FunctionDef | ast.AsyncFunctionDef


def function_lengths(source: Source) -> dict[str, int]:
    """Lines of each function's body without its docstring, by "path::Class.function"."""
    lengths: dict[str, int] = {}

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function | ast.ClassDef):
                name = f"{prefix}{child.name}"
                if isinstance(child, Function):
                    lengths[f"{source.path}::{name}"] = _body_lines(child)
                visit(child, f"{name}.")
            else:
                visit(child, prefix)

    visit(source.tree, "")
    return lengths


def _body_lines(function: Function) -> int:
    body = function.body
    if len(body) > 1 and ast.get_docstring(function) is not None:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def docstrings(source: Source) -> list[str]:
    """Public modules, functions and classes with behaviour that do not say what they are.

    A record or an enum may leave it to its name and the names of its fields, a function of a few
    lines to its name and types.
    """
    found = []
    if source.text.strip() and ast.get_docstring(source.tree) is None:
        found.append(f"{source.path}:1: the module needs a docstring: what it is, in one sentence")
    for node in source.tree.body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        record = isinstance(node, ast.ClassDef) and not any(
            isinstance(part, Function) for part in node.body
        )
        short = isinstance(node, Function) and _body_lines(node) <= SPEAKING_LINES_MAX
        if not (record or short) and ast.get_docstring(node) is None:
            message = f"{node.name} needs a docstring: what it is or does, shape and unit"
            found.append(f"{source.path}:{node.lineno}: {message}")
    return found


def vague_names(source: Source) -> list[str]:
    """Modules and functions named for nothing."""
    vague = re.compile(r"(^|_)(utils?|helpers?|misc)(_|$)")
    names = [Path(source.path).stem]
    names += [node.name for node in ast.walk(source.tree) if isinstance(node, Function)]
    return [
        f"{source.path}: {name}: name it for what it does" for name in names if vague.search(name)
    ]


_WORDS = (
    (r"/work/(main|shared|\.)", "a path of one machine: take a folder as an argument"),
    ("/root/", "a path of one machine: take a folder as an argument"),
    (r"/home/\w", "a path of one machine: take a folder as an argument"),
    (r"\b(TODO|FIXME|XXX)\b", "do it, or write it into docs/"),
    (r"(?i)\bthe seed('s|\s+document)|seed\.zh|\bdesign card\b", "say the rule itself"),
    (r"(?i)\b(chatgpt|claude|copilot|llm|language model)\b", "say what it does"),
    (r"(?i)deb\.debian\.org|pypi\.org|pythonhosted", "the machine's own settings name the hosts"),
    ("kBjZ8eh", "a published key: never use it"),
)
_BANNER = re.compile(r"^\s*#\s*[-=*#~]{4,}", re.MULTILINE)


def words(path: str, text: str) -> list[str]:
    """Words and paths that do not belong into the repository."""
    found = []
    for pattern, instead in _WORDS:
        for match in re.finditer(pattern, text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path}:{line}: {match.group()!r}: {instead}")
    if path.endswith(".py"):
        for match in _BANNER.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path}:{line}: a banner: split the file, or let the names speak")
    return found
