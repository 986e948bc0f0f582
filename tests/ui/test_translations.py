"""Every text of the console is there in every language, and can be had at run time."""

import pytest
from PySide6.QtCore import QCoreApplication

from build_scripts.translations import LOCALES, outdated
from ui.languages import LANGUAGES, Translations

ONE_AND_MANY = "%n tasks"


def said(text: str, count: int = -1) -> str:
    """A text of the actions on tasks in the language of now."""
    return QCoreApplication.translate("TaskActions", text, "", count)


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_missing_or_stale(locale: str) -> None:
    assert outdated(locale) == []


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
