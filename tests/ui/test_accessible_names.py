"""Whoever hears the window instead of seeing it is told what each control is."""

from collections.abc import Iterator

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from tests.ui.test_application import first_start, live, options  # noqa: F401 - a fixture
from ui.app import Application
from ui.dialogs.join import JoinDialog
from ui.dialogs.palette import CommandPalette
from ui.dialogs.settings import SettingsDialog
from ui.dialogs.sign_in import SignInDialog
from ui.dialogs.submit import SubmitDialog
from ui.dialogs.transfer import TransferDialog
from ui.local_worker import LocalWorker
from ui.wizards.first_start import FirstStart

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)
#: Parts of other controls, which speak for them.
PARTS = (QComboBox, QAbstractSpinBox, QAbstractItemView, QLineEdit)


def nameless(root: QWidget) -> Iterator[str]:
    """The controls below `root` that have no name, and where they stand."""
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, CONTROLS) or isinstance(widget, QHeaderView):
            continue
        place = [widget]
        while (parent := place[-1].parentWidget()) is not None and place[-1] is not root:
            place.append(parent)
        inner = any(isinstance(one, PARTS) for one in place[1:])
        own = widget.objectName().startswith("qt_") or type(widget).__name__.startswith("QDock")
        # Gets its text when it is shown.
        later = isinstance(widget, QAbstractButton) and any(one.isHidden() for one in place[:-1])
        if inner or own or later:
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name).strip():
            yield " > ".join(type(one).__name__ for one in reversed(place))


def test_a_control_without_a_name_is_found(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    edit = QLineEdit(window)
    assert list(nameless(window)) == ["QWidget > QLineEdit"]
    edit.setAccessibleName("Name")
    assert list(nameless(window)) == []


def test_every_control_has_a_name(qapp: QApplication, options, tmp_path) -> None:  # noqa: F811
    found: dict[str, list[str]] = {}

    async def story(application: Application) -> None:
        window = await first_start(application)
        for name, pane in window.panes.items():
            window.show_pane(name)
            found[name] = list(nameless(pane))
        console, host = application.console, application.host
        dialogs = [
            JoinDialog(console, window),
            SubmitDialog(console, window, None),
            TransferDialog(console, window),
            SettingsDialog(console.settings, window),
            SignInDialog(console, window, address="127.0.0.1:1", certificate=b""),
            CommandPalette(window, application._actions.all_actions()),
            FirstStart(console, host, LocalWorker(tmp_path / "worker")),
        ]
        for dialog in dialogs:
            found[type(dialog).__name__] = list(nameless(dialog))
            dialog.deleteLater()

    assert live(options, story) == 0
    missing = [f"{name}: {one}" for name, controls in found.items() for one in controls]
    assert not missing, "\n".join(missing)
    assert len(found) > 15
