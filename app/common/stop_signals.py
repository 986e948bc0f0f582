"""What a system sends to a process that is to end."""

import asyncio
import signal
from collections.abc import Callable

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def on_stop_signal(act: Callable[[], object]) -> None:
    """Call `act` in the running loop for each of them, instead of what Python does.

    To be called in the main thread. Closing the loop takes it back, but on Windows.
    """
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        try:
            loop.add_signal_handler(number, act)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(act))
