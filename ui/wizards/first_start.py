"""The first start: from nothing to a pool that serves and others can join."""

import platform

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.common.errors import HiveMindError
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.host import Choices, Host
from ui.languages import LANGUAGES, resolve
from ui.local_worker import LocalWorker
from ui.models.isolation import Isolation
from ui.owned_operations import OwnedOperations
from ui.ports import PortCheck, firewall_hint
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.join_panel import JoinPanel
from ui.widgets.tone_label import ToneLabel
from ui.wizards.steps import Step, StepsDialog

PASSWORD_MIN = 8
#: So many machines may use the first line, within the hour for which a token is good.
MACHINES_FIRST = 10


class FirstStart(StepsDialog):
    """Accepted: the pool has its name and its admin, who is signed in."""

    #: Another language was chosen; carries its locale.
    language_chosen = Signal(str)

    def __init__(
        self, console: Console, host: Host, worker: LocalWorker, parent: QWidget | None = None
    ) -> None:
        super().__init__(console.operations, parent)
        self.setWindowTitle(self.tr("Welcome to HiveMind Master"))
        self.admin = AdminStep()
        self.pool = PoolStep(host)
        self.welcome = WelcomeStep(console)
        self.welcome.language_chosen.connect(self.language_chosen)
        self.lend = LendStep(console, host, worker, self.admin)
        self.more = MoreMachinesStep(console)
        self.set_steps([self.welcome, self.admin, self.pool, self.lend, self.more])


class WelcomeStep(Step):
    """What this is, and the language."""

    language_chosen = Signal(str)

    def __init__(self, console: Console) -> None:
        super().__init__()
        self.title = self.tr("Welcome")
        self.say(
            self.tr(
                "This computer becomes the master of a pool: it takes in tasks, hands them to "
                "the machines that join, and keeps the accounts."
            )
        )
        self.say(
            self.tr(
                "The next steps make an administrator, give the pool a name, and show how "
                "other machines join. It takes about a minute."
            )
        )
        self.language = QComboBox()
        for language in LANGUAGES:
            self.language.addItem(language.name, language.locale)
        current = resolve(console.settings.values.language)
        self.language.setCurrentIndex(max(0, self.language.findData(current)))
        self.language.activated.connect(self._chosen)
        form = QFormLayout()
        form.addRow(self.tr("&Language"), self.language)
        self.column.addLayout(form)
        self.column.addStretch()

    def _chosen(self) -> None:
        self.language_chosen.emit(str(self.language.currentData()))


