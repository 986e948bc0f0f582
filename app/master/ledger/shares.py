"""Dividing an amount so that the parts add up to it. Pure."""

from collections.abc import Sequence

from app.common.invariant import invariant


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in proportion to `weights`: whole numbers that add up to exactly `amount`.

    Method of the largest remainder (Hamilton): everybody gets the rounded-down
    share, and what is left goes one by one to the largest remainders, on a tie to
    the one named first. Weights that are all zero count as equal.
    """
    invariant(amount >= 0, "an amount to divide is not negative")
    invariant(bool(weights) and min(weights) >= 0, "weights are given and not negative")
    if len(weights) == 1:
        return [amount]
    total = sum(weights)
    if total == 0:
        weights, total = [1] * len(weights), len(weights)
    divided = [divmod(amount * weight, total) for weight in weights]
    parts = [share for share, _ in divided]
    by_remainder = sorted(range(len(parts)), key=lambda place: -divided[place][1])
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    invariant(sum(parts) == amount, "the parts add up to the whole")
    return parts
