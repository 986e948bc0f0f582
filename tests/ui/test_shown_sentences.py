"""The master's sentences in the language of the console, wherever they are shown."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ui
from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from tests.ui.scripted_pool import until
from ui.bulk import for_each
from ui.operations import Operations
from ui.sentences import KEPT_MAX, _shown, shown
from ui.widgets.why_waiting import WhyWaiting

SILENT, SILENT_SHOWN = "The node fell silent.", "节点失去响应。"
ROOT = Path(ui.__file__).parent

#: Fields of refusals and answers that are sentences, whatever they are read from.
SENTENCES = {"message", "trust_reason", "sentence", "formula", "meaning"}
#: Where they are read to be kept as they are: file, function, and what for.
KEPT = {
    ("operations.py", "details_of"): "for a report",
    ("bulk.py", "for_each"): "for a report; what is shown goes through shown() too",
}


def test_a_sentence_follows_the_language(translations) -> None:
    assert shown(SILENT) == SILENT
    translations.use("zh_CN")
    assert shown(SILENT) == SILENT_SHOWN
    assert shown("a word of somebody's") == "a word of somebody's"
    translations.use("en")
    assert shown(SILENT) == SILENT


def test_a_sentence_is_translated_once(translations) -> None:
    translations.use("zh_CN")
    _shown.cache_clear()
    for _ in range(3):
        shown(SILENT)
    assert _shown.cache_info().misses == 1
    assert _shown.cache_info().maxsize == KEPT_MAX


async def refuse(_what: str = "") -> None:
    raise HiveMindError(Reason.NODE_SILENT, SILENT, node="n1")


async def test_a_failure_is_shown_in_chinese_and_reported_in_english(translations, qapp) -> None:
    translations.use("zh_CN")
    operations, told = Operations(), []
    operations.failed.connect(lambda *what: told.append(what))
    operations.start("暂停", refuse())
    await until(lambda: told)
    assert told == [
        ("暂停", SILENT_SHOWN, f"暂停\nreason: NODE_SILENT\nmessage: {SILENT}\nnode: n1")
    ]
    await operations.stop()


async def test_the_first_of_many_refusals_is_kept_for_the_report(translations, qapp) -> None:
    translations.use("zh_CN")
    with pytest.raises(HiveMindError) as caught:
        await for_each(["a", "b"], refuse)
    assert caught.value.message.endswith(SILENT_SHOWN)
    assert caught.value.details == {"first": SILENT, "node": "n1"}


def test_why_a_task_waits_in_chinese(translations, qtbot) -> None:
    translations.use("zh_CN")
    why = pb.ExplainTaskResponse(
        summary="No node of the pool can run it: it needs 64 GiB of memory.",
        nodes_known=1,
        rules=[pb.ExplainTaskResponse.Rule(rule="memory", sentence="needs 64 GiB of memory")],
        nearest=[
            pb.ExplainTaskResponse.NearMiss(
                node_id="n1",
                node_name="lab-1",
                failed=["has 4 GiB of memory, 64 GiB of memory needed", "is paused (a new disk)"],
            )
        ],
    )
    pane = WhyWaiting()
    qtbot.addWidget(pane)
    pane.show_why(why, pb.TaskSpec(), {})
    assert pane.summary.text() == "池中没有节点能运行它：它需要 64 GiB 内存。"
    assert [pane.rules.index(0, at).data() for at in range(3)][-1] == "需要 64 GiB 内存"
    assert pane.nearest.index(0, 1).data() == (
        "有 4 GiB 内存，需要 64 GiB 内存; 已暂停（a new disk）"
    )


def bare(path: Path) -> Iterator[str]:
    """Where a module reads a sentence past `shown`."""
    inside: list[tuple[ast.AST, str, bool]] = [(ast.parse(path.read_text("utf-8")), "", False)]
    while inside:
        node, function, handled = inside.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            function = node.name
        # To compare is not to show; `map(shown, …)` shows as well.
        handled = handled or isinstance(node, ast.Compare | ast.Tuple)
        handled = handled or (isinstance(node, ast.Call) and "shown" in names_of(node))
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Load)
            and node.attr in SENTENCES
            and (node.attr != "message" or is_of_an_error(node.value))
            and not handled
            and (path.relative_to(ROOT).as_posix(), function) not in KEPT
        ):
            yield f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"
        inside += [
            (child, function, handled)
            for child in ast.iter_child_nodes(node)
            if not (isinstance(node, ast.Call) and child is node.func and handled_call(node))
        ]


def is_of_an_error(node: ast.expr) -> bool:
    """`error.message`, not the signal `self.message` of some object."""
    return isinstance(node, ast.Name) and node.id != "self"


def handled_call(call: ast.Call) -> bool:
    """Whether what is called is a method named like a sentence: `event.message()`."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in SENTENCES


def names_of(call: ast.Call) -> set[str]:
    return {each.id for each in [call.func, *call.args] if isinstance(each, ast.Name)}


def test_no_sentence_is_shown_untranslated() -> None:
    found = [each for path in sorted(ROOT.rglob("*.py")) for each in bare(path)]
    assert not found, "show these by ui.sentences.shown():\n" + "\n".join(found)
