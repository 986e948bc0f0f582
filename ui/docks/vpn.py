"""The pane of the encrypted network: how it does, who is in it, and what to do about it."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from app.common.clock import MICROSECONDS, SystemClock
from app.common.errors import HiveMindError
from app.common.vocabulary import VpnRole
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.delegates.sparkline import SparklineDelegate
from ui.dialogs.confirm import ConfirmDialog
from ui.dialogs.vpn_checks import ChecksDialog
from ui.dialogs.vpn_device import DeviceDialog
from ui.docks.pane import Pane
from ui.icons import dress
from ui.models.rows import RowsModel
from ui.models.vpn import Traffic, peer_columns, role_text, state_text, state_tone
from ui.pool_state import Delta
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.empty_state import EmptyState
from ui.widgets.table import Table
from ui.widgets.tone_label import ToneLabel
from ui.wizards.vpn_setup import VpnSetup


def _now() -> float:
    return SystemClock().now_us() / MICROSECONDS


class VpnPane(Pane):
    """Follows the master's tunnel while it is seen."""

    name = "vpn"
    needs = ("VPN_READ",)

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self.info = pb.VpnInfo()
        self._watching: asyncio.Task[None] | None = None
        self.traffic = Traffic()
        self.model: RowsModel[pb.VpnPeer] = RowsModel(peer_columns(_now, self.traffic), self)
        self.table = Table(self.model)
        self.table.setAccessibleName(self.title())
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        place = [column.name for column in self.model.columns].index("traffic")
        self.table.setItemDelegateForColumn(
            place,
            SparklineDelegate(
                lambda peer: self.traffic.samples(peer.peer_id), self.table, text_ems=12
            ),
        )
        self._state, self._facts = ToneLabel(), ToneLabel("", Tone.QUIET)
        self._facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._empty = EmptyState()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self._make_buttons()
        self.column.addWidget(self._state)
        self.column.addWidget(self._facts)
        self.column.addLayout(self._buttons())
        self.column.addWidget(self._stack, 1)
        self._empty.wanted.connect(self._do_next)
        self.table.chosen.connect(self._show_buttons)
        self._arrange()

    def title(self) -> str:
        return self.tr("Encrypted network")

    def take(self, _delta: Delta) -> None:
        if self._watching is None and self.console.connection.signed_in:
            self._watching = self.operations.start(
                self.tr("Watch the encrypted network"),
                self._watch(),
                otherwise=self._refuse,
                quiet=True,
            )
            self._watching.add_done_callback(self._watched)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._watching is not None:
            self._watching.cancel()

    def show_info(self, info: pb.VpnInfo) -> None:
        """Show another look at it."""
        self.info = info
        self.traffic.take(self._rows(), _now())
        chosen = self.table.keys()
        self.model.set_rows({peer.peer_id: peer for peer in self._rows()})
        self.table.select_keys(chosen)
        self._arrange()

    async def _watch(self) -> None:
        async for info in self.console.pool.vpn.watch():
            self.show_info(info)

    def _watched(self, _task: "asyncio.Task[None]") -> None:
        self._watching = None

    # -- what is shown

    def _make_buttons(self) -> None:
        self.set_up = QPushButton(self.tr("Set up…"))
        self.add = QPushButton(self.tr("Add a device…"))
        self.rename = QPushButton(self.tr("Rename…"))
        self.rotate = QPushButton(self.tr("Change key"))
        self.revoke = QPushButton(self.tr("Revoke…"))
        self.diagnose = QPushButton(self.tr("Diagnose…"))
        self.stop = QPushButton(self.tr("Stop…"))
        for button, icon, act in (
            (self.set_up, "settings", self.ask_set_up),
            (self.add, "join", self.ask_device),
            (self.rename, "", self._ask_name),
            (self.rotate, "keys", self._do_rotate),
            (self.revoke, "revoke", self._ask_revoke),
            (self.diagnose, "find", self.ask_checks),
            (self.stop, "cancel", self._ask_stop),
        ):
            if icon:
                dress(button, icon)
            button.clicked.connect(act)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for button in (self.set_up, self.add, self.rename, self.rotate, self.revoke):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.diagnose)
        row.addWidget(self.stop)
        return row

    def _arrange(self) -> None:
        info, hub = self.info, self.info.role == int(VpnRole.HUB)
        problem = f": {shown(info.problem)}" if info.problem else ""
        self._state.say(f"{state_text(info)}{problem}", state_tone(info))
        self._facts.say(" · ".join(self._known_facts()), Tone.QUIET)
        self._facts.setToolTip(info.file)
        self._stack.setCurrentIndex(0 if self._rows() else 1)
        if hub:
            self._empty.say(
                self.tr("No peers yet"),
                self.tr(
                    "Nodes come by themselves. A phone or a laptop is added with a file or a "
                    "QR code."
                ),
                self.tr("Add one…") if self._may else "",
            )
        elif info.role:
            self._empty.say(role_text(info), self.tr("The tunnel to it does not run."))
        else:
            self._empty.say(
                self.tr("No encrypted network"),
                self.tr(
                    "Nodes can talk to the master through WireGuard. They set themselves up, "
                    "and nobody types a key."
                ),
                self.tr("Set it up…") if self._may else "",
            )
        self._show_buttons()

    def _rows(self) -> list[pb.VpnPeer]:
        """The peers of a hub; of a peer its hub."""
        if self.info.role == int(VpnRole.PEER):
            return [self.info.hub] if self.info.HasField("hub") else []
        return list(self.info.peers)

    def _known_facts(self) -> list[str]:
        info = self.info
        facts = [role_text(info)]
        if info.role == int(VpnRole.PEER) and info.addresses:
            own = ", ".join(info.addresses)
            facts.append(self.tr("Its address {address}").format(address=own))
        elif info.networks:
            facts.append(self.tr("Network {network}").format(network=", ".join(info.networks)))
        if info.endpoint:
            facts.append(self.tr("Endpoint {endpoint}").format(endpoint=info.endpoint))
        if info.backend:
            facts.append(self.tr("Run by {backend}").format(backend=info.backend))
        return facts

    @property
    def _may(self) -> bool:
        return self.console.may("VPN_MANAGE")

    def _show_buttons(self) -> None:
        chosen, hub = self._chosen(), self.info.role == int(VpnRole.HUB)
        self.set_up.setEnabled(self._may)
        self.add.setEnabled(self._may and hub)
        self.rename.setEnabled(self._may and len(chosen) == 1)
        self.rotate.setEnabled(self._may and len(chosen) == 1 and bool(chosen[0].node_id))
        self.revoke.setEnabled(self._may and bool(chosen))
        self.stop.setEnabled(self._may and bool(self.info.role))
        self.rotate.setToolTip(self.tr("Of a chosen node: it makes itself another key."))

    def _chosen(self) -> list[pb.VpnPeer]:
        keys = set(self.table.keys()) if self.info.role == int(VpnRole.HUB) else set()
        return [peer for peer in self.info.peers if peer.peer_id in keys]

    def _refuse(self, error: HiveMindError) -> None:
        self._state.say(f"⚠ {shown(error.message)}", Tone.BAD)

    # -- what is done

    def _do_next(self) -> None:
        if self.info.role == int(VpnRole.HUB):
            self.ask_device()
        else:
            self.ask_set_up()

    def ask_set_up(self) -> None:
        """Open the wizard."""
        dialog = VpnSetup(self.console, self.info, self.window())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_device(self) -> None:
        """Open the dialog that takes in a phone or a laptop."""
        DeviceDialog(self.console, self.window()).open()

    def ask_checks(self) -> None:
        """Open the diagnosis."""
        ChecksDialog(self.console, self.window()).open()

    def _ask_name(self) -> None:
        (peer,) = self._chosen()
        dialog = QInputDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Rename a peer"))
        dialog.setLabelText(self.tr("Its name:"))
        dialog.setTextValue(peer.name)
        dialog.textValueSelected.connect(lambda name: self._do_rename(peer.peer_id, name))
        dialog.open()

    def _do_rename(self, peer_id: str, name: str) -> None:
        self.operations.start(
            self.tr("Rename a peer"), self.console.pool.vpn.rename(peer_id, name.strip())
        )

    def _do_rotate(self) -> None:
        (peer,) = self._chosen()
        self.operations.start(
            self.tr("Change a key"),
            self.console.pool.vpn.rotate_key(peer.peer_id),
            said=self.tr("{name} makes itself another key").format(name=peer.name),
        )

    def _ask_revoke(self) -> None:
        chosen = self._chosen()
        self._confirm(
            self.tr("Revoke"),
            self.tr("Revoke {name}?").format(name=chosen[0].name)
            if len(chosen) == 1
            else self.tr("Revoke %n peer(s)?", "", len(chosen)),
            self.tr("What is revoked is cut off at once, for good. A node stays in the pool."),
            lambda: self._do_revoke([peer.peer_id for peer in chosen]),
        )

    def _do_revoke(self, keys: list[str]) -> None:
        self.operations.start(
            self.tr("Revoke peers"),
            self._revoke_all(keys),
            said=self.tr("%n peer(s) revoked", "", len(keys)),
        )

    async def _revoke_all(self, keys: list[str]) -> None:
        for key in keys:
            await self.console.pool.vpn.revoke(key)

    def _ask_stop(self) -> None:
        self._confirm(
            self.tr("Stop"),
            self.tr("Stop the encrypted network?"),
            self.tr(
                "Nodes go on without it, unless they must not. Peers and their addresses are kept."
            ),
            self._do_stop,
        )

    def _do_stop(self) -> None:
        self.operations.start(
            self.tr("Stop the encrypted network"),
            self.console.pool.vpn.stop(),
            then=self.show_info,
            said=self.tr("The encrypted network is stopped"),
        )

    def _confirm(self, verb: str, headline: str, sentence: str, act: Callable[[], None]) -> None:
        dialog = ConfirmDialog(verb, headline, [sentence], act, self.window(), final=True)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
