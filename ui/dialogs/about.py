"""Version and licence."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app import __version__
from ui.resources import app_icon


class AboutDialog(QDialog):
    """What this program is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About HiveMind Master"))
        icon = QLabel()
        icon.setPixmap(app_icon().pixmap(96, 96))
        text = QLabel(
            "<h2>HiveMind Master</h2><p>{version}</p><p>{about}</p><p>{licence}</p>".format(
                version=self.tr("Version {version}").format(version=__version__),
                about=self.tr(
                    "Turns the idle machines of a lab, an office or a community into one computer."
                ),
                licence=self.tr("Free software under the GNU General Public License, version 3."),
            )
        )
        text.setWordWrap(True)
        text.setMinimumWidth(320)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(buttons)
