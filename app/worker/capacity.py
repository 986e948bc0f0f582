"""What the node has, and what its open attempts take of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.worker.orders import Order


@dataclass(frozen=True, slots=True)
class Capacity:
    """Totals of this node, as it told the master."""

    cpu_millicores: int
    memory_mib: int
    disk_mib: int
    gpu_uuids: frozenset[str] = frozenset()

    def refusal(self, order: Order, open_orders: Iterable[Order]) -> str | None:
        """Why `order` does not fit beside `open_orders`, or None when it does."""
        taken = list(open_orders)
        for name, unit, total, wanted, used in (
            (
                "processor",
                "millicores",
                self.cpu_millicores,
                order.cpu_millicores,
                sum(other.cpu_millicores for other in taken),
            ),
            (
                "memory",
                "MiB",
                self.memory_mib,
                order.memory_mib,
                sum(other.memory_mib for other in taken),
            ),
            (
                "disk",
                "MiB",
                self.disk_mib,
                order.disk_mib,
                sum(other.disk_mib for other in taken),
            ),
        ):
            if used + wanted > total:
                return f"The task asks for {wanted} {unit} of {name}; {total - used} are free."
        return self._gpu_refusal(order, taken)

    def _gpu_refusal(self, order: Order, taken: list[Order]) -> str | None:
        wanted = set(order.gpu_uuids)
        unknown = wanted - self.gpu_uuids
        if unknown:
            return f"This node has no GPU {min(unknown)}."
        busy = wanted & {uuid for other in taken for uuid in other.gpu_uuids}
        if busy:
            return f"The GPU {min(busy)} is taken by another task."
        return None
