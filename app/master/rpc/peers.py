"""Who is at the other end of a call: the address, and what the client calls itself."""

from typing import Any
from urllib.parse import unquote

from app.master.identity.origin import Origin, shown_client
from app.master.rpc.errors import Context


def peer_host(peer: str) -> str:
    """The address in what gRPC calls a peer: "ipv4:192.0.2.7:50112", "ipv6:%5B::1%5D:50112"."""
    family, _, address = unquote(peer).partition(":")
    if family not in ("ipv4", "ipv6"):
        return family
    return address.rpartition(":")[0].strip("[]")


def origin_of(context: Context, device_token: str = "") -> Origin:
    """Whence this call comes."""
    return Origin(
        address=peer_host(context.peer()),
        client=_client(context.invocation_metadata()),
        device_token=device_token,
    )


def _client(metadata: Any) -> str:
    """The user agent, without what gRPC adds about itself."""
    agent = next((value for key, value in metadata or () if key == "user-agent"), "")
    return shown_client(str(agent).partition(" grpc-")[0])
