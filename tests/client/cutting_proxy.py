"""A TCP relay that breaks connections when told: a network that fails in the middle."""

import asyncio
import contextlib


class CuttingProxy:
    """Relays 127.0.0.1:`port` to `target_port`; start it with `async with`.

    `cut_after_bytes` breaks all connections once so many bytes went by (both ways
    together), and then lets `cuts_left - 1` further rounds happen the same way.
    While it is `down`, it breaks each new one at once.
    """

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._writers: set[asyncio.StreamWriter] = set()
        self._passed = 0
        self.port = 0
        self.cut_after_bytes = 0
        self.cuts_left = 0
        self.cuts = 0
        self.down = False

    async def __aenter__(self) -> "CuttingProxy":
        self._relays: set[asyncio.Task] = set()
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        await asyncio.gather(*self._relays, return_exceptions=True)

    def cut(self) -> None:
        """Break every connection now, without a goodbye."""
        self.cuts += 1
        self._passed = 0
        for writer in list(self._writers):
            writer.transport.abort()

    async def _connected(self, reader, writer) -> None:
        if self.down:
            writer.transport.abort()
            return
        self._relays.add(asyncio.current_task())
        self._writers.add(writer)
        try:
            there = await asyncio.open_connection("127.0.0.1", self._target_port)
            self._writers.add(there[1])
            await asyncio.gather(self._relay(reader, there[1]), self._relay(there[0], writer))
        except OSError:
            pass
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            self._relays.discard(asyncio.current_task())

    async def _relay(self, reader, writer) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(16384):
                writer.write(data)
                await writer.drain()
                self._passed += len(data)
                if self.cuts_left and self._passed >= self.cut_after_bytes:
                    self.cuts_left -= 1
                    self.cut()
        self._writers.discard(writer)
        writer.close()
