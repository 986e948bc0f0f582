"""Uvicorn inside the master's loop, started and stopped by the master."""

import asyncio
import socket
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from app.common.errors import HiveMindError, Reason

LOOPBACK = "127.0.0.1"


class _Server(uvicorn.Server):
    """Looks once a second what time it is, for its headers; it is told when to end."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    def end(self) -> None:
        """Leave the main loop."""
        self.should_exit = True
        self._told.set()

    async def main_loop(self) -> None:
        # Its own loop looks ten times a second, which is most of what an idle master does.
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._told.wait()


class HttpServer:
    """Serves `app` in plain HTTP on the loopback address."""

    def __init__(self, app: FastAPI) -> None:
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", server_header=False
        )
        self._server = _Server(config)
        self._serving: asyncio.Task[None] | None = None

    async def start(self, port: int) -> int:
        """Listen; the port, chosen by the system if `port` is 0.

        Raises HiveMindError(PORT_IN_USE).
        """
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.bind((LOOPBACK, port))
        except OSError as error:
            listener.close()
            raise HiveMindError(
                Reason.PORT_IN_USE,
                f"Cannot listen on {LOOPBACK}:{port}: another program uses it. "
                "Stop that program, or set UI_PORT to another port.",
            ) from error
        bound: int = listener.getsockname()[1]
        # uvicorn's own `serve` would take over the process's signals.
        self._serving = asyncio.get_running_loop().create_task(
            self._server._serve([listener]), name="http"
        )
        return bound

    async def stop(self) -> None:
        """Finish running requests and close."""
        self._server.end()
        if self._serving is not None:
            await self._serving
