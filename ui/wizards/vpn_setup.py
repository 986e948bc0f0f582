"""Sets the encrypted network up: role, network, endpoint, review, and a live verification."""

import asyncio

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QSpinBox,
    QWidget,
)

from app.client.vpn import HubWish
from app.common.vocabulary import VpnState
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.tone_label import ToneLabel
from ui.wizards.steps import Step, StepsDialog

NETWORK_DEFAULT, PORT_DEFAULT, MTU_DEFAULT, KEEPALIVE_DEFAULT = "10.86.0.0/24", 51820, 1420, 25
_RUNNING = (VpnState.UP, VpnState.NOT_VERIFIED)


class VpnSetup(StepsDialog):
    """Accepted: it is set up, and what could be verified was."""

    def __init__(self, console: Console, info: pb.VpnInfo, parent: QWidget | None = None) -> None:
        super().__init__(console.operations, parent)
        self.setWindowTitle(self.tr("Set up the encrypted network"))
        self.role = RoleStep(info)
        self.network = NetworkStep(info, self.role)
        self.endpoint = EndpointStep(console, info, self.role, self.network)
        self.review = ReviewStep(console, self.role, self.network, self.endpoint)
        self.verify = VerifyStep(console, self.review)
        self.set_steps([self.role, self.network, self.endpoint, self.review, self.verify])


class RoleStep(Step):
    """Hub or peer."""

    def __init__(self, info: pb.VpnInfo) -> None:
        super().__init__()
        self.title = self.tr("The role of this master")
        self.say(
            self.tr(
                "Master and nodes can talk through an encrypted network of their own (WireGuard). "
                "Every machine makes its own key, and no private key leaves it."
            )
        )
        self.hub = QRadioButton(self.tr("This master is the &hub: nodes come to it"))
        self.peer = QRadioButton(self.tr("This master is a &peer of a hub that somebody runs"))
        self.hub.setChecked(info.role != pb.VPN_ROLE_PEER)
        self.peer.setChecked(info.role == pb.VPN_ROLE_PEER)
        self.column.addWidget(self.hub)
        self.column.addWidget(self.peer)
        for each in info.missing:
            if each.remedy:
                note = f"{each.name}: {shown(each.why)} {shown(each.remedy)}"
                self.column.addWidget(ToneLabel(note, Tone.QUIET))
        self.column.addStretch()


