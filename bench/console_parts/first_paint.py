"""The application as it is started, telling when it was painted: imports nothing besides."""

import sys
import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from ui.start import main


class FirstPaint(QObject):
    """Prints when each window was painted first, and quits after that of `last`."""

    def __init__(self, last: str) -> None:
        super().__init__()
        self._last = last
        self._told: set[str] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt's own."""
        if event.type() != QEvent.Type.Paint or not isinstance(watched, QWidget):
            return False
        name = type(watched).__name__
        if watched.isWindow() and name not in self._told:
            self._told.add(name)
            print(name, time.monotonic(), flush=True)
            app = QCoreApplication.instance()
            if app is not None and name == self._last:
                app.removeEventFilter(self)
                QTimer.singleShot(0, app.quit)
        return False


def show(last: str, *arguments: str) -> int:
    """Be the application, as `master_node.py` begins it, and tell of its first paints."""
    app = QApplication(sys.argv[:1])
    first = FirstPaint(last)
    app.installEventFilter(first)
    return main(arguments)
