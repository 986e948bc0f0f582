"""Whether a port is free, tried while somebody chooses one."""

import socket
import sys

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QLabel, QSpinBox

from ui.theme import Tone

PAUSE_MILLISECONDS = 200


def is_free(port: int) -> bool:
    """Whether this program could listen on `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        if sys.platform == "win32":
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        try:
            trial.bind(("0.0.0.0", port))  # noqa: S104 - as the master will
        except OSError:
            return False
    return True


def firewall_hint(port: int, protocol: str = "tcp") -> str:
    """The command that lets `port` in, for this platform."""
    if sys.platform == "win32":
        return (
            'netsh advfirewall firewall add rule name="HiveMind Master" '
            f"dir=in action=allow protocol={protocol.upper()} localport={port}"
        )
    return f"sudo ufw allow {port}/{protocol}"


class PortCheck(QObject):
    """Says beside a field whether its port is free. `own` are those this program has now."""

    changed = Signal()

    def __init__(
        self, field: QSpinBox, label: QLabel, own: set[int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._field = field
        self._label = label
        self._own = own
        self.free = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._look)
        field.valueChanged.connect(self._on_changed)
        self._look()

    def _on_changed(self) -> None:
        # Not yet known: nobody should go on with it meanwhile.
        self.free = False
        self._pause.start()
        self.changed.emit()

    def _look(self) -> None:
        port = self._field.value()
        self.free = port in self._own or is_free(port)
        text = self.tr("✓ Free") if self.free else self.tr("✕ Another program listens there")
        tone = Tone.GOOD if self.free else Tone.BAD
        self._label.setText(text)
        self._label.setStyleSheet(f"color: {tone.color().name()}")
        self.changed.emit()
