"""Who holds how much of the pool: dominant resource fairness.

An owner's dominant share is the largest of their shares of CPU, memory and GPUs; the
next resources go to the owner with the smallest (Ghodsi et al., NSDI 2011).
"""

from dataclasses import dataclass

from app.common.invariant import invariant
from app.master.scheduling.facts import PoolTotals
from app.master.tasks.requirements import Requirements


@dataclass(slots=True)
class Held:
    """What an owner, or all of them, hold now."""

    cpu_millicores: int = 0
    memory_mib: int = 0
    gpus: int = 0
    tasks: int = 0


class Shares:
    """What each owner's live attempts hold."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}

    def add(self, owner_id: str, requirements: Requirements) -> None:
        """Count one attempt."""
        self._change(owner_id, requirements, 1)

    def remove(self, owner_id: str, requirements: Requirements) -> None:
        """Count one attempt no more."""
        self._change(owner_id, requirements, -1)
        held = self._held[owner_id]
        invariant(held.tasks >= 0, f"{owner_id} holds fewer than no tasks")
        if held.tasks == 0:
            invariant(held == Held(), f"{owner_id} holds resources by no task")
            del self._held[owner_id]

    def dominant(self, owner_id: str, totals: PoolTotals) -> float:
        """The owner's dominant share of `totals`, 0 for one who holds nothing."""
        held = self._held.get(owner_id)
        if held is None:
            return 0.0
        return max(
            held.cpu_millicores / max(totals.cpu_millicores, 1),
            held.memory_mib / max(totals.memory_mib, 1),
            held.gpus / max(totals.gpus, 1),
        )

    def held(self) -> dict[str, tuple[int, int, int]]:
        """(CPU millicores, memory MiB, GPUs) by owner."""
        return {
            owner: (held.cpu_millicores, held.memory_mib, held.gpus)
            for owner, held in self._held.items()
        }

    def total(self) -> Held:
        """What all owners hold together."""
        total = Held()
        for held in self._held.values():
            total.cpu_millicores += held.cpu_millicores
            total.memory_mib += held.memory_mib
            total.gpus += held.gpus
            total.tasks += held.tasks
        return total

    def _change(self, owner_id: str, requirements: Requirements, sign: int) -> None:
        held = self._held.setdefault(owner_id, Held())
        held.cpu_millicores += sign * requirements.cpu_millicores
        held.memory_mib += sign * requirements.memory_mib
        held.gpus += sign * int(requirements.wants_gpu)
        held.tasks += sign
