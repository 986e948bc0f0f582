"""What was just done and how to take it back, at the foot of the window."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QAction,
    QEnterEvent,
    QKeySequence,
    QPalette,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QToolButton

from ui.icons import dress
from ui.operations import Operations

#: Above the status bar.
GAP = 10


class UndoBar(QFrame):
    """Floats over the panes of `window` while there is something to take back.

    It takes no focus when it appears. While the mouse is over it or the focus in it, it stays.
    """

    def __init__(self, operations: Operations, window: QMainWindow) -> None:
        super().__init__(window)
        self._operations = operations
        self._window = window
        self._undo = operations.undo
        self.setObjectName("undo_bar")
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self.label = QLabel()
        self.label.setForegroundRole(QPalette.ColorRole.ToolTipText)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        #: Also in a menu of the window, with its shortcut.
        self.action = QAction(self.tr("Undo"), self)
        self.action.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
        self.action.triggered.connect(self._on_undo)
        self.button = QToolButton()
        self.button.setText(self.tr("Undo"))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        dress(self.button, "undo")
        dress(self.action, "undo")
        keys = self.action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.button.setToolTip(self.tr("Take it back ({keys})").format(keys=keys))
        self.button.clicked.connect(self._on_undo)
        self.close_button = QToolButton()
        self.close_button.setAutoRaise(True)
        self.close_button.setText("✕")
        self.close_button.setToolTip(self.tr("Leave it so"))
        self.close_button.setAccessibleName(self.tr("Leave it so"))
        self.close_button.clicked.connect(self._undo.withdraw)
        for button in (self.button, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.installEventFilter(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        row.setSpacing(10)
        for widget in (self.label, self.button, self.close_button):
            row.addWidget(widget)
        window.installEventFilter(self)
        self._undo.changed.connect(self._show_offer)
        self.hide()
        self._show_offer()

    def _show_offer(self) -> None:
        said = self._undo.said
        self.action.setEnabled(bool(said))
        self.label.setText(said)
        self.setAccessibleName(self.tr("Can be undone: {what}").format(what=said) if said else "")
        self.setVisible(bool(said))
        if said:
            self._place()
            self.raise_()
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _on_undo(self) -> None:
        inverse = self._undo.take()
        if inverse is not None:
            self._operations.start(self.tr("Undo"), inverse.run(), said=self.tr("Taken back."))

    def _place(self) -> None:
        self.label.setMaximumWidth(max(120, self._window.width() - 240))
        self.adjustSize()
        foot = self._window.statusBar().geometry().top()
        self.move((self._window.width() - self.width()) // 2, foot - self.height() - GAP)

    # -- Qt's own

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._window:
            if kind == QEvent.Type.Resize and self.isVisible():
                self._place()
        elif kind == QEvent.Type.FocusIn:
            self._undo.hold()
        elif kind == QEvent.Type.FocusOut and not self.underMouse():
            self._undo.let_go()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._undo.hold()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.button.hasFocus() and not self.close_button.hasFocus():
            self._undo.let_go()
