"""What the window's panes and menus ask for: dialogs, and the palette that finds everything."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QInputDialog, QMenu

from ui.dialogs.about import AboutDialog
from ui.dialogs.join import JoinDialog
from ui.dialogs.palette import CommandPalette
from ui.dialogs.shortcuts import ShortcutsDialog
from ui.dialogs.submit import SubmitDialog
from ui.dialogs.transfer import TransferDialog
from ui.host import Host
from ui.icons import dress
from ui.main_window import MainWindow
from ui.masters_menu import MastersMenu
from ui.notifier import Notifier
from ui.widgets.bell import Bell


@dataclass(frozen=True, slots=True)
class Wish:
    """Something a person can ask for: its name, its keys, and the permission it needs."""

    icon: str
    text: str
    act: Callable[[], None]
    keys: str = ""
    needs: str = ""


class WindowActions(QObject):
    """Owned by its window. Actions the role forbids are not there."""

    def __init__(self, window: MainWindow, host: Host | None) -> None:
        super().__init__(window)
        self._window = window
        self._console = window.console
        self._host = host
        self.actions: list[QAction] = []
        menu = window.menuBar().addMenu(self.tr("&Actions"))
        for wish in self._wishes():
            if wish.needs and not self._console.may(wish.needs):
                continue
            action = menu.addAction(wish.text)
            dress(action, wish.icon)
            action.triggered.connect(lambda _checked=False, act=wish.act: act())
            if wish.keys:
                action.setShortcut(QKeySequence(wish.keys))
            self.actions.append(action)
        menu.addSeparator()
        menu.addAction(window.undo_bar.action)
        own = host.address if host is not None and host.running else ""
        self.masters = MastersMenu(self._console, window.masters_menu, own)
        self.masters.chosen.connect(window.switch_wanted)
        self.masters.other_wanted.connect(self._switch_elsewhere)
        self._layouts = window.menuBar().addMenu(self.tr("&Layout"))
        self._fill_layouts()
        help_menu = window.menuBar().addMenu(self.tr("&Help"))
        for icon, text, act, keys in (
            ("find", self.tr("&Find a command…"), self.show_palette, "Ctrl+K"),
            ("keys", self.tr("&Shortcuts"), self.show_shortcuts, "?"),
            ("about", self.tr("&About"), self.show_about, ""),
        ):
            action = help_menu.addAction(text)
            dress(action, icon)
            self._add_help(action, act, keys)
        self._connect_panes()

    def _wishes(self) -> list[Wish]:
        return [
            Wish("submit", self.tr("&Submit a task…"), self._submit_anew, "Ctrl+N", "TASKS_SUBMIT"),
            Wish("join", self.tr("&Join a machine…"), self.join, "Ctrl+J", "NODES_MANAGE"),
            Wish(
                "transfer", self.tr("&Transfer CPT…"), self.transfer, "Ctrl+T", "ACCOUNT_TRANSFER"
            ),
        ]

    # -- dialogs

    def submit(self, draft: dict[str, Any] | None = None) -> None:
        """Ask for a task."""
        dialog = SubmitDialog(self._console, self._window, draft)
        dialog.submitted.connect(self._show_task)
        dialog.open()

    def _submit_anew(self) -> None:
        self.submit()

    def clone(self, task_id: str, changes: dict[str, Any] | None = None) -> None:
        """Ask for a task like one that there is."""

        def ask(draft: dict[str, Any]) -> None:
            self.submit(draft | (changes or {}))

        self._console.operations.start(
            self.tr("Clone a task"), SubmitDialog.draft_of(self._console, task_id), then=ask
        )

    def join(self) -> None:
        """Show how another machine joins."""
        JoinDialog(self._console, self._window).open()

    def transfer(self) -> None:
        """Ask for a payment."""
        TransferDialog(self._console, self._window).open()

    def add_bell(self, notifier: Notifier) -> Bell:
        """Show in the status bar what `notifier` tells."""
        bell = Bell(self._console, notifier)
        bell.tasks_wanted.connect(self._show_tasks)
        bell.nodes_wanted.connect(self._show_nodes)
        self._window.status.add_first(bell)
        return bell

    def _switch_elsewhere(self) -> None:
        self._window.switch_wanted.emit("")

    def show_palette(self) -> None:
        """Find a command, a pane, a task or a node by a part of its name."""
        CommandPalette(self._window, self.all_actions()).open()

    def show_shortcuts(self) -> None:
        """All shortcuts at a glance."""
        ShortcutsDialog(self.all_actions(), self._window).open()

    def show_about(self) -> None:
        """Version and licence."""
        AboutDialog(self._window).open()

    def all_actions(self) -> list[QAction]:
        """Every action of the menus that can be done now."""
        found: list[QAction] = []
        for menu_action in self._window.menuBar().actions():
            menu = menu_action.menu()
            if isinstance(menu, QMenu):
                found += [one for one in menu.actions() if one.text() and one.isEnabled()]
        return found

    # -- layouts

    def _fill_layouts(self) -> None:
        values = self._console.settings.values
        self._layouts.clear()
        for name, state in sorted(values.layouts.items()):
            action = self._layouts.addAction(name)
            action.triggered.connect(
                lambda _checked=False, state=state: self._window.use_layout(state)
            )
        self._layouts.addSeparator()
        self._layouts.addAction(self.tr("&Keep this layout…")).triggered.connect(self._keep_layout)
        if values.layouts:
            forget = self._layouts.addMenu(self.tr("&Forget"))
            for name in sorted(values.layouts):
                forget.addAction(name).triggered.connect(
                    lambda _checked=False, name=name: self._forget_layout(name)
                )

    def _keep_layout(self) -> None:
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("Keep this layout"))
        dialog.setLabelText(self.tr("Name of the layout:"))
        dialog.textValueSelected.connect(self._save_layout)
        dialog.open()

    def _save_layout(self, name: str) -> None:
        if name.strip():
            self._console.settings.values.layouts[name.strip()] = self._window.layout_state()
            self._console.settings.save()
            self._fill_layouts()

    def _forget_layout(self, name: str) -> None:
        self._console.settings.values.layouts.pop(name, None)
        self._console.settings.save()
        self._fill_layouts()

    # -- panes

    def _connect_panes(self) -> None:
        """Panes wish for dialogs by signals of these names, those that have them."""
        wishes: dict[str, Callable[..., None]] = {
            "submit_wanted": self._submit_anew,
            "clone_wanted": self.clone,
            "join_wanted": self.join,
            "transfer_wanted": self.transfer,
            "pane_wanted": self._window.show_pane,
        }
        for pane in self._window.panes.values():
            for name, act in wishes.items():
                signal = getattr(pane, name, None)
                if signal is not None:
                    signal.connect(act)

    def _show_task(self, task_id: str) -> None:
        self._show_tasks([task_id])

    def _show_tasks(self, task_ids: list[str]) -> None:
        self._window.show_pane("tasks")
        self._console.selection.select_tasks(task_ids)

    def _show_nodes(self, node_ids: list[str]) -> None:
        self._window.show_pane("nodes")
        self._console.selection.select_nodes(node_ids)

    def _add_help(self, action: QAction, act: Callable[[], None], keys: str) -> None:
        action.triggered.connect(lambda _checked=False: act())
        if keys:
            action.setShortcut(QKeySequence(keys))
