"""The window: panes in docks, the menu, the status bar."""

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QTabWidget, QWidget

from ui.console import Console
from ui.dialogs.account import AccountDialog
from ui.docks.pane import Pane
from ui.icons import dress, redress
from ui.panes import PLACES, layout_of, pane_class
from ui.status_line import StatusLine
from ui.widgets.undo_bar import UndoBar

_STATE_VERSION = 1
#: At first, where the screen has room for it.
SIZE = QSize(1360, 860)
#: What a window manager may put around the window.
_FRAME = QSize(16, 48)


class MainWindow(QMainWindow):
    """Shows what the signed-in user may see. What it cannot do itself it asks by signals."""

    sign_out_wanted = Signal()
    #: The master at this address is to be shown; "": another one, to be asked for.
    switch_wanted = Signal(str)
    settings_wanted = Signal()
    quit_wanted = Signal()
    #: The window was closed; what that means is decided elsewhere.
    closed = Signal()

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.console = console
        # Whom this window is for: when it is put away, another may have signed in.
        self._role = console.connection.user.role
        self.panes: dict[str, Pane] = {}
        self._docks: dict[str, QDockWidget] = {}
        self.setObjectName("main_window")
        self.setDockNestingEnabled(True)
        self.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AnimatedDocks
        )
        for area in (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea):
            self.setTabPosition(area, QTabWidget.TabPosition.North)
        self.resize(SIZE.boundedTo(self.screen().availableSize() - _FRAME))
        self._make_docks()
        self._make_menus()
        self.status = StatusLine(console, self)
        self.setStatusBar(self.status)
        self.undo_bar = UndoBar(console.operations, self)
        self._retitle()
        console.connection.changed.connect(self._retitle)
        self.restore()

    # -- layouts

    def restore(self) -> None:
        """The layout of the last time, or the default one."""
        values = self.console.settings.values
        geometry = QByteArray.fromBase64(QByteArray(values.window_geometry.encode()))
        known = values.window_states.get(self._role, "")
        state = QByteArray.fromBase64(QByteArray(known.encode()))
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
        if state.isEmpty() or not self.restoreState(state, _STATE_VERSION):
            self.reset_layout()

    def remember(self) -> None:
        """Keep the layout for the next start."""
        values = self.console.settings.values
        values.window_geometry = _base64(self.saveGeometry())
        values.window_states[self._role] = _base64(self.saveState(_STATE_VERSION))
        self.console.settings.save()

    def layout_state(self) -> str:
        """The layout as it is now, to be kept under a name."""
        return _base64(self.saveState(_STATE_VERSION))

    def use_layout(self, state: str) -> None:
        """Arrange the panes as `layout_state` told."""
        self.restoreState(QByteArray.fromBase64(QByteArray(state.encode())), _STATE_VERSION)

    def reset_layout(self) -> None:
        """The default layout of the user's role."""
        layout = layout_of(self._role)
        for name, place in PLACES.items():
            dock = self._docks.get(name)
            if dock is None:
                continue
            dock.setFloating(False)
            self.removeDockWidget(dock)
            self.addDockWidget(place.area, dock)
            partner = self._docks.get(place.tabbed_with)
            if partner is not None:
                self.tabifyDockWidget(partner, dock)
            dock.setVisible(name not in layout.closed)
        left = [self._docks[name] for name in ("overview",) if name in self._docks]
        right = [self._docks[name] for name in ("task_details",) if name in self._docks]
        if left and right:
            self.resizeDocks([left[0], right[0]], [900, 440], Qt.Orientation.Horizontal)
        logs = [self._docks[name] for name in ("task_log", "master_log") if name in self._docks]
        if logs:
            self.resizeDocks(logs[:1], [230], Qt.Orientation.Vertical)
            logs[0].raise_()
        front = self._docks.get(layout.front)
        if front is not None:
            front.raise_()

    def show_pane(self, name: str) -> None:
        """Open a pane, in front of those it shares its place with."""
        dock = self._docks.get(name)
        if dock is not None:
            dock.show()
            dock.raise_()
            self.panes[name].setFocus()

    def is_open(self, name: str) -> bool:
        """Whether a pane has its place in the window, even behind another."""
        dock = self._docks.get(name)
        return dock is not None and not dock.isHidden()

    # -- making

    def _make_docks(self) -> None:
        for name in PLACES:
            made = pane_class(name)
            if made.needs and not any(self.console.may(one) for one in made.needs):
                continue
            pane = made(self.console)
            dock = QDockWidget(pane.title(), self)
            dock.setObjectName(f"dock_{name}")
            dock.setWidget(pane)
            self.addDockWidget(PLACES[name].area, dock)
            self.panes[name], self._docks[name] = pane, dock

    def _make_menus(self) -> None:
        pool = self.menuBar().addMenu(self.tr("&Pool"))
        dress(self._add(pool, self.tr("My &account…"), self._open_account), "keys")
        dress(self._add(pool, self.tr("Sign &out"), self.sign_out_wanted.emit), "leave")
        pool.addSeparator()
        settings = self._add(pool, self.tr("&Settings…"), self.settings_wanted.emit, "Ctrl+,")
        dress(settings, "settings")
        settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        quit_action = self._add(pool, self.tr("&Quit"), self.quit_wanted.emit, "Ctrl+Q")
        dress(quit_action, "quit")
        quit_action.setMenuRole(QAction.MenuRole.QuitRole)
        #: Filled by whoever knows the masters.
        self.masters_menu = self.menuBar().addMenu(self.tr("&Master"))
        view = self.menuBar().addMenu(self.tr("&View"))
        for number, (name, dock) in enumerate(self._docks.items(), start=1):
            action = dock.toggleViewAction()
            action.triggered.connect(lambda shown, name=name: self._on_view(name, shown))
            view.addAction(action)
            if number <= 9:
                self._shortcut(f"Alt+{number}", name)
        view.addSeparator()
        dress(self._add(view, self.tr("&Reset layout"), self.reset_layout), "layout")

    def _on_view(self, name: str, shown: bool) -> None:
        if shown:
            self.show_pane(name)

    def _open_account(self) -> None:
        AccountDialog(self.console, self).open()

    def _shortcut(self, keys: str, name: str) -> None:
        action = QAction(self)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False, name=name: self.show_pane(name))
        self.addAction(action)

    def _add(self, menu: QMenu, text: str, act: object, keys: str = "") -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(act)
        if keys:
            action.setShortcut(QKeySequence(keys))
        return action

    def _retitle(self) -> None:
        connection = self.console.connection
        name = connection.info.pool_name or connection.address
        self.setWindowTitle(self.tr("{pool} – HiveMind Master").format(pool=name))

    # -- Qt's own

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            redress(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.remember()
        event.ignore()
        self.closed.emit()


def _base64(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode()
