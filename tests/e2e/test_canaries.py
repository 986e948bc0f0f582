"""Secrets that were planted are found in no file of the master: log, database, backup, crash."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from app.client.api import HiveMind
from app.client.vpn import HubWish
from app.common.errors import HiveMindError, Reason
from app.wireguard.configuration import parse
from app.wireguard.keys import to_bytes
from bench.pool import PASSWORD, MasterProcess
from tests.ports import free_ports

CHOSEN = "canary-chosen-7d1f0a"
GUESSED = "canary-guessed-93be44"
TYPED_AS_NAME = "canary-typed-as-name-5"
NEW = "canary-new-21c7e8"


async def plant(master: MasterProcess) -> dict[str, str]:
    """Use every secret that passes through a master; what they were."""
    secrets = {"chosen": CHOSEN, "guessed": GUESSED, "as name": TYPED_AS_NAME, "new": NEW}
    secrets["admin's password"] = PASSWORD
    async with master.sign_in() as admin:
        wish = HubWish(endpoint_host="127.0.0.1", port=free_ports(1)[0])
        await admin.vpn.set_up_hub(wish)
        device = parse((await admin.vpn.add_device("phone")).configuration)
        secrets["a phone's private key"] = device.private_key
        secrets["a phone's preshared key"] = device.peers[0].preshared_key
        await admin.users.create("ann", CHOSEN)
        token = (await admin.join_tokens.create()).token
        secrets["join token"] = token.rpartition("-")[2]
        made = await admin.users.reset_code("ann")
        secrets["reset code"] = made.reset_code.replace("-", "")
        for name, password in (("ann", GUESSED), (TYPED_AS_NAME, "x")):
            with pytest.raises(HiveMindError) as caught:
                await admin.sign_in(name, password)
            assert caught.value.reason is Reason.BAD_CREDENTIALS
        await admin.reset_password("ann", made.reset_code, NEW)
        async with HiveMind.connect(
            master.ready["grpc_address"], pin=master.ready["ca_pin"], username="ann", password=NEW
        ) as ann:
            tokens = await ann._session._store.load()
            secrets["access token"] = tokens.access_token.rpartition(".")[2]
            secrets["refresh token"] = tokens.refresh_token.rpartition(".")[2]
    return secrets


def everything_below(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
async def test_planted_secrets_are_found_nowhere(tmp_path: Path) -> None:
    log = tmp_path / "master.log"
    master = MasterProcess(
        tmp_path,
        {"LOG_LEVEL": "DEBUG", "HIVEMIND_LOG_DIR": str(tmp_path / "logs")},
        # Without programs for a network it writes a tunnel's file, and runs none here.
        prefix=("sh", "-c", 'log=$1; shift; PATH=; exec "$@" >"$log" 2>&1', "sh", str(log)),
    )
    try:
        await master.start()
        secrets = await plant(master)
        reader, writer = await asyncio.open_connection("127.0.0.1", master.port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        await reader.read()
        writer.close()
        assert master.process is not None
        # It crashes: the database keeps its journal, its report what faulthandler says.
        master.process.send_signal(signal.SIGABRT)
        await asyncio.to_thread(master.process.wait)
    finally:
        master.kill()
    found = await asyncio.to_thread(everything_below, tmp_path)
    # The one secret that lies open, where wg-quick reads it, and nowhere else.
    tunnel = parse(found.pop("data/vpn/wg0.conf").decode())
    secrets["the tunnel's private key"] = tunnel.private_key
    secrets["the same in hexadecimal"] = to_bytes(tunnel.private_key).hex()
    crashes = [text for name, text in found.items() if name.startswith("logs/crashes/")]
    assert any(b"Fatal Python error: Aborted" in text for text in crashes)
    assert any(b"canary" not in data and b"ann" in data for data in found.values())
    # Nor is a stranger's junk a line of the log.
    assert b"Handshake failed" not in found["master.log"]
    hits = [
        (name, where)
        for name, secret in secrets.items()
        for where, data in found.items()
        if secret.encode() in data
    ]
    assert hits == []
    assert [where for where, data in found.items() if b"PRIVATE KEY" in data] == []
    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "data" / "secrets").iterdir()}
    assert modes == {0}
