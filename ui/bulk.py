"""One call for each of many things."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import QCoreApplication

from app.common.errors import HiveMindError
from ui.sentences import shown

#: Calls under way at once: more would only wait in the master.
AT_ONCE = 8


async def for_each(ids: Sequence[str], call: Callable[[str], Awaitable[object]]) -> int:
    """Call `call` with each of `ids`, whether others are refused or not; returns how many.

    Raises the first refusal, with how many there were.
    """
    gate = asyncio.Semaphore(AT_ONCE)
    refusals: list[HiveMindError] = []

    async def one(each: str) -> None:
        async with gate:
            try:
                await call(each)
            except HiveMindError as error:
                refusals.append(error)

    await asyncio.gather(*(one(each) for each in ids))
    if not refusals:
        return len(ids)
    first = refusals[0]
    if len(ids) == 1:
        raise first
    sentence = QCoreApplication.translate("Bulk", "{refused} of {all} were refused. {why}")
    raise HiveMindError(
        first.reason,
        sentence.format(refused=len(refusals), all=len(ids), why=shown(first.message)),
        first=first.message,
        **first.details,
    )
