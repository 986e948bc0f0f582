"""Task archives and results on disk: files named by the SHA-256 of their content.

`<folder>/sha256/ab/<64 hex digits>` holds what is complete, `<folder>/incoming/`
what is on its way. A file appears under its digest only whole, verified and on
the disk itself (write, fsync, rename, fsync the folder), so a crash at any
moment leaves either nothing or a part to go on from. Who may read a file, and
for how long it is kept, is the store's business. All calls block: run them in
a thread. All may be called from several threads; one process owns the folder.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import BinaryIO

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.files import (
    PRIVATE_FILE_MODE,
    PRIVATE_FOLDER_MODE,
    fsync_folder,
    private_folder,
    refusing_full_disk,
)
from app.common.ids import is_digest, sha256_digest
from app.common.invariant import invariant

_READ_BYTES = 1024 * 1024


class ArtifactFiles:
    """The artifact files below one folder."""

    def __init__(self, folder: Path, clock: Clock, size_bytes_max: int) -> None:
        """Use `folder`, created if missing, for artifacts of at most `size_bytes_max` each."""
        self._clock = clock
        self._size_bytes_max = size_bytes_max
        self._complete = private_folder(folder / "sha256")
        for number in range(256):
            (self._complete / f"{number:02x}").mkdir(mode=PRIVATE_FOLDER_MODE, exist_ok=True)
        fsync_folder(self._complete)
        self._incoming = private_folder(folder / "incoming")
        self._lock = Lock()
        self._uploads: dict[Path, Upload] = {}
        self._put_count = 0

    @property
    def size_bytes_max(self) -> int:
        """The largest artifact that is taken."""
        return self._size_bytes_max

    def is_complete(self, digest: str) -> bool:
        """Whether the whole file is there; if so, its age starts anew.

        Says nothing about who may have it: a digest alone proves no possession.
        Raises BAD_ID where `digest` is none, as every call here.
        """
        with self._lock:
            return self._touch(self.place(digest))

    def offset(self, digest: str, owner: str) -> int:
        """How many bytes of `owner`'s unfinished upload are there: where it goes on."""
        path = self._partial(digest, owner)
        with self._lock:
            upload = self._uploads.get(path)
        if upload is not None:
            return upload.offset
        with suppress(FileNotFoundError):
            return path.stat().st_size
        return 0

    def begin(self, digest: str, size_bytes: int, owner: str) -> "Upload":
        """Start or resume `owner`'s upload of the file with `digest` and `size_bytes`.

        What is already there is read once, to hash it. An upload of the same
        owner and digest that is still open (a connection that hangs) is
        replaced: its next append is refused. Raises ARTIFACT_TOO_LARGE and
        STORE_FULL.
        """
        invariant(size_bytes >= 0, "a size is not negative")
        if size_bytes > self._size_bytes_max:
            raise HiveMindError(
                Reason.ARTIFACT_TOO_LARGE,
                f"{size_bytes} bytes are more than the {self._size_bytes_max} this pool takes.",
                size_bytes_max=str(self._size_bytes_max),
            )
        path = self._partial(digest, owner)
        upload = Upload(self, path, digest, size_bytes)
        with self._lock:
            previous = self._uploads.get(path)
            upload.reserve()
            self._uploads[path] = upload
        upload.take_up(previous)
        return upload

    def put(self, data: bytes) -> str:
        """Store `data` for good; its digest. Raises ARTIFACT_TOO_LARGE and STORE_FULL."""
        digest = sha256_digest(data)
        with self._lock:
            if self._touch(self.place(digest)):
                return digest
            self._put_count += 1
            owner = f"put {self._put_count}"
        self._partial(digest, owner).unlink(missing_ok=True)
        with self.begin(digest, len(data), owner) as upload:
            try:
                upload.append(0, data)
                upload.finish()
            except BaseException:
                upload.discard()
                raise
        return digest

    def open(self, digest: str) -> BinaryIO:
        """The complete file, open for reading. Raises ARTIFACT_NOT_FOUND."""
        try:
            return self.place(digest).open("rb")
        except FileNotFoundError as error:
            raise HiveMindError(
                Reason.ARTIFACT_NOT_FOUND, f"There is no artifact {digest}.", digest=digest
            ) from error

    def digests(self, older_than_us: int) -> Iterator[str]:
        """The digests of complete files last stored or asked for before `older_than_us`.

        For finding files that the store does not know (any more).
        """
        for path in self._complete.glob("??/*"):
            digest = f"sha256:{path.name}"
            if is_digest(digest) and _is_older(path, older_than_us):
                yield digest

    def delete(self, digest: str, older_than_us: int | None = None) -> bool:
        """Remove the complete file; whether it was there and is gone now.

        With `older_than_us` (microseconds since 1970), only if it was last
        stored or asked for before. Between looking into the store and deleting,
        another user may bring the same bytes; the age, which every `finish` and
        `is_complete` renews, keeps those.
        """
        path = self.place(digest)
        with self._lock:
            if older_than_us is not None and not _is_older(path, older_than_us):
                return False
            try:
                path.unlink()
            except FileNotFoundError:
                return False
        fsync_folder(path.parent)
        return True

    def discard_stale(self, older_than_us: int) -> int:
        """Remove parts of uploads that are not open and got no byte since `older_than_us`.

        Microseconds since 1970. Returns how many there were.
        """
        count = 0
        for path in self._incoming.iterdir():
            with self._lock:
                if path not in self._uploads and _is_older(path, older_than_us):
                    path.unlink(missing_ok=True)
                    count += 1
        return count

    def place(self, digest: str) -> Path:
        """Where the complete file is, if it is there. Raises HiveMindError(BAD_ID)."""
        if not is_digest(digest):
            raise HiveMindError(
                Reason.BAD_ID, 'A digest is "sha256:" and 64 hexadecimal digits in lower case.'
            )
        digits = digest.removeprefix("sha256:")
        return self._complete / digits[:2] / digits

    def _partial(self, digest: str, owner: str) -> Path:
        """Each owner's own part, so that one cannot spoil what another uploads."""
        name = f"{self.place(digest).name} {owner}"
        return self._incoming / hashlib.sha256(name.encode()).hexdigest()

    def _touch(self, path: Path) -> bool:
        """Renew the age of a file; whether it is there."""
        now_ns = self._clock.now_us() * 1000
        try:
            os.utime(path, ns=(now_ns, now_ns))
        except FileNotFoundError:
            return False
        return True

    def _place(self, partial: Path, digest: str) -> None:
        """Move a verified and synced part to its final name; drop it if that is there."""
        path = self.place(digest)
        with self._lock:
            if self._touch(path):
                partial.unlink()
            else:
                partial.replace(path)
                self._touch(path)
        fsync_folder(path.parent)

    def _closed(self, path: Path, upload: "Upload") -> None:
        with self._lock:
            if self._uploads.get(path) is upload:
                del self._uploads[path]


