"""The system's Chromium, driven by a test."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright, expect

from tests.parts import require_part

#: A busy machine is no failure.
expect.set_options(timeout=30_000)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser without a window; without its own sandbox, since tests may run as root."""
    program = shutil.which("chromium")
    require_part(program is not None, "Chromium: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def visit(browser: Browser, address: str, **options: object) -> AsyncIterator[Page]:
    """A page of somebody who was never here; a script's error on it fails the test."""
    options.setdefault("locale", "en-GB")
    context = await browser.new_context(base_url=address, **options)
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda message: (
            errors.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    try:
        yield page
    finally:
        await context.close()
    assert not errors, errors


async def sign_in(page: Page, name: str, password: str) -> None:
    """By the form, from wherever the page is led to."""
    await page.goto("/")
    await page.fill("[name=username]", name)
    await page.fill("[name=password]", password)
    await page.click("main button")
    await page.wait_for_url("**/")


async def violations(page: Page, where: str) -> list[tuple[str, str, str]]:
    """What axe-core finds serious on the page, as it stands."""
    results = await Axe().run(page)
    return [
        (where, found["id"], str(found["nodes"][0]["html"]))
        for found in results.response["violations"]
        if found["impact"] in ("serious", "critical")
    ]


async def no_fault(page: Page) -> None:
    """Nobody is shut out, on a phone either."""
    where = page.url
    assert await violations(page, where) == []
    await page.set_viewport_size({"width": 360, "height": 740})
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360, f"{where} is {width} pixels wide on a phone"
    assert await violations(page, where) == []
    await page.set_viewport_size({"width": 1280, "height": 900})


async def cookies(context: BrowserContext) -> dict[str, dict]:
    """The context's cookies by name."""
    return {cookie["name"]: dict(cookie) for cookie in await context.cookies()}


async def cut_short(route: Route) -> None:
    """Answer as a connection does that breaks in the middle of the answer."""
    await route.fulfill(status=200, content_type="application/json", body='{"name": "an')
