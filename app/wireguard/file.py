"""The file of a tunnel: wg0.conf, for its owner's eyes only. All calls block.

It is the one place where the private key lies, and not sealed: wg-quick and Windows' service
read this file, and whoever keeps the tunnel while the master is down.
"""

import sys
from contextlib import suppress
from pathlib import Path

import structlog

from app.common.errors import HiveMindError, Reason
from app.common.files import PRIVATE_FILE_MODE, atomic_write, private_folder
from app.wireguard.configuration import FILE_BYTES_MAX, Configuration, parse, render

log = structlog.get_logger(__name__)


def write_configuration(path: Path, configuration: Configuration) -> None:
    """Put `configuration` at `path`, wholly or not at all, with mode 0600."""
    private_folder(path.parent)
    atomic_write(path, render(configuration).encode())


def read_configuration(path: Path) -> Configuration:
    """What is at `path`.

    Raises HiveMindError(VPN_NOT_SET_UP) where there is nothing, (VPN_CONFIG_INVALID) where
    it is damaged or cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
        if len(data) > FILE_BYTES_MAX:
            raise HiveMindError(
                Reason.VPN_CONFIG_INVALID, f"The file {path} is too large for a configuration."
            )
        return parse(data.decode("utf-8"))
    except FileNotFoundError as error:
        raise HiveMindError(Reason.VPN_NOT_SET_UP, f"There is no file {path}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise HiveMindError(
            Reason.VPN_CONFIG_INVALID,
            f"The file {path} cannot be read: it is damaged or another's.",
        ) from error


def open_to_others(path: Path) -> bool:
    """Whether others than its owner may read the file. On Windows its folder says who may."""
    if sys.platform == "win32":
        return False
    try:
        return bool(path.stat().st_mode & 0o077)
    except OSError:
        return False


def close_to_others(path: Path) -> None:
    """Take from others what they may do with the file; the diagnosis tells if that fails."""
    if not open_to_others(path):
        return
    with suppress(OSError):
        path.chmod(PRIVATE_FILE_MODE)
        log.warning("others could read a tunnel's key: closed to them", path=str(path))
