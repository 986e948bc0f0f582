"""The one rule about parts a machine may lack: say so and skip; on CI that is a failure."""

import os

import pytest


def on_ci() -> bool:
    """Whether this run is one that must not leave anything out (CI=true)."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def require_part(present: bool, reason: str) -> None:
    """Go on if `present`; else skip the test with `reason`, or fail it on CI.

    `reason` names what is missing and how to get it.
    """
    if present:
        return
    if on_ci():
        pytest.fail(f"missing on CI: {reason}", pytrace=False)
    pytest.skip(reason)
