"""The bell in the status bar: how many notices nobody has read, and the list of them."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui import formats
from ui.console import Console
from ui.icons import dress
from ui.notifier import Notifier, Told
from ui.theme import Tone

_TOLD = int(Qt.ItemDataRole.UserRole)
SIZE = (420, 300)
MARKS = {Tone.GOOD: "✓", Tone.WARNING: "⚠", Tone.WAITING: "○"}


class Bell(QToolButton):
    """Opens the list; what is chosen there is wished for by `tasks_wanted`, `nodes_wanted`."""

    tasks_wanted = Signal(object)
    nodes_wanted = Signal(object)

    def __init__(self, console: Console, notifier: Notifier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        dress(self, "bell")
        self.list = NoticeList(console, notifier, self)
        self.list.chosen.connect(self._choose)
        self.clicked.connect(self.open_list)
        notifier.changed.connect(self._show_unread)
        self._show_unread()

    def open_list(self) -> None:
        """Show the list above the bell; what is in it counts as read."""
        self.list.show_notices()
        self.list.adjustSize()
        corner = self.mapToGlobal(QPoint(self.width(), 0))
        self.list.move(corner.x() - self.list.width(), corner.y() - self.list.height())
        self.list.show()
        self.list.setFocus()
        self._notifier.read()

    def _show_unread(self) -> None:
        unread = self._notifier.unread
        self.setText(formats.count(unread) if unread else "")
        text = self.tr("%n unread notices", "", unread) if unread else self.tr("Notices")
        self.setAccessibleName(text)
        self.setToolTip(text)

    def _choose(self, told: Told) -> None:
        self.list.hide()
        if told.entry.tasks:
            self.tasks_wanted.emit(list(told.entry.tasks))
        elif told.entry.nodes:
            self.nodes_wanted.emit(list(told.entry.nodes))


class NoticeList(QFrame):
    """What was told, the newest first."""

    chosen = Signal(object)

    def __init__(self, console: Console, notifier: Notifier, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._console = console
        self._notifier = notifier
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setFixedSize(*SIZE)
        self.items = QListWidget()
        self.items.setWordWrap(True)
        self.items.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.items.setSpacing(2)
        self.items.setAccessibleName(self.tr("Notices"))
        self.items.itemActivated.connect(self._choose)
        self.items.itemClicked.connect(self._choose)
        self.empty = QLabel(
            self.tr(
                "Nothing has happened yet. Here you are told when your tasks have ended, a node "
                "is lost or a machine waits for approval. The settings say of what."
            )
        )
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setMargin(24)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.items)
        self._stack.addWidget(self.empty)
        self.clear_button = QPushButton(self.tr("&Clear"))
        self.clear_button.clicked.connect(self._clear)
        row = QHBoxLayout()
        title = QLabel(self.tr("Notices"))
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        row.addWidget(title, 1)
        row.addWidget(self.clear_button)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self._stack, 1)
        self.setFocusProxy(self.items)

    def show_notices(self) -> None:
        """Show what there is now."""
        self.items.clear()
        now = self._console.feed.now_seconds
        for told in self._notifier.told:
            entry = told.entry
            text = self.tr("{what} ({time} ago)").format(
                what=entry.text, time=formats.duration(max(0.0, now - told.at))
            )
            item = QListWidgetItem(f"{MARKS[entry.tone]} {text}")
            item.setForeground(entry.tone.color())
            item.setData(_TOLD, told)
            self.items.addItem(item)
        self.items.setCurrentRow(0)
        self._stack.setCurrentIndex(0 if self._notifier.told else 1)
        self.clear_button.setEnabled(bool(self._notifier.told))

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(_TOLD))

    def _clear(self) -> None:
        self._notifier.clear()
        self.show_notices()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)
