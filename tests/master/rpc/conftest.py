import pytest

from tests.identity_wire import Wire, services
from tests.identity_world import channel_to, identity_world, served


@pytest.fixture
async def world(tmp_path):
    async with identity_world(tmp_path) as made:
        yield made


@pytest.fixture
async def wire(world):
    async with (
        served(world, services(world)) as address,
        channel_to(world, address) as channel,
    ):
        yield Wire(world, channel, address)
