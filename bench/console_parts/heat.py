"""A frame of the heatmap with ten thousand nodes, beside a bare pyqtgraph ImageItem."""

import tempfile
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from bench.console_parts import sample
from bench.console_parts.qt import Stopwatch, application, lone_console, paint, ratio
from ui.docks.heatmap import HeatmapPane
from ui.feed import Link

SIZE = (1280, 800)


def measure(short: bool) -> dict[str, float]:
    """Figures of the heatmap with 10,000 nodes (900 where it is to be short)."""
    application()
    count, frames = (900, 10) if short else (10_000, 100)
    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as name:
        console = lone_console(Path(name))
        console.feed.link = Link.LIVE
        state = console.state
        state.nodes, state.at_seconds = sample.nodes(count), float(sample.NOW)
        pane = HeatmapPane(console)
        pane.resize(*SIZE)
        opened, frame, taken = Stopwatch(), Stopwatch(), Stopwatch()
        opened.take(pane.show, QApplication.processEvents)
        heatmap = pane.map
        if heatmap is None:
            raise RuntimeError("the pane shows no map")
        viewport = heatmap.view.viewport()
        paint(viewport)
        for number in range(frames):
            sample.load(state.nodes, number)
            taken.take(partial(pane.cells.update_loads, state.nodes))
            frame.take(pane._draw, partial(paint, viewport))
        size = (viewport.width(), viewport.height())
        pane.hide()
    bare = _measure_bare(count, frames, size)
    return {
        "nodes": count,
        **opened.figures("heatmap_open"),
        **frame.figures("heatmap_frame"),
        **taken.figures("heatmap_take_loads"),
        **bare.figures("bare_heatmap_frame"),
        "heatmap_ratio": ratio(frame, bare),
    }


def _measure_bare(count: int, frames: int, size: tuple[int, int]) -> Stopwatch:
    import pyqtgraph as pg  # noqa: PLC0415 - as late as the pane imports it

    view = pg.GraphicsView()
    view.resize(*size)
    box = pg.ViewBox(lockAspect=True)
    view.setCentralItem(box)
    image = pg.ImageItem(axisOrder="row-major")
    box.addItem(image)
    lookup = pg.colormap.get("cividis").getLookupTable(nPts=256, alpha=False)
    view.show()
    side = round(count**0.5)
    pictures = np.random.default_rng(1).integers(0, 256, (frames, side, side), np.uint8)
    paint(view.viewport())
    watch = Stopwatch()
    for picture in pictures:

        def draw(picture: object = picture) -> None:
            image.setImage(picture, autoLevels=False, levels=(0, 255), lut=lookup)
            paint(view.viewport())

        watch.take(draw)
    view.hide()
    return watch
