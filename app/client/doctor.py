"""The troubleshooting list for a pool as a whole: each usual fault looked for, with its remedy."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import aclosing

from app.client.address import MasterAddress
from app.client.api import HiveMind, open_pool
from app.client.profiles import Profile, Profiles
from app.client.session import ProfileTokens
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import LogLevel
from proto import nodepool_pb2 as pb

WEB_PORT = 5001
_SECONDS = 5.0
_PATIENCE_SECONDS = 4.0
_RECORDS_MAX = 3

GOOD, WARNING, BAD, NOT_TRIED = (
    pb.VpnCheck.RESULT_GOOD,
    pb.VpnCheck.RESULT_WARNING,
    pb.VpnCheck.RESULT_BAD,
    pb.VpnCheck.RESULT_NOT_TRIED,
)


async def examine(
    profiles: Profiles, master: str | None, web_port: int = WEB_PORT
) -> AsyncIterator[pb.VpnCheck]:
    """The checks, as they are made, in the order of the causes."""
    try:
        profile = profiles.find(master)
    except HiveMindError as error:
        yield _check("profile", BAD, error.message, "Sign in with: hivemind login HOST:PORT")
        return
    address = profile.address
    yield await _name(address)
    reached = await _port(address)
    yield reached
    if reached.result == GOOD:
        async for check in _service(profiles, profile):
            yield check
    yield await _web(address.host, web_port, profile.ca_certificate_pem)


async def _name(address: MasterAddress) -> pb.VpnCheck:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM
        )
    except OSError:
        return _check(
            "address",
            BAD,
            f"The name {address.host} has no address.",
            "Look at this machine's DNS, or sign in by the master's address.",
        )
    return _check("address", GOOD, f"The master is looked for at {found[0][4][0]}.")


async def _port(address: MasterAddress) -> pb.VpnCheck:
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(address.host, address.port)
    except ConnectionRefusedError:
        return _check(
            "port",
            BAD,
            f"The machine answers, but nothing listens on port {address.port}.",
            "Start the master there: python3 master_node.py --headless",
        )
    except (TimeoutError, OSError):
        return _check(
            "port",
            BAD,
            f"Nobody answers at {address}.",
            f"See that the machine runs, and that its firewall lets TCP port {address.port} in.",
        )
    writer.close()
    return _check("port", GOOD, f"TCP port {address.port} is open.")


async def _service(profiles: Profiles, profile: Profile) -> AsyncIterator[pb.VpnCheck]:
    tokens = ProfileTokens(profiles, profile)
    async with open_pool(
        profile.address,
        profile.ca_certificate_pem.encode(),
        tokens,
        patience_seconds=_PATIENCE_SECONDS,
    ) as pool:
        try:
            info = await pool.info()
            yield _check(
                "service", GOOD, f"The master of {info.pool_name} serves ({info.version})."
            )
        except HiveMindError as error:
            yield _check("service", BAD, error.message, _remedy_of(error))
            return
        try:
            user = await pool.whoami()
            yield _check("sign-in", GOOD, f"Signed in as {user.username} ({user.role}).")
        except HiveMindError as error:
            yield _check("sign-in", BAD, error.message, "Sign in with: hivemind login")
            return
        async for check in _vpn(pool):
            yield check
        yield await _log(pool)


async def _vpn(pool: HiveMind) -> AsyncIterator[pb.VpnCheck]:
    try:
        checks = await pool.vpn.diagnose()
    except HiveMindError as error:
        yield _check("vpn", NOT_TRIED, error.message)
        return
    for check in checks:
        check.name = f"vpn {check.name}"
        yield check


async def _log(pool: HiveMind) -> pb.VpnCheck:
    try:
        async with aclosing(
            pool.server_log.stream(LogLevel.ERROR, records_max=_RECORDS_MAX)
        ) as batches:
            records = [record async for batch in batches for record in batch.records]
    except HiveMindError as error:
        return _check("log", NOT_TRIED, error.message)
    if not records:
        return _check("log", GOOD, "The master's log has no errors.")
    last = records[-1]
    return _check(
        "log",
        WARNING,
        f"The master's log has errors; the last: {last.event}",
        "Read it with: hivemind server log --level error",
    )


async def _web(host: str, port: int, ca_certificate_pem: str) -> pb.VpnCheck:
    trust = ssl.create_default_context(cadata=ca_certificate_pem)
    trust.check_hostname = False
    reached = False
    for context in (None, trust):
        try:
            async with asyncio.timeout(_SECONDS):
                status = await _ask_health(host, port, context)
        except (TimeoutError, OSError):
            continue
        reached = True
        if status == 200:
            return _check("web", GOOD, f"The web page answers on port {port}.")
    if reached:
        return _check(
            "web",
            BAD,
            f"Something on port {port} is not this pool's web page, or it has not started.",
            "Another program may use the port: start the master with another UI_PORT.",
        )
    return _check(
        "web",
        WARNING,
        f"No web page is reached on port {port} of {host}.",
        "It listens on the master's own machine alone, unless UI_HOST says otherwise.",
    )


async def _ask_health(host: str, port: int, context: ssl.SSLContext | None) -> int:
    """The status that /healthz answers with; 0 for an answer that is no HTTP."""
    reader, writer = await asyncio.open_connection(host, port, ssl=context)
    try:
        writer.write(f"GET /healthz HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        await writer.drain()
        line = (await reader.readline()).split()
    finally:
        writer.close()
    return int(line[1]) if len(line) > 1 and line[1].isdigit() else 0


def _remedy_of(error: HiveMindError) -> str:
    if error.reason is Reason.CERTIFICATE_MISMATCH:
        return "Another master answers there: sign in anew, and compare its pin."
    return "Look at the log of the master."


def _check(name: str, result: "pb.VpnCheck.Result", found: str, remedy: str = "") -> pb.VpnCheck:
    return pb.VpnCheck(name=name, result=result, found=found, remedy=remedy)
