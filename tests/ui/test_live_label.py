"""A label whose text changes all the time."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui.theme import Tone
from ui.widgets.live_label import LiveLabel


class LayoutRequests(QObject):
    """How often a widget was asked to lay itself out."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def requests_of(qtbot, label: QWidget, texts: list[str]) -> int:
    around = QWidget()
    qtbot.addWidget(around)
    row = QHBoxLayout(around)
    row.addWidget(label)
    row.addStretch(1)
    label.setText(texts[0])
    around.show()
    qtbot.waitExposed(around)
    qtbot.wait(1)
    requests = LayoutRequests(around)
    for text in texts[1:]:
        label.setText(text)
        qtbot.wait(1)
    return requests.count


def test_only_a_longer_text_is_laid_out(qtbot):
    shorter = ["1,000 of 1,000"] + [f"{number} of 9" for number in range(9)]
    assert requests_of(qtbot, LiveLabel(), shorter) == 0
    assert requests_of(qtbot, QLabel(), shorter) > 0
    assert requests_of(qtbot, LiveLabel(), ["1", "a much longer text"]) == 1


def test_it_keeps_the_room_of_its_longest_text(qtbot):
    label = LiveLabel("a long text")
    qtbot.addWidget(label)
    long = label.sizeHint().width()
    label.setText("short")
    assert label.sizeHint().width() == long
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    label.setFont(font)
    short = QFontMetricsF(label.font()).horizontalAdvance("short")
    assert short <= label.sizeHint().width() < short + 1


def test_it_is_read_out_and_paints_in_its_colour(qtbot):
    label = LiveLabel("lag 80 ms")
    qtbot.addWidget(label)
    assert label.accessibleName() == "lag 80 ms"

    def colours() -> set[int]:
        image = label.grab().toImage()
        return {
            image.pixelColor(x, y).rgb()
            for x in range(image.width())
            for y in range(image.height())
        }

    assert Tone.BAD.color().rgb() not in colours()
    label.set_tone(Tone.BAD)
    assert Tone.BAD.color().rgb() in colours()
