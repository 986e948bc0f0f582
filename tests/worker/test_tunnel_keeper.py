"""What a node takes from a hub, and what it does not."""

import ipaddress

import pytest

from app.common.errors import HiveMindError, Reason
from app.wireguard.commands import Done
from app.wireguard.configuration import Configuration, Endpoint, Peer
from app.wireguard.keys import new_private_key, public_key_of
from app.worker.tunnel.keeper import _require_elsewhere
from tests.sources import SeededIds
from tests.wireguard.machines import Recorded

IDS = SeededIds(5)
HUB = public_key_of(new_private_key(IDS))
ROUTES = '[{"dst":"default","dev":"eth0"},{"dst":"10.86.0.0/16","dev":"eth1"}]'


def configuration(network: str, endpoint: str) -> Configuration:
    allowed = ipaddress.ip_network(network)
    return Configuration(
        new_private_key(IDS),
        (ipaddress.ip_interface(f"{allowed[9]}/{allowed.prefixlen}"),),
        peers=(Peer(HUB, (allowed,), Endpoint(endpoint, 51820), 25),),
    )


def machine() -> Recorded:
    answers = {("ip", "-json", "-4"): Done(0, ROUTES), ("ip", "-json", "-6"): Done(0, "[]")}
    return Recorded(answers)


@pytest.mark.parametrize(
    ("network", "endpoint"),
    [("10.86.4.0/24", "203.0.113.5"), ("10.87.0.0/24", "127.0.0.1"), ("127.0.0.0/24", "hub")],
    ids=["a network in use", "the hub itself", "the machine's own address"],
)
def test_a_tunnel_that_would_shadow_what_is_used_is_refused(network: str, endpoint: str):
    with pytest.raises(HiveMindError) as refusal:
        _require_elsewhere(configuration(network, endpoint), "wg0", machine())
    assert refusal.value.reason is Reason.VPN_NETWORK_OVERLAPS


def test_one_beside_it_is_taken():
    _require_elsewhere(configuration("10.87.0.0/24", "203.0.113.5"), "wg0", machine())
