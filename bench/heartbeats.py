"""Heartbeats over live TLS streams, beside a bare grpc.aio echo of the same message.

Both servers run in a process of their own; the same number of streams sends the same
messages, and what counts is messages a CPU second of the server. Memory is what a
connected node adds to the master's resident set.
"""

import asyncio
import multiprocessing
import tempfile
from collections.abc import AsyncIterator
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

import grpc
import grpc.aio
import psutil

from app.client.address import MasterAddress
from app.client.channel import open_channel
from app.client.node_client import NodeClient, NodeIdentity, WorkStream
from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.common.vault import open_vault
from app.master.identity.authority import open_authority
from bench import report
from bench.pool import HEARTBEAT, capabilities, enrol, running_master
from proto import nodepool_pb2 as pb

ECHO = "/bench.Echo/Echo"


class Node:
    """One stream that sends heartbeats and knows when the master has read them all."""

    def __init__(self, stream: WorkStream) -> None:
        self._stream = stream
        self._messages = aiter(stream)

    async def hello(self) -> None:
        await self._stream.send(pb.WorkerMessage(hello=pb.WorkerHello(capabilities=capabilities())))
        await anext(self._messages)

    async def beat(self, count: int) -> None:
        """Send `count` heartbeats; returns when all were read."""
        for _ in range(count):
            await self._stream.send(HEARTBEAT)
        # Answered in order after the heartbeats: a report on a task nobody has.
        last = pb.WorkerMessage()
        last.updates.add(
            task_id="none",
            attempt=1,
            kind=pb.TaskUpdate.KIND_ENDED,
            outcome=pb.ATTEMPT_OUTCOME_SUCCEEDED,
        )
        await self._stream.send(last)
        async for message in self._messages:
            if message.acks:
                return


async def measure_master(nodes: int, beats: int) -> tuple[float, float]:
    """(heartbeats a CPU second, KiB of memory a node)."""
    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as name:
        async with running_master(Path(name)) as master, master.sign_in() as pool:
            identities = await enrol(pool, master.ready, nodes)
            before = master.memory_bytes()
            stop = asyncio.Event()
            connected: list[Node] = []
            open_streams = [
                asyncio.ensure_future(_stay(identity, connected, stop)) for identity in identities
            ]
            async with asyncio.timeout(120):
                while len(connected) < nodes:
                    await asyncio.sleep(0.01)
            memory = (master.memory_bytes() - before) / nodes / 1024
            cpu = master.cpu_seconds()
            await asyncio.gather(*(node.beat(beats) for node in connected))
            cpu = master.cpu_seconds() - cpu
            stop.set()
            await asyncio.gather(*open_streams, return_exceptions=True)
    return nodes * beats / cpu, memory


async def _stay(identity: NodeIdentity, connected: list[Node], stop: asyncio.Event) -> None:
    clock = SystemClock()
    async with NodeClient(identity, clock, SystemIds(clock)) as client, client.work() as stream:
        node = Node(stream)
        await node.hello()
        connected.append(node)
        await stop.wait()


async def measure_echo(streams: int, beats: int) -> float:
    """Echoes a CPU second of a server that does nothing else."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve_echo, args=(theirs,))
    process.start()
    try:
        port, certificate = await asyncio.to_thread(ours.recv)
        address = MasterAddress("127.0.0.1", port)
        # The stubs know less of grpc.aio than it takes.
        channels: list[Any] = [open_channel(address, certificate) for _ in range(streams)]
        calls = [
            channel.stream_stream(
                ECHO,
                request_serializer=pb.WorkerMessage.SerializeToString,
                response_deserializer=pb.WorkerMessage.FromString,
            )()
            for channel in channels
        ]
        await asyncio.gather(*(_echo(call, 1) for call in calls))
        server = psutil.Process(process.pid)
        before = server.cpu_times()
        await asyncio.gather(*(_echo(call, beats) for call in calls))
        after = server.cpu_times()
        for channel in channels:
            await channel.close()
    finally:
        process.kill()
        process.join()
    used_seconds: float = after.user + after.system - before.user - before.system
    return streams * beats / used_seconds


async def _echo(call: Any, beats: int) -> None:
    for _ in range(beats):
        await call.write(HEARTBEAT)
    for _ in range(beats):
        await call.read()


def _serve_echo(pipe: Connection) -> None:
    asyncio.run(_echo_server(pipe))


async def _echo_server(pipe: Connection) -> None:
    async def echo(
        messages: AsyncIterator[pb.WorkerMessage], _context: Any
    ) -> AsyncIterator[pb.WorkerMessage]:
        async for message in messages:
            yield message

    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as name:
        clock = SystemClock()
        authority = open_authority(
            open_vault(Path(name) / "keys", SystemIds(clock)), clock, SystemIds(clock)
        )
    server = grpc.aio.server()
    handler = grpc.stream_stream_rpc_method_handler(
        echo,
        request_deserializer=pb.WorkerMessage.FromString,
        response_serializer=pb.WorkerMessage.SerializeToString,
    )
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("bench.Echo", {"Echo": handler}),)
    )
    pair = (authority.private_key_pem, authority.certificate_chain_pem)
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
    await server.start()
    pipe.send((port, authority.ca_certificate_pem))
    await server.wait_for_termination()


def main() -> int:
    options = report.parser(__doc__).parse_args()
    nodes, beats, rounds = (20, 20, 1) if options.short else (300, 100, 3)
    ours, echoes = [], []
    for _ in range(rounds):
        ours.append(asyncio.run(measure_master(nodes, beats)))
        echoes.append(asyncio.run(measure_echo(nodes, beats)))
    rate = median(rate for rate, _ in ours)
    echo_rate = median(echoes)
    figures = {
        "nodes": nodes,
        "heartbeats_per_cpu_second": rate,
        "echoes_per_cpu_second": echo_rate,
        "ratio": rate / echo_rate,
        "memory_kib_per_node": median(memory for _, memory in ours),
    }
    goals = {"ratio": ">= 0.6", "memory_kib_per_node": "<= 120"}
    return report.finish("heartbeats", figures, goals, strict=options.strict)


if __name__ == "__main__":
    raise SystemExit(main())
