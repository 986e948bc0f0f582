"""Ctrl+K: a command, a pane, a task or a node by a part of its name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from ui.dialogs.shortcuts import plain_text
from ui.main_window import MainWindow

SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class Find:
    """Something that can be gone to."""

    text: str
    go: Callable[[], object]


class CommandPalette(QDialog):
    """Type, choose with the arrows, Enter."""

    def __init__(self, window: MainWindow, actions: Iterable[QAction]) -> None:
        super().__init__(window)
        self._window = window
        self._actions = list(actions)
        self._found: list[Find] = []
        self.setWindowTitle(self.tr("Find a command"))
        self.resize(560, 420)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("A command, a pane, a task or a node"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("What to find"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("What was found"))
        self.list.setUniformItemSizes(True)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.search.textChanged.connect(self._look)
        self.search.installEventFilter(self)
        self.list.itemActivated.connect(self._go)
        self._look("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if key == Qt.Key.Key_Down else -1
                row = max(0, min(self.list.count() - 1, self.list.currentRow() + step))
                self.list.setCurrentRow(row)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                item = self.list.currentItem()
                if item is not None:
                    self._go(item)
                return True
        return super().eventFilter(watched, event)

    def _look(self, text: str) -> None:
        words = text.casefold().split()
        self.list.clear()
        self._found = []
        for find in self._all(with_things=bool(words)):
            folded = find.text.casefold()
            if all(word in folded for word in words):
                self._found.append(find)
                self.list.addItem(find.text)
                if len(self._found) >= SHOWN_MAX:
                    break
        self.list.setCurrentRow(0)

    def _all(self, *, with_things: bool) -> Iterator[Find]:
        for action in self._actions:
            yield Find(plain_text(action), action.trigger)
        for name, pane in self._window.panes.items():
            text = self.tr("Show: {pane}").format(pane=pane.title())
            yield Find(text, partial(self._window.show_pane, name))
        if with_things:
            yield from self._things()

    def _things(self) -> Iterator[Find]:
        console = self._window.console
        for node in console.state.nodes.values():
            text = self.tr("Node: {name}").format(name=f"{node.name} · {node.owner}")
            yield Find(text, partial(self._show_node, node.node_id))
        for task in console.state.tasks.values():
            text = self.tr("Task: {name}").format(name=f"{task.name} · {task.task_id}")
            yield Find(text, partial(self._show_task, task.task_id))

    def _show_node(self, node_id: str) -> None:
        self._window.show_pane("nodes")
        self._window.console.selection.select_nodes([node_id])

    def _show_task(self, task_id: str) -> None:
        self._window.show_pane("tasks")
        self._window.console.selection.select_tasks([task_id])

    def _go(self, item: QListWidgetItem) -> None:
        find = self._found[self.list.row(item)]
        self.accept()
        find.go()
