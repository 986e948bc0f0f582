"""A dialog of several steps, whose next one may have to wait for the master."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.common.errors import HiveMindError
from ui.operations import Operations
from ui.resources import app_icon
from ui.sentences import shown
from ui.theme import Tone


class Step(QWidget):
    """One step: `title`, its fields in `column`, and what is done when it is left."""

    title = ""
    #: What is typed into first.
    first: QLineEdit | None = None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(10)
        #: Set by the dialog: called when `problem` may have changed.
        self.changed: Callable[[], None] = lambda: None

    def say(self, text: str) -> QLabel:
        """Add a paragraph."""
        label = QLabel(text)
        label.setWordWrap(True)
        self.column.addWidget(label)
        return label

    def enter(self) -> None:
        """The step is shown."""

    def problem(self) -> str:
        """What is missing before the next step, or empty. Asked after every change."""
        return ""

    async def leave(self) -> None:
        """Do what the step is for. Raises HiveMindError: then it stays."""


class StepsDialog(QDialog):
    """Goes through `steps`. Accepted after the last one."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._steps: list[Step] = []
        self._busy = False
        self.setMinimumSize(760, 560)
        self._title = QLabel()
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self._title.setFont(font)
        self._place = QLabel()
        icon = QLabel()
        icon.setPixmap(app_icon().pixmap(48, 48))
        head = QHBoxLayout()
        head.addWidget(icon)
        head.addWidget(self._title, 1)
        head.addWidget(self._place)
        self._stack = QStackedWidget()
        self._complaint = QLabel()
        self._complaint.setWordWrap(True)
        self._complaint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._working = QProgressBar()
        self._working.setRange(0, 0)
        self._working.setTextVisible(False)
        self._working.setMaximumHeight(4)
        self._back = QPushButton(self.tr("&Back"))
        self._next = QPushButton(self.tr("&Next"))
        self._next.setDefault(True)
        self._back.clicked.connect(self._go_back)
        self._next.clicked.connect(self._go_on)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        #: Until the last step, where there is nothing left to call off.
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.cancel)
        buttons.addStretch()
        buttons.addWidget(self._back)
        buttons.addWidget(self._next)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        column.addWidget(self._complaint)
        column.addWidget(self._working)
        column.addWidget(line)
        column.addLayout(buttons)

    def set_steps(self, steps: list[Step]) -> None:
        """The steps, the first of which is shown."""
        self._steps = steps
        for step in steps:
            step.changed = self._look
            self._stack.addWidget(step)
        self._show(0)

    @property
    def current(self) -> Step:
        """The step that is shown."""
        return self._steps[self._stack.currentIndex()]

    @property
    def count(self) -> int:
        """How many steps there are."""
        return len(self._steps)

    def show_step(self, place: int) -> None:
        """Show the step at `place`, whatever comes before it."""
        self._show(place)

    def start(self, title: str, work: Awaitable[object]) -> None:
        """Do something beside; a refusal is shown below the step."""
        self._set_busy(busy=True)
        self._operations.start(title, work, then=self._done_beside, otherwise=self._refused)

    def _show(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self._place.setText(f"{place + 1} / {len(self._steps)}")
        last = place + 1 == len(self._steps)
        self._next.setText(self.tr("&Finish") if last else self.tr("&Next"))
        self.cancel.setVisible(not last)
        self._complain("")
        self.current.enter()
        self._title.setText(self.current.title)
        self._look()
        first = self.current.first
        if first is not None:
            first.setFocus()
            # Typing replaces what stands there.
            first.selectAll()

    def _look(self) -> None:
        self._working.setVisible(self._busy)
        self._back.setEnabled(not self._busy and self._stack.currentIndex() > 0)
        problem = self.current.problem()
        self._next.setEnabled(not self._busy and not problem)
        self._next.setToolTip(problem)

    def _go_back(self) -> None:
        self._show(self._stack.currentIndex() - 1)

    def _go_on(self) -> None:
        self._complain("")
        self._set_busy(busy=True)
        self._operations.start(
            self.current.title, self.current.leave(), then=self._left, otherwise=self._refused
        )

    def _left(self, _nothing: None) -> None:
        self._set_busy(busy=False)
        following = self._stack.currentIndex() + 1
        if following < len(self._steps):
            self._show(following)
        else:
            self.accept()

    def _done_beside(self, _result: object) -> None:
        self._set_busy(busy=False)

    def _refused(self, error: HiveMindError) -> None:
        self._set_busy(busy=False)
        self._complain(shown(error.message))

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self._stack.setEnabled(not busy)
        self._look()

    def _complain(self, sentence: str) -> None:
        self._complaint.setText(f"⚠ {sentence}" if sentence else "")
        self._complaint.setStyleSheet(f"color: {Tone.BAD.color().name()}")
        self._complaint.setVisible(bool(sentence))
