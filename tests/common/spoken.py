"""What the program says to people: the templates of its English sentences, read off its source."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

from app.common.errors import Reason

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r"\{\w+\}")

#: Calls that say something: the name called, and which arguments are said.
SPEAKERS: dict[str, tuple[int | str, ...]] = {
    "HiveMindError": (1, "message"),
    "StoreFailed": (1,),
    "FinalFailure": (0,),
    "TemporaryFailure": (0,),
    "ExitReport": (2, "detail"),
    "Ending": (2, "detail"),
    "EndDecision": (1, "detail"),
    "Missing": (0, 1, 2),
    "Fault": (1,),
}
#: The same, of what only one module calls so; a name in capitals is a constant that is said.
SPEAKERS_OF: dict[str, dict[str, tuple[int | str, ...]]] = {
    "app/common/archives.py": {"refusal": (2,), "invalid": (0,)},
    "app/common/archive_directory.py": {"refusal": (2,), "invalid": (0,)},
    "app/common/archive_end.py": {"invalid": (0,)},
    "app/common/archive_limits.py": {"refusal": (2,)},
    "app/common/archive_names.py": {"refusal": (2,)},
    "app/common/archive_pack.py": {"refusal": (2,)},
    "app/master/identity/password_rules.py": {"_weak": (0,)},
    "app/master/ledger/replay.py": {"_Wrong": (0,)},
    "app/master/pool/applications.py": {"_invalid": (1,)},
    "app/master/pool/challenges.py": {"bad_challenge": (0,)},
    "app/master/pool/enrolment.py": {"bad_challenge": (0,)},
    "app/master/scheduling/attendance.py": {"_lose": (1,), "_lost": (1,)},
    "app/master/scheduling/reports.py": {"Update": ("detail",)},
    "app/master/settings.py": {"ValueError": (0,)},
    "app/master/tasks/artifacts.py": {"_mismatch": (0,)},
    "app/master/tasks/spec.py": {"_refuse": (1,)},
    "app/master/vpn/diagnosis.py": {"Check": (2, 3)},
    "app/master/vpn/outside.py": {"Check": (2, 3)},
    "app/master/vpn/setup.py": {"_refusal": (1,)},
    "app/wireguard/checks.py": {"Check": (2, 3)},
    "app/wireguard/configuration.py": {"_wrong": (1,)},
    "app/worker/tunnel/doctor.py": {"Check": (2, 3)},
    "app/worker/executors/docker.py": {"_failure": (0,)},
    "app/worker/runner.py": {"_too_large": (0,)},
    "app/worker/state.py": {"replace": ("detail",)},
}
#: Functions all of whose texts are said, or passed on into a sentence.
SPEAKING: dict[str, frozenset[str]] = {
    path: frozenset(names.split())
    for path, names in {
        "app/client/errors.py": "_SENTENCES",
        "app/common/archive_names.py": "name_fault _component_fault",
        "app/master/audit/log.py": "_rewritten",
        "app/master/ledger/pricing.py": "quote",
        "app/master/pool/trust.py": "initial_trust judge _wrong",
        "app/master/pool/known_escapes.py": "why_weak",
        "app/master/rpc/checks.py": (
            "_enum_judge judge _number_fault _text_fault _timestamp_fault"
        ),
        "app/master/rpc/task_service.py": "_not_waiting",
        "app/master/scheduling/attendance.py": "_closed_because",
        "app/master/scheduling/cancellation.py": "DETAIL",
        "app/master/scheduling/draining.py": "OWN_WISH",
        "app/master/scheduling/explain.py": "_summary _turn _nodes",
        "app/master/scheduling/phrases.py": (
            "_ISOLATION mib_phrase cores_phrase trust_phrase location_phrase gpu_phrase"
        ),
        "app/master/scheduling/rules.py": "_amount _of_memory _of_disk RULES",
        "app/master/store/errors.py": "_CONSTRAINTS",
        "app/master/scheduling/records.py": "count",
        "app/master/tasks/checking.py": "decide",
        "app/master/tasks/state.py": "_PROGRAM_FAULTS",
        "app/worker/capacity.py": "refusal _gpu_refusal",
        "app/worker/executors/base.py": "_describe",
        "app/worker/executors/choice.py": "_ENGINE_REMEDY install_command",
        "app/worker/runner.py": "_STOPPED",
        "app/worker/state.py": "_refusal",
    }.items()
}


@dataclass(frozen=True, slots=True)
class Said:
    """One template, "The program ended with status {0}.", and where it is."""

    template: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A text that is made elsewhere: its expression, and where it is said."""

    source: str
    path: str
    line: int


