"""What the master must still hear: updates until acknowledged, logs by offset.

A slow or lost connection collapses history to what matters: of an attempt's
progress only the newest is kept. An attempt's end is told after all it printed,
so whoever sees the end can read the whole log.
"""

import asyncio
from dataclasses import dataclass, field

from app.worker.attempt_log import AttemptLog, LogStream, StreamLog
from app.worker.orders import AttemptId, Update, UpdateKind
from app.worker.wire import on_wire, update_to
from proto import nodepool_pb2 as pb

CHUNK_BYTES = 64 * 1024
#: Of log data in one message; messages stay far below gRPC's 4 MiB.
MESSAGE_BYTES_MAX = 1024 * 1024
UPDATES_MAX = 500


@dataclass(slots=True)
class _Cursor:
    """How far one stream is."""

    log: StreamLog
    sent: int = 0
    acked: int = 0
    truncation_sent: bool = False

    @property
    def all_sent(self) -> bool:
        return self.sent >= self.log.size_bytes and (self.truncation_sent or not self.log.truncated)

    def next_chunk(self, attempt: AttemptId, stream: LogStream) -> pb.LogChunk:
        data = self.log.read(self.sent, CHUNK_BYTES)
        chunk = pb.LogChunk(
            task_id=attempt.task_id,
            attempt=attempt.number,
            stream=on_wire(stream),
            offset=self.sent,
            data=data,
        )
        self.sent += len(data)
        if self.log.truncated and self.sent >= self.log.size_bytes:
            chunk.truncated = True
            self.truncation_sent = True
        return chunk

    def rewind(self) -> None:
        self.sent = self.acked
        self.truncation_sent = False


@dataclass(slots=True)
class _Voice:
    """All that is to be told of one attempt."""

    updates: dict[UpdateKind, Update] = field(default_factory=dict)
    unsent: set[UpdateKind] = field(default_factory=set)
    log: AttemptLog | None = None
    cursors: dict[LogStream, _Cursor] = field(default_factory=dict)

    @property
    def log_sent(self) -> bool:
        return all(cursor.all_sent for cursor in self.cursors.values())

    def due(self) -> list[UpdateKind]:
        """Unsent updates in order; the end waits for the log."""
        return [
            kind for kind in sorted(self.unsent) if kind is not UpdateKind.ENDED or self.log_sent
        ]


class Reporter:
    """Collects what is to be told; the session takes it message by message."""

    def __init__(self) -> None:
        self._voices: dict[AttemptId, _Voice] = {}
        self._wanted = asyncio.Event()
        self._urgent = asyncio.Event()

    async def wait(self) -> None:
        """Until there is something to send, though it may be worth collecting more."""
        await self._wanted.wait()

    async def wait_urgent(self) -> None:
        """Until something should go out at once: an update, or a full chunk of log."""
        await self._urgent.wait()

    def nudge(self) -> None:
        """Wake the session: there is something to send that does not lie here."""
        self._wanted.set()
        self._urgent.set()

    def report(self, update: Update) -> None:
        """Tell `update` until it is acknowledged. It replaces an older one of its kind."""
        voice = self._voices.setdefault(update.id, _Voice())
        voice.updates[update.kind] = update
        voice.unsent.add(update.kind)
        self._wanted.set()
        if update.kind is not UpdateKind.PROGRESS:
            self._urgent.set()

    def attach_log(self, attempt: AttemptId, log: AttemptLog) -> None:
        """Send what `log` holds and will hold."""
        voice = self._voices.setdefault(attempt, _Voice())
        voice.log = log
        voice.cursors = {stream: _Cursor(part) for stream, part in log.streams.items()}

    def log_grew(self, attempt: AttemptId) -> None:
        """Something was appended to the attempt's log."""
        self._wanted.set()
        voice = self._voices.get(attempt)
        if voice is not None and any(
            cursor.log.size_bytes - cursor.sent >= CHUNK_BYTES for cursor in voice.cursors.values()
        ):
            self._urgent.set()

    def acked(self, attempt: AttemptId, kind: UpdateKind) -> None:
        """The master has the newest update of this kind."""
        voice = self._voices.get(attempt)
        if voice is not None and kind not in voice.unsent:
            voice.updates.pop(kind, None)

    def log_acked(self, attempt: AttemptId, offsets: dict[LogStream, int]) -> None:
        """The master keeps everything before `offsets`."""
        voice = self._voices.get(attempt)
        if voice is None:
            return
        for stream, offset in offsets.items():
            if stream in voice.cursors:
                cursor = voice.cursors[stream]
                cursor.acked = max(cursor.acked, min(offset, cursor.log.size_bytes))
                cursor.sent = max(cursor.sent, cursor.acked)

    def forget(self, attempt: AttemptId) -> None:
        """Nothing more is to be told of the attempt; its log is closed."""
        voice = self._voices.pop(attempt, None)
        if voice is not None and voice.log is not None:
            voice.log.close()

    def waiting(self) -> int:
        """How many updates the master has not acknowledged."""
        return sum(len(voice.updates) for voice in self._voices.values())

    def close(self) -> None:
        """Close every log; their files stay."""
        for attempt in list(self._voices):
            self.forget(attempt)

    def rewind(self) -> None:
        """A new stream: whatever was sent and not acknowledged is to be sent again."""
        for voice in self._voices.values():
            voice.unsent = set(voice.updates)
            for cursor in voice.cursors.values():
                cursor.rewind()
        if self._voices:
            self.nudge()

    def take(self) -> pb.WorkerMessage | None:
        """The next message, logs before updates, or None when all was sent."""
        message = pb.WorkerMessage()
        room = MESSAGE_BYTES_MAX
        for attempt, voice in self._voices.items():
            room = self._take_log(attempt, voice, message, room)
            for kind in voice.due():
                if len(message.updates) < UPDATES_MAX:
                    message.updates.append(update_to(voice.updates[kind]))
                    voice.unsent.discard(kind)
        if not message.logs and not message.updates:
            self._wanted.clear()
            self._urgent.clear()
            return None
        return message

    def _take_log(
        self, attempt: AttemptId, voice: _Voice, message: pb.WorkerMessage, room: int
    ) -> int:
        for stream, cursor in voice.cursors.items():
            while room > 0 and not cursor.all_sent:
                chunk = cursor.next_chunk(attempt, stream)
                message.logs.append(chunk)
                room -= len(chunk.data)
        return room
