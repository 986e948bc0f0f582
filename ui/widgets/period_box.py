"""The choice of a period that ends now."""

from datetime import datetime, timedelta

from PySide6.QtWidgets import QComboBox, QWidget

from app.common.clock import SystemClock, to_datetime


class PeriodBox(QComboBox):
    """Any time, today, or so many days up to now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for text, days in (
            (self.tr("Any time"), 0),
            (self.tr("Today"), 1),
            (self.tr("Last 7 days"), 7),
            (self.tr("Last 30 days"), 30),
            (self.tr("Last 365 days"), 365),
        ):
            self.addItem(text, days)

    def since(self) -> datetime | None:
        """When it begins: midnight of its first day; None for any time."""
        days: int = self.currentData()
        if not days:
            return None
        now = to_datetime(SystemClock().now_us()).astimezone()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(days=days - 1)
