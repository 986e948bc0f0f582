"""The nodes as a table: every capability, the load, the state. Pure, no view."""

from collections.abc import Callable, Container, Iterable
from operator import attrgetter

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QColor

from app.common.vocabulary import TrustLevel
from proto import nodepool_pb2 as pb
from ui import formats
from ui.models.load_rings import load_percent
from ui.models.natural import natural_key
from ui.models.node_words import (
    STANDING_TONES,
    TRUST_TONES,
    NodeWords,
    gpus_text,
)
from ui.models.rows import Column, RowsModel
from ui.models.standings import standing
from ui.sentences import shown

translate = QCoreApplication.translate

#: The columns that change with every heartbeat stand together, from "load" to "heard".
FIRST_LIVE, LAST_LIVE = "load", "heard"


class NodesModel(RowsModel[pb.NodeInfo]):
    """Nodes by id. Ages are counted up to `now`."""

    def __init__(self, parent: QObject | None = None) -> None:
        #: Seconds since 1970, by the clock of the master.
        self.now = 0.0
        self._vocabulary = words = NodeWords()
        super().__init__(
            [
                *_what_it_is(words),
                *_how_it_is(self._age),
                *_what_it_can(words),
                *_what_it_did(),
            ],
            parent,
            haystack=self._texts_of,
        )
        names = [column.name for column in self.columns]
        self._sorted_by = -1
        self._live = range(names.index(FIRST_LIVE), names.index(LAST_LIVE) + 1)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 is the order in which the rows were given."""
        self._sorted_by = column
        super().sort(column, order)

    def update_loads(self, node_ids: Iterable[str], seen: Container[str]) -> None:
        """Of these nodes only the load changed. Rows that are not `seen` are not repainted."""
        if self._sorted_by in self._live:
            self.update(node_ids)
            return
        for node_id in node_ids:
            place = self.place_of(node_id) if node_id in seen else None
            if place is not None:
                self._repaint_cells(place, self._live)

    def tick(self, first: int, last: int) -> None:
        """Of the rows shown from `first` to `last` the ages are others."""
        for place in range(first, last + 1):
            self._repaint_cells(place, self._live[-1:])

    def _repaint_cells(self, place: int, columns: range) -> None:
        # One by one: for more than one cell a view paints all that it shows.
        for column in columns:
            index = self.index(place, column)
            self.dataChanged.emit(index, index)

    def _age(self, node: pb.NodeInfo) -> str:
        return formats.age(node.last_seen_at, self.now)

    def _texts_of(self, node: pb.NodeInfo) -> str:
        """All that the filter looks into: the words, and no figure."""
        able, words = node.capabilities, self._vocabulary
        return "\n".join(
            (
                node.name,
                words.standing(node),
                words.trust[node.trust],
                words.place(node.location),
                node.owner,
                *(gpu.name for gpu in able.gpus),
                words.isolation[able.isolation],
                able.engine,
                *able.isolation_features,
                able.platform,
                able.agent_version,
                node.node_id,
                node.key_fingerprint,
            )
        )


def _what_it_is(words: NodeWords) -> list[Column[pb.NodeInfo]]:
    return [
        Column(
            "name",
            translate("Nodes", "Node"),
            lambda node: node.name,
            key=lambda node: natural_key(node.name),
            width=170,
        ),
        Column(
            "state",
            translate("Nodes", "State"),
            words.standing,
            key=lambda node: standing(node).value,
            color=lambda node: STANDING_TONES[standing(node)].color(),
            width=150,
        ),
        Column(
            "trust",
            translate("Nodes", "Trust"),
            lambda node: words.trust[node.trust],
            key=lambda node: node.trust,
            tooltip=lambda node: shown(node.trust_reason),
            color=_trust_color,
            width=70,
        ),
        Column(
            "location",
            translate("Nodes", "Location"),
            lambda node: words.place(node.location),
            width=170,
        ),
        Column("owner", translate("Nodes", "Owner"), lambda node: node.owner, width=100),
    ]


def _how_it_is(age: Callable[[pb.NodeInfo], str]) -> list[Column[pb.NodeInfo]]:
    load_tip = translate("Nodes", "The larger of CPU and memory, now and at the last 60 heartbeats")
    return [
        _percent("load", translate("Nodes", "Load"), load_percent, tip=load_tip, width=150),
        _percent("cpu", translate("Nodes", "CPU"), lambda node: node.usage.cpu_percent),
        _percent("memory", translate("Nodes", "Memory"), lambda node: node.usage.memory_percent),
        _percent("gpu", translate("Nodes", "GPU"), _gpu_percent),
        _number("tasks", translate("Nodes", "Tasks"), lambda node: node.running_tasks),
        _figure(
            "received",
            translate("Nodes", "Received"),
            lambda node: node.usage.network_rx_bytes_per_second,
            formats.rate,
        ),
        _figure(
            "sent",
            translate("Nodes", "Sent"),
            lambda node: node.usage.network_tx_bytes_per_second,
            formats.rate,
        ),
        _figure(
            "disk_free",
            translate("Nodes", "Free disk"),
            lambda node: node.usage.disk_free_mib,
            formats.mebibytes,
        ),
        Column(
            "heard",
            translate("Nodes", "Heard"),
            age,
            # Sorted as the ages are read: the newest first.
            key=lambda node: -formats.seconds_of(node.last_seen_at),
            tip=translate("Nodes", "How long ago its last heartbeat came"),
            tooltip=lambda node: formats.moment(node.last_seen_at),
            right=True,
            width=90,
            searched=False,
        ),
    ]


def _what_it_can(words: NodeWords) -> list[Column[pb.NodeInfo]]:
    able = "capabilities"
    return [
        _figure(
            "cores",
            translate("Nodes", "Cores"),
            _of(able, "cpu_millicores"),
            formats.cores,
            shown=True,
        ),
        _figure(
            "cores_free",
            translate("Nodes", "Free cores"),
            lambda node: node.free_cpu_millicores,
            formats.cores,
        ),
        _figure(
            "memory_total",
            translate("Nodes", "Memory, total"),
            _of(able, "memory_mib"),
            formats.mebibytes,
            shown=True,
        ),
        _figure(
            "memory_free",
            translate("Nodes", "Free memory"),
            lambda node: node.free_memory_mib,
            formats.mebibytes,
        ),
        _figure("disk", translate("Nodes", "Disk"), _of(able, "disk_mib"), formats.mebibytes),
        _number("cpu_score", translate("Nodes", "CPU score"), _of(able, "cpu_score"), hidden=True),
        Column("gpus", translate("Nodes", "GPUs"), gpus_text, tooltip=_gpus_tip, width=150),
        Column(
            "isolation",
            translate("Nodes", "Isolation"),
            lambda node: words.isolation[node.capabilities.isolation],
            key=lambda node: node.capabilities.isolation,
            width=90,
        ),
        _text("engine", translate("Nodes", "Engine"), lambda node: node.capabilities.engine),
        _text(
            "features",
            translate("Nodes", "Isolation features"),
            lambda node: ", ".join(node.capabilities.isolation_features),
        ),
        _text(
            "images",
            translate("Nodes", "Container images"),
            lambda node: _yes_or_no(node.capabilities.runs_images),
        ),
        _text("platform", translate("Nodes", "Platform"), lambda node: node.capabilities.platform),
        _text("agent", translate("Nodes", "Agent"), lambda node: node.capabilities.agent_version),
    ]


def _what_it_did() -> list[Column[pb.NodeInfo]]:
    return [
        _number("succeeded", translate("Nodes", "Succeeded"), lambda node: node.tasks_succeeded),
        _number("failed", translate("Nodes", "Failed"), lambda node: node.tasks_failed),
        _number("drops", translate("Nodes", "Drops"), lambda node: node.drops, hidden=True),
        _figure(
            "earned",
            translate("Nodes", "Earned"),
            lambda node: node.earned_mcpt,
            formats.cpt,
            shown=True,
        ),
        Column(
            "joined",
            translate("Nodes", "Joined"),
            lambda node: formats.moment(node.joined_at),
            key=lambda node: node.joined_at.seconds,
            width=150,
            hidden=True,
        ),
        _text("id", translate("Nodes", "Id"), lambda node: node.node_id),
        _text("key", translate("Nodes", "Key fingerprint"), lambda node: node.key_fingerprint),
    ]


def _of(part: str, name: str) -> Callable[[pb.NodeInfo], int]:
    return attrgetter(f"{part}.{name}")


def _gpu_percent(node: pb.NodeInfo) -> int:
    return node.usage.gpu_percent if node.capabilities.gpus else -1


def _percent(
    name: str,
    title: str,
    value: Callable[[pb.NodeInfo], int],
    *,
    tip: str = "",
    width: int = 72,
) -> Column[pb.NodeInfo]:
    """A measured share; nothing is shown of a node that is not heard, or that has none (-1)."""

    def key(node: pb.NodeInfo) -> int:
        return value(node) if node.online else -1

    def text(node: pb.NodeInfo) -> str:
        percent = key(node)
        return "" if percent < 0 else f"{percent} %"

    return Column(name, title, text, key, tip, right=True, width=width, searched=False)


def _number(
    name: str, title: str, value: Callable[[pb.NodeInfo], int], *, hidden: bool = False
) -> Column[pb.NodeInfo]:
    return Column(
        name,
        title,
        lambda node: formats.count(value(node)),
        value,
        right=True,
        width=80,
        hidden=hidden,
        searched=False,
    )


def _figure(
    name: str,
    title: str,
    value: Callable[[pb.NodeInfo], int],
    show: Callable[[int], str],
    *,
    shown: bool = False,
) -> Column[pb.NodeInfo]:
    return Column(
        name,
        title,
        lambda node: show(value(node)),
        value,
        right=True,
        width=100,
        hidden=not shown,
        searched=False,
    )


def _text(name: str, title: str, text: Callable[[pb.NodeInfo], str]) -> Column[pb.NodeInfo]:
    return Column(name, title, text, width=140, hidden=True)


def _trust_color(node: pb.NodeInfo) -> QColor | None:
    tone = TRUST_TONES.get(TrustLevel(node.trust)) if node.trust else None
    return tone.color() if tone else None


def _yes_or_no(value: bool) -> str:
    return translate("Nodes", "Yes") if value else translate("Nodes", "No")


def _gpus_tip(node: pb.NodeInfo) -> str:
    return "\n".join(
        translate("Nodes", "{name}: {memory}, score {score}").format(
            name=gpu.name, memory=formats.mebibytes(gpu.memory_mib), score=gpu.score
        )
        for gpu in node.capabilities.gpus
    )
