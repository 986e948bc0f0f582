import pytest

from tests.identity_world import identity_world


@pytest.fixture(params=["sqlite", "postgres"])
async def world(request, tmp_path):
    """A pool on each database in turn."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    async with identity_world(tmp_path, url=url) as made:
        yield made
