"""The TLS channel to a master, and how a stranger learns which pool it has reached."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import grpc
import grpc.aio

from app.client.address import MasterAddress
from app.client.bearer import bearer_interceptors
from app.client.errors import certificate_mismatch, to_error
from app.common.errors import HiveMindError, Reason
from app.common.pki import MASTER_HOST, issued_by
from app.common.program import client_name
from proto import nodepool_pb2 as pb

__all__ = ["AccessToken", "MasterAddress", "fetch_pool_info", "open_channel", "to_error"]

AccessToken: TypeAlias = Callable[[], Awaitable[str]]

MESSAGE_BYTES_MAX = 4 * 1024 * 1024
BOOTSTRAP_SECONDS = 10.0

_OPTIONS = (
    ("grpc.ssl_target_name_override", MASTER_HOST),
    ("grpc.primary_user_agent", client_name()),
    ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
    ("grpc.max_send_message_length", MESSAGE_BYTES_MAX),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.max_pings_without_data", 0),
    # gRPC spreads its waits by 20 %; the callers of this module spread theirs further.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 5_000),
    # gRPC reads this as the time a connection attempt may take. A master that comes back
    # to thousands of nodes needs a while for everyone's handshake.
    ("grpc.min_reconnect_backoff_ms", 10_000),
    # Closing a channel closes its connection; no back-off is shared with another channel.
    ("grpc.use_local_subchannel_pool", 1),
    # A pool's master is a machine of one's own network, never behind the web's proxy.
    ("grpc.enable_http_proxy", 0),
)


def open_channel(
    address: MasterAddress, ca_certificate_pem: bytes, *, access_token: AccessToken | None = None
) -> grpc.aio.Channel:
    """A channel that trusts servers of the given CA and nothing else.

    Must be called inside the running event loop. With `access_token` every call
    carries the token it returns, asked for at each call.
    """
    return grpc.aio.secure_channel(
        str(address),
        grpc.ssl_channel_credentials(ca_certificate_pem),
        options=_OPTIONS,
        interceptors=bearer_interceptors(access_token) if access_token is not None else None,
    )


async def fetch_pool_info(
    address: MasterAddress, timeout_seconds: float = BOOTSTRAP_SECONDS
) -> pb.GetPoolInfoResponse:
    """What the master at `address` says of its pool, asked before anything is trusted.

    The answer's CA has signed the certificate that the server proved to hold; whether
    it is the right CA is for the CALLER to decide: compare its pin (`app.common.pki.ca_pin`)
    before sending anything secret. Raises MASTER_UNREACHABLE, CERTIFICATE_MISMATCH.
    """
    leaf_pem = await _server_certificate(address, timeout_seconds)
    async with open_channel(address, leaf_pem) as channel:
        ask = channel.unary_unary(
            "/nodepool.EnrolmentService/GetPoolInfo",
            request_serializer=pb.GetPoolInfoRequest.SerializeToString,
            response_deserializer=pb.GetPoolInfoResponse.FromString,
        )
        try:
            info: pb.GetPoolInfoResponse = await ask(
                pb.GetPoolInfoRequest(), timeout=timeout_seconds
            )
        except grpc.aio.AioRpcError as error:
            raise to_error(error) from error
    try:
        signed = issued_by(leaf_pem, info.ca_certificate_pem.encode())
    except ValueError as error:
        raise certificate_mismatch() from error
    if not signed:
        raise certificate_mismatch()
    return info


async def _server_certificate(address: MasterAddress, timeout_seconds: float) -> bytes:
    try:
        pem = await asyncio.to_thread(
            ssl.get_server_certificate, (address.host, address.port), timeout=timeout_seconds
        )
    except ssl.SSLError as error:
        raise HiveMindError(
            Reason.MASTER_UNREACHABLE,
            f"{address} does not speak TLS: check the port, a master listens on 50051.",
        ) from error
    except (OSError, UnicodeError) as error:
        raise HiveMindError(
            Reason.MASTER_UNREACHABLE,
            f"{address} does not answer: check the address and that the master runs.",
        ) from error
    return pem.encode()
