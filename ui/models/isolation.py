"""What this computer can shut tasks in, as its worker reports it. No widgets."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """What was not found, why, and how to get it: sentences of the worker's."""

    what: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Isolation:
    """The engines that were found, "bubblewrap 0.8.0 (sandbox)", and what is missing."""

    found: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()


def parse_isolation(report: str) -> Isolation | None:
    """What `worker doctor --json` printed; None where it printed something else."""
    try:
        body = json.loads(report)
        return Isolation(
            tuple(f"{one['engine']} ({one['isolation']})" for one in body["found"]),
            tuple(Missing(one["what"], one["why"], one["remedy"]) for one in body["missing"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
