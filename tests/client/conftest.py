"""What the client's tests share: a running fake pool and somebody signed in to it."""

import pytest

from app.client.api import HiveMind
from app.client.profiles import Profiles
from tests.client.cutting_proxy import CuttingProxy
from tests.client.fake_pool import FakePool
from tests.ports import free_ports


@pytest.fixture
async def fake():
    async with FakePool(port=free_ports(1)[0]) as fake_pool:
        yield fake_pool


@pytest.fixture
async def proxy(fake):
    async with CuttingProxy(fake.port) as cutting_proxy:
        yield cutting_proxy


@pytest.fixture
async def pool(fake):
    """Signed in, straight to the fake pool."""
    ca = fake.authority.ca_pem
    async with HiveMind.connect(
        fake.address, ca_certificate_pem=ca, username="ann", password="right"
    ) as signed_in:
        yield signed_in


@pytest.fixture
async def far_pool(fake, proxy):
    """Signed in through the proxy that breaks connections."""
    ca = fake.authority.ca_pem
    async with HiveMind.connect(
        f"127.0.0.1:{proxy.port}", ca_certificate_pem=ca, username="ann", password="right"
    ) as signed_in:
        yield signed_in


@pytest.fixture
def profiles(tmp_path):
    return Profiles(tmp_path / "config")
