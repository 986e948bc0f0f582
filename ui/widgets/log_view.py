"""Shows a log of any length: only the lines that are seen are laid out and painted."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QFontDatabase,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCharFormat,
    QTextLayout,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from ui.models.ansi import styled
from ui.models.log_lines import LogText, Source
from ui.theme import Tone
from ui.throttle import Throttle
from ui.widgets.log_layouts import Laid, LineLayouts, text_range

#: Between two looks at what was appended: 20 times a second is as live as it gets.
REFRESH_MILLISECONDS = 50
#: More lines are not copied at once: they are for a file.
COPIED_LINES_MAX = 50_000

_MARGIN = 4
_MARKS = {Source.OUTPUT: "", Source.ERROR: "err", Source.NOTE: "···"}
_MARK_CELLS = 4
_WHEEL_ROWS = 3
_WHEEL_STEP = 120


class Spot(NamedTuple):
    """A place in the text: the line's number and a character of it."""

    line: int
    column: int


class LogView(QAbstractScrollArea):
    """A log with a selection, to be followed or searched.

    `followed` tells whether the end is kept in sight. The bar scrolls by whole lines; a line
    that is broken into rows is passed row by row with keys and wheel.
    """

    followed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = LogText()
        self._only: Sequence[int] | None = None
        self._wrapped = False
        self.following = True
        #: What is at the top: a place among the lines shown, and how many of its rows are above.
        self._top, self._above = 0, 0
        self._anchor: Spot | None = None
        self._caret: Spot | None = None
        self._found = -1
        self._telling = False
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self._layouts = LineLayouts(self.text, self.font())
        self._growing = Throttle(REFRESH_MILLISECONDS, self.refresh, self)
        self.verticalScrollBar().valueChanged.connect(self._on_bar)
        self.horizontalScrollBar().valueChanged.connect(lambda _value: self.viewport().update())

    # -- what it shows

    def show_text(self, text: LogText) -> None:
        """Show another log, from its end."""
        self.text, self._only = text, None
        self._anchor = self._caret = None
        self._found = -1
        self._layouts.show(text)
        self.follow(follow=True)

    def appended(self) -> None:
        """The log has grown."""
        self._growing.ask()

    def show_only(self, lines: Sequence[int] | None) -> None:
        """Show only these lines, ascending numbers, which may become more; None shows all."""
        kept = self._line_at(self._top)
        self._only = lines
        self._top, self._above = self._place_of(kept), 0
        self.refresh()

    def set_wrapped(self, *, wrapped: bool) -> None:
        """Break long lines at the right edge, or let them run out of sight."""
        self._wrapped, self._above = wrapped, 0
        self.refresh()

    def mark(self, wanted: str) -> None:
        """Mark this text wherever it occurs."""
        self._found = -1
        self._layouts.mark(wanted)
        self.viewport().update()

    def follow(self, *, follow: bool) -> None:
        """Keep the end in sight, or what is seen now."""
        if follow != self.following:
            self.following = follow
            self.followed.emit(follow)
        self.refresh()

    def to_start(self) -> None:
        """Show the first line."""
        self._top, self._above = 0, 0
        self.follow(follow=self._last_top() == (0, 0))

    def go_to(self, line: int) -> None:
        """Bring the line of this number into sight, and mark it as the one that was found."""
        self._found = line
        place, seen = self._place_of(line), self._rows_seen()
        if not self._top <= place < self._top + max(1, seen - 1):
            self._top, self._above = max(0, place - seen // 3), 0
        self.follow(follow=False)

    def current_line(self) -> int:
        """The number of the line that was found last, or else of the first that is seen."""
        return self._found if self._found >= 0 else self._line_at(self._top) - 1

    def refresh(self) -> None:
        """Look at the text again: it has grown, or is to be shown another way."""
        room = self.viewport().width() - self._left() - _MARGIN
        self._layouts.arrange(self.font(), self._row_height(), room if self._wrapped else None)
        self._layouts.forget_last()
        last = self._last_top()
        if self.following or (self._top, self._above) > last:
            self._top, self._above = last
        seen = list(self._seen())
        bar = self.verticalScrollBar()
        # Told by itself, a bar is not to be followed.
        self._telling = True
        bar.setPageStep(max(1, len(seen) - 1))
        bar.setRange(0, last[0] + (last[1] > 0))
        bar.setValue(bar.maximum() if (self._top, self._above) == last else self._top)
        self._telling = False
        side = self.horizontalScrollBar()
        side.setRange(0, 0 if self._wrapped else max(0, self._layouts.widest - room))
        side.setPageStep(max(1, room))
        side.setSingleStep(4 * self.fontMetrics().horizontalAdvance("0"))
        self.viewport().update()

    # -- selection

    def selected_text(self) -> str:
        """What is selected, as it is seen; at most `COPIED_LINES_MAX` lines of it."""
        if self._anchor is None or self._caret is None:
            return ""
        first, last = sorted((self._anchor, self._caret))
        begin, end = self._place_of(first.line), self._place_of(last.line) + 1
        parts: list[str] = []
        for place in range(begin, min(end, begin + COPIED_LINES_MAX, self._count())):
            for line in self.text.read(self._line_at(place), 1):
                shown = styled(line.text)[0]
                stop = last.column if line.number == last.line else len(shown)
                parts.append(shown[first.column if line.number == first.line else 0 : stop])
        return "\n".join(parts)

    def select_everything(self) -> None:
        """Select all lines that are shown."""
        if self._count():
            last = self._line_at(self._count() - 1)
            self._anchor = Spot(self._line_at(0), 0)
            self._caret = Spot(last, len(self._layouts.of(last).text))
            self.viewport().update()

    def copy(self) -> None:
        """Put what is selected into the clipboard."""
        text = self.selected_text()
        if text:
            QGuiApplication.clipboard().setText(text)

    # -- places

    def _count(self) -> int:
        return self.text.lines if self._only is None else len(self._only)

    def _line_at(self, place: int) -> int:
        if self._only is None:
            return place
        return self._only[place] if place < len(self._only) else self.text.lines

    def _place_of(self, line: int) -> int:
        """Where a line is shown, or else where it would be."""
        return line if self._only is None else bisect_left(self._only, line)

    def _rows_seen(self) -> int:
        return max(1, self.viewport().height() // self._row_height())

    def _row_height(self) -> int:
        return max(1, self.fontMetrics().height())

    def _left(self) -> int:
        """Where the text begins, right of the marks."""
        return _MARGIN + _MARK_CELLS * self.fontMetrics().horizontalAdvance("0")

    def _last_top(self) -> tuple[int, int]:
        """What is at the top when the end is in sight."""
        count, seen = self._count(), self._rows_seen()
        if not self._wrapped:
            return max(0, count - seen), 0
        place, rows = count, 0
        while place and rows < seen:
            place -= 1
            rows += self._layouts.of(self._line_at(place)).rows
        return place, max(0, rows - seen)

    def _seen(self) -> Iterator[tuple[int, Laid]]:
        """The lines that are seen, each with where its first row begins."""
        y, place = -self._above * self._row_height(), self._top
        while place < self._count() and y < self.viewport().height():
            laid = self._layouts.of(self._line_at(place))
            yield y, laid
            y += laid.rows * self._row_height()
            place += 1

    def _spot_at(self, position: QPoint) -> Spot | None:
        found: tuple[int, Laid] | None = None
        for y, laid in self._seen():
            if found is None or y <= position.y():
                found = y, laid
        if found is None:
            return None
        y, laid = found
        row = min(max(0, (position.y() - y) // self._row_height()), laid.rows - 1)
        line = laid.layout.lineAt(row)
        x = position.x() - self._left() + self.horizontalScrollBar().value()
        return Spot(laid.line.number, line.xToCursor(x) if line.isValid() else 0)

    # -- scrolling

    def _on_bar(self, value: int) -> None:
        if self._telling:
            return
        last = self._last_top()
        at_end = value >= self.verticalScrollBar().maximum()
        self._top, self._above = last if at_end else (value, 0)
        self.follow(follow=at_end)

    def _scroll_rows(self, rows: int) -> None:
        """Down by so many rows, or up where negative."""
        top, above = self._top, self._above + rows
        while above < 0 and top > 0:
            top -= 1
            above += self._layouts.of(self._line_at(top)).rows
        while top < self._count() - 1 and above >= (
            many := self._layouts.of(self._line_at(top)).rows
        ):
            top, above = top + 1, above - many
        last = self._last_top()
        self._top, self._above = min((top, max(0, above)), last)
        self.follow(follow=(self._top, self._above) == last)

    # -- Qt's own

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        palette, left, height = self.palette(), self._left(), self._row_height()
        width = self.viewport().width()
        offset = self.horizontalScrollBar().value()
        for y, laid in self._seen():
            area = QRect(0, y, width, laid.rows * height)
            painter.setClipping(False)
            if laid.line.number == self._found:
                painter.fillRect(area, palette.brush(QPalette.ColorRole.Midlight))
            mark = _MARKS[laid.line.source]
            if mark:
                tone = Tone.WARNING if laid.line.source is Source.ERROR else Tone.QUIET
                painter.setPen(tone.color())
                painter.drawText(_MARGIN, y + self.fontMetrics().ascent(), mark)
            painter.setClipRect(area.adjusted(left, 0, 0, 0))
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            laid.layout.draw(painter, QPointF(left - offset, y), self._selected_part(laid))
        painter.end()
        event.accept()

    def _selected_part(self, laid: Laid) -> list[QTextLayout.FormatRange]:
        if self._anchor is None or self._caret is None or self._anchor == self._caret:
            return []
        first, last = sorted((self._anchor, self._caret))
        number = laid.line.number
        if not first.line <= number <= last.line:
            return []
        start = first.column if number == first.line else 0
        stop = last.column if number == last.line else len(laid.text) + 1
        shown = QTextCharFormat()
        shown.setBackground(self.palette().brush(QPalette.ColorRole.Highlight))
        shown.setForeground(self.palette().brush(QPalette.ColorRole.HighlightedText))
        return [text_range(start, max(0, stop - start), shown)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange} and hasattr(
            self, "_layouts"
        ):
            self._layouts.forget()
            self.refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if abs(turned.x()) > abs(turned.y()):
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - turned.x() * bar.singleStep() // _WHEEL_STEP)
        else:
            rows = -turned.y() * _WHEEL_ROWS / _WHEEL_STEP
            self._scroll_rows(int(rows) or (rows > 0) - (rows < 0))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = max(1, self._rows_seen() - 1)
        rows = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1} | {
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
        }
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_everything()
        elif event.key() == Qt.Key.Key_End:
            self.follow(follow=True)
        elif event.key() == Qt.Key.Key_Home:
            self.to_start()
        elif event.key() in rows:
            self._scroll_rows(rows[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            spot = self._spot_at(event.position().toPoint())
            extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._anchor = self._anchor if extend and self._anchor is not None else spot
            self._caret = spot
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        position = event.position().toPoint()
        if position.y() < 0:
            self._scroll_rows(-1)
        elif position.y() >= self.viewport().height():
            self._scroll_rows(1)
        self._caret = self._spot_at(position)
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self._spot_at(event.position().toPoint())
        if spot is None:
            return
        # The word there, or else the blanks.
        text, start, stop = self._layouts.of(spot.line).text, spot.column, spot.column
        kind = text[spot.column : spot.column + 1].isspace()
        while start > 0 and text[start - 1].isspace() == kind:
            start -= 1
        while stop < len(text) and text[stop].isspace() == kind:
            stop += 1
        self._anchor, self._caret = Spot(spot.line, start), Spot(spot.line, stop)
        self.viewport().update()
