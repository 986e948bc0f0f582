"""What pages say, in the reader's language: their own texts, the master's sentences, quantities.

The English texts are the keys; `resources/web/texts_<locale>.toml` has the translations.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.common.money import format_cpt
from app.common.sentences import translated
from proto import nodepool_pb2 as pb

FOLDER: Final = Path(__file__).resolve().parents[3] / "resources" / "web"
#: Languages by the tag that HTML and browsers use, with the name of their catalogue.
LANGUAGES: Final = {"en": ("English", ""), "zh-CN": ("简体中文", "zh_CN")}

TASK_STATES: Final[Mapping[int, tuple[str, str]]] = {
    pb.TASK_STATE_QUEUED: ("Queued", "waiting"),
    pb.TASK_STATE_ASSIGNED: ("Assigned", "busy"),
    pb.TASK_STATE_RUNNING: ("Running", "busy"),
    pb.TASK_STATE_SUCCEEDED: ("Succeeded", "good"),
    pb.TASK_STATE_FAILED: ("Failed", "bad"),
    pb.TASK_STATE_CANCELLED: ("Cancelled", "quiet"),
}
NODE_STATES: Final[Mapping[int, tuple[str, str]]] = {
    pb.NODE_STATE_PENDING: ("Waits for approval", "waiting"),
    pb.NODE_STATE_ACTIVE: ("Active", "good"),
    pb.NODE_STATE_PAUSED: ("Paused", "quiet"),
    pb.NODE_STATE_DRAINING: ("Draining", "warning"),
    pb.NODE_STATE_REVOKED: ("Revoked", "bad"),
}
OFFLINE: Final = ("Offline", "bad")
PRIORITIES: Final[Mapping[int, str]] = {
    pb.PRIORITY_NORMAL: "Normal",
    pb.PRIORITY_HIGH: "High",
    pb.PRIORITY_URGENT: "Urgent",
}
TRUST: Final[Mapping[int, str]] = {
    pb.TRUST_LEVEL_LOW: "Low",
    pb.TRUST_LEVEL_NORMAL: "Normal",
    pb.TRUST_LEVEL_HIGH: "High",
}
ISOLATION: Final[Mapping[int, str]] = {
    pb.ISOLATION_CLASS_UNSPECIFIED: "None: it takes no tasks",
    pb.ISOLATION_CLASS_SANDBOX: "Sandbox",
    pb.ISOLATION_CLASS_CONTAINER: "Container",
}
OUTCOMES: Final[Mapping[int, str]] = {
    pb.ATTEMPT_OUTCOME_UNSPECIFIED: "Running",
    pb.ATTEMPT_OUTCOME_SUCCEEDED: "Succeeded",
    pb.ATTEMPT_OUTCOME_EXITED_NONZERO: "Ended with an error",
    pb.ATTEMPT_OUTCOME_TIMED_OUT: "Took too long",
    pb.ATTEMPT_OUTCOME_OUT_OF_MEMORY: "Needed more memory than it asked for",
    pb.ATTEMPT_OUTCOME_OUTPUT_TOO_LARGE: "Left too much output",
    pb.ATTEMPT_OUTCOME_REJECTED: "Could not be started",
    pb.ATTEMPT_OUTCOME_NODE_LOST: "Its node was lost",
    pb.ATTEMPT_OUTCOME_RELEASED: "Given back by its node",
    pb.ATTEMPT_OUTCOME_CANCELLED: "Cancelled",
    pb.ATTEMPT_OUTCOME_BAD_ARCHIVE: "Its archive cannot be unpacked",
}
TRANSFERS: Final[Mapping[int, str]] = {
    pb.TRANSFER_KIND_GRANT: "Grant",
    pb.TRANSFER_KIND_PAYMENT: "Payment",
    pb.TRANSFER_KIND_HOLD: "Held",
    pb.TRANSFER_KIND_SETTLE: "Settled",
    pb.TRANSFER_KIND_REFUND: "Given back",
    pb.TRANSFER_KIND_FEE: "Fee",
}
CONTINENTS: Final[Mapping[int, str]] = {
    pb.CONTINENT_AFRICA: "Africa",
    pb.CONTINENT_ANTARCTICA: "Antarctica",
    pb.CONTINENT_ASIA: "Asia",
    pb.CONTINENT_EUROPE: "Europe",
    pb.CONTINENT_NORTH_AMERICA: "North America",
    pb.CONTINENT_OCEANIA: "Oceania",
    pb.CONTINENT_SOUTH_AMERICA: "South America",
}
ROLES: Final[Mapping[str, str]] = {
    "admin": "Administrator",
    "operator": "Operator",
    "user": "User",
    "worker": "Worker",
    "auditor": "Auditor",
}
#: Tables of words, for whoever looks for texts without a translation.
WORD_TABLES: Final = (
    *(dict.fromkeys(name for name, _ in table.values()) for table in (TASK_STATES, NODE_STATES)),
    *(
        dict.fromkeys(table.values())
        for table in (PRIORITIES, TRUST, ISOLATION, OUTCOMES, TRANSFERS, CONTINENTS, ROLES)
    ),
    {OFFLINE[0]: None},
)

_KIB = 1024


@cache
def texts(locale: str) -> Mapping[str, str]:
    """The translations of the pages' own texts into `locale`."""
    if not locale:
        return {}
    found: dict[str, str] = tomllib.loads((FOLDER / f"texts_{locale}.toml").read_text("utf-8"))
    return found


