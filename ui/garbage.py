"""Python's collector of cycles, kept from looking at a hundred thousand tasks again and again."""

import gc


def set_aside() -> None:
    """Let the collector never look again at what lives now: most of it lives as long as the window.

    A full collection visits every object there is and stops the window meanwhile: with a hundred
    thousand tasks for a quarter of a second. What is set aside is still freed when nobody holds it
    any more; only cycles among it are not found, so the young ones, where garbage is, go first.
    """
    gc.collect(1)
    gc.freeze()
