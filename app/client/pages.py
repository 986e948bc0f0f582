"""Lists that come in pages."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Protocol, TypeVar

PAGE_SIZE = 500


class Page(Protocol):
    """What every list's answer has."""

    next_page_token: str


PageT = TypeVar("PageT", bound=Page)


async def pages(ask: Callable[[str], Awaitable[PageT]]) -> AsyncGenerator[PageT, None]:
    """Every page that `ask(page_token)` answers, fetched as they are wanted."""
    page_token = ""
    while True:
        page = await ask(page_token)
        yield page
        page_token = page.next_page_token
        if not page_token:
            return
