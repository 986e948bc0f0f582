"""Uvicorn inside the master's loop, started and stopped by the master.

The port is taken at once, so that a port in use is told at the start; the libraries of the
web side are loaded after gRPC serves, in a thread. Who connects meanwhile waits.
"""

import asyncio
import errno
import importlib
import ipaddress
import os
import socket
import ssl
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.common.errors import HiveMindError, Reason

LOOPBACK = "127.0.0.1"
#: Connections that wait to be accepted.
BACKLOG = 128
#: For running answers when the master stops.
STOP_SECONDS = 2


class HttpServer:
    """Serves an application on one address: in plain HTTP on loopback, in HTTPS elsewhere."""

    def __init__(self, certificates: Callable[[], tuple[bytes, bytes]]) -> None:
        self._certificates = certificates
        self._tls: ssl.SSLContext | None = None
        self._listener: socket.socket | None = None
        self._server: Any = None
        self._ended = asyncio.Event()
        self.address = ""
        self.https = False
        #: Set at the stop: answers that would go on for ever end.
        self.stopping = asyncio.Event()

    def listen(self, host: str, port: int) -> None:
        """Take the port; the system chooses port 0. `address` is host and port from then on.

        Raises HiveMindError(PORT_IN_USE | CONFIG_INVALID).
        """
        try:
            family, kind, _, _, place = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            listener = socket.socket(family, kind)
        except OSError as error:
            raise _not_ours(host, error) from error
        try:
            if os.name == "posix":
                # On Windows it would share the port with another program.
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE:
                raise _in_use(host, port) from error
            raise _not_ours(host, error) from error
        self._listener = listener
        self.https = not is_loopback(host)
        bound = listener.getsockname()[1]
        self.address = f"[{host}]:{bound}" if ":" in host else f"{host}:{bound}"

    async def serve(self, make: Callable[[], Any]) -> None:
        """Load what it takes, and answer until the stop. `make` makes the application then."""
        uvicorn: Any = await asyncio.to_thread(importlib.import_module, "uvicorn")
        await asyncio.to_thread(importlib.import_module, "app.master.web.app")
        if self.stopping.is_set():
            return
        config = uvicorn.Config(
            make(),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            # Whoever stands before it has no say in where a request came from.
            proxy_headers=False,
            timeout_graceful_shutdown=STOP_SECONDS,
            ssl_context_factory=self._context if self.https else None,
        )
        self._server = _server_class(uvicorn)(config)
        try:
            # uvicorn's own `serve` would take over the process's signals.
            await self._server._serve([self._listener])
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Finish running requests and close."""
        self.stopping.set()
        if self._server is not None:
            self._server.end()
            await self._ended.wait()
        elif self._listener is not None:
            self._listener.close()

    def renew(self) -> None:
        """Show the certificate that is good now to who connects from now on."""
        if self._tls is not None:
            self._load(self._tls)

    def _context(self, _config: Any, _default: Any) -> ssl.SSLContext:
        context = self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._load(context)
        return context

    def _load(self, context: ssl.SSLContext) -> None:
        key_pem, chain_pem = self._certificates()
        # OpenSSL reads keys from files alone.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "server.pem"
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(key_pem + chain_pem)
            context.load_cert_chain(path)


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine alone."""
    if host.lower() == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _server_class(uvicorn: Any) -> Any:
    class Server(uvicorn.Server):  # type: ignore[misc] # loaded late
        """Looks once a second what time it is, for its headers; it is told when to end."""

        def __init__(self, config: Any) -> None:
            super().__init__(config)
            self._told = asyncio.Event()

        def end(self) -> None:
            self.should_exit = True
            self._told.set()

        async def main_loop(self) -> None:
            # Its own looks ten times a second, which is most of what an idle master does.
            while not await self.on_tick(0):
                with suppress(TimeoutError):
                    async with asyncio.timeout(1):
                        await self._told.wait()

    return Server


def _in_use(host: str, port: int) -> HiveMindError:
    return HiveMindError(
        Reason.PORT_IN_USE,
        f"Cannot listen on {host}:{port}: another program uses it. "
        "Stop that program, or set UI_PORT to another port.",
    )


def _not_ours(host: str, error: OSError) -> HiveMindError:
    return HiveMindError(
        Reason.CONFIG_INVALID,
        f"Cannot listen on {host}: {error.strerror}. "
        "Set UI_HOST to an address of this machine, or to 0.0.0.0 for all.",
    )
