"""What could be done about a task that waits, from why it waits and what nodes there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.common.vocabulary import NodeState
from proto import nodepool_pb2 as pb
from ui import formats

translate = QCoreApplication.translate

#: Nodes that are named by a remedy at most.
NODES_MAX = 1000


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something to do: a clone with other wishes, nodes to look at, or a machine to add."""

    text: str
    #: To be changed in the draft of a clone.
    changes: dict[str, Any] = field(default_factory=dict)
    node_ids: list[str] = field(default_factory=list)
    join: bool = False


def remedies(
    why: pb.ExplainTaskResponse, spec: pb.TaskSpec, nodes: Mapping[str, pb.NodeInfo]
) -> list[Remedy]:
    """What may help, the most promising first; nothing where it only has to wait its turn."""
    if not why.nodes_known:
        return [Remedy(translate("Remedies", "&Join a machine…"), join=True)]
    found: list[Remedy] = []
    if not why.nodes_feasible:
        present = [node for node in nodes.values() if int(node.state) != NodeState.REVOKED]
        for rule in why.rules:
            made = _OF_RULES.get(rule.rule)
            if made is not None and rule.nodes_passing < why.nodes_known:
                remedy = made(spec, present)
                found += [remedy] if remedy is not None else []
    away = [node.node_id for node in nodes.values() if _is_away(node)][:NODES_MAX]
    offline = any(
        rule.rule == "online" and rule.nodes_passing < why.nodes_known for rule in why.rules
    )
    if away and offline and not why.nodes_free:
        found.append(Remedy(translate("Remedies", "Show the nodes that are &away"), node_ids=away))
    nearest = [miss.node_id for miss in why.nearest]
    if nearest:
        found.append(Remedy(translate("Remedies", "Show the &nearest nodes"), node_ids=nearest))
    return found


def _is_away(node: pb.NodeInfo) -> bool:
    """Whether it could be brought back: offline, paused or draining."""
    kept = (NodeState.ACTIVE, NodeState.PAUSED, NodeState.DRAINING)
    return int(node.state) in kept and (not node.online or int(node.state) != NodeState.ACTIVE)


Made = Callable[[pb.TaskSpec, list[pb.NodeInfo]], Remedy | None]


def _less(
    text: Callable[[], str],
    name: str,
    of_node: Callable[[pb.NodeInfo], int],
    of_task: Callable[[pb.Requirements], int],
    shown: Callable[[int], str],
    typed: Callable[[int], object],
) -> Made:
    """A clone that asks for as much as the largest node has."""

    def make(spec: pb.TaskSpec, nodes: list[pb.NodeInfo]) -> Remedy | None:
        most = max(map(of_node, nodes), default=0)
        if not 0 < most < of_task(spec.requirements):
            return None
        return Remedy(text().format(n=shown(most)), {name: typed(most)})

    return make


def _without(text: Callable[[], str], **changes: Any) -> Made:
    """A clone that does without something."""
    return lambda _spec, _nodes: Remedy(text(), dict(changes))


def _gpu(spec: pb.TaskSpec, nodes: list[pb.NodeInfo]) -> Remedy | None:
    gpus = [gpu for node in nodes for gpu in node.capabilities.gpus]
    asked = spec.requirements
    if not gpus:
        nothing: dict[str, Any] = {"gpu_name": "", "gpu_score": 0, "gpu_memory": ""}
        return Remedy(translate("Remedies", "Clone without a &GPU…"), nothing)
    best = max(gpus, key=lambda gpu: (gpu.memory_mib, gpu.score))
    changes: dict[str, Any] = {}
    if asked.gpu_name and asked.gpu_name.casefold() not in best.name.casefold():
        changes["gpu_name"] = ""
    if asked.gpu_memory_mib > best.memory_mib:
        changes["gpu_memory"] = _mib(best.memory_mib)
    if asked.gpu_score > best.score:
        changes["gpu_score"] = int(best.score)
    if not changes:
        return None
    text = translate("Remedies", "Clone for the &GPU {name}…").format(name=best.name)
    return Remedy(text, changes)


def _mib(number: int) -> str:
    """As people type it: "4GiB"."""
    return f"{number // 1024}GiB" if number % 1024 == 0 else f"{number}MiB"


def _whole(number: int) -> int:
    return int(number)


_OF_RULES: dict[str, Made] = {
    "memory": _less(
        lambda: translate("Remedies", "Clone with {n} of &memory…"),
        "memory",
        lambda node: node.capabilities.memory_mib,
        lambda asked: asked.memory_mib,
        formats.mebibytes,
        _mib,
    ),
    "disk": _less(
        lambda: translate("Remedies", "Clone with {n} of &disk…"),
        "disk",
        lambda node: node.capabilities.disk_mib,
        lambda asked: asked.disk_mib,
        formats.mebibytes,
        _mib,
    ),
    "cpu": _less(
        lambda: translate("Remedies", "Clone with {n} &cores…"),
        "cores",
        lambda node: node.capabilities.cpu_millicores,
        lambda asked: asked.cpu_millicores,
        formats.cores,
        lambda millicores: f"{millicores / 1000:.4g}",
    ),
    "cpu_score": _less(
        lambda: translate("Remedies", "Clone with a CPU &score of {n}…"),
        "cpu_score",
        lambda node: node.capabilities.cpu_score,
        lambda asked: asked.cpu_score,
        str,
        _whole,
    ),
    "gpu": _gpu,
    "trust": _without(lambda: translate("Remedies", "Clone for nodes of any &trust…"), trust=0),
    "isolation": _without(lambda: translate("Remedies", "Clone for any &isolation…"), isolation=0),
    "location": _without(
        lambda: translate("Remedies", "Clone for any &place…"), location_required=False
    ),
    "engine": _without(lambda: translate("Remedies", "Clone without an &image…"), image=""),
}
