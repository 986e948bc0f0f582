"""How another machine joins: a token, the line to run there, and what became of it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.owned_operations import OwnedOperations
from ui.widgets.form_grid import FormGrid
from ui.widgets.join_panel import JoinPanel
from ui.widgets.order_page import OrderPage

USES_MAX = 10_000
_HOUR = 3600


class JoinDialog(QDialog):
    """First what the token is good for, then the line, its QR code and a live checklist."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.console = console
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Join a machine"))
        self.resize(620, 300)
        self._operations = OwnedOperations(console.operations, self)
        self.panel = JoinPanel(console)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_order())
        self._stack.addWidget(self._make_line())
        QVBoxLayout(self).addWidget(self._stack)

    # -- what the token is good for

    def _make_order(self) -> QWidget:
        form = FormGrid()
        self._uses, self._time, self._owner, self._note = (
            QSpinBox(),
            QComboBox(),
            QLineEdit(),
            QLineEdit(),
        )
        self._uses.setRange(1, USES_MAX)
        for text, seconds in (
            (self.tr("1 hour"), _HOUR),
            (self.tr("1 day"), 24 * _HOUR),
            (self.tr("7 days"), 7 * 24 * _HOUR),
            (self.tr("30 days"), 30 * 24 * _HOUR),
        ):
            self._time.addItem(text, seconds)
        self._owner.setPlaceholderText(self.console.connection.user.username)
        self._note.setMaxLength(200)
        form.add("uses_max", self.tr("&Machines:"), self._uses, self.tr("so many may use the line"))
        form.add("ttl_seconds", self.tr("&Good for:"), self._time)
        form.add("owner", self.tr("&Owner:"), self._owner, self.tr("the user who earns with them"))
        form.add("note", self.tr("&Note:"), self._note, self.tr("like “room 204”"))
        form.end()
        self.order = OrderPage(
            self.tr(
                "A machine joins with one line that is run on it. The line has a secret in "
                "it: whoever has it can join a machine until it is used up or its time is over."
            ),
            self.tr("Make the &line"),
            form,
        )
        self.order.ordered.connect(self._create)
        self.order.given_up.connect(self.reject)
        return self.order

    def _create(self) -> None:
        self._operations.start(
            self.tr("Make a join token"),
            self.console.pool.join_tokens.create(
                ttl_seconds=self._time.currentData(),
                uses_max=self._uses.value(),
                owner=self._owner.text().strip(),
                note=self._note.text().strip(),
            ),
            then=self._show_token,
            otherwise=self._refuse,
        )

    def _refuse(self, error: HiveMindError) -> None:
        unknown = error.reason is Reason.USER_NOT_FOUND
        self.order.refuse(error, "owner" if unknown else error.details.get("field", ""))

    # -- the line

    def _make_line(self) -> QWidget:
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel, 1)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(close)
        column.addLayout(last)
        return page

    def _show_token(self, made: pb.CreateJoinTokenResponse) -> None:
        self._stack.setCurrentIndex(1)
        self.resize(820, 520)
        self.panel.copy.setDefault(True)
        self.panel.show_token(made)
