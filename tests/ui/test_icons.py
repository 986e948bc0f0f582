"""The icons of actions: all there, drawn, and in the colour of the text beside them."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from ui.icons import dress, redress
from ui.resources import resource

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(path.stem for path in resource("icons/actions").glob("*.svg"))


def colours(icon: QIcon, mode: QIcon.Mode) -> set[str]:
    """What the icon is drawn with, where it covers its ground whole."""
    image = icon.pixmap(QSize(48, 48), mode).toImage()
    pixels = (image.pixelColor(x, y) for x in range(48) for y in range(48))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.fixture
def palette(qapp):
    before = QApplication.palette()
    yield
    QApplication.setPalette(before)


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_can_be_seen(qapp, name):
    action = QAction()
    dress(action, name)
    image = action.icon().pixmap(QSize(16, 16)).toImage()
    covered = sum(image.pixelColor(x, y).alpha() > 0 for x in range(16) for y in range(16))
    assert 25 < covered < 200


def test_they_follow_the_palette(qtbot, palette):
    window = QWidget()
    qtbot.addWidget(window)
    action, button = QAction(window), QPushButton(window)
    for target in (action, button):
        dress(target, "cancel")
    dark = QPalette(QColor("#202124"))
    dark.setColor(QPalette.ColorRole.ButtonText, QColor("#abcdef"))
    dark.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText, QColor("#123456"))
    QApplication.setPalette(dark)
    redress(window)
    for target in (action, button):
        assert colours(target.icon(), QIcon.Mode.Normal) == {"#abcdef"}
        assert colours(target.icon(), QIcon.Mode.Disabled) == {"#123456"}


def test_no_icon_is_missing_and_none_is_left_over():
    named = set()
    for path in (ROOT / "ui").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for name in NAMES:
            if re.search(rf'"{re.escape(name)}"', text):
                named.add(name)
    assert named == set(NAMES)
    with pytest.raises(FileNotFoundError):
        dress(QAction(), "no such icon")
