"""A screen of its own (Xvfb) to look at a window on."""

import os
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtGui import QGuiApplication, QImage

#: A screen counts as finished when it stays the same for so long.
STILL_SECONDS = 2.0
SETTLE_SECONDS = 60.0
#: A window takes at least this share of the screen, the sign of a start less.
WINDOW_SHARE = 0.15


class Screen:
    """While it is entered, `display` names it. One in a process: Qt is bound to it."""

    def __init__(self) -> None:
        self.display = ""
        self._server: subprocess.Popen[bytes] | None = None
        self._qt: QGuiApplication | None = None

    def __enter__(self) -> Self:
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as told:
            self.display = f":{told.readline().strip()}"
        os.environ["DISPLAY"] = self.display
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        self._qt = QGuiApplication([])
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._qt is not None:
            self._qt.shutdown()
        if self._server is not None:
            self._server.terminate()
            self._server.wait()

    def is_painted(self) -> bool:
        """Whether anything is on the screen: the sign that the program starts, say."""
        return self._painted() > 0

    def has_window(self) -> bool:
        """Whether what is on the screen is as large as a window."""
        return self._painted() > WINDOW_SHARE

    def _painted(self) -> float:
        """The share of the screen that is not black, as a bare one is."""
        image = self._image().scaled(64, 64)
        points = [image.pixelColor(x, y).lightness() for x in range(64) for y in range(64)]
        return sum(light > 0 for light in points) / len(points)

    def settle(self) -> None:
        """Wait until nothing moves any more."""
        begun = since = time.monotonic()
        before = self._image()
        while time.monotonic() - since < STILL_SECONDS:
            time.sleep(0.2)
            now = self._image()
            if now != before:
                before, since = now, time.monotonic()
            if time.monotonic() - begun > SETTLE_SECONDS:
                return

    def save(self, path: Path) -> None:
        """Keep what is on the screen as a PNG file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._image().save(str(path))

    def _image(self) -> QImage:
        return QGuiApplication.primaryScreen().grabWindow(0).toImage()
