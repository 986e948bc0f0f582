"""Archives of tasks by their digest, so that an array of a thousand fetches its own once."""

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

from app.common.errors import HiveMindError, Reason
from app.common.files import private_folder
from app.common.ids import is_digest


class ArchiveSource(Protocol):
    """Where archives come from: the master."""

    async def download(self, digest: str, task_id: str, path: Path, size_bytes_max: int) -> None:
        """Bring the bytes with `digest`, verified, to `path`."""
        ...


class ArchiveCache:
    """A folder of archives, at most `bytes_max` large; the longest unused go first."""

    def __init__(self, folder: Path, bytes_max: int, source: ArchiveSource) -> None:
        self._folder = private_folder(folder)
        self._bytes_max = bytes_max
        self._source = source
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._in_use: dict[str, int] = defaultdict(int)

    @asynccontextmanager
    async def archive(self, digest: str, task_id: str) -> AsyncIterator[Path]:
        """The archive's file; it stays while the context is open.

        Raises HiveMindError as the download does, BAD_ID for what is no digest.
        """
        if not is_digest(digest):
            raise HiveMindError(Reason.BAD_ID, f"{digest!r} is no archive's digest.")
        name = digest.removeprefix("sha256:")
        path = self._folder / name
        self._in_use[name] += 1
        try:
            async with self._locks[name]:
                if await asyncio.to_thread(path.exists):
                    await asyncio.to_thread(os.utime, path)
                else:
                    await self._source.download(digest, task_id, path, self._bytes_max)
                    await asyncio.to_thread(self._evict)
            yield path
        finally:
            self._in_use[name] -= 1
            if not self._in_use[name]:
                del self._in_use[name]
                self._locks.pop(name, None)

    def _evict(self) -> None:
        """Remove the longest unused archives until the rest fits. Blocks."""
        found = []
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_size, path))
        total_bytes = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total_bytes <= self._bytes_max:
                return
            if path.name.removesuffix(".part") not in self._in_use:
                path.unlink(missing_ok=True)
                total_bytes -= size
