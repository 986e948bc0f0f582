"""Whether the hub's port is reached from outside: what peers' handshakes tell, and what not."""

from dataclasses import replace

import pytest

from app.common.clock import MICROSECONDS
from app.master.store.vpn import VpnPeerRow
from app.master.vpn.outside import PATIENCE_US, Knocker, outside_check
from app.wireguard.checks import Result
from app.wireguard.configuration import Endpoint
from app.wireguard.status import DeviceStatus, PeerStatus

ROW = VpnPeerRow("p1", "node-1", "n1", "key", 0, None, 0)
OTHER = VpnPeerRow("p2", "node-2", "n2", "other key", 0, None, 0)
ENDPOINT = Endpoint("203.0.113.5", 51820)
NOW_US = PATIENCE_US + MICROSECONDS


def device(*came: VpnPeerRow) -> DeviceStatus:
    peers = [
        PeerStatus(row.public_key, "192.0.2.9:4711", frozenset(), int(row in came), 0, 0, 0)
        for row in (ROW, OTHER)
    ]
    return DeviceStatus("hub", 51820, {peer.public_key: peer for peer in peers})


@pytest.mark.parametrize(
    ("past", "came", "now_us", "result", "word"),
    [
        ((), (), NOW_US, Result.NOT_TRIED, "not known"),
        ((), (ROW,), NOW_US, Result.GOOD, "node-1"),
        ((ROW,), (), NOW_US, Result.BAD, "203.0.113.5:51820"),
        ((ROW,), (), NOW_US - 2 * MICROSECONDS, Result.NOT_TRIED, "not known"),
        ((OTHER,), (ROW,), NOW_US, Result.WARNING, "node-2"),
        # It came in once, and goes past the tunnel for another reason.
        ((ROW,), (ROW,), NOW_US, Result.GOOD, "node-1"),
    ],
)
def test_peers_tell(past, came, now_us, result, word):
    knockers = [Knocker(row, row in past) for row in (ROW, OTHER)]
    check = outside_check(knockers, device(*came), ENDPOINT, now_us)
    assert check.result is result
    assert word in check.found
    assert bool(check.remedy) is (result is not Result.GOOD)


def test_of_many_a_few_are_named():
    rows = [replace(ROW, id=f"p{n}", name=f"node-{n}", public_key=f"k{n}") for n in range(5)]
    check = outside_check([Knocker(row, True) for row in rows], device(), None, NOW_US)
    assert check.found.endswith("node-0, node-1, node-2 ….")
