"""Let machines in that asked to join: compare the fingerprints of their keys."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from proto import nodepool_pb2 as pb
from ui.bulk import for_each
from ui.console import Console


class ApproveNodesDialog(QDialog):
    """Approves those of `node_ids` that wait and whose fingerprint was ticked as compared."""

    def __init__(
        self, console: Console, node_ids: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._console = console
        nodes = console.state.nodes
        self._nodes = [
            nodes[each]
            for each in node_ids
            if each in nodes and nodes[each].state == pb.NodeState.NODE_STATE_PENDING
        ]
        self.setWindowTitle(self.tr("Approve machines"))
        self.resize(720, 320)
        column = QVBoxLayout(self)
        hint = QLabel(
            self.tr(
                "Each machine shows the fingerprint of its key where its agent runs. "
                "Tick a machine when both are the same: then it is the one you think it is."
            )
        )
        hint.setWordWrap(True)
        column.addWidget(hint)
        self.table = self._make_table()
        column.addWidget(self.table)
        self.owner = QLineEdit()
        self.owner.setPlaceholderText(
            self.tr("{name}, who approves").format(name=console.connection.user.username)
        )
        label = QLabel(self.tr("&Owner, who earns with it (a user name):"))
        label.setBuddy(self.owner)
        column.addWidget(label)
        column.addWidget(self.owner)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.confirm = buttons.addButton(
            self.tr("&Approve"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.table.itemChanged.connect(self._check)
        self._check()

    def accept(self) -> None:
        """Approve the machines that are ticked, beside the window."""
        console, owner = self._console, self.owner.text().strip()
        fingerprints = {self._nodes[row].node_id: self._nodes[row] for row in self._ticked()}

        async def one(node_id: str) -> None:
            print_ = fingerprints[node_id].key_fingerprint
            await console.pool.nodes.approve(node_id, print_, owner)

        console.operations.start(
            self.windowTitle(),
            for_each(list(fingerprints), one),
            said=self.tr("%n machines may work now.", "", len(fingerprints)),
        )
        super().accept()

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(len(self._nodes), 2)
        table.setHorizontalHeaderLabels([self.tr("Machine"), self.tr("Fingerprint of its key")])
        table.verticalHeader().hide()
        table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        table.setAccessibleName(self.tr("Machines that wait"))
        header = table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        for row, node in enumerate(self._nodes):
            name = QTableWidgetItem(node.name)
            name.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            name.setCheckState(Qt.CheckState.Unchecked)
            shown = QTableWidgetItem(node.key_fingerprint)
            shown.setFlags(Qt.ItemFlag.ItemIsEnabled)
            shown.setFont(fixed)
            shown.setToolTip(node.key_fingerprint)
            table.setItem(row, 0, name)
            table.setItem(row, 1, shown)
        return table

    def _ticked(self) -> list[int]:
        checked = Qt.CheckState.Checked
        return [
            row
            for row in range(self.table.rowCount())
            if (item := self.table.item(row, 0)) is not None and item.checkState() == checked
        ]

    def _check(self) -> None:
        count = len(self._ticked())
        self.confirm.setEnabled(bool(count))
        self.confirm.setText(
            self.tr("&Approve %n machines", "", count) if count else self.tr("&Approve")
        )
