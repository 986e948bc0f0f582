"""Why a task waits: each rule with the nodes that pass it, the nearest misses, what may help."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from proto import nodepool_pb2 as pb
from ui import formats
from ui.delegates.progress import ProgressDelegate
from ui.models.remedies import Remedy, remedies
from ui.models.rows import Column, RowsModel
from ui.sentences import shown
from ui.widgets.table import Table

translate = QCoreApplication.translate

_TABLE_ROWS_MAX = 9


class WhyWaiting(QWidget):
    """Shows an explanation. `remedy_wanted` carries the Remedy that somebody chose."""

    remedy_wanted = Signal(object)
    nodes_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nodes_known = 0
        self.summary, self.counts = QLabel(), QLabel()
        font = QFont(self.summary.font())
        font.setBold(True)
        self.summary.setFont(font)
        self.rules = RowsModel(self._rule_columns(), self)
        self.nearest = RowsModel(_near_columns(), self)
        self.rule_table, self.near_table = Table(self.rules), Table(self.nearest)
        self.near_title = QLabel(self.tr("Nearest nodes"))
        self.buttons: list[QPushButton] = []
        self._offered: list[Remedy] = []
        self._fill()
        self.near_table.chosen.connect(self.nodes_chosen)

    def show_why(
        self, why: pb.ExplainTaskResponse, spec: pb.TaskSpec, nodes: Mapping[str, pb.NodeInfo]
    ) -> None:
        """Show why a task of this spec waits."""
        self._nodes_known = why.nodes_known
        self.summary.setText(shown(why.summary))
        count = formats.count
        self.counts.setText(
            self.tr(
                "Of {known} nodes, {feasible} could run it when empty, {free} now. "
                "About {ahead} tasks come first."
            ).format(
                known=count(why.nodes_known),
                feasible=count(why.nodes_feasible),
                free=count(why.nodes_free),
                ahead=count(why.ahead),
            )
        )
        self.counts.setVisible(bool(why.nodes_known))
        self.rules.set_rows({rule.rule: rule for rule in why.rules})
        self.nearest.set_rows({miss.node_id: miss for miss in why.nearest})
        for widget in (self.near_title, self.near_table):
            widget.setVisible(bool(why.nearest))
        self.rule_table.setVisible(bool(why.rules))
        self._fit(self.rule_table, self.rules.rowCount())
        self._fit(self.near_table, self.nearest.rowCount())
        self._offer(remedies(why, spec, nodes))

    def show_failure(self, sentence: str) -> None:
        """It could not be found out."""
        self.show_why(pb.ExplainTaskResponse(summary=sentence, nodes_known=1), pb.TaskSpec(), {})
        self.counts.hide()

    # -- making

    def _fill(self) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(6)
        self.counts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for label in (self.summary, self.counts):
            label.setWordWrap(True)
            column.addWidget(label)
        self._button_column = QVBoxLayout()
        self._button_column.setSpacing(4)
        column.addLayout(self._button_column)
        self.rule_table.setAccessibleName(self.tr("Rules"))
        self.near_table.setAccessibleName(self.tr("Nearest nodes"))
        names = [each.name for each in self.rules.columns]
        self.rule_table.setItemDelegateForColumn(
            names.index("share"), ProgressDelegate(self.rules, self._percent, self.rule_table)
        )
        # The most restrictive rule first, the nearest node first.
        self.rule_table.sortByColumn(names.index("passing"), Qt.SortOrder.AscendingOrder)
        self.near_table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        column.addWidget(self.rule_table)
        column.addWidget(self.near_title)
        column.addWidget(self.near_table)
        column.addStretch(1)

    def _rule_columns(self) -> list[Column[pb.ExplainTaskResponse.Rule]]:
        return [
            Column(
                "share",
                translate("WhyWaiting", "Share"),
                lambda rule: f"{self._percent(rule)} %",
                key=lambda rule: rule.nodes_passing,
                width=70,
            ),
            Column(
                "passing",
                translate("WhyWaiting", "Nodes"),
                lambda rule: formats.count(rule.nodes_passing),
                key=lambda rule: rule.nodes_passing,
                tip=translate("WhyWaiting", "Nodes that pass this rule, whatever the others say"),
                right=True,
                width=56,
            ),
            Column(
                "rule",
                translate("WhyWaiting", "The task"),
                lambda rule: shown(rule.sentence),
                tooltip=lambda rule: shown(rule.sentence),
                width=220,
            ),
        ]

    def _percent(self, rule: pb.ExplainTaskResponse.Rule) -> int:
        return int(100 * rule.nodes_passing / max(1, self._nodes_known))

    def _fit(self, table: Table, rows: int) -> None:
        shown = min(rows, _TABLE_ROWS_MAX)
        height = table.verticalHeader().defaultSectionSize() * shown
        table.setFixedHeight(height + table.horizontalHeader().sizeHint().height() + 4)

    def _offer(self, offered: Sequence[Remedy]) -> None:
        # The same buttons stay: somebody may just be about to press one.
        if list(offered) == self._offered:
            return
        self._offered = list(offered)
        for button in self.buttons:
            self._button_column.removeWidget(button)
            button.deleteLater()
        self.buttons = []
        for remedy in offered:
            button = QPushButton(remedy.text)
            button.clicked.connect(
                lambda _checked=False, remedy=remedy: self.remedy_wanted.emit(remedy)
            )
            self._button_column.addWidget(button)
            self.buttons.append(button)


def _near_columns() -> list[Column[pb.ExplainTaskResponse.NearMiss]]:
    return [
        Column("node", translate("WhyWaiting", "Node"), lambda miss: miss.node_name, width=120),
        Column(
            "lacks",
            translate("WhyWaiting", "What it lacks"),
            lambda miss: "; ".join(map(shown, miss.failed)),
            tooltip=lambda miss: "\n".join(map(shown, miss.failed)),
            width=240,
        ),
    ]
