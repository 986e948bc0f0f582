"""Machines that find their master by its announcement. `test_discovery.py` runs this in a network
of its own, which has a loopback interface and nothing else."""

import asyncio
import json
import os
import pty
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from app.client.api import HiveMind
from app.common.vocabulary import NodeState
from bench.pool import ROOT, MasterProcess

PATIENCE_SECONDS = 40


class Typed:
    """`python -m app.worker …` on a terminal, where a person answers; or without one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shown = ""
        self._terminal = -1
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, *words: str, terminal: bool = True) -> None:
        controller, terminal_end = pty.openpty()
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.worker", *words),
            cwd=ROOT,
            stdin=terminal_end if terminal else asyncio.subprocess.DEVNULL,
            stdout=terminal_end,
            stderr=terminal_end,
        )
        os.close(terminal_end)
        self._terminal = controller

    async def join(self, *more: str, terminal: bool = True) -> None:
        """Join without naming a master."""
        words = ("--name", self.folder.name, "--data-dir", str(self.folder))
        await self.start("join", *words, *more, terminal=terminal)

    async def until(self, text: str) -> None:
        """Read what is shown until `text` is."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while text not in self.shown:
                assert await self._read(), f"it ended without {text!r}:\n{self.shown}"

    def answer(self, line: str) -> None:
        os.write(self._terminal, f"{line}\n".encode())

    async def end(self) -> int:
        """The exit status, once all was read."""
        assert self._process is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self._read():
                pass
            status = await self._process.wait()
        os.close(self._terminal)
        return status

    async def _read(self) -> bool:
        try:
            data = await asyncio.to_thread(os.read, self._terminal, 4096)
        except OSError:
            return False  # The other end of a terminal is closed.
        self.shown += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


@dataclass
class Story:
    """One pool, and the machines that look for it one after the other."""

    master: MasterProcess
    admin: HiveMind
    folder: Path

    def machine(self, name: str) -> Typed:
        return Typed(self.folder / name)

    async def node_states(self) -> dict[str, NodeState]:
        nodes = [node async for node in self.admin.nodes.iterate()]
        return {node.name: NodeState(node.state) for node in nodes}


async def _listed(story: Story) -> dict[str, list[object]]:
    """What one look finds: a loaded machine may answer too late for it."""
    typed = story.machine("listing")
    await typed.start("masters", "--json", terminal=False)
    assert await typed.end() == 0
    return dict(json.loads(typed.shown))


async def the_masters_are_listed(story: Story) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (listed := await _listed(story))["masters"]:
            pass
    assert listed == {
        "masters": [
            {
                "pool_name": "Labor \ufffd[31m 实验室",
                "pin": story.master.ready["ca_pin"],
                "addresses": [story.master.ready["grpc_address"]],
            }
        ]
    }


async def without_a_person_nothing_is_trusted(story: Story) -> None:
    typed = story.machine("alone")
    await typed.join(terminal=False)
    assert await typed.end() == 1
    assert "--pin" in typed.shown
    assert await story.node_states() == {}


async def who_does_not_know_the_pin_leaves_no_trace(story: Story) -> None:
    typed = story.machine("wary")
    await typed.join()
    await typed.until("Ask to join this pool?")
    typed.answer("n")
    assert await typed.end() == 1
    assert await story.node_states() == {}
    assert not typed.folder.exists()


async def a_machine_asks_to_join_and_is_approved(story: Story) -> None:
    typed = story.machine("asking")
    await typed.join()
    await typed.until("Ask to join this pool?")
    assert story.master.ready["ca_pin"] in typed.shown
    assert "\x1b" not in typed.shown
    typed.answer("y")
    await typed.until("Waiting until an operator")
    assert await story.node_states() == {"asking": NodeState.PENDING}
    shown = re.search(r"SHA256:\S+", typed.shown)
    assert shown is not None
    await story.admin.nodes.approve("asking", shown.group())
    await typed.until("Joined as asking")
    assert await typed.end() == 0


async def a_token_finds_its_master_without_a_person(story: Story) -> None:
    created = await story.admin.join_tokens.create()
    typed = story.machine("trusted")
    await typed.join("--token", created.token, terminal=False)
    assert await typed.end() == 0
    assert "Joined as trusted" in typed.shown


async def test_machines_find_their_master(tmp_path: Path) -> None:
    settings = {"HIVEMIND_ANNOUNCE": "true", "HIVEMIND_POOL_NAME": "Labor \x1b[31m 实验室"}
    master = MasterProcess(tmp_path, settings)
    await master.start()
    try:
        async with master.sign_in() as admin:
            story = Story(master, admin, tmp_path)
            await the_masters_are_listed(story)
            await without_a_person_nothing_is_trusted(story)
            await who_does_not_know_the_pin_leaves_no_trace(story)
            await a_machine_asks_to_join_and_is_approved(story)
            await a_token_finds_its_master_without_a_person(story)
    finally:
        master.stop()


async def test_where_no_master_is_heard_it_says_what_to_do(tmp_path: Path) -> None:
    typed = Typed(tmp_path / "lost")
    await typed.join()
    assert await typed.end() == 1
    assert "5353" in typed.shown
