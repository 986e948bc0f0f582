"""Forgetting what is over its time: results, answered requests, ended sessions."""

import asyncio

import structlog

from app.master.identity.sessions import Sessions
from app.master.rpc.idempotency import Idempotency
from app.master.tasks.artifact_service import ArtifactService

log = structlog.get_logger(__name__)

INTERVAL_SECONDS = 3600.0


async def keep_house(artifacts: ArtifactService, once: Idempotency, sessions: Sessions) -> None:
    """Tidy once an hour, for ever."""
    while True:
        await asyncio.sleep(INTERVAL_SECONDS)
        expired = await artifacts.expire()
        forgotten = await once.forget_old()
        await sessions.tidy()
        log.info("tidied", artifacts=expired, requests=forgotten)
