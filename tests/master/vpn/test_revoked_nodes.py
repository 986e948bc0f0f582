"""A node that is revoked is out of the tunnel, also where it was just joining."""

import asyncio
from pathlib import Path

from app.common.background import BackgroundTasks
from app.common.ids import SystemIds
from app.common.vocabulary import NodeState, VpnRole
from app.master.basis import Basis
from app.master.settings import Settings
from app.master.store import vpn
from app.master.vpn.events import TunnelEvent
from app.master.vpn.hub import MasterTunnel
from app.master.vpn.setup import Setup, checked_setup
from app.wireguard.backends.export import ExportBackend
from app.wireguard.choice import Choice
from app.wireguard.keys import new_private_key, public_key_of
from tests.identity_world import identity_world, machine_key
from tests.sources import SeededIds

KEY = public_key_of(new_private_key(SeededIds(6)))


async def test_a_node_that_is_revoked_while_it_joins_stays_out(tmp_path: Path):
    told: list[tuple[TunnelEvent, str, str]] = []
    background = BackgroundTasks()
    async with identity_world(tmp_path) as world:
        run = world.writer.run
        basis = Basis(
            Settings(data_dir=tmp_path),
            world.clock,
            SystemIds(world.clock),
            world.writer,
            world.reader,
        )
        tunnel = MasterTunnel(
            basis,
            world.parts.nodes,
            lambda *_: None,
            background,
            world.parts.vault,
            lambda *event: told.append(event),
            choose=lambda: Choice(ExportBackend(), ()),
        )
        setup = checked_setup(Setup(role=VpnRole.HUB, interface="hm-test", network4="10.77.0.0/24"))
        tunnel.set_up(setup, None, await run(lambda tx: tunnel.write_setup(tx, setup)))
        await tunnel.idle()

        owner = await world.user("owner")
        node = await world.node(machine_key(), await world.join_token(owner))
        joined = await run(lambda tx: tunnel.peers.join(tx, node.id, node.name, KEY))
        enrolment = world.parts.enrolment
        row = await run(lambda tx: enrolment.set_state(tx, node.id, NodeState.REVOKED, ""))
        enrolment.committed(row)
        tunnel.node_changed(node.id)
        # Only now the hub hears that the join was committed.
        tunnel.committed(joined)
        await tunnel.settled()
        assert KEY not in tunnel.path.read_text()
        async with asyncio.timeout(60):
            while True:
                kept = await world.reader.run(lambda tx: vpn.by_id(tx, joined.id))
                assert kept is not None
                if kept.revoked_us is not None:
                    break
                await asyncio.sleep(0.01)
        assert told == [(TunnelEvent.PEER_CUT_OFF, "hm-test", node.name)]
        await tunnel.stop()
        await background.stop()
