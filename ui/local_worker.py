"""This computer's own worker: an agent in a process of its own, joined to the hosted pool."""

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from ui.models.isolation import parse_isolation

END_MILLISECONDS = 5000


class LocalWorker(QObject):
    """Joins once, then runs. `said` carries what the agent prints, `ended` its status."""

    said = Signal(str)
    ended = Signal(int)
    #: What `look` found out: an Isolation, or None.
    looked = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self._process.readyRead.connect(self._on_output)
        self._process.finished.connect(self._on_finished)
        self._doctor = QProcess(self)
        self._doctor.finished.connect(self._on_looked)
        self._then: list[str] = []
        self._stopping = False

    @property
    def running(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def joined(self) -> bool:
        """Whether this computer belongs to a pool already."""
        return any(self._folder.glob("*.json")) if self._folder.is_dir() else False

    def look(self) -> None:
        """Find out what this computer can shut tasks in; `looked` tells, in some seconds."""
        if self._doctor.state() == QProcess.ProcessState.NotRunning:
            command = [*worker_command(), "doctor", "--json", "--data-dir", str(self._folder)]
            self._doctor.start(command[0], command[1:])

    def join(self, address: str, token: str, name: str) -> None:
        """Join with `token`, and then run."""
        self._then = ["run"]
        # By the environment: every user of the machine can read a command line.
        self._start(["join", address, "--name", name], token)

    def run(self) -> None:
        """Run as the node that this computer is."""
        self._then = []
        self._start(["run"])

    def stop(self) -> None:
        """Give the tasks back and end."""
        self._stopping = True
        self._then = []
        if self._doctor.state() != QProcess.ProcessState.NotRunning:
            self._doctor.kill()
            self._doctor.waitForFinished(END_MILLISECONDS)
        if self.running:
            self._process.terminate()
            if not self._process.waitForFinished(END_MILLISECONDS):
                self._process.kill()
                self._process.waitForFinished(END_MILLISECONDS)

    def _start(self, arguments: Sequence[str], token: str = "") -> None:
        self._stopping = False
        environment = QProcessEnvironment.systemEnvironment()
        if token:
            environment.insert("HIVEMIND_JOIN_TOKEN", token)
        self._process.setProcessEnvironment(environment)
        command = [*worker_command(), *arguments, "--data-dir", str(self._folder)]
        self._process.start(command[0], command[1:])

    def _on_output(self) -> None:
        text = bytes(self._process.readAll().data()).decode(errors="replace")
        for line in text.splitlines():
            self.said.emit(line)

    def _on_looked(self) -> None:
        text = bytes(self._doctor.readAllStandardOutput().data()).decode(errors="replace")
        self.looked.emit(parse_isolation(text))

    def _on_finished(self, status: int) -> None:
        following, self._then = self._then, []
        if status == 0 and following and not self._stopping:
            self._start(following)
            return
        self.ended.emit(status)


def worker_command() -> list[str]:
    """What starts the agent: this program itself where it is a bundle, else Python."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "worker"]
    return [sys.executable, "-m", "app.worker"]
