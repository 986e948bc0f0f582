"""One stream to the master, and the loop that opens it again.

A session says hello, waits for the welcome, and then sends what the reporter
holds and a heartbeat when it is due. Any error ends it; nothing is repaired
inside. What must outlive it lives in the reporter and the state.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import structlog

from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.worker.reporter import Reporter
from proto import nodepool_pb2 as pb

log = structlog.get_logger(__name__)

WELCOME_SECONDS = 30.0
HEARTBEAT_SECONDS_DEFAULT = 30
#: After the end of a task the load is told at once, unless it was told this lately.
FRESH_SECONDS = 1.0
#: Log output is collected this long, unless a whole chunk or an update is there before.
COLLECT_SECONDS = 0.2
FIRST_DELAY_SECONDS = 0.2
DELAY_SECONDS_MAX = 15.0
#: After refusals that only a person can lift.
PATIENT_SECONDS = 60.0

#: The node is out for good.
FINAL = frozenset({Reason.NODE_REVOKED, Reason.NODE_NOT_FOUND})
_PATIENT = frozenset(
    {
        Reason.STREAM_REPLACED,
        Reason.CERTIFICATE_MISMATCH,
        Reason.BAD_CHALLENGE,
        Reason.PERMISSION_DENIED,
    }
)
PENDING_SECONDS = 10.0


class Stream(Protocol):
    """Messages to and from the master."""

    async def send(self, message: pb.WorkerMessage) -> None: ...

    def __aiter__(self) -> AsyncIterator[pb.MasterMessage]: ...

    async def close(self) -> None: ...


class WayChanged(HiveMindError):
    """The stream was ended on purpose: another way to the master is taken."""

    def __init__(self) -> None:
        super().__init__(Reason.MASTER_UNREACHABLE, "The way to the master has changed.")


class MasterLink(Protocol):
    """What the agent needs of the master; `app.client.node_client.NodeClient` is it."""

    def work(self) -> AbstractAsyncContextManager[Stream]:
        """Open the node's stream."""
        ...

    async def upload(self, path: Path, digest: str, task_id: str, attempt: int) -> None:
        """Bring a result to the master."""
        ...

    async def download(self, digest: str, task_id: str, path: Path, size_bytes_max: int) -> None:
        """Fetch a task's archive."""
        ...


class Listener(Protocol):
    """The agent, as the session sees it."""

    def hello(self) -> pb.WorkerHello:
        """What to say first."""
        ...

    def connected(self, welcome: pb.WorkerWelcome) -> None:
        """The master has answered."""
        ...

    def disconnected(self) -> None:
        """The stream has ended."""
        ...

    def receive(self, message: pb.MasterMessage) -> None:
        """The master has sent something."""
        ...

    def announcement(self) -> pb.WorkerMessage | None:
        """What to send apart from updates and logs, or None."""
        ...

    async def usage(self) -> pb.NodeUsage:
        """The heartbeat's content."""
        ...