class NetworkStep(Step):
    """Which addresses; of a peer its file."""

    def __init__(self, info: pb.VpnInfo, role: RoleStep) -> None:
        super().__init__()
        self._role = role
        self.title = self.tr("The network")
        fours = [text for text in info.networks if ":" not in text]
        sixes = [text for text in info.networks if ":" in text]
        self._intro = self.say("")
        self.network4 = QLineEdit(fours[0] if fours else NETWORK_DEFAULT)
        self.network6 = QLineEdit(sixes[0] if sixes else "")
        self.network6.setPlaceholderText(self.tr("none; like fd86::/64"))
        self.interface = QLineEdit(info.interface or "wg0")
        self.mtu = QSpinBox()
        self.mtu.setRange(1280, 8920)
        self.mtu.setValue(info.mtu or MTU_DEFAULT)
        self.fields = QWidget()
        form = QFormLayout(self.fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(self.tr("&Addresses (IPv4)"), self.network4)
        form.addRow(self.tr("Addresses (IPv&6)"), self.network6)
        form.addRow(self.tr("&MTU"), self.mtu)
        self.file = QPlainTextEdit()
        self.file.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.file.setAccessibleName(self.tr("The configuration"))
        self.file.setPlaceholderText("[Interface]\nPrivateKey = …\nAddress = …\n\n[Peer]\n…")
        self.file.textChanged.connect(self._changed)
        self.network4.textChanged.connect(self._changed)
        last = QFormLayout()
        last.addRow(self.tr("&Interface"), self.interface)
        self.column.addWidget(self.fields)
        self.column.addWidget(self.file, 1)
        self.column.addLayout(last)
        self.column.addStretch()

    def enter(self) -> None:
        hub = self._role.hub.isChecked()
        self.fields.setVisible(hub)
        self.file.setVisible(not hub)
        self._intro.setText(
            self.tr(
                "Choose a network that no machine of the pool uses otherwise. A /24 has room "
                "for 253 machines, a /16 for 65,533."
            )
            if hub
            else self.tr("Paste the configuration that the hub’s keeper made for this master.")
        )

    def problem(self) -> str:
        if self._role.peer.isChecked() and not self.file.toPlainText().strip():
            return self.tr("Paste the configuration.")
        if self._role.hub.isChecked() and not self.network4.text().strip():
            return self.tr("Name a network.")
        return ""

    def _changed(self) -> None:
        self.changed()


class EndpointStep(Step):
    """Where peers find the hub; checked when it is left."""

    def __init__(
        self, console: Console, info: pb.VpnInfo, role: RoleStep, network: NetworkStep
    ) -> None:
        super().__init__()
        self._console, self._role, self._network = console, role, network
        self.title = self.tr("Where peers find it")
        self._intro = self.say("")
        self.host = QComboBox()
        self.host.setEditable(True)
        self.host.addItems(list(info.found_addresses))
        host = info.endpoint.rpartition(":")[0].strip("[]")
        if host:
            self.host.setEditText(host)
        self.port, self.keepalive = QSpinBox(), QSpinBox()
        self.port.setRange(1, 65535)
        self.port.setValue(info.port or PORT_DEFAULT)
        self.keepalive.setRange(1, 65535)
        self.keepalive.setValue(info.keepalive_seconds or KEEPALIVE_DEFAULT)
        self.keepalive.setSuffix(self.tr(" s"))
        self.fields = QWidget()
        form = QFormLayout(self.fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(self.tr("&Address"), self.host)
        form.addRow(self.tr("&UDP port"), self.port)
        form.addRow(self.tr("&Keep alive every"), self.keepalive)
        self.column.addWidget(self.fields)
        self.column.addStretch()

    def enter(self) -> None:
        hub = self._role.hub.isChecked()
        self.fields.setVisible(hub)
        self._intro.setText(
            self.tr(
                "Nodes and phones send to this address and UDP port. Firewalls must let the port "
                "in, and a router must pass it on to this machine; from outside a name is best. "
                "The next step tries whether the port and the network are free here."
            )
            if hub
            else self.tr("The hub’s address is in its file. The next step tries whether it fits.")
        )

    def wish(self) -> HubWish:
        """What was chosen, of a hub."""
        network = self._network
        return HubWish(
            interface=network.interface.text().strip(),
            network4=network.network4.text().strip(),
            network6=network.network6.text().strip(),
            endpoint_host=self.host.currentText().strip(),
            port=self.port.value(),
            mtu=network.mtu.value(),
            keepalive_seconds=self.keepalive.value(),
        )

    async def ask(self, *, check_only: bool) -> pb.VpnInfo:
        """Have it set up, or only tried."""
        vpn = self._console.pool.vpn
        if self._role.hub.isChecked():
            return await vpn.set_up_hub(self.wish(), check_only=check_only)
        return await vpn.set_up_peer(
            self._network.file.toPlainText(),
            self._network.interface.text().strip(),
            check_only=check_only,
        )

    async def leave(self) -> None:
        await self.ask(check_only=True)


class ReviewStep(Step):
    """Everything once more; what is running is changed when this is left."""

    def __init__(
        self, console: Console, role: RoleStep, network: NetworkStep, endpoint: EndpointStep
    ) -> None:
        super().__init__()
        self._console, self._role, self._network = console, role, network
        self._endpoint = endpoint
        self.title = self.tr("Review")
        self.say(self.tr("Nothing has been changed yet. The next step starts it."))
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.column.addWidget(self.summary)
        self.column.addStretch()
        self.started = pb.VpnInfo()

    def enter(self) -> None:
        wish = self._endpoint.wish()
        if self._role.peer.isChecked():
            lines = [self.tr("This master becomes a peer of another’s hub.")]
        else:
            networks = " · ".join(filter(None, (wish.network4, wish.network6)))
            lines = [
                self.tr("This master becomes the hub."),
                self.tr("Network {network}").format(network=networks),
                self.tr("Endpoint {endpoint}").format(endpoint=f"{wish.endpoint_host}:{wish.port}"),
                self.tr("MTU {mtu}, kept alive every {seconds} s").format(
                    mtu=wish.mtu, seconds=wish.keepalive_seconds
                ),
                self.tr("Nodes join by themselves, if they may make network interfaces."),
            ]
        lines.append(self.tr("Interface {name}").format(name=wish.interface or "wg0"))
        self.summary.setText("\n".join(f"•  {line}" for line in lines))

    async def leave(self) -> None:
        self.started = await self._endpoint.ask(check_only=False)


class VerifyStep(Step):
    """What was verified, step by step, as it happens."""

    def __init__(self, console: Console, review: ReviewStep) -> None:
        super().__init__()
        self._console, self._review = console, review
        self.title = self.tr("Verification")
        self.ticks: dict[str, ToneLabel] = {}
        self._watching: asyncio.Task[None] | None = None
        for name, text in self._texts().items():
            self.ticks[name] = ToneLabel(f"○ {text}", Tone.QUIET)
            self.column.addWidget(self.ticks[name])
        self._problem = ToneLabel("", Tone.BAD)
        self.column.addWidget(self._problem)
        self.column.addStretch()

    def _texts(self) -> dict[str, str]:
        return {
            "file": self.tr("The configuration is written"),
            "backend": self.tr("A way to run it was found"),
            "tunnel": self.tr("The tunnel runs"),
            "address": self.tr("The master is reached through it"),
            "peer": self.tr("A peer is connected"),
        }

    def enter(self) -> None:
        self.show_info(self._review.started)
        if self._watching is None:
            self._watching = self._console.operations.start(
                self.title, self._watch(), otherwise=lambda _error: None, quiet=True
            )
            self.destroyed.connect(self._watching.cancel)

    async def _watch(self) -> None:
        async for info in self._console.pool.vpn.watch():
            self.show_info(info)

    def show_info(self, info: pb.VpnInfo) -> None:
        """Tick what holds."""
        running = VpnState(info.state) in _RUNNING
        peer = info.role == pb.VPN_ROLE_PEER
        good = {
            "file": bool(info.file),
            "backend": bool(info.backend) and info.backend != "export only",
            "tunnel": running,
            "address": running and bool(info.master_address),
            "peer": any(each.connected for each in info.peers)
            or (peer and VpnState(info.state) is VpnState.UP),
        }
        for name, text in self._texts().items():
            mark, tone = ("✓", Tone.GOOD) if good[name] else ("○", Tone.QUIET)
            self.ticks[name].say(f"{mark} {text}", tone)
        lacking = [
            f"{shown(each.why)} {shown(each.remedy)}" for each in info.missing if each.remedy
        ]
        problem = shown(info.problem) if info.problem else ""
        if not good["backend"] and lacking:
            problem = "\n".join([problem, *lacking]).strip()
        self._problem.say(f"⚠ {problem}" if problem else "", Tone.BAD)