def chosen_language(cookie: str, accepted: str) -> str:
    """The language of a page: what was chosen, else the first accepted that there is."""
    if cookie in LANGUAGES:
        return cookie
    for part in accepted.split(","):
        tag = part.partition(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh-CN"
        if tag.startswith("en"):
            return "en"
    return "en"


@dataclass(frozen=True, slots=True)
class Speech:
    """What a page's template calls, for one language."""

    language: str

    @property
    def locale(self) -> str:
        return LANGUAGES[self.language][1]

    def text(self, english: str, *values: Any) -> str:
        """One of the pages' own texts; "{}" in it stand for `values`."""
        found = texts(self.locale).get(english, english)
        return found.format(*values) if values else found

    def sentence(self, english: str) -> str:
        """A sentence of the master."""
        return translated(english, self.locale) if self.locale else english

    def word(self, table: Mapping[Any, Any], key: Any) -> str:
        """The word for a choice; its tone, where the table has one, is `tone`'s business."""
        found = table.get(key, "")
        return self.text(found if isinstance(found, str) else found[0]) if found else "–"

    def place(self, location: pb.Location) -> str:
        """A location, from the near to the far."""
        parts = (location.site, location.country, self.word(CONTINENTS, location.continent))
        return ", ".join(part for part in parts if part and part != "–") or "–"


def tone(table: Mapping[int, tuple[str, str]], key: int) -> str:
    """How a state looks: good, busy, waiting, warning, bad or quiet."""
    return table.get(key, ("", "quiet"))[1]


def node_standing(node: pb.NodeInfo) -> tuple[str, str]:
    """The state of a node as people see it: one that is gone is offline whatever else it is."""
    if node.state == pb.NODE_STATE_ACTIVE and not node.online:
        return OFFLINE
    return NODE_STATES.get(node.state, OFFLINE)


def cpt(amount_mcpt: int) -> str:
    """An amount of money."""
    return format_cpt(amount_mcpt)


def size(count: int) -> str:
    """Bytes as people read them."""
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < _KIB or unit == "GiB":
            break
        value /= _KIB
    return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"


def mib(count: int) -> str:
    """Mebibytes as people read them."""
    return size(count * _KIB * _KIB)


def cores(millicores: int) -> str:
    """CPU cores, without digits that say nothing."""
    return f"{millicores / 1000:.1f}".removesuffix(".0")


def percent(part: int, whole: int) -> int:
    """How much of `whole` is `part`; 0 of nothing."""
    return min(100, round(100 * part / whole)) if whole else 0


def moment(at: Any) -> datetime | None:
    """A time of the wire; None where it is not set."""
    return at.ToDatetime(UTC) if at.seconds else None


def lasted(start: Any, end: Any, now: datetime) -> str:
    """Between two times of the wire, the second of which may not have come yet."""
    began, ended = moment(start), moment(end) or now
    if began is None:
        return "–"
    seconds = max(0, int((ended - began).total_seconds()))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