class Session:
    """One stream from hello to its end."""

    def __init__(self, stream: Stream, listener: Listener, reporter: Reporter) -> None:
        self._stream = stream
        self._listener = listener
        self._reporter = reporter
        self._heartbeat_seconds = HEARTBEAT_SECONDS_DEFAULT

    async def run(self) -> None:
        """Until the stream ends. Raises the HiveMindError that ended it."""
        await self._stream.send(pb.WorkerMessage(hello=self._listener.hello()))
        messages = aiter(self._stream)
        welcome = await self._welcome(messages)
        self._reporter.rewind()
        self._heartbeat_seconds = welcome.heartbeat_seconds or HEARTBEAT_SECONDS_DEFAULT
        self._listener.connected(welcome)
        try:
            await self._converse(messages)
        finally:
            self._listener.disconnected()

    async def _welcome(self, messages: AsyncIterator[pb.MasterMessage]) -> pb.WorkerWelcome:
        try:
            async with asyncio.timeout(WELCOME_SECONDS):
                first = await anext(messages, None)
        except TimeoutError as error:
            raise HiveMindError(
                Reason.MASTER_UNREACHABLE, "The master took the stream but did not answer."
            ) from error
        if first is None or not first.HasField("welcome"):
            raise _ended()
        self._listener.receive(first)
        return first.welcome

    async def _converse(self, messages: AsyncIterator[pb.MasterMessage]) -> None:
        tasks = {
            asyncio.create_task(self._listen(messages), name="session-listen"),
            asyncio.create_task(self._speak(), name="session-speak"),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self, messages: AsyncIterator[pb.MasterMessage]) -> None:
        async for message in messages:
            if message.heartbeat_seconds:
                self._heartbeat_seconds = message.heartbeat_seconds
                self._reporter.nudge()
            self._listener.receive(message)
        raise _ended()

    async def _speak(self) -> None:
        loop = asyncio.get_running_loop()
        beat_at = sampled_at = loop.time()
        while True:
            if (announcement := self._listener.announcement()) is not None:
                await self._stream.send(announcement)
            while (message := self._reporter.take()) is not None:
                await self._stream.send(message)
                if any(update.kind == pb.TaskUpdate.KIND_ENDED for update in message.updates):
                    beat_at = min(beat_at, sampled_at + FRESH_SECONDS)
            beat_at = min(beat_at, sampled_at + self._heartbeat_seconds)
            if loop.time() >= beat_at:
                await self._stream.send(pb.WorkerMessage(usage=await self._listener.usage()))
                sampled_at = loop.time()
                beat_at = sampled_at + self._heartbeat_seconds
            await self._collect(beat_at)

    async def _collect(self, beat_at: float) -> None:
        """Until it is worth sending: an update, some log, or the next heartbeat."""
        try:
            async with asyncio.timeout_at(beat_at):
                await self._reporter.wait()
                try:
                    async with asyncio.timeout(COLLECT_SECONDS):
                        await self._reporter.wait_urgent()
                except TimeoutError:
                    return
        except TimeoutError:
            return


async def keep_connected(
    link: MasterLink, listener: Listener, reporter: Reporter, ids: IdSource
) -> None:
    """Hold a session with the master, again after each loss.

    Never returns; raises HiveMindError (NODE_REVOKED, NODE_NOT_FOUND) when the
    node is out for good.
    """
    delay = FIRST_DELAY_SECONDS
    while True:
        watched = _Watched(listener)
        try:
            async with link.work() as stream:
                await Session(stream, watched, reporter).run()
        except HiveMindError as error:
            if error.reason in FINAL:
                raise
            if watched.was_connected:
                delay = FIRST_DELAY_SECONDS
            wait_seconds = _jittered(_delay_for(error.reason, delay), ids)
            if not isinstance(error, WayChanged):
                log.warning(
                    "no connection to the master",
                    reason=error.reason.name,
                    message=error.message,
                    again_in_seconds=round(wait_seconds, 1),
                )
            await asyncio.sleep(wait_seconds)
            delay = min(delay * 2, DELAY_SECONDS_MAX)


def _delay_for(reason: Reason, delay: float) -> float:
    if reason is Reason.NODE_PENDING:
        return PENDING_SECONDS
    return PATIENT_SECONDS if reason in _PATIENT else delay


def _jittered(seconds: float, ids: IdSource) -> float:
    """From the upper half of `seconds`: many nodes must not come back in step."""
    return seconds * (0.5 + int.from_bytes(ids.secret(2)) / 0x1FFFE)


def _ended() -> HiveMindError:
    return HiveMindError(Reason.MASTER_UNREACHABLE, "The master has ended the stream.")


class _Watched:
    """A listener that remembers whether it was ever connected."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.was_connected = False
        self.hello = listener.hello
        self.disconnected = listener.disconnected
        self.receive = listener.receive
        self.announcement = listener.announcement
        self.usage = listener.usage

    def connected(self, welcome: pb.WorkerWelcome) -> None:
        self.was_connected = True
        self._listener.connected(welcome)
