"""Parts of pages, as a reader of them gets them."""

from types import SimpleNamespace
from typing import Any

from app.master.web.page_frame import Frame
from app.master.web.page_texts import Speech
from proto import nodepool_pb2 as pb
from tests.sources import ManualClock, SeededIds


def part(macro: str, *arguments: object, may: bool = True) -> str:
    visitors: Any = SimpleNamespace(csrf_token=lambda _visitor: "token")
    calls: Any = None
    frame = Frame(calls, visitors, ManualClock(), SeededIds(1), "pool")
    reader: Any = SimpleNamespace(
        parts=None,
        speech=Speech("en"),
        visitor=None,
        user=None,
        theme="",
        request=SimpleNamespace(method="GET", url=SimpleNamespace(path="/vpn", query="")),
        may=lambda _permission: may,
    )
    return frame.part(reader, macro, *arguments)


def test_a_peer_sees_its_hub_and_cannot_change_it() -> None:
    hub = pb.VpnPeer(public_key="key", connected=True, endpoint="192.0.2.1:51820")
    shown = part("peers_table", pb.VpnInfo(role=pb.VPN_ROLE_PEER, hub=hub))
    assert "The hub" in shown
    assert "192.0.2.1:51820" in shown
    assert "<form" not in shown


def test_a_hub_changes_its_peers() -> None:
    peer = pb.VpnPeer(peer_id="p1", name="phone")
    info = pb.VpnInfo(role=pb.VPN_ROLE_HUB, peers=[peer])
    assert 'action="/vpn/peers/p1"' in part("peers_table", info)
    assert "<form" not in part("peers_table", info, may=False)
