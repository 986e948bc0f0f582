"""Ports to listen on later, or again after a restart, that nobody else is given meanwhile."""

import os
import socket
from collections.abc import Iterator
from functools import cache
from itertools import cycle

#: Below those that the system gives to whoever asks for any: so many for each worker of xdist.
FIRST, EACH = 20_000, 1000


@cache
def _candidates() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 10
    ports = range(FIRST + worker * EACH, FIRST + (worker + 1) * EACH)
    # Another run of the tests on this machine begins elsewhere.
    begin = os.getpid() % EACH
    return cycle([*ports[begin:], *ports[:begin]])


def free_ports(count: int) -> list[int]:
    """So many ports, all different, on which nobody listens."""
    return [next(port for port in _candidates() if _is_free(port)) for _ in range(count)]


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        try:
            trial.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True
