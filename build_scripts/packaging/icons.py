"""The product's icon in the sizes and formats that systems want, drawn from the one SVG."""

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from build_scripts.environment import ROOT

SOURCE = ROOT / "resources" / "icons" / "hivemind.svg"
#: In pixels: freedesktop's icon theme has a folder for each.
LINUX_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
WINDOWS_SIZES = (16, 24, 32, 48, 64, 256)


def png(size: int) -> bytes:
    """The icon, `size` pixels wide and high."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(content.data())


def ico(path: Path) -> None:
    """Write the icon of a Windows program: a directory of PNG images, as since Windows Vista."""
    images = [png(size) for size in WINDOWS_SIZES]
    offset = 6 + 16 * len(images)
    head = struct.pack("<HHH", 0, 1, len(images))
    for size, image in zip(WINDOWS_SIZES, images, strict=True):
        # A byte for each side, in which 256 is 0.
        side = size % 256
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(image), offset)
        offset += len(image)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head + b"".join(images))
