"""Where a master listens."""

import re
from dataclasses import dataclass

from app.common.errors import HiveMindError, Reason

DEFAULT_PORT = 50051

_ADDRESS = re.compile(
    r"(?:\[(?P<v6>[0-9A-Fa-f:.]+(?:%\w+)?)\]|(?P<host>[^\s:\[\]/@]+))(?::(?P<port>\d{1,5}))?"
)


@dataclass(frozen=True, slots=True)
class MasterAddress:
    """A host name or IP address, and a TCP port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "MasterAddress":
        """The address that "host:port", "host" or "[::1]:port" names; the default port is 50051.

        Raises HiveMindError(INVALID_FIELD) for any other text.
        """
        match = _ADDRESS.fullmatch(text.strip())
        port = int(match["port"] or DEFAULT_PORT) if match else 0
        if match is None or not 0 < port < 65536:
            raise HiveMindError(
                Reason.INVALID_FIELD, f"{text!r} is no address: write it like master.example:50051."
            )
        return cls(host=match["v6"] or match["host"], port=port)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"
