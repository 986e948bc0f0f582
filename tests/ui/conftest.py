"""Widgets without a screen: Qt draws into memory."""

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.common.garbage import collected_here
from ui.languages import Translations

PATIENCE_MILLISECONDS = 60_000


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The application as the console makes it: closing a window ends nothing."""

    class Application(QApplication):
        def __init__(self, arguments: list[str]) -> None:
            super().__init__(arguments)
            self.setStyle("Fusion")
            self.setQuitOnLastWindowClosed(False)

    return Application


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's, that gives up later than after five seconds: a busy machine is no failure."""
    made = QtBot(request)
    for name in ("waitActive", "waitExposed", "waitSignal", "waitSignals", "waitUntil"):
        setattr(made, name, partial(getattr(made, name), timeout=PATIENCE_MILLISECONDS))
    return made


@pytest.fixture(scope="session", autouse=True)
def modules_set_aside() -> None:
    """What was imported stays: the collection after each test need not look at it."""
    gc.freeze()


@pytest.fixture(autouse=True)
def collected_in_the_tests_thread(modules_set_aside: None) -> Iterator[None]:
    """What a test made of Qt is destroyed in Qt's thread, at the latest when the test ends."""
    with collected_here():
        yield
    visible = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
    for each in visible:
        each.hide()
    # Qt itself leaves a tool tip for some seconds.
    left = [each for each in visible if each.windowType() is not Qt.WindowType.ToolTip]
    if left:
        # It would lie over the windows of later tests and take their clicks.
        pytest.fail(f"the test left windows behind: {left}. Close them.", pytrace=False)


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
