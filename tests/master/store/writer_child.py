"""A process that writes until it is killed and prints each number once it is acknowledged."""

import asyncio
import sys

from sqlalchemy import text

from app.master.store.engine import open_engines
from app.master.store.writer import GroupCommitWriter

CALLERS = 8


async def main(url: str) -> None:
    writer = GroupCommitWriter(open_engines(url), lambda error: sys.exit(str(error)))
    writer.start()

    async def caller(place: int) -> None:
        number = place
        while True:
            number += CALLERS
            await writer.run(
                lambda tx, number=number: tx.execute(
                    text("INSERT INTO pool_facts VALUES (:key, 'a'), (:other, 'b')"),
                    {"key": f"{number}", "other": f"{number}-twin"},
                )
            )
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()

    await asyncio.gather(*(caller(place) for place in range(CALLERS)))


asyncio.run(main(sys.argv[1]))
