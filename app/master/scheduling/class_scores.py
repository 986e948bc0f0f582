"""Scores of all nodes for one set of requirements, kept up to date by what changed.

Tasks with equal requirements form an equivalence class and share one pass over the
pool (Borg, Verma et al., EuroSys 2015, section 3.4). A pass is redone only for the rows
that the table's logs name.
"""

from collections import OrderedDict

import numpy as np

from app.master.scheduling.columns import BoolColumn, FloatColumn, SlotIndex, Slots
from app.master.scheduling.feasibility import asked_rules, passing
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.rules import Ask, When
from app.master.scheduling.scoring import lasting_score, momentary_score
from app.master.tasks.requirements import Requirements

#: Memory that all kept scores may take; the class asked for longest ago goes first.
_KEPT_BYTES_MAX = 256 * 1024 * 1024
#: Eligible, lasting and whole score, GPU bits.
_BYTES_PER_ROW = 1 + 4 + 4 + 8
_SEEN_MAX = 4096

NO_SLOT = -1
_NEVER = np.float32("-inf")


class ClassScores:
    """For every row the score of one class of tasks, -inf where one does not fit now."""

    def __init__(self, table: NodeTable, requirements: Requirements) -> None:
        self._table = table
        self._ask = Ask(requirements)
        self._lasting_rules = asked_rules(self._ask, When.EMPTY)
        self._momentary_rules = asked_rules(self._ask, When.NOW)
        self._build()

    def best(self, start: int) -> int:
        """The row with the highest score, NO_SLOT if none fits; of equals the next from `start`."""
        self._refresh()
        score = self._score
        first = start + int(score[start:].argmax())
        if start:
            wrapped = int(score[:start].argmax())
            if score[wrapped] > score[first]:
                first = wrapped
        return first if score[first] != _NEVER else NO_SLOT

    def best_without(self, start: int, barred: list[int]) -> int:
        """As `best`, but none of the rows `barred`."""
        self._refresh()
        kept = self._score[barred]
        self._score[barred] = _NEVER
        slot = self.best(start)
        self._score[barred] = kept
        return slot

    def scores(self, rows: list[int]) -> FloatColumn:
        """The current scores of some rows."""
        self._refresh()
        return self._score[rows]

    def _build(self) -> None:
        table, ask = self._table, self._ask
        self._static_seen, self._dynamic_seen = table.static.version, table.dynamic.version
        everywhere = slice(0, table.columns.rows)
        ask.gpu_bits = None
        if ask.requirements.wants_gpu:
            ask.gpu_bits = np.zeros(table.columns.rows, dtype=np.uint64)
            equipped = np.flatnonzero(table.columns.gpu_count)
            ask.gpu_bits[equipped] = table.matching_gpus(ask.requirements, equipped)
        self._eligible: BoolColumn = passing(table, ask, self._lasting_rules, everywhere)
        self._lasting = lasting_score(table, ask.requirements, everywhere)
        self._score = self._scored(everywhere)

    def _refresh(self) -> None:
        table = self._table
        if self._dynamic_seen == table.dynamic.version:
            return
        changed = table.dynamic.since(self._dynamic_seen)
        rebuilt = None
        if changed is not None and self._static_seen != table.static.version:
            rebuilt = table.static.since(self._static_seen)
            changed = changed if rebuilt is not None else None
        if changed is None or len(changed) > len(self._score):
            self._build()
            return
        if rebuilt is not None:
            self._rebuild(rebuilt)
        self._static_seen, self._dynamic_seen = table.static.version, table.dynamic.version
        self._score[changed] = self._scored(changed)

    def _rebuild(self, rows: SlotIndex) -> None:
        table, ask = self._table, self._ask
        if ask.gpu_bits is not None:
            ask.gpu_bits[rows] = table.matching_gpus(ask.requirements, rows)
        self._eligible[rows] = passing(table, ask, self._lasting_rules, rows)
        self._lasting[rows] = lasting_score(table, ask.requirements, rows)

    def _scored(self, slots: Slots) -> FloatColumn:
        table, ask = self._table, self._ask
        fits = self._eligible[slots]
        for rule in self._momentary_rules:
            fits = fits & rule.mask(table, ask, slots)
        score = self._lasting[slots] + momentary_score(table.columns, ask.requirements, slots)
        return np.where(fits, score, _NEVER)


class ClassCache:
    """The scores of the classes in use."""

    def __init__(self, table: NodeTable) -> None:
        self._table = table
        self._kept: OrderedDict[Requirements, ClassScores] = OrderedDict()
        #: Classes that were asked for once.
        self._seen: OrderedDict[Requirements, None] = OrderedDict()

    def __contains__(self, requirements: Requirements) -> bool:
        return requirements in self._kept

    def get(self, requirements: Requirements) -> ClassScores | None:
        """The scores, where they are kept or the class is asked for again; else None."""
        kept = self._kept.get(requirements)
        if kept is not None:
            self._kept.move_to_end(requirements)
            return kept
        if requirements in self._seen:
            return self.make(requirements)
        self._seen[requirements] = None
        if len(self._seen) > _SEEN_MAX:
            self._seen.popitem(last=False)
        return None

    def make(self, requirements: Requirements) -> ClassScores:
        """The scores, computed if they are not kept."""
        kept = self._kept.get(requirements)
        if kept is None:
            kept = self._kept[requirements] = ClassScores(self._table, requirements)
            rows = self._table.columns.rows
            while len(self._kept) > max(8, _KEPT_BYTES_MAX // (_BYTES_PER_ROW * rows)):
                self._kept.popitem(last=False)
        self._seen.pop(requirements, None)
        return kept

    def sample(self, requirements: Requirements, start: int, size: int) -> int:
        """The best of about `size` rows spread evenly from `start` on; NO_SLOT if none fits.

        For a class seen for the first time on a large pool: it costs no full pass
        (relaxed randomization, same source as above).
        """
        table = self._table
        rows = table.slots.stop
        step = max(1, rows // size)
        chosen = (start + step * np.arange(min(size, rows), dtype=np.intp)) % rows
        ask = Ask(requirements)
        fits = passing(table, ask, asked_rules(ask), chosen)
        if not fits.any():
            return NO_SLOT
        chosen = chosen[fits]
        score = lasting_score(table, requirements, chosen) + momentary_score(
            table.columns, requirements, chosen
        )
        return int(chosen[score.argmax()])
