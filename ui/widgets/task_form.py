"""The fields of a task: three that everybody sees, the rest under "More"."""

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QLineEdit,
    QSpinBox,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.common.vocabulary import Continent, IsolationClass, Priority, ResultComparer, TrustLevel
from ui.models.content import ENTRIES, Content
from ui.models.submission import COUNT_MAX, RETRIES_MAX, SCORE_MAX, Draft
from ui.widgets.environment_table import EnvironmentTable
from ui.widgets.form_grid import FormGrid


class TaskForm(QWidget):
    """Editors by the names of the draft's fields. `changed` whenever somebody changed one."""

    changed = Signal()
    #: Whether what is under "More" is shown.
    more_shown = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editors: dict[str, QWidget] = {}
        self._pages: dict[str, int] = {}
        self._simple = FormGrid()
        self._grids = [self._simple]
        self._more = QToolButton()
        self._more.setText(self.tr("&More"))
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.setCheckable(True)
        self._more.setAutoRaise(True)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._titles: list[str] = []
        self._suggestions = QStringListModel(self)
        self._make_simple()
        self._make_resources()
        self._make_gpu()
        self._make_place()
        self._make_running()
        self._make_environment()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._simple)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._tabs, 1)
        column.addStretch(0)
        self._more.toggled.connect(self._on_more)
        self._on_more(shown=False)

    # -- values

    def values(self, draft: Draft) -> Draft:
        """`draft` with what stands in the fields."""
        for name, editor in self._editors.items():
            setattr(draft, name, _value(editor))
        return draft

    def set_values(self, draft: Draft) -> None:
        """Show `draft`; what differs from the usual is not left hidden."""
        for name, editor in self._editors.items():
            with QSignalBlocker(editor):
                _set_value(editor, getattr(draft, name))
        usual = Draft()
        if any(getattr(draft, name) != getattr(usual, name) for name in self._pages):
            self._more.setChecked(True)

    def allow_network(self) -> None:
        """Tick that the task may use the network."""
        self._more.setChecked(True)
        self._tabs.setCurrentIndex(self._pages["network"])
        editor = self._editors["network"]
        if isinstance(editor, QCheckBox):
            editor.setChecked(True)

    def show_content(self, content: Content | None) -> None:
        """Suggest commands and a name that fit `content`."""
        command, name = self._editors["command"], self._editors["name"]
        entry = content.entry if content is not None else ""
        self._suggestions.setStringList(list(content.suggestions) if content is not None else [])
        if isinstance(command, QLineEdit):
            command.setPlaceholderText(
                ENTRIES[entry] if entry else self.tr("python3 train.py --epochs 3")
            )
            only = content.suggestions if content is not None and not entry else ()
            if len(only) == 1 and not command.text():
                command.setText(only[0])
        if isinstance(name, QLineEdit):
            name.setPlaceholderText(content.name if content is not None else "")

    def show_faults(self, faults: dict[str, str]) -> None:
        """Show each fault beside its field, and mark the pages on which there are some."""
        marked: set[int] = set()
        for grid in self._grids:
            for name in grid.names():
                grid.show_fault(name, faults.get(name, ""))
                if name in faults and name in self._pages:
                    marked.add(self._pages[name])
        for page, title in enumerate(self._titles):
            self._tabs.setTabText(page, f"⚠ {title}" if page in marked else title)

    def reveal(self, name: str) -> None:
        """Bring a field into view and put the cursor there."""
        if name in self._pages:
            self._more.setChecked(True)
            self._tabs.setCurrentIndex(self._pages[name])
        if name in self._editors:
            self._editors[name].setFocus()

    def _on_more(self, shown: bool) -> None:
        self._more.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self._tabs.setVisible(shown)
        self.more_shown.emit(shown)

    # -- making

    def _make_simple(self) -> None:
        completer = QCompleter(self._suggestions, self)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        command = self._line()
        command.setCompleter(completer)
        self._put(self._simple, "name", self.tr("&Name:"), self._line())
        self._put(self._simple, "command", self.tr("&Command:"), command)

    def _make_resources(self) -> None:
        grid = self._page(self.tr("Resources"))
        self._put(grid, "cores", self.tr("C&ores:"), self._line("1"), self.tr("a limit"))
        self._put(grid, "memory", self.tr("M&emory:"), self._line("512 MiB"), self.tr("a limit"))
        self._put(grid, "disk", self.tr("&Disk:"), self._line("1 GiB"), self.tr("a limit"))
        self._put(
            grid,
            "cpu_score",
            self.tr("CPU &score:"),
            self._number(SCORE_MAX, self.tr("any")),
            self.tr("the node's must reach it"),
        )
        grid.end()

    def _make_gpu(self) -> None:
        grid = self._page(self.tr("GPU"))
        self._put(
            grid,
            "gpu_memory",
            self.tr("GPU &memory:"),
            self._line(self.tr("any")),
            self.tr("on one GPU"),
        )
        self._put(
            grid,
            "gpu_score",
            self.tr("GPU &score:"),
            self._number(SCORE_MAX, self.tr("any")),
            self.tr("the GPU's must reach it"),
        )
        self._put(
            grid,
            "gpu_name",
            self.tr("GPU n&ame:"),
            self._line(self.tr("any")),
            self.tr("a part of it, like 4090"),
        )
        grid.end()

    def _make_place(self) -> None:
        grid = self._page(self.tr("Where"))
        continent = self._choice(
            [(self._continent(each), int(each)) for each in Continent],
        )
        self._put(grid, "continent", self.tr("Con&tinent:"), continent)
        country = self._line()
        country.setMaxLength(2)
        self._put(grid, "country", self.tr("Co&untry:"), country, self.tr("two letters, like DE"))
        self._put(grid, "site", self.tr("S&ite:"), self._line(), self.tr("like “room 204”"))
        required = QCheckBox(self.tr("There or &nowhere"))
        self._put(grid, "location_required", "", required, self.tr("else it is only preferred"))
        trust = [
            (self.tr("any"), 0),
            (self.tr("normal or better"), int(TrustLevel.NORMAL)),
            (self.tr("high"), int(TrustLevel.HIGH)),
        ]
        self._put(grid, "trust", self.tr("T&rust in the node:"), self._choice(trust))
        isolation = [
            (self.tr("any: sandbox or container"), 0),
            (self.tr("container only"), int(IsolationClass.CONTAINER)),
        ]
        self._put(grid, "isolation", self.tr("Iso&lation:"), self._choice(isolation))
        grid.end()

    def _make_running(self) -> None:
        grid = self._page(self.tr("Running"))
        priority = [
            (self.tr("normal"), int(Priority.NORMAL)),
            (self.tr("high, 1.2 times the price"), int(Priority.HIGH)),
            (self.tr("urgent, 1.5 times the price"), int(Priority.URGENT)),
        ]
        self._put(grid, "priority", self.tr("&Priority:"), self._choice(priority))
        self._put(
            grid,
            "run_time",
            self.tr("&Time limit:"),
            self._line(self.tr("1h")),
            self.tr("like 90s, 10m or 1h30m"),
        )
        self._put(
            grid,
            "retries",
            self.tr("&Retries:"),
            self._number(RETRIES_MAX, self.tr("none")),
            self.tr("after the program failed"),
        )
        count = self._number(COUNT_MAX)
        count.setMinimum(1)
        self._put(
            grid,
            "count",
            self.tr("How many &tasks:"),
            count,
            self.tr("each finds its number in HIVEMIND_ARRAY_INDEX"),
        )
        comparer = [
            (self.tr("files with the same bytes"), int(ResultComparer.EXACT)),
            (self.tr("blanks may differ"), int(ResultComparer.WHITESPACE)),
            (self.tr("numbers may differ a little"), int(ResultComparer.NUMBERS)),
            (self.tr("any: it uses chance"), int(ResultComparer.NONE)),
        ]
        self._put(
            grid,
            "comparer",
            self.tr("Same resu&lts:"),
            self._choice(comparer),
            self.tr("where a second run checks them"),
        )
        self._put(
            grid,
            "tolerance",
            self.tr("Tolerance of num&bers:"),
            self._line("0.000001"),
            self.tr("of each, like 0.001"),
        )
        grid.end()

    def _make_environment(self) -> None:
        grid = self._page(self.tr("Environment"))
        image = self._line(self.tr("the node's own choice"))
        self._put(
            grid, "image", self.tr("Container &image:"), image, self.tr("like python:3.12-slim")
        )
        network = QCheckBox(self.tr("It may use the net&work"))
        self._put(grid, "network", "", network)
        table = EnvironmentTable()
        table.changed.connect(self.changed)
        grid.add("environment", self.tr("&Variables:"), table, tall=True)
        self._editors["environment"] = table
        self._pages["environment"] = len(self._titles) - 1

    def _page(self, title: str) -> FormGrid:
        grid = FormGrid()
        grid.setContentsMargins(8, 10, 8, 8)
        self._tabs.addTab(grid, title)
        self._titles.append(title)
        self._grids.append(grid)
        return grid

    def _put(self, grid: FormGrid, name: str, label: str, editor: QWidget, hint: str = "") -> None:
        grid.add(name, label, editor, hint)
        if isinstance(editor, QCheckBox):
            editor.toggled.connect(self.changed)
        self._editors[name] = editor
        if grid is not self._simple:
            self._pages[name] = len(self._titles) - 1

    def _line(self, placeholder: str = "") -> QLineEdit:
        line = QLineEdit()
        # A folder that is dropped is for the dialog.
        line.setAcceptDrops(False)
        line.setPlaceholderText(placeholder)
        line.textChanged.connect(self.changed)
        return line

    def _number(self, most: int, zero: str = "") -> QSpinBox:
        number = QSpinBox()
        number.setRange(0, most)
        number.setGroupSeparatorShown(True)
        number.setSpecialValueText(zero)
        number.valueChanged.connect(self.changed)
        return number

    def _choice(self, choices: list[tuple[str, int]]) -> QComboBox:
        box = QComboBox()
        for text, value in choices:
            box.addItem(text, value)
        box.currentIndexChanged.connect(self.changed)
        return box

    def _continent(self, continent: Continent) -> str:
        return {
            Continent.UNSPECIFIED: self.tr("anywhere"),
            Continent.AFRICA: self.tr("Africa"),
            Continent.ANTARCTICA: self.tr("Antarctica"),
            Continent.ASIA: self.tr("Asia"),
            Continent.EUROPE: self.tr("Europe"),
            Continent.NORTH_AMERICA: self.tr("North America"),
            Continent.OCEANIA: self.tr("Oceania"),
            Continent.SOUTH_AMERICA: self.tr("South America"),
        }[continent]


def _value(editor: QWidget) -> object:
    if isinstance(editor, QLineEdit):
        return editor.text()
    if isinstance(editor, QSpinBox):
        return editor.value()
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    if isinstance(editor, QComboBox):
        return editor.currentData()
    return editor.pairs() if isinstance(editor, EnvironmentTable) else None


def _set_value(editor: QWidget, value: object) -> None:
    if isinstance(editor, QLineEdit):
        editor.setText(str(value))
    elif isinstance(editor, QSpinBox) and isinstance(value, int):
        editor.setValue(value)
    elif isinstance(editor, QCheckBox):
        editor.setChecked(bool(value))
    elif isinstance(editor, QComboBox):
        editor.setCurrentIndex(max(0, editor.findData(value)))
    elif isinstance(editor, EnvironmentTable) and isinstance(value, list):
        editor.set_pairs(value)
