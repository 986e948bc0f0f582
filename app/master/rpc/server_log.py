"""Reading the master's own log over the wire: what it has, then what comes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from app.common.log_ring import LogRecord, LogRing
from app.common.vocabulary import LogLevel
from app.master.rpc.messages import timestamp, wire_enum
from proto import nodepool_pb2 as pb

#: Between two messages at least, in seconds: ten a second.
INTERVAL_SECONDS = 0.1
#: Records in one message at most: it stays far below the 4 MiB of a message.
BATCH_MAX = 200


class LogReading:
    """One reader. Who reads too slowly loses the oldest records, and is told how many."""

    def __init__(self, ring: LogRing, request: pb.StreamServerLogRequest) -> None:
        self._ring = ring
        self._level_min = LogLevel(request.level_min or LogLevel.DEBUG)
        self._records_max = request.records_max
        self._follow = request.follow
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._waits = False

    async def batches(self) -> AsyncGenerator[pb.ServerLogBatch, None]:
        """What is kept in several messages, at least one; with `follow` what comes, for ever."""
        position = self._ring.start_of(self._level_min, self._records_max)
        unlisten = self._ring.listen(self._notice)
        first = True
        try:
            while True:
                self._wake.clear()
                self._waits = True
                reading = self._ring.read(position, self._level_min, BATCH_MAX)
                position = reading.position
                if reading.records or reading.lost or first:
                    first = False
                    yield pb.ServerLogBatch(
                        records=map(_record_out, reading.records), lost=reading.lost
                    )
                if len(reading.records) == BATCH_MAX:
                    continue
                if not self._follow:
                    return
                await self._wake.wait()
                await asyncio.sleep(INTERVAL_SECONDS)
        finally:
            unlisten()

    def _notice(self) -> None:
        # On any thread; one call wakes for all that comes until the next look.
        if self._waits:
            self._waits = False
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._wake.set)


def _record_out(record: LogRecord) -> pb.ServerLogRecord:
    return pb.ServerLogRecord(
        number=record.number,
        at=timestamp(record.at_us),
        level=wire_enum(record.level),
        event=record.event,
        logger=record.logger,
        fields=dict(record.fields),
    )
