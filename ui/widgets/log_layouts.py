"""Lines of a log, laid out: broken into rows, with colours and what was searched for."""

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextLayout, QTextOption

from ui.models.ansi import Span, Style, hex_color, styled
from ui.models.log_lines import Line, LogText, Source
from ui.theme import Tone, is_dark

#: More are not marked within one line.
MARKED_MAX = 1000
#: Laid out lines that are kept.
KEPT_MAX = 400

_ENDLESS = 1e7


class Laid(NamedTuple):
    """A line that is seen: what is to be read of it, and how many rows it takes."""

    line: Line
    text: str
    layout: QTextLayout
    rows: int


class LineLayouts:
    """Lays out lines of `text`, and keeps the last ones."""

    def __init__(self, text: LogText, font: QFont) -> None:
        self._text = text
        self._font = font
        self._row_height = 1
        self._width: int | None = None
        self._wanted = ""
        self._kept: dict[int, Laid] = {}
        #: The widest line so far, in pixels.
        self.widest = 0

    def show(self, text: LogText) -> None:
        """Lay out lines of another text."""
        self._text, self.widest = text, 0
        self._kept.clear()

    def arrange(self, font: QFont, row_height: int, width: int | None) -> None:
        """Break lines at `width` pixels, or not at all for None."""
        if (font, row_height, width) != (self._font, self._row_height, self._width):
            self._font, self._row_height, self._width = font, row_height, width
            self.widest = 0
            self._kept.clear()

    def mark(self, wanted: str) -> None:
        """Mark this text, in whatever case."""
        self._wanted = wanted
        self._kept.clear()

    def forget(self) -> None:
        """Colours or texts have changed."""
        self._kept.clear()

    def forget_last(self) -> None:
        """The last lines may have grown."""
        for number in (*self._text.growing(), self._text.lines - 1):
            self._kept.pop(number, None)

    def of(self, number: int) -> Laid:
        """The line of this number, which there is."""
        laid = self._kept.get(number)
        if laid is None:
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            (line,) = self._text.read(number, 1)
            laid = self._kept[number] = self._lay_out(line)
        return laid

    def _lay_out(self, line: Line) -> Laid:
        text, spans = styled(line.text)
        if cut := line.cut_bytes:
            text += QCoreApplication.translate("LogView", " … %n more bytes", "", cut)
        layout = QTextLayout(text, self._font)
        modes = QTextOption.WrapMode
        option = QTextOption()
        option.setWrapMode(modes.NoWrap if self._width is None else modes.WrapAnywhere)
        layout.setTextOption(option)
        layout.setFormats(
            [
                *_of_source(line.source, len(text)),
                *(_of_span(span, self._font) for span in spans),
                *_of_wanted(text, self._wanted),
            ]
        )
        layout.beginLayout()
        rows = 0
        while (row := layout.createLine()).isValid():
            row.setLineWidth(_ENDLESS if self._width is None else max(10, self._width))
            row.setPosition(QPointF(0, rows * self._row_height))
            rows += 1
        layout.endLayout()
        if self._width is None and rows:
            self.widest = max(self.widest, int(layout.lineAt(0).naturalTextWidth()) + 1)
        return Laid(line, text, layout, max(1, rows))


def text_range(start: int, length: int, shown: QTextCharFormat) -> QTextLayout.FormatRange:
    """A part of a line and how it is shown."""
    part = QTextLayout.FormatRange()
    part.start, part.length, part.format = start, length, shown
    return part


def _of_source(source: Source, length: int) -> list[QTextLayout.FormatRange]:
    if source is Source.OUTPUT:
        return []
    shown = QTextCharFormat()
    shown.setForeground((Tone.WARNING if source is Source.ERROR else Tone.QUIET).color())
    return [text_range(0, length, shown)]


def _of_span(span: Span, font: QFont) -> QTextLayout.FormatRange:
    return text_range(span.start, span.length, _char_format(span.style, font))


def _char_format(style: Style, font: QFont) -> QTextCharFormat:
    shown, dark = QTextCharFormat(), is_dark()
    front, back = style.foreground, style.background
    if style.inverse:
        # Without a colour of its own text turns to that of the ground.
        front, back = (0 if back is None else back), (7 if front is None else front)
    if front is not None:
        color = QColor(hex_color(front, dark=dark))
        if back is None:
            color = _readable(color, dark=dark)
        color.setAlpha(150 if style.faint else 255)
        shown.setForeground(color)
    elif style.faint:
        shown.setForeground(Tone.QUIET.color())
    if back is not None:
        shown.setBackground(QColor(hex_color(back, dark=dark)))
        if front is None:
            lightness = QColor(hex_color(back, dark=dark)).lightness()
            shown.setForeground(QColor("#1d1f21" if lightness > 127 else "#ffffff"))
    if style.bold:
        shown.setFontWeight(QFont.Weight.Bold)
    shown.setFontItalic(style.italic or font.italic())
    shown.setFontUnderline(style.underline)
    shown.setFontStrikeOut(style.struck)
    return shown


def _readable(color: QColor, *, dark: bool) -> QColor:
    """Not lost on the ground: programs choose colours for a ground that may be another."""
    lightness = color.lightnessF()
    lightness = max(lightness, 0.55) if dark else min(lightness, 0.45)
    return QColor.fromHslF(max(color.hslHueF(), 0.0), color.hslSaturationF(), lightness)


def _of_wanted(text: str, wanted: str) -> list[QTextLayout.FormatRange]:
    if not wanted:
        return []
    shown = QTextCharFormat()
    shown.setBackground(QColor("#f3d878"))
    shown.setForeground(QColor("#1d1f21"))
    lower, wanted = text.casefold(), wanted.casefold()
    if len(lower) != len(text):
        # A letter that becomes two: places would no longer fit.
        lower, wanted = text.lower(), wanted.lower()
    parts: list[QTextLayout.FormatRange] = []
    at = lower.find(wanted)
    while at >= 0 and len(parts) < MARKED_MAX:
        parts.append(text_range(at, len(wanted), shown))
        at = lower.find(wanted, at + len(wanted))
    return parts
