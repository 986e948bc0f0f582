"""Signing in while others guess passwords.

A thousand wrong logins at once, at fifty names from twenty addresses, against a master in
a process of its own; one user signs in again and again meanwhile, as a stranger from
another address and on a device the master knows. What counts: the user's time, that no
login of the user is refused, and what the flood costs the master in memory.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from app.client.address import MasterAddress
from app.client.api import HiveMind
from app.client.channel import open_channel
from app.client.errors import to_error
from app.common.errors import HiveMindError
from bench import report
from bench.pool import ROOT, MasterProcess, running_master
from proto import nodepool_pb2 as pb

ADDRESSES = 20
NAMES = 50
USER, PASSWORD = "ann", "nine purple lamps"
MEBIBYTE = 1024 * 1024


@asynccontextmanager
async def relay(port: int, source: str) -> AsyncIterator[int]:
    """A TCP relay to `port` whose connections come from the address `source`."""
    relays: set[asyncio.Task[None]] = set()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            relays.add(task)
        there = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
        try:
            await asyncio.gather(copy(reader, there[1]), copy(there[0], writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for each in (writer, there[1]):
                each.transport.abort()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in relays:
            task.cancel()
        await asyncio.gather(*relays, return_exceptions=True)


async def guess(stub: object, name: str, told: Counter[str]) -> None:
    """One wrong login; its refusal is counted."""
    try:
        await stub(pb.LoginRequest(username=name, password="wrong"), timeout=120)  # type: ignore[operator] # gRPC's
    except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
        told[to_error(error).reason.name if hasattr(error, "code") else repr(error)] += 1  # type: ignore[arg-type]


async def in_a_process(
    master: MasterProcess, count: int, device_token: str
) -> tuple[list[float], int]:
    """As `sign_ins`, not slowed down by the flood's own end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.logins", "--user", json.dumps(master.ready)),
        *(str(count), device_token),
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    said, _ = await process.communicate()
    seconds, refused = json.loads(said)
    return seconds, refused


async def sign_ins(
    ready: Mapping[str, str], count: int, device_token: str
) -> tuple[list[float], int]:
    """Seconds of each login of the user, and how many were refused."""
    seconds, refused = [], 0
    async with HiveMind.connect(ready["grpc_address"], pin=ready["ca_pin"]) as pool:
        for _ in range(count):
            start = time.perf_counter()
            try:
                await pool.sign_in(USER, PASSWORD, device_token=device_token)
            except HiveMindError:
                refused += 1
            seconds.append(time.perf_counter() - start)
    return seconds, refused


async def measure(guesses: int, logins: int) -> dict[str, float]:
    """The figures of one flood."""
    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as folder:
        async with AsyncExitStack() as stack:
            master = await stack.enter_async_context(running_master(Path(folder)))
            async with master.sign_in() as admin:
                await admin.users.create(USER, PASSWORD)
                ca = (await admin.info()).ca_certificate_pem.encode()
                known = await admin.sign_in(USER, PASSWORD)
            stubs = []
            for number in range(ADDRESSES):
                port = await stack.enter_async_context(relay(master.port, f"127.1.0.{number + 1}"))
                channel = open_channel(MasterAddress("127.0.0.1", port), ca)
                await stack.enter_async_context(channel)
                stubs.append(
                    channel.unary_unary(
                        "/nodepool.UserService/Login",
                        request_serializer=pb.LoginRequest.SerializeToString,
                        response_deserializer=pb.LoginResponse.FromString,
                    )
                )
            before = master.memory_bytes()
            told: Counter[str] = Counter()
            flood = [
                asyncio.ensure_future(
                    guess(stubs[number % ADDRESSES], f"user-{number % NAMES}", told)
                )
                for number in range(guesses)
            ]
            await asyncio.sleep(0)
            stranger, device = await asyncio.gather(
                in_a_process(master, logins, ""), in_a_process(master, logins, known.refresh_token)
            )
            await asyncio.gather(*flood)
            grown = (master.memory_bytes() - before) / MEBIBYTE
            after, refused_after = await sign_ins(master.ready, 1, "")
    print(", ".join(f"{reason}: {count}" for reason, count in told.most_common()))
    return {
        "stranger_p95_seconds": report.percentile(stranger[0], 95),
        "device_p95_seconds": report.percentile(device[0], 95),
        # The first one, as a rule: it comes together with all the guesses.
        "worst_seconds": max(*stranger[0], *device[0]),
        "refused": float(stranger[1] + device[1] + refused_after),
        "afterwards_seconds": after[0],
        "memory_mib": grown,
        "guesses_answered": float(told.total()),
    }


def main() -> int:
    if sys.argv[1:2] == ["--user"]:
        ready, count, device_token = sys.argv[2:]
        print(json.dumps(asyncio.run(sign_ins(json.loads(ready), int(count), device_token))))
        return 0
    parser = report.parser(__doc__)
    parser.add_argument("--guesses", type=int, default=0, help="wrong logins: 1000 unless said")
    options = parser.parse_args()
    guesses, logins = (200, 3) if options.short else (1000, 20)
    guesses = options.guesses or guesses
    figures = asyncio.run(measure(guesses, logins))
    goals = {
        "stranger_p95_seconds": "<= 2",
        "device_p95_seconds": "<= 2",
        "refused": "== 0",
        "memory_mib": "<= 100",
        "guesses_answered": f"== {guesses}",
    }
    return report.finish("logins", figures, goals, strict=options.strict)


if __name__ == "__main__":
    sys.exit(main())
