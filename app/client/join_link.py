"""One link with all that a machine needs to join: `hivemind://HOST:PORT/join#TOKEN`.

The token stands behind the "#", which browsers and proxies keep to themselves.
"""

import re
from dataclasses import dataclass

from app.client.address import MasterAddress
from app.common.errors import HiveMindError, Reason
from app.common.join_line import LINK_SCHEME, link_text
from app.common.join_token import JoinToken

_SHAPE = re.compile(r"hivemind://(?P<address>[^/#\s]+)/join#(?P<token>\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class JoinLink:
    """Where to join, and with what. `repr` leaves the secret out; `str` is the whole link."""

    address: MasterAddress
    token: JoinToken

    @classmethod
    def parse(cls, text: str) -> "JoinLink":
        """The link that `text` is.

        Raises HiveMindError: INVALID_FIELD for no link at all or a wrong address in it,
        BAD_JOIN_TOKEN for a wrong token.
        """
        match = _SHAPE.fullmatch(text.strip())
        if match is None:
            raise HiveMindError(
                Reason.INVALID_FIELD, f"That is no link to join: {LINK_SCHEME}HOST:PORT/join#TOKEN."
            )
        return cls(MasterAddress.parse(match["address"]), JoinToken.parse(match["token"]))

    def __str__(self) -> str:
        return link_text(str(self.address), str(self.token))


def is_link(text: str) -> bool:
    """Whether `text` means to be a link."""
    return text.strip().lower().startswith(LINK_SCHEME)
