"""A good caller's time while others send junk and mutated messages.

One master, one good caller who asks again and again, and in turns: nobody else; two thousand
connections that say junk, a hundred at once; two thousand mutated messages on all calls, by
an admin of their own, one after the other, and as many twenty at once; and a process that only
keeps a core busy, which tells how much of the rest is the machine's. What counts is the good
caller's p99 beside its own in the quiet of the same run.
"""

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import grpc.aio
from google.protobuf.message_factory import GetMessageClass

from app.client.address import MasterAddress
from app.client.api import HiveMind
from app.client.channel import open_channel
from app.common.vocabulary import Role
from bench import report
from bench.hostility import CALLS, Mutations, connect_with_junk, send_by_wire
from bench.pool import ADMIN, PASSWORD, ROOT, MasterProcess, running_master

#: They end sessions, or change the machine that the master runs on.
SPARED = ("SignOut", "EndSessions", "ChangePassword", "ResetPassword", "UpdateUser", "SetUpVpn")
#: Who sends mutated messages: an admin, so that they come past the door.
HOSTILE = ("mallory", "nine purple lamps")
PAUSE_SECONDS = 0.005
QUIET_SECONDS = 4.0


async def good(ready: Mapping[str, str]) -> None:
    """Ask until the input ends, then print each question's beginning and seconds."""
    samples = []
    async with HiveMind.connect(
        ready["grpc_address"], pin=ready["ca_pin"], username=ADMIN, password=PASSWORD
    ) as pool:
        await pool.whoami()
        print("ready", flush=True)
        ended = asyncio.ensure_future(asyncio.to_thread(sys.stdin.read))
        while not ended.done():
            start = time.monotonic()
            await pool.ledger.balance()
            samples.append((start, time.monotonic() - start))
            await asyncio.sleep(PAUSE_SECONDS)
    print(json.dumps(samples))


async def junk(ready: Mapping[str, str], count: int, seed: int) -> None:
    """`count` connections, a hundred at once."""
    address, chance = MasterAddress.parse(ready["grpc_address"]), random.Random(seed)
    for _ in range(count // 100):
        await asyncio.gather(*(connect_with_junk(address, chance) for _ in range(100)))


async def mutated(ready: Mapping[str, str], count: int, seed: int, at_once: int) -> None:
    """`count` messages, so many at once, on all calls in turns."""
    mutations = Mutations(random.Random(seed))
    async with HiveMind.connect(
        ready["grpc_address"], pin=ready["ca_pin"], username=HOSTILE[0], password=HOSTILE[1]
    ) as pool:
        token = await pool._session.token()
        certificate = (await pool.info()).ca_certificate_pem.encode()
        paths = [path for path in CALLS if path.rpartition("/")[2] not in SPARED]
        async with open_channel(MasterAddress.parse(ready["grpc_address"]), certificate) as channel:
            for first in range(0, count, at_once):
                turns = [paths[number % len(paths)] for number in range(first, first + at_once)]
                await asyncio.gather(*(one(channel, path, mutations, token) for path in turns))


async def one(channel: Any, path: str, mutations: Mutations, token: str) -> None:
    """One message, whatever comes of it."""
    message = mutations.of(GetMessageClass(CALLS[path].input_type))
    with suppress(grpc.aio.AioRpcError):
        await send_by_wire(channel, path, [message], token)


async def busy(_ready: Mapping[str, str], count: int, _seed: int) -> None:
    """As long as about so many connections would take, and nobody is asked anything."""
    end = time.monotonic() + count / 500
    while time.monotonic() < end:
        random.Random(0).randbytes(10_000)


#: Who is there beside the good caller, one kind after the other.
KINDS: Mapping[str, Callable[[Mapping[str, str], int, int], Coroutine[Any, Any, None]]] = {
    "junk": junk,
    "mutated": partial(mutated, at_once=1),
    "crowd": partial(mutated, at_once=20),
    "busy": busy,
}


async def hostile(
    kind: str, ready: Mapping[str, str], count: int, seed: int
) -> tuple[float, float]:
    """From when to when a process of that kind was at work."""
    command = (sys.executable, "-m", "bench.hostile", kind, json.dumps(ready), str(count))
    process = await asyncio.create_subprocess_exec(
        *command, str(seed), cwd=ROOT, stdout=subprocess.PIPE
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the {kind} ended with {process.returncode}")
    start, end = json.loads(said)
    return start, end


async def measure(master: MasterProcess, rounds: int, count: int) -> dict[str, list[float]]:
    """The good caller's seconds, by who else was there."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.hostile", "good", json.dumps(master.ready)),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        limit=1 << 26,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    times: list[tuple[str, float, float]] = []
    for number in range(rounds):
        for kind in KINDS:
            start = time.monotonic()
            await asyncio.sleep(QUIET_SECONDS / len(KINDS))
            times.append(("quiet", start, time.monotonic()))
            times.append((kind, *await hostile(kind, master.ready, count, number)))
    samples = json.loads((await process.communicate(b""))[0])
    found: dict[str, list[float]] = {kind: [] for kind in ("quiet", *KINDS)}
    for kind, start, end in times:
        found[kind] += [seconds for at, seconds in samples if start <= at < end]
    return found


async def run(rounds: int, count: int) -> dict[str, float]:
    """The figures."""
    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as folder:
        async with running_master(Path(folder)) as master:
            async with master.sign_in() as admin:
                await admin.users.create(*HOSTILE, role=Role.ADMIN)
            await measure(master, 1, min(count, 200))
            before = master.memory_bytes()
            found = await measure(master, rounds, count)
            grown = (master.memory_bytes() - before) / 1024**2
    figures: dict[str, float] = {}
    for kind, seconds in found.items():
        figures[f"{kind}_questions"] = len(seconds)
        for percent in (50, 99):
            figures[f"{kind}_p{percent}_ms"] = report.percentile(seconds, percent) * 1000
    for kind in KINDS:
        figures[f"{kind}_ratio"] = figures[f"{kind}_p99_ms"] / figures["quiet_p99_ms"]
    return figures | {"memory_mib": grown}


def main() -> int:
    if sys.argv[1:2] == ["good"]:
        asyncio.run(good(json.loads(sys.argv[2])))
        return 0
    if sys.argv[1:2] and sys.argv[1] in KINDS:
        start = time.monotonic()
        asyncio.run(KINDS[sys.argv[1]](json.loads(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
        print(json.dumps((start, time.monotonic())))
        return 0
    parser = report.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="turns of each: 3 unless said")
    options = parser.parse_args()
    rounds, count = (1, 200) if options.short else (options.rounds, 2000)
    figures = asyncio.run(run(rounds, count))
    ratios = dict.fromkeys(("junk_ratio", "mutated_ratio", "crowd_ratio"), "<= 2")
    goals = ratios | {"memory_mib": "<= 64"}
    return report.finish("hostile", figures, goals, strict=options.strict)


if __name__ == "__main__":
    sys.exit(main())
