"""The certificates that the master shows, renewed while it runs."""

from collections.abc import Callable

import structlog

from app.common.clock import Clock
from app.common.ids import IdSource
from app.common.vault import Vault
from app.master.identity.authority import Authority, open_authority

log = structlog.get_logger(__name__)


class Certificates:
    """The authority as it is now. `names` tells by which names the master is reached now."""

    def __init__(
        self, vault: Vault, clock: Clock, ids: IdSource, names: Callable[[], list[str]]
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._ids = ids
        self._names = names
        self.authority: Authority = open_authority(vault, clock, ids, names())

    def served(self) -> tuple[bytes, bytes]:
        """Private key and chain, as PEM."""
        authority = self.authority
        return authority.private_key_pem, authority.certificate_chain_pem

    def renew(self) -> bool:
        """Renew what is due; whether anything was. Blocks on the disk."""
        found = open_authority(self._vault, self._clock, self._ids, self._names())
        if found.certificate_chain_pem == self.authority.certificate_chain_pem:
            return False
        self.authority = found
        log.info("the server's certificate is renewed")
        return True
