"""Finding a master on the local network, without a packet to anybody else's."""

import asyncio
import shutil
import sys
from pathlib import Path

import pytest

from bench.pool import ROOT
from tests.parts import require_part

STORY = "tests/e2e/on_a_network_of_its_own.py"


@pytest.mark.timeout(240)
async def test_machines_find_their_master_by_its_announcement(tmp_path: Path) -> None:
    require_part(shutil.which("bwrap") is not None, "bubblewrap: apt-get install bubblewrap")
    process = await asyncio.create_subprocess_exec(
        *("bwrap", "--unshare-net", "--dev-bind", "/", "/", "--die-with-parent", "--"),
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", STORY),
        *("--basetemp", str(tmp_path / "inside")),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode(errors="replace")
