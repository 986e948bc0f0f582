"""Signing in to a master: its address, who one is, and whether it is the right pool."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.client.address import MasterAddress
from app.client.api import HiveMind
from app.client.channel import fetch_pool_info
from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from ui.connection import PATIENCE_SECONDS
from ui.console import Console
from ui.owned_operations import OwnedOperations
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.find_masters import FindMastersButton
from ui.widgets.form_grid import FormGrid
from ui.widgets.pin_comparison import PinComparison
from ui.widgets.tone_label import ToneLabel

T = TypeVar("T")

MASTERS_KEPT = 10
#: Where a refusal is shown.
_FIELDS = {
    Reason.BAD_CREDENTIALS: "password",
    Reason.WEAK_PASSWORD: "password",
    Reason.USER_EXISTS: "username",
    Reason.BAD_SETUP_CODE: "setup_code",
}


@dataclass(frozen=True, slots=True)
class Found:
    """The master at an address. `trusted` is its pool's CA, empty where none is known."""

    address: str
    trusted: bytes
    #: None where the master was not asked.
    info: pb.GetPoolInfoResponse | None = None


class SignInDialog(QDialog):
    """Accepted when `console.connection` is open.

    `certificate`: the CA of the master at `address`, where it is known for certain.
    """

    def __init__(
        self,
        console: Console,
        parent: QWidget | None = None,
        *,
        address: str = "",
        certificate: bytes = b"",
    ) -> None:
        super().__init__(parent)
        self.console = console
        self._operations = OwnedOperations(console.operations, self)
        self._given = Found(str(MasterAddress.parse(address)) if address else "", certificate)
        #: Pools that somebody compared just now, by address.
        self._compared: dict[str, bytes] = {}
        self._found: Found | None = None
        self._peeking: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._registering = False
        self._waits_seconds = 0
        self.setWindowTitle(self.tr("Sign in"))
        self.resize(640, 330)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._count_down)
        self._make()
        self._address_line.editingFinished.connect(self._peek)
        self._address.activated.connect(self._peek)
        self._show_registering(registering=False)
        self._peek()
        (self._username if address or self._text() else self._address).setFocus()

    # -- making

    def _make(self) -> None:
        self._form = FormGrid()
        self._address, self._address_line = QComboBox(), QLineEdit()
        self._address.setEditable(True)
        self._address.setLineEdit(self._address_line)
        self._address.addItems(self.console.settings.values.masters)
        self._address.setEditText(self._given.address or self._address.currentText())
        self._address_line.setPlaceholderText("master.example:50051")
        self._username, self._password, self._again = QLineEdit(), QLineEdit(), QLineEdit()
        self._setup_code = QLineEdit()
        for line in (self._password, self._again):
            line.setEchoMode(QLineEdit.EchoMode.Password)
        self._form.add("address", self.tr("&Master:"), self._address, self.tr("host and port"))
        self._form.add("username", self.tr("&User name:"), self._username)
        self._form.add("password", self.tr("&Password:"), self._password)
        self._form.add("again", self.tr("Password &again:"), self._again)
        self._form.add(
            "setup_code",
            self.tr("Set-up &code:"),
            self._setup_code,
            self.tr("makes the first admin; the new master shows it"),
        )
        self._form.end()
        self._message = ToneLabel("", Tone.BAD)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._register = QPushButton()
        self._compare_anew = QPushButton(self.tr("Compare the pi&n anew"))
        self._sign_in, cancel = QPushButton(), QPushButton(self.tr("Cancel"))
        for button in (self._register, self._compare_anew, cancel):
            button.setAutoDefault(False)
        self._sign_in.setDefault(True)
        self._compare_anew.hide()
        self._register.clicked.connect(
            lambda: self._show_registering(registering=not self._registering)
        )
        self._compare_anew.clicked.connect(self._forget)
        self._sign_in.clicked.connect(self._begin)
        cancel.clicked.connect(self.reject)
        self._find_masters = FindMastersButton(self.console.operations)
        self._find_masters.chosen.connect(self._take_found)
        row = QHBoxLayout()
        row.addWidget(self._find_masters)
        row.addWidget(self._register)
        row.addWidget(self._compare_anew)
        row.addStretch(1)
        row.addWidget(self._sign_in)
        row.addWidget(cancel)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form, 1)
        column.addWidget(self._message)
        column.addLayout(row)
        self._comparison = PinComparison()
        self._comparison.trusted.connect(self._trust)
        self._comparison.refused.connect(self._show_form)
        self._stack = QStackedWidget()
        self._stack.addWidget(page)
        self._stack.addWidget(self._comparison)
        QVBoxLayout(self).addWidget(self._stack)

    # -- which master

    def _text(self) -> str:
        """The address as it is kept: "host" becomes "host:50051"."""
        text = self._address.currentText().strip()
        try:
            return str(MasterAddress.parse(text))
        except HiveMindError:
            return text

    async def _trusted(self, address: str) -> bytes:
        """The CA that is known for the master at `address`; empty where none is."""
        if self._given.trusted and address == self._given.address:
            return self._given.trusted
        if address in self._compared:
            return self._compared[address]
        profiles = self.console.connection.profiles
        profile = await asyncio.to_thread(profiles.load, MasterAddress.parse(address))
        return profile.ca_certificate_pem.encode() if profile is not None else b""

    async def _find(self, address: str) -> Found:
        parsed = MasterAddress.parse(address)
        trusted = await self._trusted(address)
        if not trusted:
            return Found(address, b"", await fetch_pool_info(parsed))
        async with HiveMind.connect(
            address, ca_certificate_pem=trusted, patience_seconds=PATIENCE_SECONDS
        ) as pool:
            return Found(address, trusted, await pool.info())

    def _take_found(self, address: str) -> None:
        self._address.setEditText(address)
        self._peek()

    def _peek(self) -> None:
        """Ask the master that was named what it is, before anybody signs in."""
        address = self._text()
        if (
            not address
            or self._task is not None
            or (self._found is not None and self._found.address == address)
        ):
            return
        self._found = None
        if self._peeking is not None:
            self._peeking.cancel()
        self._form.set_hint("address", self.tr("looking for it…"))
        self._form.show_fault("address", "")
        self._peeking = self._operations.start(
            self.tr("Look for the master"),
            self._find(address),
            then=self._show_found,
            otherwise=self._show_not_found,
        )

    def _show_found(self, found: Found) -> None:
        self._found = found
        info = found.info or pb.GetPoolInfoResponse()
        known = (
            self.tr("✓ the pool “{pool}”")
            if found.trusted
            else self.tr("the pool “{pool}”, not known here yet")
        )
        self._form.set_hint("address", known.format(pool=info.pool_name))
        self._show_registering(registering=info.setup_needed)

    def _show_not_found(self, error: HiveMindError) -> None:
        self._form.set_hint("address", "")
        self._refuse(error)

    # -- signing in

    def _start(self, work: Awaitable[T], then: Callable[[T], None]) -> "asyncio.Task[None]":
        return self._operations.start(self.tr("Sign in"), work, then=then, otherwise=self._refuse)

    def _begin(self) -> None:
        faults = self._faults()
        for name in self._form.names():
            self._form.show_fault(name, faults.get(name, ""))
        if faults:
            return
        self._set_busy(busy=True)
        self._task = self._start(self._enter(self._text()), self._entered)

    def _faults(self) -> dict[str, str]:
        faults: dict[str, str] = {}
        try:
            MasterAddress.parse(self._text())
        except HiveMindError:
            faults["address"] = self.tr("Write it like master.example:50051.")
        if not self._username.text().strip():
            faults["username"] = self.tr("Who are you?")
        if not self._password.text():
            faults["password"] = self.tr("It is missing.")
        elif self._registering and self._password.text() != self._again.text():
            faults["again"] = self.tr("It is not the same.")
        return faults

    async def _enter(self, address: str) -> pb.GetPoolInfoResponse | None:
        """Sign in; what an unknown pool says of itself, where that has to be compared first."""
        trusted = await self._trusted(address)
        if not trusted:
            return await fetch_pool_info(MasterAddress.parse(address))
        username, password = self._username.text().strip(), self._password.text()
        if self._registering:
            async with HiveMind.connect(
                address, ca_certificate_pem=trusted, patience_seconds=PATIENCE_SECONDS
            ) as pool:
                await pool.register(username, password, self._setup_code.text().strip())
            # It is made: another try only signs in.
            self._registering = False
        await self.console.connection.open(address, trusted, username, password)
        return None

    def _entered(self, unknown: pb.GetPoolInfoResponse | None) -> None:
        self._task = None
        self._set_busy(busy=False)
        if unknown is not None:
            self._comparison.show_pool(self._text(), unknown)
            self._stack.setCurrentIndex(1)
            return
        values = self.console.settings.values
        address = self._text()
        others = [one for one in values.masters if one != address]
        values.masters = [address, *others][:MASTERS_KEPT]
        self.console.settings.save()
        self._password.clear()
        self._again.clear()
        self.accept()

    def _trust(self, certificate: bytes) -> None:
        self._compared[self._text()] = certificate
        self._show_form()
        self._begin()

    def _forget(self) -> None:
        """Ask who answers, and compare, whatever was known."""
        self._compare_anew.hide()
        address = self._text()
        self._set_busy(busy=True)
        self._task = self._start(fetch_pool_info(MasterAddress.parse(address)), self._entered)

    def _show_form(self) -> None:
        self._stack.setCurrentIndex(0)

    def _show_registering(self, *, registering: bool) -> None:
        info = self._found.info if self._found is not None else None
        needed = info is not None and info.setup_needed
        self._registering = registering
        self._form.show_field("again", shown=registering)
        self._form.show_field("setup_code", shown=registering and needed)
        self._sign_in.setText(
            self.tr("Make the account and &sign in") if registering else self.tr("&Sign in")
        )
        self._register.setText(
            self.tr("I &have an account") if registering else self.tr("Make an acc&ount…")
        )
        self._register.setVisible(info is not None and (info.registration_open or needed))

    # -- how it went

    def _refuse(self, error: HiveMindError) -> None:
        self._task = None
        self._set_busy(busy=False)
        self._message.say("")
        reason = error.reason
        if reason is Reason.LOGIN_DELAYED:
            self._wait(error.details.get("retry_after_seconds", ""))
        elif reason is Reason.MASTER_UNREACHABLE:
            self._form.show_fault("address", self.tr("It does not answer."))
            self._message.say(
                self.tr(
                    "Check that the address and the port are right, that the master runs, and "
                    "that no firewall stands between: a master listens on port 50051."
                ),
                Tone.WARNING,
            )
        elif reason is Reason.CERTIFICATE_MISMATCH:
            self._form.show_fault("address", self.tr("Another pool answers there."))
            self._message.say(f"⚠ {shown(error.message)}", Tone.BAD)
            self._compare_anew.show()
        else:
            name = _FIELDS.get(reason, error.details.get("field", ""))
            if name in self._form.names():
                self._form.show_fault(name, shown(error.message))
                if name == "password":
                    self._password.selectAll()
                    self._password.setFocus()
            else:
                self._message.say(f"⚠ {shown(error.message)}", Tone.BAD)

    def _wait(self, seconds: str) -> None:
        try:
            self._waits_seconds = math.ceil(float(seconds))
        except ValueError:
            self._waits_seconds = 1
        self._clock.start()
        self._show_wait()

    def _count_down(self) -> None:
        self._waits_seconds -= 1
        self._show_wait()

    def _show_wait(self) -> None:
        waits = self._waits_seconds > 0
        self._sign_in.setEnabled(not waits)
        if waits:
            self._message.say(
                self.tr(
                    "⚠ Too many failed tries for this account: wait %n second(s).",
                    "",
                    self._waits_seconds,
                ),
                Tone.WARNING,
            )
        else:
            self._clock.stop()
            self._message.say("")

    def _set_busy(self, *, busy: bool) -> None:
        self._form.setEnabled(not busy)
        self._sign_in.setEnabled(not busy)
        if busy:
            self._message.say(self.tr("Signing in…"), Tone.QUIET)

    # -- Qt's own

    def done(self, result: int) -> None:
        self._clock.stop()
        for task in (self._peeking, self._task):
            if task is not None and result != QDialog.DialogCode.Accepted:
                task.cancel()
        super().done(result)
