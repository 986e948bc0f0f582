"""Keys are changed when they are old, and only those that can be."""

from dataclasses import dataclass, field, replace

from app.common.clock import MICROSECONDS
from app.master.store.vpn import VpnPeerRow
from app.master.vpn.key_ages import DAY_US, NODES_MAX, DueKeys, KeyAges, due
from tests.sources import ManualClock

NODE = VpnPeerRow("p1", "node", "n1", "key", 0, None, 0)
PHONE = VpnPeerRow("p2", "phone", None, "other key", 0, None, 0)


def test_a_key_is_due_when_its_days_are_over():
    young = replace(NODE, id="p3", node_id="n3", keyed_us=1)
    assert due([young, NODE], 1, 90 * DAY_US - 1, 90) == DueKeys()
    assert due([young, NODE], 1, 90 * DAY_US, 90) == DueKeys(node_ids=("n1",))
    assert due([young, NODE], 1, 90 * DAY_US + 1, 90) == DueKeys(hub=True, node_ids=("n1", "n3"))
    assert due([young, NODE], 0, 10**6 * DAY_US, 0) == DueKeys()


def test_a_phone_keeps_its_key_and_the_hubs():
    assert due([NODE, PHONE], 0, 90 * DAY_US, 90) == DueKeys(node_ids=("n1",))
    assert due([], 0, 90 * DAY_US, 90) == DueKeys(hub=True)


@dataclass
class Tunnel:
    """Notes who is asked; a node that is asked has another key at once."""

    clock: ManualClock
    nodes: list[VpnPeerRow]
    offline: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    hub_keyed_us: int | None = None

    @property
    def rows(self) -> list[VpnPeerRow]:
        return self.nodes

    def is_online(self, node_id: str) -> bool:
        return node_id not in self.offline

    def age(self, node_id: str) -> None:
        self.asked.append(node_id)
        now_us = self.clock.now_us()
        self.nodes = [
            replace(row, keyed_us=now_us) if row.node_id == node_id else row for row in self.nodes
        ]

    async def age_hub(self) -> None:
        self.asked.append("hub")
        self.hub_keyed_us = self.clock.now_us()


async def test_looks_ask_who_is_there_a_few_at_a_time():
    clock = ManualClock()
    now_us = clock.now_us()
    nodes = [
        VpnPeerRow(f"p{n}", f"node {n}", f"n{n:02}", f"key {n}", now_us, None, now_us)
        for n in range(NODES_MAX + 2)
    ]
    tunnel = Tunnel(clock, nodes, {"n00"})
    ages = KeyAges(tunnel, clock, 1)
    await ages.look()
    clock.advance(DAY_US // MICROSECONDS)
    await ages.look()
    assert tunnel.asked == []
    tunnel.hub_keyed_us = now_us
    await ages.look()
    assert len(tunnel.asked) == NODES_MAX + 1
    assert tunnel.asked[-1] == "hub"
    await ages.look()
    assert len(set(tunnel.asked)) == NODES_MAX + 2
    assert "n00" not in tunnel.asked
    tunnel.offline.clear()
    await ages.look()
    await ages.look()
    assert tunnel.asked[NODES_MAX + 2 :] == ["n00"]