class Upload:
    """One owner's upload under way, each byte hashed once. Made by `ArtifactFiles.begin`.

    A context manager: leaving it closes the file and keeps the part for later.
    """

    def __init__(self, files: ArtifactFiles, path: Path, digest: str, size_bytes: int) -> None:
        self.digest = digest
        #: Of the whole file, as announced.
        self.size_bytes = size_bytes
        #: Bytes received so far.
        self.offset = 0
        self._files = files
        self._path = path
        self._lock = Lock()
        self._hash = hashlib.sha256()
        self._file: FileIO | None = None

    def reserve(self) -> None:
        """Let nobody in until `take_up` is done. For `ArtifactFiles` only."""
        self._lock.acquire()

    def take_up(self, previous: "Upload | None") -> None:
        """Open the part once `previous` let go of it, and hash what it holds.

        For `ArtifactFiles` only, after `reserve`: whoever replaces this upload
        in turn waits until it is done, so a part never has two writers.
        """
        try:
            if previous is not None:
                previous.close()
            with refusing_full_disk(self._path.parent):
                self._open()
        except BaseException:
            self._end()
            raise
        finally:
            self._lock.release()

    def append(self, offset: int, data: bytes) -> None:
        """Add `data`, which starts at `offset` of the whole.

        Raises OFFSET_MISMATCH (detail `offset`: where to go on) unless it
        continues what is there, ARTIFACT_TOO_LARGE beyond the announced size,
        STORE_FULL; the part then holds what it held before.
        """
        with self._lock:
            file = self._opened()
            if offset != self.offset:
                raise self._mismatch(f"The upload goes on at byte {self.offset}, not {offset}.")
            if offset + len(data) > self.size_bytes:
                raise HiveMindError(
                    Reason.ARTIFACT_TOO_LARGE,
                    f"More bytes came than the {self.size_bytes} announced.",
                )
            with refusing_full_disk(self._path.parent):
                self._write(file, data)
            self._files._touch(self._path)
            self._hash.update(data)
            self.offset += len(data)

    def finish(self) -> None:
        """Verify the whole and store it for good; then the upload is closed.

        Where another owner's upload of the same bytes came first, that file
        stays. Raises OFFSET_MISMATCH while bytes are missing; DIGEST_MISMATCH,
        which removes the part; STORE_FULL.
        """
        with self._lock:
            file = self._opened()
            if self.offset != self.size_bytes:
                missing = self.size_bytes - self.offset
                raise self._mismatch(f"{missing} bytes are missing: go on at byte {self.offset}.")
            try:
                self._verify()
                with refusing_full_disk(self._path.parent):
                    self._sync(file)
                    file.close()
                    self._files._place(self._path, self.digest)
            finally:
                self._end()

    def discard(self) -> None:
        """Give the upload up and remove its part. Does nothing once closed."""
        with self._lock:
            if self._file is not None:
                self._remove()
            self._end()

    def close(self) -> None:
        """Stop here; the part stays, to go on later."""
        with self._lock:
            self._end()

    def __enter__(self) -> "Upload":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> None:
        """Hash what an earlier connection left, unless it is more than the whole."""
        self._file = file = FileIO(os.open(self._path, _OPEN_FLAGS, PRIVATE_FILE_MODE), "r+")
        self._files._touch(self._path)
        if os.fstat(file.fileno()).st_size > self.size_bytes:
            file.truncate(0)
        while data := file.read(_READ_BYTES):
            self._hash.update(data)
            self.offset += len(data)

    def _verify(self) -> None:
        if f"sha256:{self._hash.hexdigest()}" == self.digest:
            return
        self._remove()
        raise HiveMindError(
            Reason.DIGEST_MISMATCH,
            f"The bytes received are not those of {self.digest}: upload them again.",
        )

    def _write(self, file: FileIO, data: bytes) -> None:
        left = memoryview(data)
        try:
            while left:
                left = left[file.write(left) :]
        except BaseException:
            file.truncate(self.offset)
            file.seek(self.offset)
            raise

    def _sync(self, file: FileIO) -> None:
        """Bring the bytes to the disk; after a failure nobody knows which are there."""
        try:
            os.fsync(file.fileno())
        except OSError:
            self._remove()
            raise

    def _remove(self) -> None:
        if self._file is not None:
            self._file.close()
        self._path.unlink(missing_ok=True)

    def _end(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None
        self._files._closed(self._path, self)

    def _opened(self) -> FileIO:
        if self._file is None:
            raise HiveMindError(
                Reason.OFFSET_MISMATCH, "The upload was closed or taken over by another connection."
            )
        return self._file

    def _mismatch(self, message: str) -> HiveMindError:
        return HiveMindError(Reason.OFFSET_MISMATCH, message, offset=str(self.offset))


def _is_older(path: Path, than_us: int) -> bool:
    try:
        return path.stat().st_mtime_ns < than_us * 1000
    except FileNotFoundError:
        return False


_OPEN_FLAGS = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
