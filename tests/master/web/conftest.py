import pytest

from tests.identity_world import identity_world


@pytest.fixture
async def world(tmp_path):
    async with identity_world(tmp_path) as made:
        yield made
