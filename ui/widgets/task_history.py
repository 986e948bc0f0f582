"""What happened to a task, as a table."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.models.task_history import HistoryModel, history_of
from ui.owned_operations import OwnedOperations
from ui.theme import Tone
from ui.widgets.table import Table
from ui.widgets.tone_label import ToneLabel

#: Rows of money of one task: a task that was repriced more often shows its newest.
TRANSFERS_MAX = 200


class TaskHistory(QWidget):
    """Asks for the money of a task when it is seen, and shows all of its events."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        self._operations = OwnedOperations(console.operations, self)
        self._task = pb.TaskInfo()
        self._transfers: list[pb.TransferInfo] = []
        self.model = HistoryModel(self)
        self.table = Table(self.model)
        self.table.setAccessibleName(self.tr("History of the task"))
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.keep_arrangement(console.settings.values.tables, "history")
        self.note = ToneLabel("", Tone.QUIET)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addWidget(self.note)

    def show_task(self, task: pb.TaskInfo) -> None:
        """Show the history of `task`, which was asked for by itself."""
        if task.task_id != self._task.task_id:
            self._transfers = []
        self._task = task
        self._show()

    def ask(self) -> None:
        """Ask for the money that moved for the task; it is seen now, or has changed."""
        task_id = self._task.task_id
        own = self._task.owner == self._console.connection.user.username
        everybodys = self._console.may("LEDGER_READ")
        if not task_id or not (everybodys or (own and self._console.may("ACCOUNT_READ"))):
            self.note.say(
                self.tr("Who paid what is shown to the owner of the task, and to auditors.")
                if task_id
                else ""
            )
            self.note.setVisible(bool(task_id))
            return
        self.note.hide()

        def then(page: pb.ListTransfersResponse) -> None:
            if task_id == self._task.task_id:
                self._transfers = list(page.transfers)
                self._show()

        self._operations.start(
            self.tr("Look at the money of a task"),
            self._console.pool.ledger.page(
                task_id=task_id, all_users=everybodys and not own, page_size=TRANSFERS_MAX
            ),
            then=then,
            otherwise=lambda _error: None,
            quiet=True,
        )

    def _show(self) -> None:
        self.model.show_history(history_of(self._task, self._transfers))
