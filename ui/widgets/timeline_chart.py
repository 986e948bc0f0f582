"""Bars of attempts over time, a row for each node."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from ui.models.task_words import PHASE_TONES, Phase
from ui.models.timeline import Bar, Timeline, ticks

LANE_PIXELS = 14
GAP_PIXELS = 6
NAME_PIXELS = 120
AXIS_PIXELS = 22
TICK_PIXELS = 90
SPAN_SECONDS_MIN = 10.0
SPAN_SECONDS_MAX = 6 * 3600.0
LANES_MAX = 12

#: A narrower bar has no outline: it is one block of colour.
_OUTLINED_PIXELS = 4
_BAR_PIXELS_MIN = 2.0

_WHEEL_STEP = 120
_ZOOM = 1.25
#: To be told apart without colours as well: how strong the ground is, and a pattern over it.
_LOOKS = {
    Phase.RUNNING: (255, Qt.BrushStyle.NoBrush),
    Phase.SUCCEEDED: (120, Qt.BrushStyle.NoBrush),
    Phase.FAILED: (50, Qt.BrushStyle.BDiagPattern),
    Phase.CANCELLED: (30, Qt.BrushStyle.DiagCrossPattern),
}
_OTHER_LOOK = (30, Qt.BrushStyle.NoBrush)


def paint_bars(painter: QPainter, boxes: Sequence[QRectF], shown: Phase) -> None:
    """Boxes as bars of this phase look, with few words to the painter for many of them."""
    color = PHASE_TONES[shown].color()
    strength, pattern = _LOOKS.get(shown, _OTHER_LOOK)
    ground = QColor(color)
    ground.setAlpha(strength)
    wide = [box for box in boxes if box.width() >= _OUTLINED_PIXELS]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRects([box for box in boxes if box.width() < _OUTLINED_PIXELS])
    painter.setBrush(ground)
    painter.drawRects(wide)
    painter.setPen(color)
    painter.setBrush(QBrush(color, pattern))
    painter.drawRects([box.adjusted(0.5, 0.5, -0.5, -0.5) for box in wide])


class TimelineChart(QAbstractScrollArea):
    """Shows `timeline` up to now, or what was dragged into sight.

    `chosen` carries the id of a task that was clicked; `moved` is emitted when people look at
    another time than now.
    """

    chosen = Signal(str)
    moved = Signal()

    def __init__(
        self, timeline: Timeline, tip_of: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._timeline = timeline
        self._tip_of = tip_of
        self._nodes: list[tuple[str, str]] = []
        self._now = 0.0
        self._until = 0.0
        self.live = True
        self.span = 600.0
        self.selected: set[str] = set()
        #: What was painted last, to be found under the pointer.
        self._painted: list[tuple[QRectF, Bar]] = []
        self._drag: tuple[float, float] | None = None
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.viewport().update())

    def show_now(self, now: float) -> None:
        """It is `now`, and the timeline may have changed."""
        self._now = now
        if self.live:
            self._until = now
        self._nodes = self._timeline.nodes()
        self._set_bar()
        self.viewport().update()

    def set_span(self, seconds: float) -> None:
        """Show so much time, up to now."""
        self.span, self.live = seconds, True
        self.show_now(self._now)

    @property
    def empty(self) -> bool:
        return not self._nodes

    def bar_at(self, position: QPoint) -> Bar | None:
        """The bar under a point of the viewport."""
        for area, bar in self._painted:
            if area.adjusted(-1, 0, 1, 0).contains(position):
                return bar
        return None

    # -- places

    def _width(self) -> int:
        return max(1, self.viewport().width() - NAME_PIXELS)

    def _x(self, at: float) -> float:
        return NAME_PIXELS + (at - self._until + self.span) / self.span * self._width()

    def _time(self, x: float) -> float:
        return self._until - self.span + (x - NAME_PIXELS) / self._width() * self.span

    def _set_bar(self) -> None:
        bar = self.verticalScrollBar()
        height = self.viewport().height() - AXIS_PIXELS
        row = LANE_PIXELS + GAP_PIXELS
        seen = max(1, height // row)
        bar.setPageStep(seen)
        bar.setRange(0, max(0, len(self._nodes) - max(1, seen // 2)))

    # -- Qt's own

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self._painted = []
        bottom = self.viewport().height() - AXIS_PIXELS
        self._paint_axis(painter, bottom)
        y = GAP_PIXELS
        for node_id, name in self._nodes[self.verticalScrollBar().value() :]:
            if y >= bottom:
                break
            since = self._until - self.span
            lanes = self._timeline.lanes(node_id, since, self._until, self._now)[:LANES_MAX]
            y = self._paint_node(painter, name, lanes, y, bottom)
        painter.end()
        event.accept()

    def _paint_node(
        self, painter: QPainter, name: str, lanes: list[list[Bar]], y: int, bottom: int
    ) -> int:
        palette = self.palette()
        painter.setClipRect(0, 0, self.viewport().width(), bottom)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        area = QRect(6, y - 2, NAME_PIXELS - 12, LANE_PIXELS + 4)
        said = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, said)
        painter.setClipRect(NAME_PIXELS, 0, self._width(), bottom)
        boxes: dict[Phase, list[QRectF]] = defaultdict(list)
        chosen: list[QRectF] = []
        for lane in lanes or [[]]:
            for bar, box in self._boxes(lane, y):
                boxes[bar.phase].append(box)
                if bar.task_id in self.selected:
                    chosen.append(box)
                self._painted.append((box, bar))
            y += LANE_PIXELS + 1
        for shown, them in boxes.items():
            paint_bars(painter, them, shown)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects(chosen)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.AlternateBase), 1))
        painter.drawLine(
            NAME_PIXELS, y + GAP_PIXELS // 2, self.viewport().width(), y + GAP_PIXELS // 2
        )
        return y + GAP_PIXELS

    def _boxes(self, lane: list[Bar], y: int) -> Iterator[tuple[Bar, QRectF]]:
        """Where the bars of a lane lie; of those too small to be told apart only the first."""
        scale, origin = self._width() / self.span, self._until - self.span
        taken, last = -1.0, None
        for bar in lane:
            left = NAME_PIXELS + (bar.start - origin) * scale
            end = self._now if bar.end is None else bar.end
            right = NAME_PIXELS + (end - origin) * scale
            selected = bar.task_id in self.selected
            if right < taken and bar.phase is last and not selected:
                continue
            yield bar, QRectF(left, y, max(_BAR_PIXELS_MIN, right - left), LANE_PIXELS)
            taken, last = left + _BAR_PIXELS_MIN, bar.phase

    def _paint_axis(self, painter: QPainter, bottom: int) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.PlaceholderText)
        grid = palette.color(QPalette.ColorRole.Midlight)
        since = self._until - self.span
        if self._until <= 0:
            return
        for at in ticks(since, self._until, self._width() // TICK_PIXELS):
            x = int(self._x(at))
            painter.setPen(grid)
            painter.drawLine(x, 0, x, bottom)
            painter.setPen(text)
            moment = datetime.fromtimestamp(at, UTC).astimezone()
            label = moment.strftime("%H:%M:%S" if self.span < 900 else "%H:%M")
            area = QRect(x - TICK_PIXELS // 2, bottom + 2, TICK_PIXELS, AXIS_PIXELS - 2)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, label)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_bar()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            bar = self.bar_at(event.pos())
            QToolTip.showText(event.globalPos(), self._tip_of(bar.task_id) if bar else "", self)
            return True
        return super().viewportEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() / _WHEEL_STEP
        x = event.position().x()
        if x < NAME_PIXELS:
            super().wheelEvent(event)
            return
        # What is under the pointer stays there; up to now, now stays at the edge.
        kept, share = self._time(x), (x - NAME_PIXELS) / self._width()
        span = min(max(self.span * _ZOOM**-turned, SPAN_SECONDS_MIN), SPAN_SECONDS_MAX)
        until = self._until if self.live else min(self._now, kept + span * (1 - share))
        self.span, self._until = span, until
        self.moved.emit()
        self.viewport().update()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        bar = self.bar_at(event.position().toPoint())
        if bar is not None:
            self.chosen.emit(bar.task_id)
        else:
            self._drag = (event.position().x(), self._until)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.bar_at(event.position().toPoint()) is not None
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.OpenHandCursor
        self.viewport().setCursor(shape)
        if self._drag is None:
            return
        x, until = self._drag
        moved = (x - event.position().x()) / self._width() * self.span
        self._until = min(self._now, until + moved)
        self.live = self._until >= self._now
        self.moved.emit()
        self.viewport().update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._drag = None
