"""Takes a phone or a laptop into the encrypted network: its file and QR code, shown once."""

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.client.vpn import Device
from app.common.errors import HiveMindError
from app.common.files import atomic_write
from ui.console import Console
from ui.icons import dress
from ui.owned_operations import OwnedOperations
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.form_grid import FormGrid
from ui.widgets.order_page import OrderPage
from ui.widgets.qr_code import QrCode
from ui.widgets.tone_label import ToneLabel

NAME_CHARACTERS_MAX = 64


class DeviceDialog(QDialog):
    """First the name, then the configuration, which is kept nowhere."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.console = console
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Add a device"))
        self.resize(560, 220)
        self._operations = OwnedOperations(console.operations, self)
        self.configuration = ""
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_order())
        self._stack.addWidget(self._make_answer())
        QVBoxLayout(self).addWidget(self._stack)

    def _make_order(self) -> QWidget:
        self.device = QLineEdit()
        self.device.setMaxLength(NAME_CHARACTERS_MAX)
        self.device.setPlaceholderText(self.tr("like “Ann’s phone”"))
        self.device.textChanged.connect(self._name_changed)
        form = FormGrid()
        form.add("name", self.tr("&Name:"), self.device)
        form.end()
        self.order = OrderPage(
            self.tr(
                "A phone or a laptop gets an address in the encrypted network. Its private "
                "key is made here, shown once, and kept nowhere."
            ),
            self.tr("&Add"),
            form,
        )
        self.order.make.setEnabled(False)
        self.order.ordered.connect(self._create)
        self.order.given_up.connect(self.reject)
        return self.order

    def _make_answer(self) -> QWidget:
        self.qr, self._text = QrCode(), QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setAccessibleName(self.tr("The configuration"))
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.copy = QPushButton(self.tr("&Copy"))
        dress(self.copy, "copy")
        self.save = QPushButton(self.tr("&Save…"))
        dress(self.save, "save")
        close = QPushButton(self.tr("Close"))
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._ask_file)
        close.clicked.connect(self.accept)
        self._said = ToneLabel("", Tone.GOOD)
        middle = QHBoxLayout()
        middle.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignTop)
        middle.addWidget(self._text, 1)
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addWidget(self.save)
        row.addWidget(self._said, 1)
        row.addWidget(close)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            ToneLabel(
                self.tr(
                    "Scan the code with WireGuard’s app, or carry the file to the device. Both "
                    "have the private key in them: this is the only time they are shown."
                )
            )
        )
        column.addLayout(middle, 1)
        column.addLayout(row)
        return page

    def _name_changed(self) -> None:
        self.order.make.setEnabled(bool(self.device.text().strip()))
        self.order.form.show_fault("name", "")

    def _create(self) -> None:
        self._operations.start(
            self.tr("Add a device"),
            self.console.pool.vpn.add_device(self.device.text().strip()),
            then=self.show_device,
            otherwise=self._refuse,
        )

    def show_device(self, device: Device) -> None:
        """Show what it is to be given."""
        self.configuration = device.configuration
        self._text.setPlainText(device.configuration)
        self.qr.show_text(device.configuration)
        self.setWindowTitle(device.membership.name)
        self._stack.setCurrentIndex(1)
        self.resize(860, 420)

    def _refuse(self, error: HiveMindError) -> None:
        self.order.refuse(error, error.details.get("field", ""))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.configuration)
        self._said.say(self.tr("✓ Copied"), Tone.GOOD)

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the configuration"), "wg0.conf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("conf")
        dialog.selectFile("wg0.conf")
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, name: str) -> None:
        """Have the file written, for its owner's eyes only."""
        self._operations.start(
            self.tr("Save the configuration"),
            _write(Path(name), self.configuration),
            then=self._saved,
            quiet=True,
        )

    def _saved(self, problem: str) -> None:
        if problem:
            self._said.say(f"⚠ {problem}", Tone.BAD)
        else:
            self._said.say(self.tr("✓ Saved"), Tone.GOOD)


async def _write(path: Path, configuration: str) -> str:
    """Off the loop; what went wrong, or ""."""
    try:
        await asyncio.to_thread(atomic_write, path, configuration.encode())
    except HiveMindError as error:
        return shown(error.message)
    except OSError as error:
        return f"{path.name}: {error.strerror or error}"
    return ""
