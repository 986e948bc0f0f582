"""The master's command line: settings, logs, signals, exit status."""

import argparse
import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from getpass import getpass
from pathlib import Path
from typing import Protocol

import structlog

from app import __version__
from app.common.bundled import part_command
from app.common.clock import SystemClock
from app.common.errors import HiveMindError, Reason
from app.common.files import atomic_write
from app.common.ids import SystemIds
from app.common.log_output import configure_logs
from app.common.log_ring import LogRing
from app.common.program import program_name
from app.common.stop_signals import on_stop_signal
from app.common.vault import open_vault
from app.master.identity.authority import forget_former_ca, open_authority, rotate_ca
from app.master.identity.names import checked_name
from app.master.identity.password_rules import checked_password
from app.master.identity_parts import key_home, secrets_folder
from app.master.master import Master, locked_data
from app.master.settings import Settings, load_settings

log = structlog.get_logger(__name__)

#: From the signal to the end of the process.
STOP_SECONDS = 5.0


class Supervisor(Protocol):
    """Who started this process, and ends it."""

    def on_stop(self, act: Callable[[], object]) -> None:
        """Call `act` in the running loop when the process is to end."""

    def serves(self) -> None:
        """The master serves now."""


class _Signals:
    """A terminal, a shell, or a service manager that sends signals."""

    def on_stop(self, act: Callable[[], object]) -> None:
        """As in `Supervisor`."""
        on_stop_signal(act)

    def serves(self) -> None:
        """As in `Supervisor`: nobody waits for it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a master until it is told to stop; the exit status."""
    return serve(arguments, _Signals())


def serve(arguments: Sequence[str] | None, supervisor: Supervisor) -> int:
    """As `main`, for a `supervisor` that may have other ways to tell."""
    options = parser().parse_args(arguments)
    overrides = {"data_dir": options.data_dir} if options.data_dir else {}
    try:
        settings = load_settings(options.config, **overrides)
        log_ring = LogRing(SystemClock())
        configure_logs(settings.log_level, log_ring)
        if options.rekey or options.rotate_ca or options.forget_former_ca:
            return _change_keys(settings, options)
        password = _admin_password(options.init_admin) if options.init_admin else ""
        return asyncio.run(_serve(settings, options, password, log_ring, supervisor))
    except HiveMindError as error:
        _complain(f"error: {error.message} [{error.reason.name}]")
        return 1


def _complain(sentence: str) -> None:
    if sys.stderr is None:
        # A service: whoever looks for the cause looks into its log.
        log.error("the master ends", why=sentence)
    else:
        sys.stderr.write(f"{sentence}\n")


def parser() -> argparse.ArgumentParser:
    """The command line of the master without its window."""
    made = argparse.ArgumentParser(
        prog=program_name(), description="The master of a HiveMind pool."
    )
    made.add_argument("--headless", action="store_true", help="serve without a window")
    made.add_argument("--data-dir", type=Path, help="folder of the pool's data")
    made.add_argument("--config", type=Path, help="TOML file with settings")
    made.add_argument(
        "--init-admin",
        metavar="NAME",
        help="make the first admin; the password is read from standard input",
    )
    made.add_argument(
        "--ready-file",
        type=Path,
        help="write addresses and the CA's pin to this file (JSON) once the master serves",
    )
    keys = made.add_argument_group("keys", "done while the master does not run; then it ends")
    keys.add_argument(
        "--rekey",
        action="store_true",
        help="seal the pool's secrets under a new key; may be interrupted and repeated",
    )
    keys.add_argument(
        "--rotate-ca",
        action="store_true",
        help="let another certificate authority follow; machines and people stay connected",
    )
    keys.add_argument(
        "--forget-former-ca",
        action="store_true",
        help="believe the authority before no more: who has not met the new one must join anew",
    )
    made.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return made


def _admin_password(name: str) -> str:
    """The first admin's password, unseen on a terminal.

    Raises HiveMindError(INVALID_FIELD | WEAK_PASSWORD) before anything is opened.
    """
    checked = checked_name(name)
    if sys.stdin.isatty():
        password = getpass(f"Password for {checked}: ")
        if password != getpass("Again: "):
            raise HiveMindError(Reason.INVALID_FIELD, "The two passwords differ: start again.")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    checked_password(password, checked)
    return password


def _change_keys(settings: Settings, options: argparse.Namespace) -> int:
    """Raises HiveMindError(STORE_LOCKED) while a master runs on the same data."""
    clock = SystemClock()
    ids = SystemIds(clock)
    with locked_data(settings.data_dir):
        vault = open_vault(secrets_folder(settings), ids, key_home(settings))
        if options.rotate_ca:
            rotate_ca(vault, clock, ids)
            sys.stdout.write(f"The pool's new pin is {open_authority(vault, clock, ids).ca_pin}\n")
        if options.forget_former_ca:
            forget_former_ca(vault)
            sys.stdout.write("The authority before is forgotten.\n")
        if options.rekey:
            vault.rekey()
            sys.stdout.write("The pool's secrets are sealed under a new key.\n")
    return 0


async def _serve(
    settings: Settings,
    options: argparse.Namespace,
    password: str,
    log_ring: LogRing,
    supervisor: Supervisor,
) -> int:
    stop = asyncio.Event()
    supervisor.on_stop(stop.set)
    clock = SystemClock()
    master = Master(settings, clock, SystemIds(clock), log_ring)
    await master.start()
    try:
        if options.init_admin:
            await master.create_admin(options.init_admin, password)
        _say_ready(master)
        if options.ready_file:
            atomic_write(options.ready_file, json.dumps(_readiness(master)).encode())
        supervisor.serves()
        await master.run_until(stop)
    finally:
        stopped = await _stop(master)
    return 0 if stopped and not master.failed else 1


async def _stop(master: Master) -> bool:
    """Whether the master stopped in time; what was acknowledged is in the store either way."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await master.stop()
    except TimeoutError:
        _complain(f"The master did not stop within {STOP_SECONDS:g} s: it is ended.")
        return False
    return True


def _readiness(master: Master) -> dict[str, object]:
    return {
        "grpc_address": master.grpc_address,
        "http_address": master.http_address,
        "web_address": master.web_address,
        "ca_pin": master.ca_pin,
        "pid": os.getpid(),
        "setup_code": master.setup_code,
    }


def _say_ready(master: Master) -> None:
    address = master.reachable_address
    lines = [
        f"The pool {master.pool_name!r} is open.",
        f"  workers and users   {address}  (gRPC over TLS)",
        f"  web page and API    {master.web_address}",
        f"  pin of this pool    {master.ca_pin}",
    ]
    if master.setup_code:
        register = f"{part_command('cli')} register {address} --user NAME"
        lines += [
            "There is no admin yet. Make one, once, with this code:",
            f"  {register} --setup-code {master.setup_code}",
        ]
    if sys.stdout is None:
        # A service: the log takes it, but for the code, which is a secret.
        log.info("the pool is open", address=address, pin=master.ca_pin)
        return
    # Without a console there is nobody to read it.
    with contextlib.suppress(OSError):
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
