"""What runs first: a sign that the program starts, painted before all else is imported.

Python takes seconds to import what a master and a window need. So this module imports little, and
between the large parts of the rest Qt has a turn.
"""

import argparse
import ctypes
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app import __version__
from app.common.garbage import collected_here, importing
from app.common.product import APP_USER_MODEL_ID, PRODUCT
from app.common.program import program_name
from ui.resources import app_icon

#: In this order; each takes a good part of a second.
_PARTS = ("ui.connection", "ui.host", "ui.main_window", "ui.window_actions", "ui.app")
_ICON_PIXELS = 64


class StartSign(QWidget):
    """The product's icon and name: no text that needs a language, which is not known yet."""

    def __init__(self) -> None:
        flags = Qt.WindowType.SplashScreen | Qt.WindowType.FramelessWindowHint
        super().__init__(None, flags)
        icon, name, version = QLabel(), QLabel(PRODUCT), QLabel(__version__)
        icon.setPixmap(app_icon().pixmap(_ICON_PIXELS, _ICON_PIXELS))
        font = name.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        name.setFont(font)
        words = QVBoxLayout()
        words.addStretch(1)
        words.addWidget(name)
        words.addWidget(version)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(28, 20, 36, 20)
        row.setSpacing(18)
        row.addWidget(icon)
        row.addLayout(words)


def main(arguments: Sequence[str]) -> int:
    """Show the console until it is quit; the exit status."""
    options = parser().parse_args(arguments)
    qt = _begin_qt()
    sign = StartSign()
    sign.show()
    qt.processEvents()
    with collected_here():
        with importing():
            for part in _PARTS:
                import_module(part)
                qt.processEvents()
        from ui.app import show  # noqa: PLC0415 - only now is there something to see meanwhile

        return show(options, sign.close)


def parser() -> argparse.ArgumentParser:
    """The command line of the program with its window."""
    made = argparse.ArgumentParser(
        prog=program_name(), description="The console of a HiveMind pool, and its master."
    )
    made.add_argument("--headless", action="store_true", help="serve without a window")
    made.add_argument(
        "--connect", metavar="HOST:PORT", help="show the master there instead of hosting one"
    )
    made.add_argument("--data-dir", type=Path, help="folder of the hosted pool's data")
    made.add_argument("--config", type=Path, help="TOML file with settings of the hosted master")
    made.add_argument("--config-dir", type=Path, help="folder of the console's own settings")
    made.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return made


def _begin_qt() -> QApplication:
    if sys.platform == "win32":
        # Before the first window: else the taskbar groups them by the program's file.
        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(APP_USER_MODEL_ID)
    QCoreApplication.setApplicationName(PRODUCT)
    QCoreApplication.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName("hivemind-master")
    qt = QApplication.instance() or QApplication([sys.argv[0]])
    if not isinstance(qt, QApplication):
        raise TypeError("the application was begun without a display")
    qt.setStyle("Fusion")
    qt.setQuitOnLastWindowClosed(False)
    qt.setWindowIcon(app_icon())
    return qt
