"""Widgets without a screen: Qt draws into memory."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from ui.languages import Translations


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The application as the console makes it: closing a window ends nothing."""

    class Application(QApplication):
        def __init__(self, arguments: list[str]) -> None:
            super().__init__(arguments)
            self.setStyle("Fusion")
            self.setQuitOnLastWindowClosed(False)

    return Application


@pytest.fixture(autouse=True)
def own_locale() -> Iterator[None]:
    """A language that a test chose ends with it: figures are written by it everywhere."""
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.fixture
def translations(qapp: QApplication) -> Iterator[Translations]:
    """What speaks another language; after the test the texts of the source again."""
    made = Translations()
    yield made
    made.drop()