class Module:
    """The texts of one module."""

    def __init__(self, path: Path) -> None:
        self.path = path.relative_to(ROOT).as_posix()
        self._tree = ast.parse(path.read_text("utf-8"))
        self._assigned: dict[str, list[ast.expr]] = {}
        for node in self._tree.body:
            self._note(node, self._assigned)

    @staticmethod
    def _note(node: ast.AST, into: dict[str, list[ast.expr]]) -> None:
        """Remember what `node` assigns to names."""
        pairs: list[tuple[ast.expr, ast.expr]] = []
        match node:
            # A starred name would shift what follows it.
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = list(zip(names, values, strict=False))
            case ast.Assign(targets=targets, value=value):
                pairs = [(target, value) for target in targets]
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                pairs = [(target, value)]
        for name, assigned in pairs:
            if isinstance(name, ast.Name):
                into.setdefault(name.id, []).append(assigned)

    def said(self) -> Iterator[Said | Unread]:
        """Every text that the module says."""
        speakers = SPEAKERS | SPEAKERS_OF.get(self.path, {})
        functions = SPEAKING.get(self.path, frozenset())
        yield from self._walk(self._tree, {}, speakers, functions)
        for name in functions:
            for value in self._assigned.get(name, []):
                yield from self._texts(value, {})

    def _walk(
        self,
        node: ast.AST,
        local: dict[str, list[ast.expr]],
        speakers: dict[str, tuple[int | str, ...]],
        functions: frozenset[str],
    ) -> Iterator[Said | Unread]:
        for child in ast.iter_child_nodes(node):
            names = local
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                names = {}
                for inner in ast.walk(child):
                    self._note(inner, names)
                if child.name in functions:
                    for statement in child.body:
                        yield from self._texts(statement, names)
            if isinstance(child, ast.Call):
                yield from self._of_call(child, names, speakers)
            yield from self._walk(child, names, speakers, functions)

    def _of_call(
        self,
        call: ast.Call,
        local: dict[str, list[ast.expr]],
        speakers: dict[str, tuple[int | str, ...]],
    ) -> Iterator[Said | Unread]:
        name = ast.unparse(call.func).rpartition(".")[2]
        for which in speakers.get(name, ()):
            arguments = (
                call.args[which : which + 1]
                if isinstance(which, int)
                else [each.value for each in call.keywords if each.arg == which]
            )
            for argument in arguments:
                yield from self._of(argument, local)

    def _of(self, text: ast.expr, local: dict[str, list[ast.expr]]) -> Iterator[Said | Unread]:
        for template in sorted(self._templates(text, local)):
            if speaks(template):
                yield Said(numbered(template), self.path, text.lineno)
        if not self._templates(text, local):
            yield Unread(ast.unparse(text), self.path, text.lineno)
        for part in ast.walk(text):
            if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name):
                for template in sorted(self._templates(part.value, local)):
                    # One word is a name.
                    if speaks(template) and " " in template:
                        yield Said(numbered(template), self.path, text.lineno)

    def _templates(self, text: ast.expr, local: dict[str, list[ast.expr]]) -> set[str]:
        """The templates that `text` may be, with bare placeholders; none if it is not readable."""
        match text:
            case ast.Constant(value=str(value)):
                return {_NAMED.sub("{}", value)}
            case ast.Constant(value=None):
                return {""}
            case ast.JoinedStr():
                found = {""}
                for part in text.values:
                    options = self._in_text(part)
                    found = {one + option for one in found for option in options}
                return found
            case ast.BinOp(op=ast.Add()):
                return {
                    left + right
                    for left in self._templates(text.left, local) or {"{}"}
                    for right in self._templates(text.right, local) or {"{}"}
                }
            case ast.IfExp():
                return self._templates(text.body, local) | self._templates(text.orelse, local)
            case ast.BoolOp(op=ast.Or()):
                return {one for each in text.values for one in self._templates(each, local)}
            case ast.Name(id=name):
                values = local.get(name) or self._assigned.get(name) or []
                return {one for value in values for one in self._templates(value, {})}
        return set()

    def _in_text(self, part: ast.expr) -> set[str]:
        if isinstance(part, ast.FormattedValue):
            if isinstance(part.value, ast.IfExp):
                return self._templates(part.value, {}) or {"{}"}
            return {"{}"}
        return self._templates(part, {})

    def _texts(self, node: ast.AST, local: dict[str, list[ast.expr]]) -> Iterator[Said | Unread]:
        """Every text below `node` that is more than a name."""
        for child in self._outermost(node):
            for template in self._templates(child, local):
                if speaks(template) and not template.isidentifier():
                    yield Said(numbered(template), self.path, child.lineno)

    def _outermost(self, node: ast.AST) -> Iterator[ast.expr]:
        """Texts, not the parts of which they are made."""
        match node:
            case ast.Expr(value=ast.Constant()):
                return
            case ast.Constant(value=str()) | ast.JoinedStr():
                yield node
                if isinstance(node, ast.JoinedStr):
                    for part in node.values:
                        if isinstance(part, ast.FormattedValue) and not isinstance(
                            part.value, ast.IfExp
                        ):
                            yield from self._outermost(part.value)
                return
            case ast.BinOp(op=ast.Add()) if self._templates(node, {}) - {"{}", "{}{}"}:
                yield node
                return
            case ast.Dict():
                # Its keys name, its values speak.
                for value in node.values:
                    yield from self._outermost(value)
                return
            case ast.Call(func=ast.Attribute(attr="join")):
                for argument in node.args:
                    yield from self._outermost(argument)
                return
        for child in ast.iter_child_nodes(node):
            yield from self._outermost(child)


def speaks(template: str) -> bool:
    """Whether there is a word in it, apart from placeholders."""
    return any(map(str.isalpha, template))


def numbered(template: str) -> str:
    """`template` with its placeholders numbered from the left: "{0} of {1}"."""
    numbers = count()
    parts = template.split("{}")
    return "".join(
        part + (f"{{{next(numbers)}}}" if index < len(parts) - 1 else "")
        for index, part in enumerate(parts)
    )


@cache
def everything_said() -> list[Said | Unread]:
    """What the modules of app/ say, but for the command line, which speaks English only."""
    cli = ROOT / "app" / "client" / "cli"
    paths = [path for path in sorted((ROOT / "app").rglob("*.py")) if cli not in path.parents]
    of_reasons = [Said(reason.meaning, "app/common/errors.py", 0) for reason in Reason]
    return [*of_reasons, *(said for path in paths for said in Module(path).said())]
