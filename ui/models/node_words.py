"""What people call the states, the trust and the place of a node; no view."""

from enum import Enum

from PySide6.QtCore import QCoreApplication

from app.common.vocabulary import Continent, IsolationClass, NodeState, TrustLevel
from proto import nodepool_pb2 as pb
from ui.theme import Tone

translate = QCoreApplication.translate


class Standing(Enum):
    """How a node stands with the pool: its state, and of an active one whether it is heard."""

    WAITING = 1
    ONLINE = 2
    OFFLINE = 3
    PAUSED = 4
    DRAINING = 5
    REVOKED = 6


#: By number: a dictionary of ten thousand nodes is gone through in one go.
_STANDINGS: dict[int, Standing] = {
    0: Standing.WAITING,
    NodeState.PENDING: Standing.WAITING,
    NodeState.PAUSED: Standing.PAUSED,
    NodeState.DRAINING: Standing.DRAINING,
    NodeState.REVOKED: Standing.REVOKED,
}

STANDING_TONES = {
    Standing.WAITING: Tone.WAITING,
    Standing.ONLINE: Tone.GOOD,
    Standing.OFFLINE: Tone.BAD,
    Standing.PAUSED: Tone.WARNING,
    Standing.DRAINING: Tone.BUSY,
    Standing.REVOKED: Tone.QUIET,
}

#: Beside the word and the colour, to be told apart at a glance.
STANDING_MARKS = {
    Standing.WAITING: "○",
    Standing.ONLINE: "●",
    Standing.OFFLINE: "✕",
    Standing.PAUSED: "‖",
    Standing.DRAINING: "◐",
    Standing.REVOKED: "–",
}

TRUST_TONES = {TrustLevel.LOW: Tone.WARNING, TrustLevel.HIGH: Tone.GOOD}


def standing(node: pb.NodeInfo) -> Standing:
    """How `node` stands."""
    known = _STANDINGS.get(node.state)
    return known or (Standing.ONLINE if node.online else Standing.OFFLINE)


def standing_label(which: Standing) -> str:
    """The standing's name."""
    match which:
        case Standing.WAITING:
            return translate("Nodes", "Waiting for approval")
        case Standing.ONLINE:
            return translate("Nodes", "Online")
        case Standing.OFFLINE:
            return translate("Nodes", "Offline")
        case Standing.PAUSED:
            return translate("Nodes", "Paused")
        case Standing.DRAINING:
            return translate("Nodes", "Draining")
        case Standing.REVOKED:
            return translate("Nodes", "Revoked")


def standing_text(node: pb.NodeInfo) -> str:
    """How `node` stands: "● Online", "‖ Paused, offline"."""
    which = standing(node)
    text = f"{STANDING_MARKS[which]} {standing_label(which)}"
    if which in {Standing.PAUSED, Standing.DRAINING} and not node.online:
        return translate("Nodes", "{standing}, offline").format(standing=text)
    return text


def trust_label(level: int) -> str:
    """The name of a trust level; empty for none."""
    words = {
        TrustLevel.LOW: translate("Nodes", "Low"),
        TrustLevel.NORMAL: translate("Nodes", "Normal"),
        TrustLevel.HIGH: translate("Nodes", "High"),
    }
    return words[TrustLevel(level)] if level else ""


def isolation_label(isolation: int) -> str:
    """What keeps a task from the machine that runs it."""
    return {
        IsolationClass.NONE: translate("Nodes", "None"),
        IsolationClass.SANDBOX: translate("Nodes", "Sandbox"),
        IsolationClass.CONTAINER: translate("Nodes", "Container"),
    }[IsolationClass(isolation)]


def continent_label(continent: Continent) -> str:
    """The continent's name; empty for none."""
    return {
        Continent.UNSPECIFIED: "",
        Continent.AFRICA: translate("Nodes", "Africa"),
        Continent.ANTARCTICA: translate("Nodes", "Antarctica"),
        Continent.ASIA: translate("Nodes", "Asia"),
        Continent.EUROPE: translate("Nodes", "Europe"),
        Continent.NORTH_AMERICA: translate("Nodes", "North America"),
        Continent.OCEANIA: translate("Nodes", "Oceania"),
        Continent.SOUTH_AMERICA: translate("Nodes", "South America"),
    }[continent]


def location_text(location: pb.Location) -> str:
    """Where a node stands: "Europe · DE · room 204"; empty where nothing is known."""
    parts = (continent_label(Continent(location.continent)), location.country, location.site)
    return " · ".join(part for part in parts if part)


def gpus_text(node: pb.NodeInfo) -> str:
    """The GPUs by name, equal ones counted: "2 × RTX 4090"; empty for none."""
    names = [gpu.name for gpu in node.capabilities.gpus]
    counted = [(name, names.count(name)) for name in dict.fromkeys(names)]
    return ", ".join(name if number == 1 else f"{number} × {name}" for name, number in counted)
