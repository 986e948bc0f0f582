"""The pool as cells of a picture: which node lies where, and how bright it is. No Qt.

The picture is a grid of whole cells. A group is a block of cells in it, with a free band above for
its name; blocks stand beside each other in shelves. Cell to node is one look-up in `Layout.cells`,
node to cell one in `Layout.places`.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from app.client.task_spec import show_location
from proto import nodepool_pb2 as pb
from ui.models.load_rings import load_percent
from ui.models.natural import natural_key
from ui.models.standings import Standing, standing

#: The levels of the picture: nothing there, a node without a value, and 254 of values.
EMPTY = 0
NO_VALUE = 1
FIRST = 2
LAST = 255

#: The strokes of each mark within a cell: from x, y to x, y. Nodes online have none.
MARKS: dict[Standing, tuple[tuple[float, float, float, float], ...]] = {
    Standing.OFFLINE: ((0.15, 0.15, 0.85, 0.85), (0.15, 0.85, 0.85, 0.15)),
    Standing.PAUSED: ((0.35, 0.15, 0.35, 0.85), (0.65, 0.15, 0.65, 0.85)),
    Standing.DRAINING: ((0.15, 0.15, 0.85, 0.85),),
    Standing.WAITING: ((0.15, 0.5, 0.85, 0.5),),
}

CELL_PX_MAX = 48
#: Left free around all cells.
MARGIN_PX = 4
#: What a group's name takes: a line, and some characters.
LABEL_HEIGHT_PX = 18
LABEL_WIDTH_PX = 84
#: How much wider than high the blocks of groups may be.
_ASPECTS = (1.5, 0.8, 1.0, 2.2, 3.0, 4.5)
#: Heartbeats older than this are all shown alike.
AGE_SECONDS_MAX = 60.0


class Metric(Enum):
    """What the colour of a cell tells."""

    CPU = "cpu"
    MEMORY = "memory"
    GPU = "gpu"
    #: The larger of CPU and memory.
    LOAD = "load"
    TRUST = "trust"
    AGE = "age"
    TASKS = "tasks"


class Grouping(Enum):
    """What the nodes of a block have in common."""

    NONE = "none"
    LOCATION = "location"
    OWNER = "owner"
    TRUST = "trust"


def group_key(node: pb.NodeInfo, grouping: Grouping) -> str:
    """The key of the group `node` belongs to; equal keys, one group."""
    return _KEYS[grouping](node)


def figure(node: pb.NodeInfo, metric: Metric) -> float:
    """What `node` shows of `metric`: percent, a trust level, a number; NaN where it has none.

    For AGE it is the time of the last heartbeat, in seconds since 1970.
    """
    return _FIGURES[metric](node)


@lru_cache(maxsize=4096)
def _place(continent: int, country: str, site: str) -> str:
    return show_location(pb.Location(continent=continent, country=country, site=site))  # type: ignore[arg-type]


# Tables of functions: ten thousand nodes are asked in a row.
_KEYS: dict[Grouping, Callable[[pb.NodeInfo], str]] = {
    Grouping.NONE: lambda _node: "",
    Grouping.LOCATION: lambda node: _place(
        node.location.continent, node.location.country, node.location.site
    ),
    Grouping.OWNER: lambda node: node.owner,
    Grouping.TRUST: lambda node: str(int(node.trust)),
}
_FIGURES: dict[Metric, Callable[[pb.NodeInfo], float]] = {
    Metric.CPU: lambda node: node.usage.cpu_percent if node.online else math.nan,
    Metric.MEMORY: lambda node: node.usage.memory_percent if node.online else math.nan,
    Metric.GPU: lambda node: (
        node.usage.gpu_percent if node.online and node.capabilities.gpus else math.nan
    ),
    Metric.LOAD: lambda node: load_percent(node) if node.online else math.nan,
    Metric.TRUST: lambda node: float(node.trust) or math.nan,
    Metric.AGE: lambda node: node.last_seen_at.seconds or math.nan,
    Metric.TASKS: lambda node: node.running_tasks if node.online else math.nan,
}


@dataclass(frozen=True, slots=True)
class Block:
    """A group's block of cells; `row` is its first row of cells, its name stands above."""

    key: str
    row: int
    column: int
    rows: int
    columns: int
    count: int
    #: How many columns its name may take.
    label_columns: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where every node lies. `cells` holds a node's number for each cell, or -1; `places` the
    cell of each node, counted along the rows.
    """

    cells: npt.NDArray[np.int32]
    places: npt.NDArray[np.int64]
    blocks: tuple[Block, ...]


def arrange(groups: Sequence[tuple[str, Sequence[int]]], width_px: int, height_px: int) -> Layout:
    """Lay the groups (each a key and the numbers of its nodes) out so that cells become large.

    The numbers of all groups together are 0, 1, … . One group whose key is empty has no name.
    """
    count = sum(len(numbers) for _, numbers in groups)
    named = not (len(groups) == 1 and not groups[0][0])
    best: tuple[float, list[Block], int, int] | None = None
    for columns in _widths(count, width_px, height_px, named=named):
        cell_px = max(1.0, width_px / columns)
        for aspect in _ASPECTS if named else _ASPECTS[:1]:
            blocks, wide, high = _shelves(groups, columns, cell_px if named else 0.0, aspect)
            reached = min(width_px / max(wide, 1), height_px / max(high, 1), CELL_PX_MAX)
            if best is None or reached > best[0]:
                best = (reached, blocks, wide, high)
    if best is None:
        return Layout(np.full((1, 1), -1, np.int32), np.empty(0, np.int64), ())
    _, blocks, wide, high = best
    cells = np.full((high, wide), -1, np.int32)
    for block, (_, numbers) in zip(blocks, groups, strict=True):
        own = np.full(block.rows * block.columns, -1, np.int32)
        own[: block.count] = numbers
        rows = slice(block.row, block.row + block.rows)
        cells[rows, block.column : block.column + block.columns] = own.reshape(block.rows, -1)
    flat = cells.ravel()
    taken = np.flatnonzero(flat >= 0)
    places = np.empty(count, np.int64)
    places[flat[taken]] = taken
    return Layout(cells, places, tuple(blocks))


def _widths(count: int, width_px: int, height_px: int, *, named: bool) -> Iterable[int]:
    """Some widths worth trying, in cells: around the ideal one, with names further above."""
    if not count:
        return
    ideal = math.sqrt(count * max(width_px, 1) / max(height_px, 1))
    least = max(1, width_px // CELL_PX_MAX)
    percents = range(60, 300, 8) if named else range(90, 131)
    yield from sorted({max(least, round(ideal * percent / 100)) for percent in percents})


def _shelves(
    groups: Sequence[tuple[str, Sequence[int]]],
    columns: int,
    label_cell_px: float,
    aspect: float,
) -> tuple[list[Block], int, int]:
    """Blocks in shelves of `columns` cells: the blocks, and how wide and high all is.

    `label_cell_px`: the size of a cell where names are shown, else 0. `aspect`: how much wider
    than high a block is to be.
    """
    band = math.ceil(LABEL_HEIGHT_PX / label_cell_px) if label_cell_px else 0
    least = math.ceil(LABEL_WIDTH_PX / label_cell_px) if label_cell_px else 1
    gap = max(1, round(6 / label_cell_px)) if label_cell_px else 0
    blocks: list[Block] = []
    row = column = shelf = wide = 0
    for key, numbers in groups:
        count = len(numbers)
        ideal = max(1, math.ceil(math.sqrt(count * aspect))) if label_cell_px else columns
        across = min(columns, ideal)
        taken = min(columns, max(across, least))
        if label_cell_px and count > taken:
            across = taken
        if column and column + taken > columns:
            row, column, shelf = row + shelf + gap, 0, 0
        rows = math.ceil(count / across)
        blocks.append(Block(key, row + band, column, rows, across, count, taken))
        shelf = max(shelf, rows + band)
        wide = max(wide, column + taken)
        column += taken + gap
    return blocks, wide, row + shelf


class HeatCells:
    """The nodes of the pool as cells. Revoked ones are left out: they are no part of it."""

    def __init__(self) -> None:
        self.metric = Metric.LOAD
        self.grouping = Grouping.NONE
        self.ids: list[str] = []
        self.layout = arrange((), 1, 1)
        self.standings = np.empty(0, np.uint8)
        #: Whether nodes came, went, or belong elsewhere since `set_nodes`.
        self.stale = False
        self._numbers: dict[str, int] = {}
        self._nodes: Mapping[str, pb.NodeInfo] = {}
        self._keys: list[str] = []
        self._figures: npt.NDArray[np.float64] = np.empty(0)
        self._size_px = (800, 600)

    # -- taking in

    def set_nodes(self, nodes: Mapping[str, pb.NodeInfo]) -> None:
        """Show `nodes`, which this reads and never changes."""
        self._nodes = nodes
        self.stale = False
        shown = [
            (natural_key(node.name), node_id, which.value)
            for node_id, node in nodes.items()
            if (which := standing(node)) is not Standing.REVOKED
        ]
        shown.sort()
        self.ids = [node_id for _, node_id, _ in shown]
        self._numbers = {node_id: number for number, node_id in enumerate(self.ids)}
        self.standings = np.array([which for _, _, which in shown], np.uint8)
        self._read_figures()
        self._read_keys()
        self._arrange()

    def set_metric(self, metric: Metric) -> None:
        """Colour by `metric`."""
        self.metric = metric
        self._read_figures()

    def set_grouping(self, grouping: Grouping) -> None:
        """Group by `grouping`."""
        self.grouping = grouping
        self._read_keys()
        self._arrange()

    def set_size(self, width_px: int, height_px: int) -> None:
        """Fill a picture of this size, but for the margin."""
        self._size_px = (max(1, width_px - 2 * MARGIN_PX), max(1, height_px - 2 * MARGIN_PX))
        self._arrange()

    def update_loads(self, node_ids: Iterable[str]) -> None:
        """The load of these nodes changed, nothing else."""
        for node_id in node_ids:
            number = self._numbers.get(node_id)
            if number is not None:
                self._figures[number] = figure(self._nodes[node_id], self.metric)

    def update(self, node_ids: Iterable[str]) -> bool:
        """These nodes changed, came or went; whether one has another mark now.

        Where cells must move `stale` is set, and `set_nodes` does it.
        """
        marked = False
        for node_id in node_ids:
            node, number = self._nodes[node_id], self._numbers.get(node_id)
            stands = standing(node)
            if number is None:
                self.stale = self.stale or stands is not Standing.REVOKED
                continue
            if stands is Standing.REVOKED or group_key(node, self.grouping) != self._keys[number]:
                self.stale = True
                continue
            marked = marked or bool(self.standings[number] != stands.value)
            self.standings[number] = stands.value
            self._figures[number] = figure(node, self.metric)
        return marked

    # -- showing

    def top(self) -> float:
        """The value of the brightest level."""
        match self.metric:
            case Metric.TRUST:
                return 3.0
            case Metric.AGE:
                return AGE_SECONDS_MAX
            case Metric.TASKS:
                known = self._figures[~np.isnan(self._figures)]
                return max(1.0, float(known.max())) if len(known) else 1.0
            case _:
                return 100.0

    def bottom(self) -> float:
        """The value of the darkest level."""
        return 1.0 if self.metric is Metric.TRUST else 0.0

    def levels(self, now: float) -> npt.NDArray[np.uint8]:
        """The level of each node; `now` in seconds since 1970."""
        values = now - self._figures if self.metric is Metric.AGE else self._figures
        bottom, top = self.bottom(), self.top()
        share = np.clip((values - bottom) / (top - bottom), 0.0, 1.0)
        known = ~np.isnan(share)
        levels = np.full(len(values), NO_VALUE, np.uint8)
        levels[known] = FIRST + np.rint(share[known] * (LAST - FIRST)).astype(np.uint8)
        return levels

    def picture(self, now: float) -> npt.NDArray[np.uint8]:
        """The level of every cell."""
        picture = np.zeros(self.layout.cells.shape, np.uint8)
        picture.ravel()[self.layout.places] = self.levels(now)
        return picture

    def node_at(self, row: int, column: int) -> str | None:
        """The id of the node in a cell."""
        rows, columns = self.layout.cells.shape
        if not (0 <= row < rows and 0 <= column < columns):
            return None
        number = int(self.layout.cells[row, column])
        return self.ids[number] if number >= 0 else None

    def nodes_within(self, top: float, left: float, bottom: float, right: float) -> list[str]:
        """The ids of the nodes whose cells a rectangle (in cells) touches."""
        rows = slice(max(0, math.floor(top)), max(0, math.ceil(bottom)))
        columns = slice(max(0, math.floor(left)), max(0, math.ceil(right)))
        numbers = self.layout.cells[rows, columns].ravel()
        return [self.ids[number] for number in numbers[numbers >= 0].tolist()]

    def place_of(self, node_id: str) -> tuple[int, int] | None:
        """The cell of a node: its row and column."""
        number = self._numbers.get(node_id)
        if number is None:
            return None
        row, column = divmod(int(self.layout.places[number]), self.layout.cells.shape[1])
        return row, column

    def example(self, key: str) -> pb.NodeInfo:
        """A node of the group of this key."""
        return self._nodes[self.ids[self._keys.index(key)]]

    def mask_of(self, node_ids: Iterable[str]) -> npt.NDArray[np.bool_]:
        """Which cells belong to these nodes."""
        mask = np.zeros(self.layout.cells.shape, np.bool_)
        numbers = [self._numbers[each] for each in node_ids if each in self._numbers]
        mask.ravel()[self.layout.places[numbers]] = True
        return mask

    def cells_standing(self, which: Standing) -> npt.NDArray[np.int64]:
        """The cells of the nodes that stand so: rows and columns, one line each."""
        places = self.layout.places[self.standings == which.value]
        return np.stack(np.divmod(places, self.layout.cells.shape[1]))

    def _read_figures(self) -> None:
        nodes, read = self._nodes, _FIGURES[self.metric]
        self._figures = np.array([read(nodes[each]) for each in self.ids], np.float64)

    def _read_keys(self) -> None:
        nodes, read = self._nodes, _KEYS[self.grouping]
        self._keys = [read(nodes[each]) for each in self.ids]

    def _arrange(self) -> None:
        groups: dict[str, list[int]] = {}
        for number, key in enumerate(self._keys):
            groups.setdefault(key, []).append(number)
        if self.grouping is Grouping.TRUST:
            ordered = sorted(groups.items(), reverse=True)
        else:
            ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
        self.layout = arrange(ordered, *self._size_px)
