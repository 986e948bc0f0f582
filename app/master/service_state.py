"""The words of a service of Windows and its manager."""

from enum import IntEnum


class State(IntEnum):
    """What a service is doing: dwCurrentState of SERVICE_STATUS."""

    STOPPED = 1
    START_PENDING = 2
    STOP_PENDING = 3
    RUNNING = 4
