"""What the program wrote down when it failed: shown, and kept or deleted. Nothing is sent."""

from collections.abc import Sequence

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.common.crash import Report


class CrashReportsDialog(QDialog):
    """Asks what is to become of `reports`, the newest first; closed, it changes nothing."""

    def __init__(self, reports: Sequence[Report], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reports = reports
        self.setWindowTitle(self.tr("Something went wrong earlier"))
        about = QLabel(
            self.tr(
                "The program failed in a way that nobody foresaw, and wrote this down. It is on "
                "this computer alone, and nothing is sent. If you report the fault, send it along."
            )
        )
        about.setWordWrap(True)
        self.text = QPlainTextEdit("\n\n".join(report.text for report in reports))
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.windowTitle())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(self.tr("&Keep"))
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.copy = buttons.addButton(self.tr("&Copy"), role)
        self.folder = buttons.addButton(self.tr("&Open folder"), role)
        self.remove = buttons.addButton(
            self.tr("&Delete"), QDialogButtonBox.ButtonRole.DestructiveRole
        )
        self.copy.clicked.connect(self._copy)
        self.folder.clicked.connect(self._open_folder)
        self.remove.clicked.connect(self._delete)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(about)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self.resize(640, 420)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def _open_folder(self) -> None:
        folder = self._reports[0].path.parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _delete(self) -> None:
        for report in self._reports:
            report.delete()
        self.accept()
