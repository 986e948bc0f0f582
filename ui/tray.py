"""The icon beside the clock: the pool goes on while no window is open."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QMenu, QMessageBox, QSystemTrayIcon, QWidget

from ui.console import Console
from ui.feed import Link
from ui.pool_state import Delta
from ui.resources import app_icon
from ui.settings import CloseChoice

MESSAGE_MILLISECONDS = 8000


class Tray(QObject):
    """Shown from the first window to the end, where the desktop has such a place."""

    open_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon: QSystemTrayIcon | None = None
        self._menu: QMenu | None = None
        self._console: Console | None = None

    @property
    def available(self) -> bool:
        """Whether this desktop shows such icons."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def begin(self, console: Console) -> None:
        """Show the icon, in the language of now."""
        if not self.available:
            return
        self.end()
        self._console = console
        self._menu = QMenu()
        self._menu.addAction(self.tr("&Open HiveMind Master"), self.open_wanted.emit)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("&Quit"), self.quit_wanted.emit)
        self._icon = QSystemTrayIcon(app_icon(), self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self.open_wanted)
        console.feed.changed.connect(self._on_changed)
        self._icon.show()

    def end(self) -> None:
        """Take the icon away."""
        if self._console is not None:
            self._console.feed.changed.disconnect(self._on_changed)
            self._console = None
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None
        if self._menu is not None:
            self._menu.deleteLater()
            self._menu = None

    def tell(self, text: str) -> None:
        """Show a message beside the icon, where there is one; a click on it opens the window."""
        if self._icon is not None:
            title = self._console.connection.info.pool_name if self._console is not None else ""
            self._icon.showMessage(title or "HiveMind", text, app_icon(), MESSAGE_MILLISECONDS)

    def ask(self, parent: QWidget | None, then: Callable[[CloseChoice, bool], None]) -> None:
        """Ask what closing the window means, and whether that is to be remembered."""
        box = QMessageBox(parent)
        box.setWindowTitle(self.tr("Close the window"))
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("The pool is hosted by this program."))
        box.setInformativeText(
            self.tr("Keep serving in the background, or stop the pool until the next start?")
        )
        keep = box.addButton(self.tr("&Keep serving"), QMessageBox.ButtonRole.AcceptRole)
        stop = box.addButton(self.tr("&Quit"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(keep)
        remember = QCheckBox(self.tr("&Do not ask again"))
        box.setCheckBox(remember)

        def decided() -> None:
            clicked = box.clickedButton()
            if clicked is keep:
                then(CloseChoice.KEEP_SERVING, remember.isChecked())
            elif clicked is stop:
                then(CloseChoice.QUIT, remember.isChecked())
            box.deleteLater()

        box.finished.connect(decided)
        box.open()

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.open_wanted.emit()

    def _on_changed(self, delta: Delta) -> None:
        if self._icon is None or self._console is None or not (delta.stats or delta.reset):
            return
        now = self._console.state.newest
        if self._console.feed.link is not Link.LIVE:
            self._icon.setToolTip(self.tr("HiveMind Master: no connection"))
            return
        text = self.tr("HiveMind Master: {online} of {known} nodes, {running} tasks running")
        self._icon.setToolTip(
            text.format(online=now.nodes_online, known=now.nodes_known, running=now.tasks_running)
        )
