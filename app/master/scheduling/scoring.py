"""How good a feasible node is for a task: the higher the better.

Computed from what would be free after the placement. Only sums, products and quotients:
they give the same bits for one row as for a hundred thousand, so a score that was
updated row by row equals one computed at once.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.master.scheduling.columns import FloatColumn, NodeColumns, Slots
from app.master.scheduling.nodes import NodeTable
from app.master.tasks.requirements import Requirements

#: Score of a middling GPU: differences count most around it.
_GPU_SCORE_SCALE = 500

Fractions = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Weights:
    """What a node gains or loses at most, by each consideration."""

    #: Best fit: the fuller the node afterwards, the better.
    packing: float = 1.0
    #: A CPU-only task on a node whose GPUs are all free.
    gpu_kept: float = 4.0
    #: Free GPUs that lack the CPU or memory to be used, as a part of the node's. From 4 on
    #: the replay of the openb trace (`bench/trace_replay.py`) gains no more; 2 loses 0.4 %.
    stranded: float = 4.0
    #: A GPU far better than asked for.
    gpu_excess: float = 0.25
    #: A node whose measured load is full.
    load: float = 0.5
    #: One level of trust above what is asked for.
    trust: float = 0.1
    #: The wanted site, country, continent.
    site: float = 3.0
    country: float = 2.0
    continent: float = 1.0
    #: The task's archive is on the node already.
    archive: float = 0.5


WEIGHTS = Weights()


def lasting_score(
    table: NodeTable, requirements: Requirements, slots: Slots, weights: Weights = WEIGHTS
) -> FloatColumn:
    """The part that follows from what the node is: place, trust, and the GPU's class."""
    columns, place = table.columns, requirements.location
    near = np.zeros(len(columns.known[slots]), dtype=np.float32)
    if place.continent:
        near = np.where(columns.continent[slots] == place.continent, weights.continent, near)
    if place.country:
        code = table.country_code(place)
        near = np.where(columns.country[slots] == code, weights.country, near)
    if place.site:
        near = np.where(columns.site[slots] == table.site_code(place), weights.site, near)
    score = near + weights.trust * (columns.trust[slots] - requirements.trust_min)
    if requirements.wants_gpu:
        best = columns.gpu_score_best[slots] + _GPU_SCORE_SCALE
        excess = 1 - (requirements.gpu_score + _GPU_SCORE_SCALE) / best
        score = score - weights.gpu_excess * excess
    lasting: FloatColumn = score.astype(np.float32)
    return lasting


def momentary_score(
    columns: NodeColumns, requirements: Requirements, slots: Slots, weights: Weights = WEIGHTS
) -> FloatColumn:
    """The part that moves with load and leases, meaningful where the task fits."""
    wants_gpu = requirements.wants_gpu
    packing = packing_score(
        (columns.cpu_free[slots] - requirements.cpu_millicores) * columns.cpu_unit[slots],
        (columns.memory_free[slots] - requirements.memory_mib) * columns.memory_unit[slots],
        (columns.gpu_free_count[slots] - int(wants_gpu)) * columns.gpu_unit[slots],
        wants_gpu=wants_gpu,
        weights=weights,
    )
    load = (weights.load / 10) * columns.load_tenths[slots]
    momentary: FloatColumn = (packing - load).astype(np.float32)
    return momentary


def packing_score(
    cpu: Fractions, memory: Fractions, gpu: Fractions, *, wants_gpu: bool, weights: Weights
) -> Fractions:
    """Score of the fractions (0 to 1) of CPU, memory and GPUs that would be left free."""
    score: Fractions
    if wants_gpu:
        stranded = np.maximum(gpu - np.minimum(cpu, memory), 0)
        score = -weights.packing * gpu - weights.stranded * stranded
    else:
        score = -0.5 * weights.packing * (cpu + memory) - weights.gpu_kept * gpu
    return score
