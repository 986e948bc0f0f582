"""Texts of menus and buttons without the letters that Alt reaches them by."""

import re
from collections import defaultdict

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QGroupBox,
    QLabel,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tests.ui.test_application import first_start, live, options  # noqa: F401 - a fixture
from ui.app import Application
from ui.dialogs.join import JoinDialog
from ui.dialogs.settings import SettingsDialog
from ui.dialogs.sign_in import SignInDialog
from ui.dialogs.submit import SubmitDialog
from ui.dialogs.transfer import TransferDialog
from ui.languages import LANGUAGES, Translations
from ui.local_worker import LocalWorker
from ui.mnemonics import bare, without_mnemonic
from ui.panes import PLACES
from ui.wizards.first_start import FirstStart

LETTER = re.compile(r"&([^&\s])")


def clashes(root: QWidget) -> list[str]:
    """The letters that stand for two things at once in what `root` shows."""
    texts = defaultdict(list)
    if isinstance(root, QMainWindow):
        for action in root.menuBar().actions():
            texts[LETTER.search(action.text()).group(1).casefold()].append(action.text())
    for widget in root.findChildren(QWidget):
        if not widget.isVisibleTo(root):
            continue
        text = ""
        if isinstance(widget, QAbstractButton) or (isinstance(widget, QLabel) and widget.buddy()):
            text = widget.text()
        elif isinstance(widget, QGroupBox):
            text = widget.title()
        if found := LETTER.search(text.replace("&&", "")):
            texts[found.group(1).casefold()].append(text)
    return [f"{letter}: {them}" for letter, them in texts.items() if len(them) > 1]


def test_a_clash_is_found(qtbot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    column = QVBoxLayout(root)
    for text in ("&Next", "&Name", "A && B"):
        column.addWidget(QPushButton(text))
    assert clashes(root) == ["n: ['&Next', '&Name']"]


def test_nowhere_a_letter_stands_for_two(qapp: QApplication, options, tmp_path) -> None:  # noqa: F811
    found: dict[str, list[str]] = {}

    async def story(application: Application) -> None:
        window = await first_start(application)
        console, host = application.console, application.host
        translations = Translations()
        for language in LANGUAGES:
            translations.use(language.locale)
            dialogs = [
                JoinDialog(console, window),
                SubmitDialog(console, window, None),
                TransferDialog(console, window),
                SettingsDialog(console.settings, window),
                SignInDialog(console, window, address="127.0.0.1:1", certificate=b""),
            ]
            for dialog in dialogs:
                found[f"{type(dialog).__name__} {language.locale}"] = clashes(dialog)
            worker = LocalWorker(tmp_path / language.locale)
            wizard = FirstStart(console, host, worker)
            for place in range(wizard.count):
                wizard.show_step(place)
                found[f"step {place + 1} {language.locale}"] = clashes(wizard)
            worker.stop()
            for name in window.panes:
                window.show_pane(name)
                found[f"{name} {language.locale}"] = clashes(window)
            for dialog in (*dialogs, wizard):
                dialog.deleteLater()
        translations.drop()

    assert live(options, story) == 0
    twice = [f"{name}: {one}" for name, letters in found.items() for one in letters]
    assert not twice, "\n".join(twice)
    assert len(found) == 2 * (5 + 5 + len(PLACES))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("&Submit…", "Submit…"),
        ("F&iles or ZIP…", "Files or ZIP…"),
        ("提交(&S)…", "提交…"),
        ("任务（3）(&K)", "任务（3）"),
        ("plain (really)", "plain (really)"),
    ],
)
def test_the_letter_goes(text: str, words: str) -> None:
    assert without_mnemonic(text) == words


@pytest.mark.parametrize("text", ["&Name:", "Name", "N&ame…"])
def test_the_sign_at_the_end_goes_too(text: str) -> None:
    assert bare(text) == "Name"


def test_the_colon_of_chinese_goes_too() -> None:
    assert bare("名称(&N)：") == "名称"
