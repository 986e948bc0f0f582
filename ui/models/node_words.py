"""What people call the states, the trust and the place of a node; no view."""

from PySide6.QtCore import QCoreApplication

from app.common.vocabulary import Continent, IsolationClass, TrustLevel
from proto import nodepool_pb2 as pb
from ui.models.standings import Standing, standing
from ui.theme import Tone

translate = QCoreApplication.translate

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


def standing_labels() -> dict[Standing, str]:
    """Each standing's name."""
    return {
        Standing.WAITING: translate("Nodes", "Waiting for approval"),
        Standing.ONLINE: translate("Nodes", "Online"),
        Standing.OFFLINE: translate("Nodes", "Offline"),
        Standing.PAUSED: translate("Nodes", "Paused"),
        Standing.DRAINING: translate("Nodes", "Draining"),
        Standing.REVOKED: translate("Nodes", "Revoked"),
    }


def marked_standings() -> dict[Standing, str]:
    """Each standing's mark and name: "● Online"."""
    return {which: f"{STANDING_MARKS[which]} {label}" for which, label in standing_labels().items()}


def trust_labels() -> dict[int, str]:
    """Each trust level's name, by its number; empty for none."""
    return {
        0: "",
        TrustLevel.LOW: translate("Nodes", "Low"),
        TrustLevel.NORMAL: translate("Nodes", "Normal"),
        TrustLevel.HIGH: translate("Nodes", "High"),
    }


def isolation_labels() -> dict[int, str]:
    """What keeps a task from the machine that runs it, by its number."""
    return {
        IsolationClass.NONE: translate("Nodes", "None"),
        IsolationClass.SANDBOX: translate("Nodes", "Sandbox"),
        IsolationClass.CONTAINER: translate("Nodes", "Container"),
    }


def continent_labels() -> dict[int, str]:
    """Each continent's name, by its number; empty for none."""
    return {
        Continent.UNSPECIFIED: "",
        Continent.AFRICA: translate("Nodes", "Africa"),
        Continent.ANTARCTICA: translate("Nodes", "Antarctica"),
        Continent.ASIA: translate("Nodes", "Asia"),
        Continent.EUROPE: translate("Nodes", "Europe"),
        Continent.NORTH_AMERICA: translate("Nodes", "North America"),
        Continent.OCEANIA: translate("Nodes", "Oceania"),
        Continent.SOUTH_AMERICA: translate("Nodes", "South America"),
    }


class NodeWords:
    """The words of one language, translated once: a filter looks through ten thousand nodes."""

    def __init__(self) -> None:
        self.trust = trust_labels()
        self.isolation = isolation_labels()
        self._standings = marked_standings()
        self._offline = translate("Nodes", "{standing}, offline")
        self._continents = continent_labels()
        self._places: dict[tuple[int, str, str], str] = {}

    def standing(self, node: pb.NodeInfo) -> str:
        """How `node` stands: "● Online", "‖ Paused, offline"."""
        which = standing(node)
        text = self._standings[which]
        if which in {Standing.PAUSED, Standing.DRAINING} and not node.online:
            return self._offline.format(standing=text)
        return text

    def place(self, location: pb.Location) -> str:
        """Where a node stands: "Europe · DE · room 204"; empty where nothing is known."""
        key = (int(location.continent), location.country, location.site)
        text = self._places.get(key)
        if text is None:
            parts = (self._continents[key[0]], *key[1:])
            text = self._places[key] = " · ".join(part for part in parts if part)
        return text


def gpus_text(node: pb.NodeInfo) -> str:
    """The GPUs by name, equal ones counted: "2 × RTX 4090"; empty for none."""
    names = [gpu.name for gpu in node.capabilities.gpus]
    counted = [(name, names.count(name)) for name in dict.fromkeys(names)]
    return ", ".join(name if number == 1 else f"{number} × {name}" for name, number in counted)
