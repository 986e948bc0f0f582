"""Sets the encrypted network up: role, network, endpoint, review, and a live verification."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.client.vpn import HubWish, PeerWish
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.ports import firewall_hint
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.tone_label import ToneLabel
from ui.wizards.steps import Step, StepsDialog
from ui.wizards.vpn_verify import VerifyStep

NETWORK_DEFAULT, PORT_DEFAULT, MTU_DEFAULT, KEEPALIVE_DEFAULT = "10.86.0.0/24", 51820, 1420, 25


class VpnSetup(StepsDialog):
    """Accepted: it is set up, and what could be verified was."""

    def __init__(self, console: Console, info: pb.VpnInfo, parent: QWidget | None = None) -> None:
        super().__init__(console.operations, parent)
        self.setWindowTitle(self.tr("Set up the encrypted network"))
        self.role = RoleStep(info)
        self.network = NetworkStep(info, self.role)
        self.endpoint = EndpointStep(console, info, self.role, self.network)
        self.review = ReviewStep(console, self.role, self.network, self.endpoint)
        self.verify = VerifyStep(console, lambda: self.review.started)
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
        self.file = QPlainTextEdit()
        self.file.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.file.setAccessibleName(self.tr("The configuration"))
        self.file.setPlaceholderText("[Interface]\nPrivateKey = …\nAddress = …\n\n[Peer]\n…")
        self.file.textChanged.connect(self._changed)
        self.network4.textChanged.connect(self._changed)
        self.ways = self._make_ways(info)
        self._form = QFormLayout()
        self._form.addRow(self.tr("&Addresses (IPv4)"), self.network4)
        self._form.addRow(self.tr("Addresses (IPv&6)"), self.network6)
        self._form.addRow(self.tr("&MTU"), self.mtu)
        self._form.addRow(self.tr("Address of the &key"), self.url)
        self._form.addRow(self.tr("Pin of that &server"), self.pin)
        self._form.addRow(self.tr("This master’s &addresses"), self.own)
        self._form.addRow(self.tr("&Interface"), self.interface)
        self.column.addWidget(self.ways)
        self.column.addWidget(self.file, 1)
        self.column.addLayout(self._form)
        self.column.addStretch()

    def _make_ways(self, info: pb.VpnInfo) -> QWidget:
        """Of a peer: its keeper's file, or the key that the keeper publishes."""
        self.by_file = QRadioButton(self.tr("The hub’s keeper made a &file for this master"))
        self.by_key = QRadioButton(self.tr("The keeper &publishes the hub’s key"))
        self.by_key.setChecked(bool(info.hub_key_url))
        self.by_file.setChecked(not info.hub_key_url)
        self.by_key.toggled.connect(self.enter)
        self.url, self.pin = QLineEdit(info.hub_key_url), QLineEdit()
        self.url.setPlaceholderText("https://")
        self.pin.setPlaceholderText(self.tr("only if that server signs its own certificate"))
        self.own = QLineEdit(", ".join(info.addresses) if info.hub_key_url else "")
        self.own.setPlaceholderText(self.tr("as the keeper says, like 10.0.0.18/24"))
        self.url.textChanged.connect(self._changed)
        self.own.textChanged.connect(self._changed)
        ways = QWidget()
        column = QVBoxLayout(ways)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.by_file)
        column.addWidget(self.by_key)
        return ways

    @property
    def fetches(self) -> bool:
        """Whether this master is to be a peer whose hub's key is fetched."""
        return self._role.peer.isChecked() and self.by_key.isChecked()

    def enter(self) -> None:
        hub = self._role.hub.isChecked()
        for editor in (self.network4, self.network6, self.mtu):
            self._form.setRowVisible(editor, hub)
        for editor in (self.url, self.pin, self.own):
            self._form.setRowVisible(editor, self.fetches)
        self.ways.setVisible(not hub)
        self.file.setVisible(not hub and not self.fetches)
        self._intro.setText(
            self.tr(
                "Choose a network that no machine of the pool uses otherwise. A /24 has room "
                "for 253 machines, a /16 for 65,533."
            )
            if hub
            else self.tr(
                "This master makes its private key itself and fetches the hub’s public one. Its "
                "own public key is shown at the end, for the keeper."
            )
            if self.fetches
            else self.tr("Paste the configuration that the hub’s keeper made for this master.")
        )
        self._changed()

    def problem(self) -> str:
        if self.fetches:
            if not self.url.text().strip() or not self.own.text().strip():
                return self.tr("Name the address of the key and this master’s own.")
            return ""
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
        #: What the master said when it was tried.
        self.found = pb.VpnInfo()
        self.title = self.tr("Where peers find it")
        self._intro = self.say("")
        self.host = QComboBox()
        self.host.setEditable(True)
        self.host.addItems(list(info.found_addresses))
        host = info.endpoint.rpartition(":")[0].strip("[]")
        if host and (info.role == pb.VPN_ROLE_HUB or info.hub_key_url):
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
        self._firewall = self.say("")
        self._firewall.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.port.valueChanged.connect(self._say_firewall)
        self.column.addStretch()

    def enter(self) -> None:
        hub = self._role.hub.isChecked()
        self.title = self.tr("Where peers find it") if hub else self.tr("Where the hub is")
        self.fields.setVisible(hub or self._network.fetches)
        self._intro.setText(
            self.tr(
                "Nodes and phones send to this address and UDP port. Firewalls must let the port "
                "in, and a router must pass it on to this machine; from outside a name is best. "
                "The next step tries whether the port and the network are free here."
            )
            if hub
            else self.tr(
                "Where the hub is, as its keeper says. The next step fetches its key and tries "
                "whether it fits."
            )
            if self._network.fetches
            else self.tr("The hub’s address is in its file. The next step tries whether it fits.")
        )
        self._firewall.setVisible(hub)
        self._say_firewall()

    def _say_firewall(self) -> None:
        hint = firewall_hint(self.port.value(), "udp")
        self._firewall.setText(
            self.tr("If a firewall of this machine is in the way:") + f"<br><code>{hint}</code>"
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

    def peer_wish(self) -> PeerWish:
        """What was chosen, of a peer whose hub's key is fetched."""
        network, wish = self._network, self.wish()
        return PeerWish(
            hub_key_url=network.url.text().strip(),
            hub_key_pin=network.pin.text().strip(),
            endpoint_host=wish.endpoint_host,
            addresses=tuple(filter(None, map(str.strip, network.own.text().split(",")))),
            port=wish.port,
            interface=wish.interface,
            mtu=wish.mtu,
            keepalive_seconds=wish.keepalive_seconds,
        )

    async def ask(self, *, check_only: bool) -> pb.VpnInfo:
        """Have it set up, or only tried."""
        vpn = self._console.pool.vpn
        if self._role.hub.isChecked():
            return await vpn.set_up_hub(self.wish(), check_only=check_only)
        if self._network.fetches:
            return await vpn.set_up_peer_by_key(self.peer_wish(), check_only=check_only)
        return await vpn.set_up_peer(
            self._network.file.toPlainText(),
            self._network.interface.text().strip(),
            check_only=check_only,
        )

    async def leave(self) -> None:
        self.found = await self.ask(check_only=True)


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
            found = self._endpoint.found
            lines += [
                self.tr("Endpoint {endpoint}").format(endpoint=found.endpoint),
                self.tr("The hub’s key {key}").format(key=found.hub_public_key),
                self.tr("Addresses {addresses}").format(addresses=", ".join(found.addresses)),
            ]
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
