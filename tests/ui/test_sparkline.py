"""A row's last figures as a line."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from tests.ui.node_world import make_node
from ui.delegates.sparkline import SparklineDelegate
from ui.models.nodes import NodesModel


def painted(samples: bytes) -> QImage:
    """The cell of a node with these loads."""
    model = NodesModel()
    model.set_rows({"n": make_node(1, online=False)})
    number = [column.name for column in model.columns].index("load")
    image = QImage(160, 24, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, 160, 24)
    painter = QPainter(image)
    SparklineDelegate(lambda _node: samples).paint(painter, option, model.index(0, number))
    painter.end()
    return image


def inked(image: QImage) -> list[tuple[int, int]]:
    return [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).lightness() < 200
    ]


@pytest.mark.parametrize("samples", [b"", b"\x10"], ids=["none", "one"])
def test_without_two_samples_there_is_no_line(qapp, samples):
    assert inked(painted(samples)) == []


def test_the_newest_is_at_the_right_and_more_is_higher(qapp):
    rising = inked(painted(bytes(range(0, 100, 10))))
    left = [y for x, y in rising if x == min(x for x, _ in rising)]
    right = [y for x, y in rising if x == max(x for x, _ in rising)]
    assert max(right) < min(left)


def test_fewer_samples_take_less_room(qapp):
    few = [x for x, _ in inked(painted(bytes([50] * 10)))]
    many = [x for x, _ in inked(painted(bytes([50] * 60)))]
    assert min(many) < min(few)
    assert max(many) == max(few)
