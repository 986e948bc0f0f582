"""Which container images a node runs: all, or those on its owner's list. Pure.

The list has digests: of a manifest (what a registry calls an image's digest) or of the image
itself (its id). A name says nothing of what is behind it, so names are no part of it.
"""

from collections.abc import Collection, Mapping
from typing import Any

from app.common.errors import HiveMindError, Reason
from app.common.ids import is_digest


def checked_digests(texts: Collection[str]) -> frozenset[str]:
    """The digests in `texts`, each "sha256:…" or "name@sha256:…".

    Raises HiveMindError(CONFIG_INVALID) for one that is none.
    """
    digests = frozenset(text.strip().rpartition("@")[2] for text in texts)
    for digest in digests:
        if not is_digest(digest):
            raise HiveMindError(
                Reason.CONFIG_INVALID,
                f"{digest} is no image digest: write sha256: and 64 hexadecimal digits, alone or "
                "after a name and @.",
            )
    return digests


def may_fetch(image: str, allowed: frozenset[str]) -> bool:
    """Whether an image that is not here may be pulled: what came would be on the list."""
    return not allowed or image.rpartition("@")[2] in allowed


def may_run(inspected: Mapping[str, Any], allowed: frozenset[str]) -> bool:
    """Whether the image that the engine describes by `inspected` is on the list."""
    if not allowed:
        return True
    digests = {str(name).rpartition("@")[2] for name in inspected.get("RepoDigests") or ()}
    return not allowed.isdisjoint(digests | {str(inspected.get("Id", ""))})
