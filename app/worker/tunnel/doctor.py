"""What may be wrong with a node's tunnel, and what to do: for people and for programs."""

from dataclasses import asdict
from pathlib import Path

from app.common.clock import MICROSECONDS, Clock
from app.wireguard.checks import Check, Result, check_service, check_tunnel
from app.wireguard.choice import choose_here
from app.wireguard.commands import SystemCommands
from app.worker.tunnel.keeper import FOLDER

_MARKS = {
    Result.GOOD: "ok",
    Result.WARNING: "warning",
    Result.BAD: "BAD",
    Result.NOT_TRIED: "not tried",
}


def examine_tunnel(folder: Path, interface: str, clock: Clock) -> list[Check]:
    """The checks of the tunnel of the worker whose things are in `folder`. Blocks."""
    path = folder / FOLDER / f"{interface}.conf"
    choice = choose_here()
    if path.exists():
        now_s = clock.now_us() // MICROSECONDS
        return list(check_tunnel(path, choice, SystemCommands(), now_s))
    unset = Check("set-up", Result.NOT_TRIED, "This node has joined no encrypted network.")
    return [check_service(choice), unset]


def tunnel_report(checks: list[Check]) -> str:
    """A line for each check, and below it what to do."""
    lines = []
    for check in checks:
        lines.append(f"{_MARKS[check.result]:9} tunnel {check.name}: {check.found}")
        if check.remedy:
            lines.append(f"{'':9} {check.remedy}")
    return "\n".join(lines)


def tunnel_json(checks: list[Check]) -> list[dict[str, str]]:
    """The same for programs."""
    return [
        {**asdict(check), "result": check.result.name.lower().replace("_", " ")} for check in checks
    ]