class AdminStep(Step):
    """Who runs the pool."""

    def __init__(self) -> None:
        super().__init__()
        self.title = self.tr("The administrator")
        self.say(
            self.tr(
                "The administrator may do everything in this pool. There is no default password."
            )
        )
        self.name = QLineEdit("admin")
        self.password = QLineEdit()
        self.again = QLineEdit()
        self.first = self.password
        for field in (self.password, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        form = QFormLayout()
        form.addRow(self.tr("&User name"), self.name)
        form.addRow(self.tr("&Password"), self.password)
        form.addRow(self.tr("Password &again"), self.again)
        form.addRow("", self.hint)
        self.column.addLayout(form)
        self.column.addStretch()
        for field in (self.name, self.password, self.again):
            field.textChanged.connect(self._on_changed)
        self._on_changed()

    def problem(self) -> str:
        if not self.name.text().strip():
            return self.tr("Give the administrator a name.")
        if len(self.password.text()) < PASSWORD_MIN:
            text = self.tr("Use at least {count} characters: a few unrelated words are good.")
            return text.format(count=PASSWORD_MIN)
        if self.password.text() != self.again.text():
            return self.tr("Type the same password twice.")
        return ""

    def _on_changed(self) -> None:
        problem = self.problem()
        good = not problem
        self.hint.setText(self.tr("✓ Good") if good else problem)
        tone = Tone.GOOD if good else Tone.QUIET
        self.hint.setStyleSheet(f"color: {tone.color().name()}")
        self.changed()


class PoolStep(Step):
    """Name and ports. Leaving it starts the master anew where they changed."""

    def __init__(self, host: Host) -> None:
        super().__init__()
        self._host = host
        self.title = self.tr("The pool")
        settings = host.settings
        self.name = QLineEdit(
            settings.pool_name
            if settings.pool_name != "My pool"
            else self.tr("{computer}'s pool").format(computer=platform.node() or "HiveMind")
        )
        self.name.setMaxLength(100)
        self.first = self.name
        self.grpc_port = _port(settings.grpc_port)
        self.ui_port = _port(settings.ui_port)
        self.grpc_state = QLabel()
        self.ui_state = QLabel()
        form = QFormLayout()
        form.addRow(self.tr("Name of the &pool"), self.name)
        form.addRow(self.tr("Port for &machines and users"), self.grpc_port)
        form.addRow("", self.grpc_state)
        form.addRow(self.tr("Port of the &web page"), self.ui_port)
        form.addRow("", self.ui_state)
        self.column.addLayout(form)
        self._firewall = self.say("")
        self.column.addStretch()
        own = {settings.grpc_port, settings.ui_port}
        self._checks = [
            PortCheck(self.grpc_port, self.grpc_state, own, self),
            PortCheck(self.ui_port, self.ui_state, own, self),
        ]
        for check in self._checks:
            check.changed.connect(self._on_changed)
        self.name.textChanged.connect(self._on_changed)
        self._on_changed()

    def problem(self) -> str:
        if not self.name.text().strip():
            return self.tr("Give the pool a name.")
        if self.grpc_port.value() == self.ui_port.value():
            return self.tr("The two ports must differ.")
        if not all(check.free for check in self._checks):
            return self.tr("Choose ports that no other program uses.")
        return ""

    async def leave(self) -> None:
        settings = self._host.settings
        choices = Choices(self.name.text().strip(), self.grpc_port.value(), self.ui_port.value())
        if choices != Choices(settings.pool_name, settings.grpc_port, settings.ui_port):
            await self._host.choose(choices)

    def _on_changed(self) -> None:
        hint = firewall_hint(self.grpc_port.value())
        self._firewall.setText(
            self.tr("Other machines must reach the first port. If a firewall is in the way:")
            + f"<br><code>{hint}</code>"
        )
        self.changed()


class LendStep(Step):
    """Makes the admin, signs in, and lets this computer work too."""

    def __init__(self, console: Console, host: Host, worker: LocalWorker, admin: AdminStep) -> None:
        super().__init__()
        self._console = console
        self._host = host
        self._worker = worker
        self._admin = admin
        self.title = self.tr("This computer")
        self.say(
            self.tr(
                "This computer can run tasks as well. They run in a container or a sandbox, "
                "never on the bare machine."
            )
        )
        self.lend = QCheckBox(self.tr("&Let this computer work too"))
        self.column.addWidget(self.lend)
        self.found = ToneLabel("", Tone.QUIET)
        self.found.setContentsMargins(24, 0, 0, 0)
        self.found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column.addWidget(self.found)
        self.column.addStretch()
        worker.looked.connect(self._show_isolation)

    def enter(self) -> None:
        self.found.say(self.tr("… looking what this computer can shut tasks in"), Tone.QUIET)
        self._worker.look()

    def _show_isolation(self, isolation: Isolation | None) -> None:
        if isolation is None:
            self.found.say(self.tr("⚠ This computer's own worker did not answer."), Tone.WARNING)
        elif isolation.found:
            found = self.tr("✓ Tasks are shut in by {engines}.")
            self.found.say(found.format(engines=", ".join(isolation.found)), Tone.GOOD)
        else:
            nothing = self.tr(
                "⚠ Nothing was found that shuts tasks in, so this computer would get none. "
                "Install one of these, whenever you like:"
            )
            remedies = [f"• {shown(one.what)}: {shown(one.remedy)}" for one in isolation.missing]
            self.found.say("\n".join([nothing, *remedies]), Tone.WARNING)

    async def leave(self) -> None:
        name, password = self._admin.name.text().strip(), self._admin.password.text()
        if self._host.needs_admin:
            await self._host.create_admin(name, password)
        if not self._console.connection.signed_in:
            certificate = await self._host.certificate()
            await self._console.connection.open(self._host.address, certificate, name, password)
        self._console.settings.values.local_worker = self.lend.isChecked()
        self._console.settings.save()
        if self.lend.isChecked() and not self._worker.joined:
            token = await self._console.pool.join_tokens.create(uses_max=1)
            self._worker.join(self._host.address, token.token, platform.node() or "master")


class MoreMachinesStep(Step):
    """How another machine joins, and how far it has come."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._operations = OwnedOperations(console.operations, self)
        self.title = self.tr("More machines")
        self.say(
            self.tr(
                "Other machines join with one line, a link or a code. You find this later "
                "under “Join a machine”, too."
            )
        )
        self.make = QPushButton(self.tr("&Show how a machine joins"))
        self.make.setAutoDefault(False)
        self.make.clicked.connect(self._make_token)
        self.refusal = ToneLabel("", Tone.BAD)
        row = QHBoxLayout()
        row.addWidget(self.make)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addWidget(self.refusal)
        self.panel: JoinPanel | None = None
        self.column.addStretch()

    def _make_token(self) -> None:
        self.make.setEnabled(False)
        self._operations.start(
            self.tr("Make a join token"),
            self._console.pool.join_tokens.create(uses_max=MACHINES_FIRST),
            then=self._show_token,
            otherwise=self._refuse,
        )

    def _show_token(self, made: pb.CreateJoinTokenResponse) -> None:
        self.make.hide()
        self.refusal.hide()
        self.panel = JoinPanel(self._console)
        self.column.insertWidget(self.column.count() - 1, self.panel, 1)
        self.panel.show_token(made)

    def _refuse(self, error: HiveMindError) -> None:
        self.make.setEnabled(True)
        self.refusal.say(f"⚠ {shown(error.message)}", Tone.BAD)


def _port(number: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(1, 65535)
    box.setValue(number)
    return box
