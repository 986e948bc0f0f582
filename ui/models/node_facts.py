"""One node in words and over time: what a pane about it shows. Pure, no view."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QColor

from app.common.vocabulary import TrustLevel
from proto import nodepool_pb2 as pb
from ui import formats
from ui.models.node_words import (
    TRUST_TONES,
    NodeWords,
    gpus_text,
    trust_labels,
)
from ui.models.rows import Column, RowsModel
from ui.models.sample_ring import Floats, SampleRing
from ui.sentences import shown

translate = QCoreApplication.translate

HOUR_SECONDS = 3600
DAY_SECONDS = 86400

#: The figures of a sample, as the wire names them.
FIGURES = (
    "cpu_percent",
    "memory_percent",
    "gpu_percent",
    "gpu_memory_percent",
    "network_rx_bytes_per_second",
    "network_tx_bytes_per_second",
)


class NodeSeries:
    """The load of one node: an hour by the second, or a day by the minute."""

    def __init__(self, *, by_minute: bool = False) -> None:
        self.by_minute = by_minute
        self.span_seconds = float(DAY_SECONDS if by_minute else HOUR_SECONDS)
        self._ring = SampleRing(
            FIGURES,
            DAY_SECONDS // 60 if by_minute else HOUR_SECONDS,
            step_seconds=60.0 if by_minute else 0.0,
            # A node that is idle is heard of twice a minute.
            gap_seconds=200.0 if by_minute else 75.0,
        )

    @property
    def times(self) -> Floats:
        """The times of the samples, oldest first."""
        return self._ring.times

    def columns(self) -> Mapping[str, Floats]:
        """Each figure of each sample."""
        return {name: self._ring.column(name) for name in FIGURES}

    def clear(self) -> None:
        """Forget all."""
        self._ring.clear()

    def put_history(self, samples: Iterable[pb.NodeSample]) -> None:
        """Samples from before, oldest first; those known already are passed over."""
        for sample in samples:
            self.put(formats.seconds_of(sample.at), sample.usage)

    def put(self, at: float, usage: pb.NodeUsage) -> bool:
        """One more sample; whether it was new."""
        return self._ring.append(at, [float(getattr(usage, name)) for name in FIGURES])


def facts_of(node: pb.NodeInfo) -> list[tuple[str, str]]:
    """What is known of a node: names and values, without those that are empty."""
    able, words = node.capabilities, NodeWords()
    yes_or_no = translate("Nodes", "Yes") if able.runs_images else translate("Nodes", "No")
    free = translate("Nodes", "{all}, {free} free")
    facts = [
        (translate("Nodes", "Owner"), node.owner),
        (translate("Nodes", "Location"), words.place(node.location)),
        (
            translate("Nodes", "Cores"),
            free.format(
                all=formats.cores(able.cpu_millicores), free=formats.cores(node.free_cpu_millicores)
            ),
        ),
        (
            translate("Nodes", "Memory"),
            free.format(
                all=formats.mebibytes(able.memory_mib), free=formats.mebibytes(node.free_memory_mib)
            ),
        ),
        (
            translate("Nodes", "Disk"),
            free.format(
                all=formats.mebibytes(able.disk_mib),
                free=formats.mebibytes(node.usage.disk_free_mib),
            ),
        ),
        (translate("Nodes", "CPU score"), formats.count(able.cpu_score) if able.cpu_score else ""),
        (translate("Nodes", "GPUs"), gpus_text(node)),
        (translate("Nodes", "Isolation"), words.isolation[able.isolation]),
        (translate("Nodes", "Engine"), able.engine),
        (translate("Nodes", "Isolation features"), ", ".join(able.isolation_features)),
        (translate("Nodes", "Container images"), yes_or_no),
        (translate("Nodes", "Platform"), able.platform),
        (translate("Nodes", "Agent"), able.agent_version),
        (translate("Nodes", "Joined"), formats.moment(node.joined_at)),
        (translate("Nodes", "Id"), node.node_id),
        (translate("Nodes", "Key fingerprint"), node.key_fingerprint),
    ]
    return [(name, value) for name, value in facts if value]


class TrustModel(RowsModel[pb.TrustChange]):
    """How the trust in a node has changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            [
                Column(
                    "at",
                    translate("Nodes", "When"),
                    lambda change: formats.moment(change.at),
                    key=lambda change: formats.seconds_of(change.at),
                    width=136,
                ),
                Column("to", translate("Nodes", "Trust"), _change_text, color=_color, width=112),
                Column(
                    "reason",
                    translate("Nodes", "Reason"),
                    lambda change: shown(change.reason),
                    tooltip=lambda change: shown(change.reason),
                    width=120,
                ),
            ],
            parent,
        )

    def show_changes(self, changes: Iterable[pb.TrustChange]) -> None:
        """Show these."""
        self.set_rows({str(number): change for number, change in enumerate(changes)})


def _change_text(change: pb.TrustChange) -> str:
    # By name, for "from" is a word of Python's own.
    labels = trust_labels()
    before, after = labels[getattr(change, "from")], labels[change.to]
    return f"{before} → {after}" if before else after


def _color(change: pb.TrustChange) -> QColor | None:
    tone = TRUST_TONES.get(TrustLevel(change.to)) if change.to else None
    return tone.color() if tone else None
