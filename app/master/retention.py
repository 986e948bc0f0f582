"""Forgetting what is over its time, and renewing what will be."""

import asyncio
from collections.abc import Callable

import structlog

from app.common.clock import Clock
from app.common.ids import IdSource
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


async def keep_renewed(
    identity: IdentityParts, clock: Clock, ids: IdSource, then: Callable[[], None]
) -> None:
    """Renew certificates and signing keys in time, for ever; running streams go on.

    `then` is called when there is another certificate.
    """
    while True:
        await asyncio.sleep(INTERVAL_SECONDS)
        if await asyncio.to_thread(identity.renew, clock, ids):
            then()
