"""Where a folder, files or a ZIP archive are dropped or chosen."""

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui import formats
from ui.models.content import ENTRIES, Content, Hint, Kind
from ui.theme import Tone
from ui.widgets.tone_label import ToneLabel


def paths_in(data: QMimeData) -> list[Path]:
    """The local files and folders that are being dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropArea(QWidget):
    """Says what was taken. `dropped` carries paths, `removed` when they are wanted no more."""

    dropped = Signal(list)
    removed = Signal()
    #: Somebody wants what a hint proposes.
    network_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._hovered = False
        self._title, self._details = ToneLabel(), ToneLabel("", Tone.QUIET)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._hints = ToneLabel("", Tone.WARNING)
        self._folder = QPushButton(self.tr("&Folder…"))
        self._files = QPushButton(self.tr("F&iles or ZIP…"))
        self._network = QPushButton(self.tr("Allow the &network"))
        self._remove = QPushButton(self.tr("&Remove"))
        texts = QVBoxLayout()
        for label in (self._title, self._details, self._hints):
            texts.addWidget(label)
        buttons = QVBoxLayout()
        for button in (self._folder, self._files, self._network, self._remove):
            # Enter submits, wherever one is.
            button.setAutoDefault(False)
            buttons.addWidget(button)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.addLayout(texts, 1)
        row.addLayout(buttons)
        self._folder.clicked.connect(lambda: self._choose(QFileDialog.FileMode.Directory))
        self._files.clicked.connect(lambda: self._choose(QFileDialog.FileMode.ExistingFiles))
        self._network.clicked.connect(self.network_wanted)
        self._remove.clicked.connect(self.removed)
        self.show_empty()

    def show_empty(self, sentence: str = "") -> None:
        """Nothing is there; `sentence` says what is wrong with that, if it is."""
        self._title.say(self.tr("Drop a folder, files or a ZIP archive here"))
        self._details.say(self.tr("The task works on them. What it runs: run.sh, else main.py."))
        self._show_hints(f"⚠ {sentence}" if sentence else "", Tone.BAD)
        self._show_buttons(filled=False)

    def show_looking(self, sources: list[Path]) -> None:
        """The content is being looked at."""
        self._title.say(sources[0].name if sources else "")
        self._details.say(self.tr("Looking at it…"))
        self._show_hints("")
        self._show_buttons(filled=True)

    def show_earlier(self) -> None:
        """The files of an earlier task are taken again."""
        self._title.say(self.tr("The files of the earlier task"))
        self._details.say(self.tr("They are at the master already. Drop others to replace them."))
        self._show_hints("")
        self._show_buttons(filled=True)

    def show_content(self, content: Content, *, network: bool) -> None:
        """Show what `content` is, and what it hints at beside what is allowed already."""
        self._title.say(", ".join(source.name for source in content.sources[:3]))
        if len(content.sources) > 3:
            rest = self.tr("and %n more", "", len(content.sources) - 3)
            self._title.say(f"{self._title.text()} {rest}")
        parts = [
            self._kind(content.kind),
            self.tr("%n file(s)", "", content.files),
            formats.size(content.total_bytes),
        ]
        if content.entry:
            command = ENTRIES[content.entry]
            parts.append(self.tr("runs “{command}”").format(command=command))
        self._details.say(" · ".join(parts))
        wanted = content.hints - ({Hint.NETWORK} if network else set())
        self._show_hints("\n".join(self._sentence(hint) for hint in Hint if hint in wanted))
        self._show_buttons(filled=True, network=Hint.NETWORK in wanted)

    def _kind(self, kind: Kind) -> str:
        return {
            Kind.FOLDER: self.tr("folder"),
            Kind.ARCHIVE: self.tr("ZIP archive"),
            Kind.FILES: self.tr("files"),
        }[kind]

    def _sentence(self, hint: Hint) -> str:
        return {
            Hint.NETWORK: self.tr("ⓘ It names packages to install: that needs the network."),
            Hint.GPU: self.tr("ⓘ It seems to want a GPU: see More, GPU."),
            Hint.IMAGE: self.tr("ⓘ A Dockerfile is not built here: name an image under More."),
            Hint.LINKS: self.tr("ⓘ Links are left out of the archive."),
        }[hint]

    def _show_hints(self, text: str, tone: Tone = Tone.WARNING) -> None:
        self._hints.say(text, tone)
        self._hints.setVisible(bool(text))

    def _show_buttons(self, *, filled: bool, network: bool = False) -> None:
        self._folder.setVisible(not filled)
        self._files.setVisible(not filled)
        self._network.setVisible(network)
        self._remove.setVisible(filled)

    def _choose(self, mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self.window(), self.tr("What the task works on"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        if mode == QFileDialog.FileMode.Directory:
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.filesSelected.connect(
            lambda names: self.dropped.emit([Path(name) for name in names])
        )
        dialog.open()

    # -- Qt's own

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_in(event.mimeData()):
            event.acceptProposedAction()
            self.set_hovered(hovered=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self.set_hovered(hovered=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.set_hovered(hovered=False)
        paths = paths_in(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def set_hovered(self, *, hovered: bool) -> None:
        """Whether something is being dragged over it."""
        self._hovered = hovered
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        highlight = self.palette().color(QPalette.ColorRole.Highlight)
        color = highlight if self._hovered else Tone.QUIET.color()
        painter.setPen(QPen(color, 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(self.palette().base())
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 6, 6)
