"""A chart of an account: its balance as a line, and by the day or finer what came and went."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QHelpEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from ui import formats
from ui.models.transfers import Flow, Step
from ui.theme import Tone

_MARGIN = 6
_BAR_MAX = 18.0
#: Of the height, for the line; the bars take the rest.
_LINE_SHARE = 0.55


class FlowChart(QWidget):
    """Income stands above the middle line of the bars, spending hangs below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flows: Sequence[Flow] = ()
        self.setMinimumHeight(110)
        self.setAccessibleName(self.tr("Balance and flow"))

    def show_flows(self, flows: Sequence[Flow]) -> None:
        """Show these, oldest first."""
        self._flows = flows
        if flows:
            self.setAccessibleDescription(
                self.tr("{count} points; the last balance is {balance}").format(
                    count=len(flows), balance=formats.cpt(flows[-1].balance_mcpt)
                )
            )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 130)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            flow = self._flow_at(event.pos().x())
            if flow is not None:
                QToolTip.showText(event.globalPos(), self._describe(flow), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._flows:
            painter.setPen(Tone.QUIET.color())
            painter.drawText(
                self.rect(),
                Qt.AlignmentFlag.AlignCenter,
                self.tr("The chart begins with the first transfer."),
            )
            return
        area = self._area()
        line_height = painter.fontMetrics().height()
        top = QRectF(area.left(), area.top(), area.width(), area.height() * _LINE_SHARE)
        bars = QRectF(area.left(), top.bottom() + 4, area.width(), 0)
        bars.setBottom(area.bottom() - line_height)
        self._paint_balance(painter, top)
        self._paint_flows(painter, bars)
        self._paint_dates(painter, area, line_height)

    # -- geometry

    def _label_width(self) -> int:
        most = max((abs(flow.balance_mcpt) for flow in self._flows), default=0)
        return int(self.fontMetrics().horizontalAdvance(formats.cpt(most))) + 10

    def _area(self) -> QRectF:
        left = self._label_width() + _MARGIN
        return QRectF(
            left, _MARGIN, max(1.0, self.width() - left - _MARGIN), self.height() - 2 * _MARGIN
        )

    def _x(self, area: QRectF, number: int) -> float:
        return area.left() + area.width() * (number + 0.5) / len(self._flows)

    def _flow_at(self, x: float) -> Flow | None:
        area = self._area()
        if not self._flows or not area.left() <= x <= area.right():
            return None
        number = int((x - area.left()) * len(self._flows) / area.width())
        return self._flows[min(number, len(self._flows) - 1)]

    # -- painting

    def _paint_balance(self, painter: QPainter, area: QRectF) -> None:
        values = [flow.balance_mcpt for flow in self._flows]
        low, high = min(values), max(values)
        span = (high - low) or 1
        color = Tone.BUSY.color()
        points = [
            QPointF(
                self._x(area, number),
                area.bottom() - 6 - (area.height() - 12) * (value - low) / span
                if high > low
                else area.center().y(),
            )
            for number, value in enumerate(values)
        ]
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        painter.setPen(QPen(color, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setBrush(color)
        for point in points if len(points) <= 40 else points[-1:]:
            painter.drawEllipse(point, 2.5, 2.5)
        self._paint_label(painter, formats.cpt(high), area.top() + 6)
        if high > low:
            self._paint_label(painter, formats.cpt(low), area.bottom() - 6)

    def _paint_label(self, painter: QPainter, text: str, y: float) -> None:
        painter.setPen(Tone.QUIET.color())
        height = painter.fontMetrics().height()
        painter.drawText(
            QRectF(0, y - height / 2, self._label_width(), height),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            text,
        )

    def _paint_flows(self, painter: QPainter, area: QRectF) -> None:
        most = max(max(flow.income_mcpt, flow.spent_mcpt) for flow in self._flows) or 1
        middle = area.center().y()
        width = min(_BAR_MAX, area.width() / len(self._flows) * 0.7)
        painter.setPen(Qt.PenStyle.NoPen)
        for number, flow in enumerate(self._flows):
            left = self._x(area, number) - width / 2
            for amount, tone, direction in (
                (flow.income_mcpt, Tone.GOOD, -1),
                (flow.spent_mcpt, Tone.BAD, 1),
            ):
                height = area.height() / 2 * amount / most
                if amount:
                    bar = QRectF(left, middle, width, direction * max(height, 1.0)).normalized()
                    painter.fillRect(bar, tone.color())
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
        painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle))
        line = painter.fontMetrics().height()
        self._paint_label(painter, self.tr("▲ in"), middle - line / 2)
        self._paint_label(painter, self.tr("▼ out"), middle + line / 2)

    def _paint_dates(self, painter: QPainter, area: QRectF, height: int) -> None:
        painter.setPen(Tone.QUIET.color())
        row = QRectF(area.left(), area.bottom() - height, area.width(), height)
        first, last = (_date(flow) for flow in (self._flows[0], self._flows[-1]))
        if len(self._flows) == 1:
            painter.drawText(row, Qt.AlignmentFlag.AlignCenter, first)
            return
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft, first)
        painter.drawText(row, Qt.AlignmentFlag.AlignRight, last)

    def _describe(self, flow: Flow) -> str:
        return self.tr("{date}\nBalance {balance}\n▲ {income} in\n▼ {spent} out").format(
            date=_date(flow),
            balance=formats.cpt(flow.balance_mcpt),
            income=formats.cpt(flow.income_mcpt),
            spent=formats.cpt(flow.spent_mcpt),
        )


def _date(flow: Flow) -> str:
    short = QLocale.FormatType.ShortFormat
    day: str = QLocale().toString(flow.begin.date(), short)  # type: ignore[call-overload]
    return day if flow.step is Step.DAY else f"{day} {flow.begin:%H:%M}"
