"""Python's collector of cycles, kept from looking again and again at what stays anyway."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """Modules are imported meanwhile: the collector rests, which saves a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def set_aside() -> None:
    """Let the collector never look again at what lives now: most of it lives as long as the window.

    A full collection visits every object there is and stops the window meanwhile: with a hundred
    thousand tasks for a quarter of a second. What is set aside is still freed when nobody holds it
    any more; only cycles among it are not found, so the young ones, where garbage is, go first.
    """
    gc.collect(1)
    gc.freeze()
