"""The gRPC server: TLS, limits, services, health and reflection."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterable
from typing import Any

import grpc
import grpc.aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb

MESSAGE_BYTES_MAX = 4 * 1024 * 1024
METADATA_BYTES_MAX = 16 * 1024
STREAMS_MAX = 1000

_OPTIONS = [
    # Two masters on one port would each get a part of the nodes.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
    ("grpc.max_send_message_length", MESSAGE_BYTES_MAX),
    ("grpc.max_metadata_size", METADATA_BYTES_MAX),
    ("grpc.max_concurrent_streams", STREAMS_MAX),
    # Workers ping every 30 s; gRPC would take that for an attack.
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    # Who connects and says nothing, or says it byte by byte, is let go.
    ("grpc.server_handshake_timeout_ms", 10_000),
    ("grpc.max_connection_idle_ms", 15 * 60_000),
]


def _cannot_listen(host: str, port: int, address: str) -> HiveMindError:
    """Why: gRPC does not say, so a socket of our own is tried."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.bind(place)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            return HiveMindError(
                Reason.CONFIG_INVALID,
                f"Cannot listen on {address}: {error.strerror}. "
                "Set GRPC_SERVER_ADDRESS to an address of this machine, or to 0.0.0.0 for all.",
            )
    return HiveMindError(
        Reason.PORT_IN_USE,
        f"Cannot listen on {address}: another program uses it. "
        "Stop that program, or set GRPC_SERVER_ADDRESS to another port.",
    )


def _credentials(certificates: Callable[[], tuple[bytes, bytes]]) -> grpc.ServerCredentials:
    served = certificates()

    def fetch() -> Any:
        nonlocal served
        now = certificates()
        if now == served:
            return None
        served = now
        return grpc.ssl_server_certificate_configuration([now])

    return grpc.dynamic_ssl_server_credentials(
        grpc.ssl_server_certificate_configuration([served]), fetch
    )


class RpcServer:
    """Made inside the running loop; `services` come with what adds them to gRPC's server.

    `certificates` gives the private key and the chain (PEM) for the next connection; it is
    called in a thread of gRPC's. Connections that stand are not touched by a new one.
    """

    def __init__(
        self,
        interceptors: "list[grpc.aio.ServerInterceptor[Any, Any]]",
        services: Iterable[tuple[Callable[[Any, Any], None], object]],
        certificates: Callable[[], tuple[bytes, bytes]],
    ) -> None:
        self._server = grpc.aio.server(interceptors=interceptors, options=_OPTIONS)
        for add, servicer in services:
            add(servicer, self._server)
        self._health = health.aio.HealthServicer()  # type: ignore[attr-defined]
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = [service.full_name for service in pb.DESCRIPTOR.services_by_name.values()]
        names += [health.SERVICE_NAME, reflection.SERVICE_NAME]
        reflection.enable_server_reflection(names, self._server)
        self._credentials = _credentials(certificates)

    async def start(self, host: str, port: int) -> int:
        """Listen; the port, chosen by the system if `port` is 0.

        Raises HiveMindError(PORT_IN_USE), and CONFIG_INVALID for an address that is not
        this machine's or that it may not use.
        """
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        try:
            bound = self._server.add_secure_port(address, self._credentials)
        except RuntimeError as error:
            raise await asyncio.to_thread(_cannot_listen, host, port, address) from error
        await self._server.start()
        await self._health.set("", health_pb2.HealthCheckResponse.SERVING)
        return bound

    async def stop(self, grace_seconds: float) -> None:
        """Take no new calls, give running ones `grace_seconds`, then end them."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace_seconds)
