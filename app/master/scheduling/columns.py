"""The numbers of all nodes as columns: one array a fact, one row (slot) a node."""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt

IntColumn = npt.NDArray[np.int64]
BoolColumn = npt.NDArray[np.bool_]
BitsColumn = npt.NDArray[np.uint64]
UnitColumn = npt.NDArray[np.float64]
FloatColumn = npt.NDArray[np.float32]
SlotIndex = npt.NDArray[np.intp]
#: Which rows: all up to a bound, or the named ones.
Slots = slice | SlotIndex

#: GPUs of one node that placement knows of: they are bits of one word.
GPUS_MAX = 64


def _column(dtype: type[np.generic], *, per_gpu: bool = False) -> Any:
    return field(metadata={"dtype": dtype, "per_gpu": per_gpu})


@dataclass(slots=True)
class NodeColumns:
    """Row `slot` of every array is one node; rows whose `known` is false are empty.

    `*_free` may be negative: leases outlive a shrunk node. The `gpu_memory`, `gpu_score`
    and `gpu_name` arrays have a second axis, the GPU's place on its node; `gpu_free` has
    bit i set where the GPU at place i exists and no lease holds it.
    """

    known: BoolColumn = _column(np.bool_)
    member: BoolColumn = _column(np.bool_)
    open: BoolColumn = _column(np.bool_)
    loaded: BoolColumn = _column(np.bool_)
    gpu_loaded: BoolColumn = _column(np.bool_)
    reserved: BoolColumn = _column(np.bool_)
    runs_images: BoolColumn = _column(np.bool_)
    cpu_total: IntColumn = _column(np.int64)
    cpu_free: IntColumn = _column(np.int64)
    memory_total: IntColumn = _column(np.int64)
    memory_free: IntColumn = _column(np.int64)
    disk_total: IntColumn = _column(np.int64)
    disk_free: IntColumn = _column(np.int64)
    #: One unit as a part of the node's total.
    cpu_unit: UnitColumn = _column(np.float64)
    memory_unit: UnitColumn = _column(np.float64)
    gpu_unit: UnitColumn = _column(np.float64)
    cpu_score: IntColumn = _column(np.int64)
    isolation: IntColumn = _column(np.int64)
    trust: IntColumn = _column(np.int64)
    continent: IntColumn = _column(np.int64)
    country: IntColumn = _column(np.int64)
    site: IntColumn = _column(np.int64)
    #: `NodeTable.owner_code` of its owner.
    owner: IntColumn = _column(np.int64)
    #: Load in tenths of the machine, 0 to 10: coarse, so that samples seldom change a score.
    load_tenths: IntColumn = _column(np.int64)
    gpu_count: IntColumn = _column(np.int64)
    gpu_free_count: IntColumn = _column(np.int64)
    gpu_free: BitsColumn = _column(np.uint64)
    #: The best score among the node's GPUs.
    gpu_score_best: IntColumn = _column(np.int64)
    gpu_memory: IntColumn = _column(np.int64, per_gpu=True)
    gpu_score: IntColumn = _column(np.int64, per_gpu=True)
    gpu_name: IntColumn = _column(np.int64, per_gpu=True)

    @classmethod
    def empty(cls, rows: int, gpus: int) -> "NodeColumns":
        """Columns of `rows` empty rows with room for `gpus` GPUs on each node."""
        arrays = {}
        for column in fields(cls):
            shape = (rows, gpus) if column.metadata["per_gpu"] else (rows,)
            arrays[column.name] = np.zeros(shape, dtype=column.metadata["dtype"])
        return cls(**arrays)

    @property
    def rows(self) -> int:
        return len(self.known)

    @property
    def gpus(self) -> int:
        """Places for GPUs on each node."""
        return int(self.gpu_memory.shape[1])

    def grown(self, rows: int, gpus: int) -> "NodeColumns":
        """A copy with at least as many rows and GPU places, the new ones empty."""
        larger = NodeColumns.empty(rows, gpus)
        for column in fields(self):
            old, new = getattr(self, column.name), getattr(larger, column.name)
            new[tuple(slice(size) for size in old.shape)] = old
        return larger

    def clear(self, slot: int) -> None:
        """Empty one row."""
        for column in fields(self):
            getattr(self, column.name)[slot] = 0
