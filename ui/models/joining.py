"""How a machine joins: the line to run on it, and how far it has come. No widgets."""

from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import ip_address

from PySide6.QtCore import QCoreApplication

from app.client.address import MasterAddress
from app.client.join_link import JoinLink
from app.common.errors import HiveMindError
from app.common.join_token import JoinToken
from app.common.vocabulary import IsolationClass, NodeState
from proto import nodepool_pb2 as pb

translate = QCoreApplication.translate


def link_of(address: str, token: str) -> str:
    """The link to send to whoever sits at the machine; empty while the address is none."""
    try:
        return str(JoinLink(MasterAddress.parse(address), JoinToken.parse(token)))
    except HiveMindError:
        return ""


class Mark(Enum):
    """How a step stands."""

    DONE = "✓"
    WAITING = "…"
    FAILED = "✕"


class StepName(Enum):
    """What happens one after the other while a machine joins."""

    SEEN = auto()
    APPROVED = auto()
    ENGINE = auto()
    BENCHMARK = auto()
    HEARTBEAT = auto()


@dataclass(frozen=True, slots=True)
class JoinStep:
    """One step of one machine: how it stands, and a word on it."""

    name: StepName
    mark: Mark
    text: str


def steps_of(node: pb.NodeInfo) -> list[JoinStep]:
    """How far `node` has come, in the order in which it happens."""
    can = node.capabilities
    steps = [JoinStep(StepName.SEEN, Mark.DONE, translate("Joining", "seen"))]
    state = NodeState(node.state)
    if state is NodeState.REVOKED:
        steps.append(JoinStep(StepName.APPROVED, Mark.FAILED, translate("Joining", "revoked")))
    elif state is NodeState.PENDING:
        steps.append(
            JoinStep(
                StepName.APPROVED,
                Mark.WAITING,
                translate("Joining", "waits for approval: compare its key under Nodes"),
            )
        )
    else:
        steps.append(JoinStep(StepName.APPROVED, Mark.DONE, translate("Joining", "approved")))
    connected = node.online or bool(node.last_seen_at.seconds)
    if can.isolation > IsolationClass.NONE:
        engine = can.engine or translate("Joining", "engine found")
        steps.append(JoinStep(StepName.ENGINE, Mark.DONE, engine))
    elif connected:
        text = translate("Joining", "no engine: install Docker, Podman or bubblewrap there")
        steps.append(JoinStep(StepName.ENGINE, Mark.FAILED, text))
    else:
        steps.append(JoinStep(StepName.ENGINE, Mark.WAITING, translate("Joining", "engine")))
    if can.cpu_score:
        text = translate("Joining", "benchmark: {score}").format(score=can.cpu_score)
        steps.append(JoinStep(StepName.BENCHMARK, Mark.DONE, text))
    else:
        steps.append(JoinStep(StepName.BENCHMARK, Mark.WAITING, translate("Joining", "benchmark")))
    mark = Mark.DONE if connected else Mark.WAITING
    steps.append(JoinStep(StepName.HEARTBEAT, mark, translate("Joining", "first heartbeat")))
    return steps


def is_ready(node: pb.NodeInfo) -> bool:
    """Whether `node` has come all the way."""
    return all(step.mark is Mark.DONE for step in steps_of(node))


def reachable_addresses(address: str, own: list[str]) -> list[str]:
    """Under which addresses other machines may reach the master that is at `address` from here.

    `own` are this machine's addresses: they stand for a master on the machine itself.
    """
    master = MasterAddress.parse(address)
    if not _is_loopback(master.host):
        return [str(master)]
    found = [
        str(MasterAddress(host, master.port))
        for host in own
        if not _is_loopback(host) and not _is_link_local(host)
    ]
    # What most networks use first.
    found.sort(key=lambda text: "[" in text)
    return found or [str(master)]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _is_link_local(host: str) -> bool:
    try:
        return ip_address(host.partition("%")[0]).is_link_local
    except ValueError:
        return False
