"""The HTTP API beside gRPC and bare uvicorn: a list of 1,000 tasks, and an upload of 100 MB.

The list is asked for over one connection; what counts is requests a CPU second of the server.
`bare` is uvicorn alone with the least application: it reads the same rows of the same store by
the sqlite3 module and writes them with json. `ready` is uvicorn sending the same bytes, made
once: what no server that looks at its store can reach. The master keeps a list as it was sent
while no task changes (`http`); `http_new` asks for another list each time, of tasks whose rows
are known: what is left of a list that is asked for while a few of its tasks change. The upload
counts CPU and wall time from its first byte to its acknowledgement, with fsync, beside a file
written, hashed and synced.
"""

import argparse
import asyncio
import hashlib
import json
import multiprocessing
import os
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import psutil
import uvicorn

from app.client import transfers
from app.client.api import HiveMind
from app.client.transfers import Artifact
from bench import report
from bench.pool import ADMIN, PASSWORD, MasterProcess, no_op_archive, running_master

PIECE_BYTES = 256 * 1024
STATES = ("queued", "assigned", "running", "succeeded", "failed", "cancelled")
#: What the master asks its store for a list, as somebody would write it by hand.
_ROWS = """\
SELECT tasks.array_id || '-' || array_index AS task_id, tasks.array_id, array_index,
       arrays.count AS array_count, users.name AS owner, arrays.name, buckets.priority, tasks.state,
       detail, attempt, node_id, nodes.name AS node_name, tasks.submitted_us,
       tasks.started_us, tasks.ended_us, tasks.price_mcpt, charged_mcpt, result_digest,
       result_bytes, exit_code, cancel_requested
FROM tasks JOIN arrays ON arrays.id = tasks.array_id JOIN buckets ON buckets.id = tasks.bucket_id
JOIN users ON users.id = tasks.owner_id LEFT JOIN nodes ON nodes.id = tasks.node_id
WHERE tasks.owner_id = (SELECT id FROM users WHERE name = ?) ORDER BY sequence DESC LIMIT ?"""


@dataclass(frozen=True)
class Size:
    """How much is done."""

    tasks: int
    requests: int
    rounds: int
    upload_bytes: int


SHORT = Size(tasks=100, requests=10, rounds=1, upload_bytes=4_000_000)
WHOLE = Size(tasks=1000, requests=60, rounds=5, upload_bytes=100_000_000)


def _bare(listener: socket.socket, store: str, tasks: int, ready: bytes) -> None:
    """An application on uvicorn, with nothing else. With `ready` it sends that."""
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True) if not ready else None

    def body() -> bytes:
        if connection is None:
            return ready
        cursor = connection.execute(_ROWS, (ADMIN, tasks))
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
        return json.dumps({"tasks": rows}).encode()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        data = body()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(data))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": data})

    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
    uvicorn.Server(config).run([listener])


