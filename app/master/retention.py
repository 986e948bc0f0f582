"""Forgetting what is over its time: results, answered requests, ended sessions, old tokens."""

import asyncio

import structlog

from app.master.identity_parts import IdentityParts
from app.master.scheduling_parts import SchedulingParts
from app.master.store.writer import Writer

log = structlog.get_logger(__name__)

INTERVAL_SECONDS = 3600.0


async def keep_house(writer: Writer, identity: IdentityParts, scheduling: SchedulingParts) -> None:
    """Tidy once an hour, for ever."""
    while True:
        await asyncio.sleep(INTERVAL_SECONDS)
        expired = await scheduling.artifacts.expire()
        forgotten = await identity.once.forget_old()
        await identity.sessions.tidy()
        tokens = await writer.run(identity.join_tokens.tidy)
        codes = await writer.run(identity.reset_codes.tidy)
        log.info(
            "tidied",
            artifacts=expired,
            requests=forgotten,
            join_tokens=tokens,
            reset_codes=codes,
        )
