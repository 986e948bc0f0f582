"""Assertions that stay on: `assert` vanishes under -O, these do not."""

from typing import NoReturn


class InvariantViolated(AssertionError):
    """A programmer's error: a state that must not exist. Never caught to go on."""


def invariant(condition: bool, message: str) -> None:
    """Raise InvariantViolated with `message` unless `condition` holds."""
    if not condition:
        raise InvariantViolated(message)


def unreachable(message: str) -> NoReturn:
    """Mark a branch no correct state can reach."""
    raise InvariantViolated(message)
