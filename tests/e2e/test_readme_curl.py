"""The curl examples of both READMEs do, as they stand, what is said of them."""

import asyncio
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from app.client.api import HiveMind
from tests.e2e.pool import Pool, running_pool
from tests.house_rules import ROOT
from tests.parts import require_part

pytestmark = pytest.mark.timeout(120)


def examples(name: str) -> str:
    """The block of shell lines that calls curl."""
    blocks = re.findall(r"```bash\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    (block,) = [block for block in blocks if "curl" in block]
    return block


def test_both_readmes_have_the_same_examples() -> None:
    assert examples("README.md") == examples("README.zh-CN.md")


async def test_the_examples_as_they_stand(tmp_path: Path) -> None:
    require_part(shutil.which("curl") is not None, "curl: apt-get install curl")
    async with running_pool(tmp_path) as pool, pool.master.sign_in() as admin:
        await people(pool, admin)
        folder = tmp_path / "home"
        (folder / "hello").mkdir(parents=True)
        text = 'echo "Hello from $(nproc) cores" | tee "$HIVEMIND_OUTPUT_DIR/hello.txt"\n'
        (folder / "hello" / "run.sh").write_text(text)
        # They name the port that a master has by itself; this one has another.
        port = pool.master.ready["http_address"].rpartition(":")[2]
        (folder / ".curlrc").write_text(f'connect-to = "localhost:5001:127.0.0.1:{port}"\n')
        said = await shell(examples("README.md"), folder)
        balance = await admin.ledger.balance("alice")
    with zipfile.ZipFile(folder / "result.zip") as file:
        assert re.fullmatch(rb"Hello from \d+ cores\n", file.read("hello.txt"))
    for part in ('"name":"hello"', '"name":"first"', '"available_mcpt":', "Hello from"):
        assert part in said
    assert balance.balance_mcpt == 101_500
    events = [line for line in said.splitlines() if line.startswith("data: ")]
    assert json.loads(events[0].removeprefix("data: "))["snapshot"]


async def people(pool: Pool, admin: HiveMind) -> None:
    """Those that the examples name, and a machine."""
    for name in ("alice", "bob"):
        await admin.users.create(name, "correct horse battery staple")
    await pool.add_worker(admin, "first", "bob")


async def shell(lines: str, folder: Path) -> str:
    """What the lines print in `folder`; a line that fails ends them."""
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        lines,
        cwd=folder,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()
