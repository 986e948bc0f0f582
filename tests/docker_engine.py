"""A private Docker engine for the tests, with images made from this machine's own programs."""

import http.client
import io
import json
import os
import shutil
import socket
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.parts import require_part

SHELL_IMAGE = "hivemind-test-shell:1"
PYTHON_IMAGE = "hivemind-test-python:1"
START_SECONDS = 60
_STEP_SECONDS = 0.1


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, place: Path) -> None:
        super().__init__("localhost", timeout=60)
        self._place = place

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._place))


@dataclass(frozen=True)
class DockerEngine:
    """A running engine, found at `socket`."""

    socket: Path

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """One call of the engine's API: status and body."""
        connection = _UnixConnection(self.socket)
        try:
            connection.request(method, path, body)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def answers(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self.ask("GET", "/_ping")[0] == 200
        return False

    def import_image(self, name: str, archive: bytes) -> None:
        """Make an image of the files in a tar archive."""
        repository, _, tag = name.partition(":")
        path = f"/images/create?fromSrc=-&repo={repository}&tag={tag}"
        status, said = self.ask("POST", path, archive)
        if status != 200:
            raise RuntimeError(f"the image {name} was not imported: {said!r}")

    def has_image(self, name: str) -> bool:
        return self.ask("GET", f"/images/{name}/json")[0] == 200

    def containers(self, label: str) -> list[dict]:
        """All containers with `label`, running or not."""
        filters = json.dumps({"label": [label]})
        quoted = filters.replace('"', "%22").replace(" ", "")
        status, said = self.ask("GET", f"/containers/json?all=1&filters={quoted}")
        assert status == 200, said
        return json.loads(said)


def busybox() -> Path | None:
    """A static busybox, which needs nothing beside it."""
    for place in (Path("/bin/busybox"), Path("/usr/bin/busybox")):
        if place.is_file() and b"/ld-linux" not in place.read_bytes():
            return place
    return None


def shell_image(program: Path) -> bytes:
    """A tar archive with busybox under all its names."""
    names = subprocess.run(
        [program, "--list"], check=True, capture_output=True, text=True
    ).stdout.split()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        _add_folders(archive, "bin", "tmp", "proc", "dev", "etc", "work", "output")
        archive.add(program, "bin/busybox", recursive=False)
        for name in names:
            if name != "busybox":
                _add_link(archive, f"bin/{name}", "busybox")
    return buffer.getvalue()


def python_image(program: Path) -> bytes:
    """As `shell_image`, with this system's own Python beside it."""
    python = Path("/usr/bin/python3").resolve()
    library = Path("/usr/lib") / python.name
    buffer = io.BytesIO(shell_image(program))
    with tarfile.open(fileobj=buffer, mode="a") as archive:
        _add_folders(archive, "usr", "usr/bin", "usr/lib")
        archive.add(python, f"usr/bin/{python.name}")
        _add_link(archive, "usr/bin/python3", python.name)
        archive.add(library, str(library).lstrip("/"), filter=_without_tests)
        # ctypes and sockets want libraries of their own.
        programs = [
            python,
            *library.glob("lib-dynload/_ctypes.*"),
            *library.glob("lib-dynload/_so*"),
        ]
        for needed in {one for program in programs for one in _shared_libraries(program)}:
            archive.add(needed.resolve(), str(needed).lstrip("/"))
    return buffer.getvalue()


def _shared_libraries(program: Path) -> list[Path]:
    said = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    words = [word for line in said.splitlines() for word in line.split()]
    return [Path(word) for word in words if word.startswith("/")]


def _without_tests(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    unwanted = {"test", "tests", "__pycache__", "ensurepip", "idlelib", "tkinter"}
    parts = set(Path(member.name).parts)
    config = any(part.startswith("config-") for part in parts)
    return None if unwanted & parts or config else member


def _add_folders(archive: tarfile.TarFile, *names: str) -> None:
    for name in names:
        folder = tarfile.TarInfo(name)
        folder.type = tarfile.DIRTYPE
        folder.mode = 0o755
        archive.addfile(folder)


def _add_link(archive: tarfile.TarFile, name: str, target: str) -> None:
    link = tarfile.TarInfo(name)
    link.type = tarfile.SYMTYPE
    link.linkname = target
    archive.addfile(link)


def start_engine(folder: Path, *options: str) -> tuple[DockerEngine, subprocess.Popen]:
    """An engine whose things are in `folder`, and its process for `stop_engine`."""
    engine = DockerEngine(folder / "docker.sock")
    with (folder / "engine.log").open("wb") as log:
        process = subprocess.Popen(
            [
                "dockerd", "--data-root", folder / "data", "--exec-root", folder / "exec",
                "--pidfile", folder / "engine.pid", "-H", engine.url,
                "--storage-driver=overlay2", "--iptables=false", "--ip6tables=false",
                "--bridge=none", *options,
            ],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    for _ in range(round(START_SECONDS / _STEP_SECONDS)):
        if engine.answers():
            return engine, process
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STEP_SECONDS)
            break
    said = (folder / "engine.log").read_text(errors="replace")[-2000:]
    stop_engine(folder, process)
    pytest.fail(f"the Docker engine did not start: {said}", pytrace=False)


def stop_engine(folder: Path, process: subprocess.Popen) -> None:
    """End it, and take its mounts away."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    places = [line.split()[1] for line in mounts]
    for place in sorted((p for p in places if p.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", "-l", place], check=False, capture_output=True)


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[DockerEngine]:
    """One private engine, with `SHELL_IMAGE`, for all tests of this process."""
    present = shutil.which("dockerd") is not None and os.geteuid() == 0
    require_part(present, "no Docker engine to start: install docker.io and run as root")
    program = busybox()
    require_part(program is not None, "no static busybox: install the package busybox-static")
    folder = Path(tempfile.mkdtemp(prefix="hivemind-docker-"))
    try:
        engine, process = start_engine(folder)
        try:
            engine.import_image(SHELL_IMAGE, shell_image(program))
            yield engine
        finally:
            stop_engine(folder, process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def docker_socket(docker_engine: DockerEngine) -> Path:
    """Where the private engine listens."""
    return docker_engine.socket


@pytest.fixture
def docker_python_image(docker_engine: DockerEngine) -> str:
    """An image that holds Python, made once."""
    require_part(Path("/usr/bin/python3").exists(), "no python3 of the system: install python3")
    if not docker_engine.has_image(PYTHON_IMAGE):
        docker_engine.import_image(PYTHON_IMAGE, python_image(busybox()))
    return PYTHON_IMAGE
