"""Lines over time."""

import sys
from importlib import import_module

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPalette

from tests.ui.node_world import NOW
from ui import formats
from ui.theme import Tone
from ui.widgets.time_plot import Curve, PlotGrid, TimePlot

CURVES = (
    Curve("cpu", "CPU", Tone.BUSY),
    Curve("memory", "Memory", Tone.WARNING, Qt.PenStyle.DashLine),
)
TIMES = np.arange(NOW - 600.0, NOW + 1)
VALUES = {"cpu": TIMES - TIMES[0], "memory": np.full(len(TIMES), 40.0), "other": TIMES}


@pytest.fixture
def plot(qtbot):
    # As once the window has been painted.
    import_module("pyqtgraph")
    made = TimePlot("Load", CURVES, lambda value: f"{value:.0f} %")
    qtbot.addWidget(made)
    made.resize(400, 200)
    return made


def told(plot) -> list[str]:
    return [plot._texts[curve.name].text() for curve in CURVES]


def test_the_newest_values_stand_beside_the_names(plot):
    plot.set_data(TIMES, VALUES, 600)
    assert told(plot) == ["CPU 600 %", "Memory 40 %"]


def test_nothing_is_drawn_before_it_is_shown(plot):
    plot.set_data(TIMES, VALUES, 600)
    assert plot._plot is None
    plot.show()
    assert len(plot._lines["cpu"].getOriginalDataset()[0]) == len(TIMES)


def test_the_window_is_painted_before_what_draws_is_imported(plot, qtbot, monkeypatch):
    monkeypatch.delitem(sys.modules, "pyqtgraph")
    plot.set_data(TIMES, VALUES, 600)
    plot.show()
    assert plot._plot is None
    monkeypatch.undo()
    qtbot.waitUntil(lambda: plot._plot is not None)
    assert len(plot._lines["cpu"].getOriginalDataset()[0]) == len(TIMES)


def test_it_shows_the_span_that_was_asked_for(plot):
    plot.show()
    plot.set_data(TIMES, VALUES, 60)
    (left, right), (bottom, top) = plot._plot.getPlotItem().vb.viewRange()
    assert (left, right) == (NOW - 60, NOW)
    assert bottom <= 0
    assert 600 <= top < 700


def test_while_little_is_known_the_axis_begins_with_it(plot):
    plot.show()
    plot.set_data(TIMES, VALUES, 3600)
    (left, right), _ = plot._plot.getPlotItem().vb.viewRange()
    assert (left, right) == (NOW - 600, NOW)
    plot.set_data(TIMES[-3:], {"cpu": TIMES[-3:]}, 3600)
    (left, right), _ = plot._plot.getPlotItem().vb.viewRange()
    assert (left, right) == (NOW - 300, NOW)


@pytest.mark.parametrize("top", [1, 900, 5_000, 3_000_000, 2**40])
def test_lines_of_bytes_are_at_round_numbers(qtbot, top):
    made = TimePlot("Network", CURVES, formats.rate, binary=True)
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.show()
    made.set_data(TIMES, {"cpu": np.full(len(TIMES), float(top))}, 600)
    axis = made._plot.getAxis("left")
    ((spacing, ticks),) = axis.tickValues(0, 1.08 * top, 150)
    assert 2 <= len(ticks) <= 6 or top == 1
    assert spacing == 2 ** round(np.log2(spacing))


def test_without_drawing_only_the_values_are_written(plot):
    plot.show()
    plot.set_data(TIMES, VALUES, 600)
    later = {"cpu": np.array([7.0]), "memory": np.array([np.nan])}
    plot.set_data(np.array([NOW + 5.0]), later, 600, draw=False)
    assert told(plot) == ["CPU 7 %", "Memory –"]
    assert len(plot._lines["cpu"].getOriginalDataset()[0]) == len(TIMES)


def test_what_is_drawn_does_not_change_under_it(plot):
    plot.show()
    values = VALUES["cpu"].copy()
    plot.set_data(TIMES, {"cpu": values}, 600)
    values[:] = -1
    assert plot._lines["cpu"].getOriginalDataset()[1][-1] == 600


def test_under_the_pointer_the_values_are_those_of_then(plot, qtbot):
    plot.show()
    plot.set_data(TIMES, VALUES, 600)
    view = plot._plot.getPlotItem().vb
    plot._on_moved(view.mapViewToScene(QPointF(NOW - 300.2, 20)))
    assert told(plot)[0] == "CPU 300 %"
    assert plot._when.text()
    plot._on_moved(QPointF(-5, -5))
    assert told(plot)[0] == "CPU 600 %"
    assert plot._when.text() == ""


def test_it_follows_the_palette(plot):
    plot.show()
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Base, QColor("#123456"))
    plot.setPalette(palette)
    assert plot._plot.backgroundBrush().color() == QColor("#123456")


def test_nothing_measured_is_no_error(plot):
    plot.show()
    plot.set_data(np.empty(0), {}, 600)
    assert told(plot) == ["CPU –", "Memory –"]


def test_a_narrow_grid_has_one_column(qtbot):
    plots = [TimePlot("Load", CURVES, str) for _ in range(4)]
    grid = PlotGrid(plots)
    qtbot.addWidget(grid)
    grid.resize(900, 400)
    grid.show()
    assert plots[1].y() == plots[0].y()
    grid.resize(400, 900)
    qtbot.waitUntil(lambda: plots[1].y() > plots[0].y())
