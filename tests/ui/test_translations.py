"""Every text of the console is there in every language, and can be had at run time."""

import ast
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QCoreApplication

from build_scripts.translations import LOCALES, outdated
from ui.languages import LANGUAGES, Translations

ROOT = Path(__file__).resolve().parents[2]
ONE_AND_MANY = "%n tasks"


def said(text: str, count: int = -1) -> str:
    """A text of the actions on tasks in the language of now."""
    return QCoreApplication.translate("TaskActions", text, "", count)


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_missing_or_stale(locale: str) -> None:
    assert outdated(locale) == []


def spoken_texts() -> Iterator[tuple[str, int, str]]:
    """File, line and text of each call of `tr` and `translate`, as Python itself reads it."""
    for path in sorted((ROOT / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = {"tr": 0, "translate": 1}.get(name)
            if place is None or len(node.args) <= place:
                continue
            text = node.args[place]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield path.relative_to(ROOT).as_posix(), node.lineno, text.value


def test_the_extraction_misses_no_text() -> None:
    """It leaves out what it cannot read, as a call within a call, and does not say so."""
    tree = ET.parse(ROOT / "resources" / "translations" / "hivemind_zh_CN.ts")
    sources = {each.text for each in tree.iter("source")}
    texts = list(spoken_texts())
    assert len(texts) > 500
    missing = [f"{path}:{line}: {text}" for path, line, text in texts if text not in sources]
    assert not missing, "\n".join(missing)


def test_no_text_with_a_count_is_said_by_a_base_class() -> None:
    """Qt finds it there by the subclass's name alone: it would stay "%n row(s)" for everybody."""
    bases, counting = set(), set()
    for path in (ROOT / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ClassDef):
                continue
            bases |= {
                part.id
                for base in node.bases
                for part in ast.walk(base)
                if isinstance(part, ast.Name)
            }
            counting |= {
                node.name
                for part in ast.walk(node)
                if isinstance(part, ast.Call)
                and getattr(part.func, "attr", "") == "tr"
                and "%n" in str(getattr(part.args[0], "value", ""))
            }
    assert counting
    assert not counting & bases


def test_every_language_offered_has_its_file() -> None:
    assert {language.locale for language in LANGUAGES} == set(LOCALES)


def test_the_language_changes_while_the_console_runs(translations: Translations) -> None:
    translations.use("zh_CN")
    assert said("Select tasks first.") == "请先选择任务。"
    assert said(ONE_AND_MANY, 3) == "3 个任务"
    translations.use("en")
    assert said("Select tasks first.") == "Select tasks first."


def test_one_of_a_thing_is_not_called_many(translations: Translations) -> None:
    translations.use("en")
    assert said(ONE_AND_MANY, 1) == "1 task"
    assert said(ONE_AND_MANY, 2) == "2 tasks"
    assert said(ONE_AND_MANY, 0) == "0 tasks"


def test_the_buttons_of_qt_speak_it_too(translations: Translations) -> None:
    translations.use("zh_CN")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
