"""Whether a UDP port is free. Blocks."""

import errno
import socket

from app.common.errors import HiveMindError, Reason

_TAKEN = (errno.EADDRINUSE, errno.EACCES)


def port_is_free(port: int) -> bool:
    """Whether nobody on this machine has bound the UDP port."""
    for family, address in ((socket.AF_INET, ""), (socket.AF_INET6, "::")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as trial:
                if family == socket.AF_INET6:
                    trial.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                trial.bind((address, port))
        except OSError as error:
            if error.errno in _TAKEN:
                return False
    return True


def require_port(port: int) -> None:
    """Raise HiveMindError(VPN_PORT_IN_USE) if somebody has bound the UDP port."""
    if not port_is_free(port):
        raise HiveMindError(
            Reason.VPN_PORT_IN_USE,
            f"Another program uses the UDP port {port}: end it, or choose another port.",
        )
