"""What a task costs. Pure.

    base  = max(1, int(memory_gb + cpu_score / 100 + gpu_score / 100 + gpu_memory_gb))
    price = int(base * multiplier) CPT,  multiplier 1.0 | 1.2 | 1.5 by priority

over the real numbers: `int` cuts after exact arithmetic, so 0.1 + 0.2 is 0.3 here and
a price never depends on how a machine rounds. A GB is 1024 MiB. What enters are the
requirements asked for, with their defaults filled in; the price of an array is that
of each of its tasks, times their number.
"""

from dataclasses import dataclass
from fractions import Fraction

from app.common.money import MCPT_PER_CPT, format_cpt
from app.common.vocabulary import Priority
from app.master.tasks.requirements import Requirements

MIB_PER_GB = 1024
SCORE_PER_CPT = 100

MULTIPLIERS = {
    Priority.NORMAL: Fraction(10, 10),
    Priority.HIGH: Fraction(12, 10),
    Priority.URGENT: Fraction(15, 10),
}


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of one task, and how it came about."""

    price_mcpt: int
    #: CPT before the priority.
    base: int
    #: "1.0", "1.2" or "1.5".
    multiplier: str
    #: The formula with its numbers, for people.
    formula: str


def quote(requirements: Requirements, priority: Priority) -> Quote:
    """The price of one task with these requirements at this priority."""
    memory_gb = Fraction(requirements.memory_mib, MIB_PER_GB)
    gpu_memory_gb = Fraction(requirements.gpu_memory_mib, MIB_PER_GB)
    scores = Fraction(requirements.cpu_score + requirements.gpu_score, SCORE_PER_CPT)
    base = max(1, int(memory_gb + scores + gpu_memory_gb))
    multiplier = MULTIPLIERS[priority]
    price_mcpt = int(base * multiplier) * MCPT_PER_CPT
    multiplier_text = f"{float(multiplier):.1f}"
    terms = (
        f"{_decimal(memory_gb)} GB memory + CPU score {requirements.cpu_score}/{SCORE_PER_CPT}"
        f" + GPU score {requirements.gpu_score}/{SCORE_PER_CPT}"
        f" + {_decimal(gpu_memory_gb)} GB GPU memory"
    )
    formula = (
        f"{terms}, cut to whole CPT, at least 1 = {base};"
        f" {base} × {multiplier_text} ({priority.name.lower()} priority), cut to whole CPT"
        f" = {format_cpt(price_mcpt)}"
    )
    return Quote(price_mcpt, base, multiplier_text, formula)


def _decimal(number: Fraction) -> str:
    """`number` with three decimals at most, cut and not rounded: 1023 MiB is not 1 GB."""
    whole, thousandths = divmod(int(number * 1000), 1000)
    return f"{whole}.{thousandths:03}".rstrip("0").rstrip(".")
