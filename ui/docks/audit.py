"""The pane of the audit log: who did what to what, and whether nobody changed the record."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.client.audit_filter import ALL, AuditFilter
from app.common.audit_export import AUDIT_SHAPE
from app.common.exports import ExportFile, ExportKind
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.docks.records import RecordsPane
from ui.icons import dress
from ui.models.audit import AuditModel
from ui.pool_state import Delta
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.audit_details import AuditDetails
from ui.widgets.audit_filter import AuditFilterBar
from ui.widgets.export_menu import ExportButton
from ui.widgets.tone_label import ToneLabel


class AuditPane(RecordsPane[pb.AuditEvent, AuditFilter]):
    """The watch does not tell of acts: asked for when shown."""

    name = "audit"
    needs = ("AUDIT_READ",)

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, AuditModel(), ALL, parent)
        self._bar, self._details = AuditFilterBar(), AuditDetails()
        self._refresh = QPushButton(self.tr("Refresh"))
        dress(self._refresh, "refresh")
        self._verify = QPushButton(self.tr("Verify"))
        self._verify.setToolTip(self.tr("Compute every row's hash anew, and compare."))
        self._export = ExportButton()
        self._said = ToneLabel(self.tr("Who did what to what, the newest first."), Tone.QUIET)
        self._lay_out([self._make_head(), self._bar], self._details)
        self._connect()

    def title(self) -> str:
        return self.tr("Audit")

    def take(self, delta: Delta) -> None:
        if delta.reset or not self._loaded:
            self.refresh()

    # -- its rows

    async def _ask(
        self, wanted: AuditFilter, token: str, page_size: int
    ) -> tuple[Iterable[pb.AuditEvent], str]:
        page = await self.console.pool.audit.page(wanted, token, page_size=page_size)
        return page.events, page.next_page_token

    def _wanted(self) -> AuditFilter:
        return self._bar.value()

    def _offer_people(self, usernames: list[str]) -> None:
        self._bar.offer_people(usernames)

    def _file(self, path: Path, kind: ExportKind) -> ExportFile[pb.AuditEvent]:
        return ExportFile(path, kind, AUDIT_SHAPE)

    def _show_chosen(self, keys: list[str]) -> None:
        place = self.model.place_of(keys[0]) if len(keys) == 1 else None
        if place is None:
            self._details.show_nothing()
        else:
            self._details.show_event(self.model.row_at(place))

    def _say(self, text: str, tone: Tone) -> None:
        self._said.say(text, tone)

    def _nothing_yet(self) -> str:
        return self.tr("Nothing has been done yet: what people do from now on is seen here.")

    def _loading(self) -> str:
        return self.tr("Load the audit log")

    def _export_title(self) -> str:
        return self.tr("Export the audit log")

    # -- verify

    def _ask_verification(self) -> None:
        self._say(self.tr("Verifying every row…"), Tone.QUIET)
        self.operations.start(
            self.tr("Verify the audit log"),
            self.console.pool.audit.verify(),
            then=self._show_verification,
            otherwise=self._say_failure,
        )

    def _show_verification(self, found: pb.VerifyAuditResponse) -> None:
        if found.ok:
            text = self.tr(
                "✓ The audit log is sound: {rows} rows, each follows from the one before. "
                "Note the last hash to prove it later: {head}"
            ).format(rows=formats.count(found.rows), head=found.head_hash)
            self._say(text, Tone.GOOD)
            return
        text = self.tr(
            "⚠ The audit log was changed at row {row}: {fault} "
            "Stop the master and compare with a backup."
        ).format(row=formats.count(found.first_bad_sequence), fault=shown(found.fault))
        self._say(text, Tone.BAD)

    # -- making

    def _make_head(self) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._said, 1)
        for button in (self._refresh, self._export, self._verify):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _connect(self) -> None:
        self._refresh.clicked.connect(self.refresh)
        self._verify.clicked.connect(self._ask_verification)
        self._export.wanted.connect(self._ask_export)
        self._bar.changed.connect(self._begin)
        again = QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.activated.connect(self.refresh)
