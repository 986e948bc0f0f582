"""What the tunnel does by itself, for the audit log: nobody called for it."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias


class TunnelEvent(StrEnum):
    """The values are the audit log's actions."""

    BROKE = "Vpn/TunnelBroke"
    REPAIRED = "Vpn/TunnelRepaired"
    FILE_RESTORED = "Vpn/FileRestored"
    HUB_KEY_FETCHED = "Vpn/HubKeyFetched"
    PEER_CUT_OFF = "Vpn/PeerCutOff"
    KEY_AGED = "Vpn/KeyAged"


#: Have an event written: which, the tunnel's interface, and a sentence or a name, or "".
Tell: TypeAlias = Callable[[TunnelEvent, str, str], None]

#: Failed looks after which a tunnel that was up is broken: one alone is a packet that was lost.
BROKEN_AFTER = 2


class Told:
    """Turns one look after another into what is worth an entry: broken, and repaired again.

    A device that was gone and is there again within one look was repaired as well.
    """

    def __init__(self) -> None:
        self._was_up = self._broken = False
        self._repairs = 0

    def take(self, *, up: bool, failures: int, repairs: int = 0) -> TunnelEvent | None:
        """Another look: what is to be told of it."""
        if up:
            repaired = self._broken or repairs > self._repairs
            self._was_up, self._broken, self._repairs = True, False, repairs
            return TunnelEvent.REPAIRED if repaired else None
        if self._was_up and failures >= BROKEN_AFTER:
            self._was_up, self._broken = False, True
            return TunnelEvent.BROKE
        return None
