"""A real master in this process, with real TLS and a real SQLite file."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser

from app.client.api import HiveMind
from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.master.master import Master
from app.master.settings import Settings
from tests.chromium import chromium
from tests.e2e.checked import Owners

ADMIN = "admin"
PASSWORD = "correct horse battery staple"


def settings_in(folder: Path, **changes: object) -> Settings:
    """Settings of a master that tests can reach, on ports that the system chooses."""
    values: dict[str, object] = {
        "grpc_server_address": "127.0.0.1:0",
        "ui_port": 0,
        "data_dir": folder,
        "announce": False,
    }
    return Settings(**(values | changes))


@asynccontextmanager
async def serving(settings: Settings, *, new: bool = True) -> AsyncIterator[Master]:
    """A master that serves, with an admin; `new`: who is made now."""
    clock = SystemClock()
    master = Master(settings, clock, SystemIds(clock))
    await master.start()
    try:
        if new:
            await master.create_admin(ADMIN, PASSWORD)
        yield master
        assert not master.failed
    finally:
        await master.stop()


@asynccontextmanager
async def signed_in(
    master: Master, name: str = ADMIN, password: str = PASSWORD
) -> AsyncIterator[HiveMind]:
    """A user's session."""
    async with HiveMind.connect(
        master.grpc_address, pin=master.ca_pin, username=name, password=password
    ) as pool:
        yield pool


@pytest.fixture
async def master(tmp_path: Path) -> AsyncIterator[Master]:
    async with serving(settings_in(tmp_path / "data")) as started:
        yield started


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest.fixture
async def admin(master: Master) -> AsyncIterator[HiveMind]:
    async with signed_in(master) as pool:
        yield pool


@pytest.fixture
async def ann(master: Master, admin: HiveMind) -> AsyncIterator[HiveMind]:
    """A user with the grant of 100 CPT."""
    await admin.users.create("ann", "an unlikely phrase")
    async with signed_in(master, "ann", "an unlikely phrase") as pool:
        yield pool


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """A task that does nothing."""
    folder = tmp_path / "job"
    folder.mkdir()
    (folder / "run.sh").write_text("true\n")
    return folder


@pytest.fixture
async def owners(master: Master, admin: HiveMind, tmp_path: Path) -> AsyncIterator[Owners]:
    """Whose nodes join."""
    async with AsyncExitStack() as stack:
        yield Owners(master, admin, tmp_path, stack)
