"""One window a data folder: a second start raises the first window and ends."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

CONNECT_MILLISECONDS = 500
_RAISE = b"raise\n"


class SingleInstance(QObject):
    """Listens for later starts. `raised` when one asks for the window."""

    raised = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        self._name = f"hivemind-console-{digest}"
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def claim(self) -> bool:
        """Be the one; False where another is, which then raises its window."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(CONNECT_MILLISECONDS):
            socket.write(_RAISE)
            socket.waitForBytesWritten(CONNECT_MILLISECONDS)
            socket.disconnectFromServer()
            return False
        # Nobody answers: what is left of the name is a dead process's.
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def release(self) -> None:
        """Let another be the one."""
        self._server.close()

    def _on_connection(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.disconnected.connect(socket.deleteLater)
        self.raised.emit()
