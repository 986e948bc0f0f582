"""Colours: the palette follows the system or the choice, and names say what a colour means."""

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from ui.settings import ThemeChoice

# On dark ground Fusion draws the outlines of boxes darker still: nobody sees the empty ones.
_DARK_BOXES = """
QCheckBox::indicator:unchecked, QGroupBox::indicator:unchecked, QRadioButton::indicator:unchecked {
    border: 1px solid #7d8288; background: #17181a; width: 12px; height: 12px; border-radius: 2px;
}
QRadioButton::indicator:unchecked { border-radius: 7px; }
"""

_SCHEMES = {
    ThemeChoice.SYSTEM: Qt.ColorScheme.Unknown,
    ThemeChoice.LIGHT: Qt.ColorScheme.Light,
    ThemeChoice.DARK: Qt.ColorScheme.Dark,
}


#: Whether the palette of this key, the last that was asked about, is dark.
_known_dark: dict[int, bool] = {}


class Tone(Enum):
    """What a colour says. Each has a shade for light and one for dark ground.

    The hues are those of Okabe and Ito (2008), which people who see colours differently
    can tell apart; both shades keep a contrast of at least 4.5 to their ground (WCAG 2.2).
    """

    GOOD = ("#006d4f", "#3fd6a5")
    BUSY = ("#0060a8", "#6cb8f0")
    WAITING = ("#6b5b00", "#e8c547")
    WARNING = ("#a34700", "#f5a55a")
    BAD = ("#b3261e", "#ff8a80")
    QUIET = ("#5f6368", "#9aa0a6")

    def color(self) -> QColor:
        """The shade for the ground that windows have now."""
        return QColor(self.value[1 if is_dark() else 0])


def is_dark() -> bool:
    """Whether windows are dark now. Asked for every coloured cell that is painted."""
    palette = QGuiApplication.palette()
    key = palette.cacheKey()
    if key not in _known_dark:
        _known_dark.clear()
        _known_dark[key] = palette.color(QPalette.ColorRole.Window).lightness() < 128
    return _known_dark[key]


def choose(choice: ThemeChoice) -> None:
    """Use this theme for all windows from now on."""
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(_SCHEMES[choice])
    # Not every platform has a palette for the scheme it was told.
    if choice is ThemeChoice.SYSTEM:
        QGuiApplication.setPalette(QPalette())
    elif is_dark() != (choice is ThemeChoice.DARK):
        QGuiApplication.setPalette(_palette(dark=choice is ThemeChoice.DARK))
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.setStyleSheet(_DARK_BOXES if is_dark() else "")


def _palette(*, dark: bool) -> QPalette:
    """A palette for the Fusion style, whose frames and shades follow from it."""
    window, base, text = (
        ("#202124", "#17181a", "#e8eaed") if dark else ("#f4f5f6", "#ffffff", "#1d1f21")
    )
    accent, quiet = ("#6cb8f0", "#7d8288") if dark else ("#0060a8", "#8a8f94")
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette(QColor("#2d2f33" if dark else "#e9ebed"), QColor(window))
    for one, color in {
        role.WindowText: text,
        role.Base: base,
        role.AlternateBase: "#1f2023" if dark else "#f6f7f8",
        role.Text: text,
        role.PlaceholderText: quiet,
        role.ButtonText: text,
        role.BrightText: "#ffffff",
        role.ToolTipBase: "#2d2f33" if dark else "#ffffff",
        role.ToolTipText: text,
        role.Highlight: "#1f5f93" if dark else "#0060a8",
        role.HighlightedText: "#ffffff",
        role.Link: accent,
        role.LinkVisited: accent,
        role.Accent: accent,
    }.items():
        palette.setColor(one, QColor(color))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, one, QColor(quiet))
    return palette
