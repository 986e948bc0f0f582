"""Nodes as people read them."""

from app.client.cli.output import Column, Output
from app.client.cli.quantities import show_cpt, show_mib, show_time
from app.client.task_spec import show_location
from app.common.vocabulary import IsolationClass, NodeState, TrustLevel
from proto import nodepool_pb2 as pb

#: Shown of an id, and enough to name it by: it begins with a time.
ID_END_CHARACTERS = 8


def show_nodes(output: Output, nodes: list[pb.NodeInfo]) -> None:
    """A table of nodes."""
    output.table(
        [
            Column("NODE", width_max=18),
            Column("ID"),
            Column("STATE"),
            Column("TRUST"),
            Column("CPU %", right=True),
            Column("MEM %", right=True),
            Column("TASKS", right=True),
            Column("CORES", right=True),
            Column("PLACE", width_max=16),
        ],
        [
            (
                node.name,
                node.node_id[-ID_END_CHARACTERS:],
                _state(node),
                TrustLevel(node.trust).name.lower() if node.trust else "",
                str(node.usage.cpu_percent) if node.online else "",
                str(node.usage.memory_percent) if node.online else "",
                str(node.running_tasks),
                f"{node.capabilities.cpu_millicores / 1000:g}",
                show_location(node.location),
            )
            for node in nodes
        ],
    )


def show_node(output: Output, node: pb.NodeInfo) -> None:
    """All about one node, with the history of its trust."""
    output.facts(_facts(node))
    if node.trust_history:
        output.line("")
        output.table(
            [Column("AT"), Column("TRUST"), Column("BECAUSE", width_max=48)],
            [
                (show_time(change.at), TrustLevel(change.to).name.lower(), change.reason)
                for change in node.trust_history
            ],
        )


def _state(node: pb.NodeInfo) -> str:
    state = NodeState(node.state)
    if state is NodeState.ACTIVE and not node.online:
        return "offline"
    return state.name.lower()


def _facts(node: pb.NodeInfo) -> list[tuple[str, str]]:
    can = node.capabilities
    trust = TrustLevel(node.trust).name.lower() if node.trust else ""
    because = f" ({node.trust_reason})" if node.trust_reason else ""
    cores = f"{can.cpu_millicores / 1000:g}, {node.free_cpu_millicores / 1000:g} free"
    memory = f"{show_mib(can.memory_mib)}, {show_mib(node.free_memory_mib)} free"
    tasks = f"{node.running_tasks} running, {node.tasks_succeeded} succeeded, "
    tasks += f"{node.tasks_failed} failed, {node.drops} dropped, {node.wrong_results} wrong"
    gpus = [f"{gpu.name} ({show_mib(gpu.memory_mib)}, score {gpu.score})" for gpu in can.gpus]
    isolation = IsolationClass(can.isolation).name.lower()
    return [
        ("Node", node.name),
        ("Id", node.node_id),
        ("Owner", node.owner),
        ("State", _state(node) + (f" ({node.state_reason})" if node.state_reason else "")),
        ("Trust", trust + because),
        ("Place", show_location(node.location)),
        ("Cores", cores),
        ("Memory", memory),
        ("CPU score", str(can.cpu_score)),
        ("GPUs", "\n".join(gpus)),
        ("Isolation", f"{isolation} ({can.engine})" if can.engine else isolation),
        ("Platform", can.platform),
        ("Agent", can.agent_version),
        ("Key", node.key_fingerprint),
        ("Tasks", tasks),
        ("Earned", f"{show_cpt(node.earned_mcpt)} CPT"),
        ("Joined", show_time(node.joined_at)),
        ("Last seen", show_time(node.last_seen_at)),
    ]