@contextmanager
def bare_server(
    store: Path, tasks: int, ready: bytes = b""
) -> Iterator[tuple[str, psutil.Process]]:
    """Its address and its process."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    spawn = multiprocessing.get_context("spawn")
    process = spawn.Process(target=_bare, args=(listener, str(store), tasks, ready))
    process.start()
    try:
        yield address, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.join()
        listener.close()


def cpu_of(process: psutil.Process) -> float:
    """CPU seconds of a process so far."""
    times = process.cpu_times()
    return float(times.user + times.system)


async def per_cpu_second(ask: Callable[[], Any], process: psutil.Process, requests: int) -> float:
    """Answers a CPU second of the server."""
    before = cpu_of(process)
    for _ in range(requests):
        await ask()
    return requests / max(cpu_of(process) - before, 0.001)


async def lists(
    master: MasterProcess, pool: HiveMind, http: httpx.AsyncClient, size: Size
) -> dict[str, float]:
    """The list four ways, taking turns."""
    path = f"/api/v1/tasks?page_size={size.tasks}"

    async def by_http() -> bytes:
        answer = await http.get(path)
        return answer.content

    orders = (f"&states={'&states='.join(order)}" for order in permutations(STATES))

    async def new_by_http() -> None:
        answer = await http.get(f"{path}{next(orders)}")
        assert len(answer.content) >= len(body)

    async def by_grpc() -> None:
        page = await pool.tasks.page(page_size=size.tasks)
        assert len(page.tasks) == size.tasks

    body = await by_http()
    assert len(json.loads(body)["tasks"]) == size.tasks
    store = master.folder / "data" / "pool.sqlite3"
    server = psutil.Process(master.process.pid if master.process else 0)
    names = ("http", "http_new", "grpc", "bare", "ready")
    taken: dict[str, list[float]] = {name: [] for name in names}
    with (
        bare_server(store, size.tasks) as (bare, bare_process),
        bare_server(store, size.tasks, body) as (ready, ready_process),
    ):
        async with httpx.AsyncClient(timeout=30) as other:
            for address in (bare, ready):
                found_there = json.loads(await _up(other, address))["tasks"]
                assert len(found_there) == size.tasks
            for _ in range(size.rounds):
                for name, ask, process in (
                    ("http", by_http, server),
                    ("http_new", new_by_http, server),
                    ("grpc", by_grpc, server),
                    ("bare", lambda: other.get(bare), bare_process),
                    ("ready", lambda: other.get(ready), ready_process),
                ):
                    taken[name].append(await per_cpu_second(ask, process, size.requests))
    found = {f"list_{name}_per_cpu_s": median(values) for name, values in taken.items()}
    found["list_bytes"] = len(body)
    found["list_http_of_bare_percent"] = (
        100 * found["list_http_per_cpu_s"] / found["list_bare_per_cpu_s"]
    )
    found["list_http_new_of_bare_percent"] = (
        100 * found["list_http_new_per_cpu_s"] / found["list_bare_per_cpu_s"]
    )
    found["list_http_of_ready_percent"] = (
        100 * found["list_http_per_cpu_s"] / found["list_ready_per_cpu_s"]
    )
    return found


async def _up(http: httpx.AsyncClient, address: str) -> bytes:
    for _ in range(100):
        try:
            return (await http.get(address)).content
        except httpx.TransportError:
            await asyncio.sleep(0.05)
    raise RuntimeError(f"nothing answers at {address}")


def plain(data: bytes, folder: Path) -> tuple[float, float]:
    """CPU and wall seconds of a file written in pieces, hashed, and on the disk."""
    cpu, wall = time.process_time(), time.perf_counter()
    found = hashlib.sha256()
    path = folder / "plain"
    with path.open("wb") as file:
        for start in range(0, len(data), PIECE_BYTES):
            piece = data[start : start + PIECE_BYTES]
            file.write(piece)
            found.update(piece)
        file.flush()
        os.fsync(file.fileno())
    found.hexdigest()
    path.unlink()
    return time.process_time() - cpu, time.perf_counter() - wall


async def uploads(
    master: MasterProcess, pool: HiveMind, http: httpx.AsyncClient, size: Size, folder: Path
) -> dict[str, float]:
    """The upload by HTTP and by gRPC, each time of other bytes, and the plain file."""
    server = psutil.Process(master.process.pid if master.process else 0)
    taken: dict[str, list[tuple[float, float]]] = {"plain": [], "http": [], "grpc": []}
    grown = 0
    for number in range(size.rounds):
        data = bytearray(os.urandom(PIECE_BYTES)) * (size.upload_bytes // PIECE_BYTES)
        taken["plain"].append(plain(bytes(data), folder))
        for name in ("http", "grpc"):
            data[:8] = number.to_bytes(7) + name[:1].encode()
            path = folder / "upload"
            path.write_bytes(data)
            digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
            send = (
                _send_http(http, path, digest)
                if name == "http"
                else transfers.upload(pool.tasks._calls, path, Artifact(digest))
            )
            memory = server.memory_info().rss
            cpu, wall = cpu_of(server), time.perf_counter()
            await send
            taken[name].append((cpu_of(server) - cpu, time.perf_counter() - wall))
            if name == "http":
                grown = max(grown, server.memory_info().rss - memory)
    found: dict[str, float] = {"upload_grown_mb": grown / 1e6}
    for name, pairs in taken.items():
        found[f"upload_{name}_cpu_s"] = median(cpu for cpu, _ in pairs)
        found[f"upload_{name}_wall_s"] = median(wall for _, wall in pairs)
    found["upload_http_of_plain_cpu"] = found["upload_http_cpu_s"] / found["upload_plain_cpu_s"]
    found["upload_http_of_plain_wall"] = found["upload_http_wall_s"] / found["upload_plain_wall_s"]
    return found


async def _send_http(http: httpx.AsyncClient, path: Path, digest: str) -> None:
    size_bytes = path.stat().st_size
    asked = {"digest": digest, "size_bytes": size_bytes}
    assert not (await http.post("/api/v1/uploads", json=asked)).json()["complete"]
    token = http.headers["authorization"]
    await asyncio.to_thread(_patch, http.base_url, digest, path, token)
    assert (await http.post("/api/v1/uploads", json=asked)).json()["complete"]


def _patch(base: httpx.URL, digest: str, path: Path, token: str) -> None:
    """Send the file from the kernel, as curl would be glad to: the client costs next to nothing."""
    head = [
        f"PATCH /api/v1/uploads/{digest} HTTP/1.1",
        f"Host: {base.host}:{base.port}",
        f"Authorization: {token}",
        "Upload-Offset: 0",
        f"Content-Length: {path.stat().st_size}",
        "Connection: close",
    ]
    with socket.create_connection((base.host, base.port or 80)) as there, path.open("rb") as file:
        there.sendall(("\r\n".join(head) + "\r\n\r\n").encode())
        there.sendfile(file)
        assert there.recv(12) == b"HTTP/1.1 200"
        while there.recv(PIECE_BYTES):
            pass


@asynccontextmanager
async def _signed_in(master: MasterProcess) -> AsyncIterator[tuple[HiveMind, httpx.AsyncClient]]:
    address = master.ready["web_address"]
    async with (
        master.sign_in() as pool,
        httpx.AsyncClient(base_url=address, timeout=60) as http,
    ):
        login = {"username": ADMIN, "password": PASSWORD}
        token = (await http.post("/api/v1/session", json=login)).json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        yield pool, http


async def main(options: argparse.Namespace) -> int:
    """Measure, and print."""
    size = SHORT if options.short else WHOLE
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with running_master(folder) as master, _signed_in(master) as (pool, http):
            await pool.ledger.grant(ADMIN, 10**9, "for the tasks")
            await pool.tasks.submit(no_op_archive(folder), count=size.tasks, name="task")
            figures = await lists(master, pool, http, size)
            figures |= await uploads(master, pool, http, size, folder)
    goals = {
        "list_http_of_bare_percent": ">= 60",
        "list_http_new_of_bare_percent": ">= 60",
        "upload_http_of_plain_wall": "<= 1.5",
        "upload_grown_mb": "<= 20",
    }
    return report.finish("http", figures, goals, strict=options.strict)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(report.parser(__doc__).parse_args())))
