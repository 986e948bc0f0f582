"""Uvicorn inside the master's loop, started and stopped by the master."""

import asyncio
import socket

import uvicorn
from fastapi import FastAPI

from app.common.errors import HiveMindError, Reason

LOOPBACK = "127.0.0.1"


class HttpServer:
    """Serves `app` in plain HTTP on the loopback address."""

    def __init__(self, app: FastAPI) -> None:
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", server_header=False
        )
        self._server = uvicorn.Server(config)
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
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving
