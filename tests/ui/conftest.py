"""Widgets without a screen: Qt draws into memory."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The application as the console makes it: closing a window ends nothing."""

    class Application(QApplication):
        def __init__(self, arguments: list[str]) -> None:
            super().__init__(arguments)
            self.setStyle("Fusion")
            self.setQuitOnLastWindowClosed(False)

    return Application
