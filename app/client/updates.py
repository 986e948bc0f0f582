"""Asks whether there is a newer release, and tells: nothing is fetched or installed.

Off unless somebody names an address. Nothing about this machine goes out but the request.
"""

import json
import ssl
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from app import __version__
from app.common import release as announcements
from app.common.clock import Clock, to_datetime
from app.common.errors import HiveMindError, Reason
from app.common.files import atomic_write, private_folder
from app.common.release import BYTES_MAX, Release, is_newer, read_announcement

SECONDS_MAX = 15.0
_FILE = "newest-release.json"


@dataclass(frozen=True)
class UpdateCheck:
    """Asks at one address. `folder` keeps the number of the newest announcement believed."""

    address: str
    folder: Path
    clock: Clock
    key: str = announcements.PUBLIC_KEY
    #: Whom HTTPS trusts, if not whom the system does.
    tls: ssl.SSLContext | None = None

    async def newer(self, than: str = __version__) -> Release | None:
        """The newest release if it is newer than this program.

        Raises UPDATE_UNREACHABLE, RELEASE_UNTRUSTED or CONFIG_INVALID.
        """
        announcements.require_key(self.key)
        if not self.address.startswith("https://"):
            raise HiveMindError(
                Reason.CONFIG_INVALID, "The address of announcements must begin with https://."
            )
        document = await self._fetch()
        now = to_datetime(self.clock.now_us())
        release = read_announcement(document, self.key, now, self._newest_seen())
        private_folder(self.folder, narrow=False)
        atomic_write(self.folder / _FILE, json.dumps({"number": release.number}).encode())
        return release if is_newer(release.version, than) else None

    def _newest_seen(self) -> int:
        try:
            return int(json.loads((self.folder / _FILE).read_text("utf-8"))["number"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    async def _fetch(self) -> bytes:
        timeout = aiohttp.ClientTimeout(total=SECONDS_MAX)
        tls = self.tls or ssl.create_default_context()
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": "hivemind"}) as web,
                # A redirection could lead out of HTTPS.
                web.get(self.address, ssl=tls, allow_redirects=False) as answer,
            ):
                if answer.status != 200:
                    raise _unreachable(f"it answered {answer.status}")
                document = await answer.content.read(BYTES_MAX + 1)
                while len(document) <= BYTES_MAX and not answer.content.at_eof():
                    document += await answer.content.read(BYTES_MAX + 1 - len(document))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _unreachable(type(error).__name__) from error
        if len(document) > BYTES_MAX:
            raise _unreachable("what came is too large")
        return document


def _unreachable(why: str) -> HiveMindError:
    return HiveMindError(
        Reason.UPDATE_UNREACHABLE, f"It could not be asked whether there is a newer release: {why}."
    )
