"""Every page of the web side in both languages, both themes, and two widths, drawn by Chromium.

python3 build_scripts/dev.py web-screenshots [FOLDER]
"""

import argparse
import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from app.client.api import HiveMind
from app.client.vpn import HubWish
from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.common.vocabulary import Role
from app.master.master import Master
from app.master.settings import load_settings
from app.wireguard import choice
from app.wireguard.backends.export import ExportBackend
from bench.pool import ask_to_join
from build_scripts.environment import ROOT
from build_scripts.sample_pool import sample_pool
from proto import nodepool_pb2 as pb

CHROMIUM = "/usr/bin/chromium"
ADMIN, PASSWORD = "alice", "correct horse battery staple"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
LANGUAGES = ("en", "zh-CN")
THEMES = ("light", "dark")
OPEN_PATHS = {"login": "/login", "register": "/register", "reset-password": "/reset-password"}
#: For tasks to run and nodes to report.
SETTLE_SECONDS = 4.0


async def main(folder: Path) -> None:
    """Draw them into `folder`."""
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        clock = SystemClock()
        settings = load_settings(
            grpc_server_address="127.0.0.1:0",
            ui_port=0,
            data_dir=data / "data",
            announce=False,
            pool_name="Room 204",
            log_level="WARNING",
        )
        master = Master(settings, clock, SystemIds(clock))
        await master.start()
        stack.push_async_callback(master.stop)
        await master.create_admin(ADMIN, PASSWORD)
        pool = await stack.enter_async_context(
            HiveMind.connect(
                master.grpc_address, pin=master.ca_pin, username=ADMIN, password=PASSWORD
            )
        )
        await stack.enter_async_context(sample_pool(pool, master.grpc_address, data, nodes=6))
        await _people(pool)
        await ask_to_join(pool, master.grpc_address, "laptop-7")
        await asyncio.sleep(SETTLE_SECONDS)
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        stack.push_async_callback(browser.close)
        paths = await _paths(pool)
        for language in LANGUAGES:
            for theme in THEMES:
                for width in WIDTHS:
                    await _draw(browser, master.web_address, paths, folder, language, theme, width)


async def _people(pool: HiveMind) -> None:
    """Users, and an encrypted network that is only written down."""
    choice.all_backends = lambda commands: (ExportBackend(),)  # noqa: ARG005 - by its name
    for name, role in (("bob", Role.WORKER), ("carol", Role.OPERATOR), ("dave", Role.AUDITOR)):
        await pool.users.create(name, PASSWORD, role)
    await pool.users.set_disabled("dave", disabled=True)
    await pool.ledger.grant("bob", 12_500, "for the weekend")
    await pool.vpn.set_up_hub(HubWish(endpoint_host="vpn.example.org"))
    await pool.vpn.add_device("Carol's laptop")


async def _paths(pool: HiveMind) -> dict[str, str]:
    tasks = [task async for task in pool.tasks.iterate()]
    waiting = next(task for task in tasks if task.name.startswith("a task no machine"))
    started = next((task for task in tasks if task.attempt), tasks[0])
    nodes = [node async for node in pool.nodes.iterate()]
    asking = next(node for node in nodes if node.state == pb.NODE_STATE_PENDING)
    return {
        "pool": "/",
        "upload": "/upload",
        "task": f"/tasks/{started.task_id}",
        "waiting": f"/tasks/{waiting.task_id}",
        "node": f"/nodes/{nodes[0].node_id}",
        "ledger": "/ledger",
        "account": "/account",
        "asking": f"/nodes/{asking.node_id}",
        "users": "/users",
        "audit": "/audit?verify=1",
        "join-tokens": "/join-tokens",
        "vpn": "/vpn?check=1",
        "refused": "/tasks/none",
    }


async def _draw(
    browser: Browser,
    address: str,
    paths: dict[str, str],
    folder: Path,
    language: str,
    theme: str,
    width: str,
) -> None:
    columns, rows = WIDTHS[width]
    context = await browser.new_context(
        base_url=address,
        viewport={"width": columns, "height": rows},
        color_scheme="dark" if theme == "dark" else "light",
        locale=language,
    )
    page = await context.new_page()
    name = f"{language}-{theme}-{width}"
    for kind, path in OPEN_PATHS.items():
        await page.goto(path)
        await _shoot(page, folder / f"{kind}-{name}.png")
    await page.goto("/login")
    await page.fill("[name=username]", ADMIN)
    await page.fill("[name=password]", PASSWORD)
    await page.click("main button")
    await page.wait_for_url("**/")
    for kind, path in paths.items():
        await page.goto(path)
        await page.wait_for_timeout(300)
        await _shoot(page, folder / f"{kind}-{name}.png")
    await page.goto("/join-tokens")
    await page.locator("[name=note]").fill("room 204")
    await page.click("form[action='/join-tokens'] button")
    await _shoot(page, folder / f"join-line-{name}.png")
    await page.goto("/users")
    await page.locator("#user-bob summary").click()
    await _shoot(page, folder / f"user-change-{name}.png")
    await page.locator("#user-bob button[value=code]").click()
    await _shoot(page, folder / f"reset-code-{name}.png")
    await page.goto("/vpn")
    await page.fill("#device [name=name]", f"phone-{name}")
    await page.click("#device button")
    await page.wait_for_selector("#device-code path")
    await _shoot(page, folder / f"device-{name}.png")
    await context.close()


async def _shoot(page: Page, path: Path) -> None:
    await page.screenshot(path=path, full_page=True)
    print(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="dev.py web-screenshots", description="Draw every page.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "web")
    target: Path = parser.parse_args().folder
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target))
