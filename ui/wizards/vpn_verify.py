"""The last step of setting the encrypted network up: what was verified, as it happens."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.common.vocabulary import VpnState
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.tone_label import ToneLabel
from ui.wizards.steps import Step

_RUNNING = (VpnState.UP, VpnState.NOT_VERIFIED)


class VerifyStep(Step):
    """What was verified, step by step, as it happens."""

    def __init__(self, console: Console, started: Callable[[], pb.VpnInfo]) -> None:
        super().__init__()
        self._console, self._started = console, started
        self.title = self.tr("Verification")
        self.ticks: dict[str, ToneLabel] = {}
        self._watching: asyncio.Task[None] | None = None
        for name, text in self._texts().items():
            self.ticks[name] = ToneLabel(f"○ {text}", Tone.QUIET)
            self.column.addWidget(self.ticks[name])
        self._own_key = QLabel()
        self._own_key.setWordWrap(True)
        self._own_key.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._own_key.hide()
        self._problem = ToneLabel("", Tone.BAD)
        self.column.addWidget(self._own_key)
        self.column.addWidget(self._problem)
        self.column.addStretch()

    def _texts(self) -> dict[str, str]:
        peer = self._started().role == pb.VPN_ROLE_PEER
        return {
            "file": self.tr("The configuration is written"),
            "backend": self.tr("A way to run it was found"),
            "tunnel": self.tr("The tunnel runs"),
            "address": self.tr("The master is reached through it"),
            "peer": self.tr("The hub answers")
            if peer
            else self.tr("A peer is connected: the UDP port answers from where it is"),
        }

    def enter(self) -> None:
        self.show_info(self._started())
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
        self._own_key.setVisible(bool(info.hub_key_url and info.public_key))
        self._own_key.setText(
            self.tr("Give the hub’s keeper this master’s public key: {key}").format(
                key=info.public_key
            )
        )
        problem = shown(info.problem) if info.problem else ""
        unheard = [
            each.name
            for each in info.peers
            if each.past_tunnel and not each.HasField("last_handshake")
        ]
        if unheard and not problem:
            problem = self.tr(
                "{names}: online, and no answer came over UDP at {endpoint}. Firewalls and routers "
                "must let the port in."
            ).format(names=", ".join(unheard), endpoint=info.endpoint)
        if not good["backend"] and lacking:
            problem = "\n".join([problem, *lacking]).strip()
        self._problem.say(f"⚠ {problem}" if problem else "", Tone.BAD)
