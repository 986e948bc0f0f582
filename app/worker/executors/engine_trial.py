"""Whether an engine starts containers with a runtime that it names: one is started.

gVisor's runtime in particular may be registered and not work: on a newer kernel, without KVM.
What is tried is an image of one program, which ends at once with status 0.
"""

import hashlib
import io
import json
import struct
import tarfile
from typing import Any

import aiodocker
import structlog

from app.worker.executors.docker_profile import AGENT_LABEL

log = structlog.get_logger(__name__)

_IMAGE = "hivemind-trial:1"
_TRIAL_SECONDS = 20.0

#: exit(0), by the engine's name of the machine: ELF's number of it, and the instructions.
_PROGRAMS = {
    # xor edi, edi; mov eax, 60; syscall
    "amd64": (62, bytes.fromhex("31ff b83c000000 0f05")),
    # mov x0, #0; mov x8, #93; svc #0
    "arm64": (183, bytes.fromhex("000080d2 a80b80d2 010000d4")),
}


async def starts_with(docker: aiodocker.Docker, runtime: str, machine: str, agent: str) -> bool:
    """Whether a container of `runtime` starts and ends well, on a `machine` ("amd64")."""
    if machine not in _PROGRAMS:
        return False
    config: dict[str, Any] = {
        "Image": _IMAGE,
        "Cmd": ["/true"],
        "User": "65534:65534",
        "Labels": {AGENT_LABEL: agent},
        "NetworkDisabled": True,
        "HostConfig": {"Runtime": runtime, "NetworkMode": "none", "ReadonlyRootfs": True},
    }
    container = None
    try:
        await docker.images.import_image(_image(machine))
        container = await docker.containers.create(config)
        await container.start()
        ended = await container.wait(timeout=_TRIAL_SECONDS)
        return bool(ended["StatusCode"] == 0)
    except (aiodocker.DockerError, OSError, TimeoutError) as error:
        log.warning("a runtime does not work and is not used", runtime=runtime, error=str(error))
        return False
    finally:
        await _remove(docker, container)


async def _remove(docker: aiodocker.Docker, container: Any) -> None:
    try:
        if container is not None:
            await container.delete(force=True)
        await docker.images.delete(_IMAGE, force=True)
    except (aiodocker.DockerError, OSError, TimeoutError) as error:
        log.debug("what was tried is left", error=str(error))


def _image(machine: str) -> bytes:
    """The image in the form of `docker save`."""
    layer = _tar({"true": _elf(*_PROGRAMS[machine])})
    config: dict[str, Any] = {
        "architecture": machine,
        "os": "linux",
        "config": {},
        "rootfs": {
            "type": "layers",
            "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"],
        },
    }
    manifest = [{"Config": "config.json", "RepoTags": [_IMAGE], "Layers": ["layer.tar"]}]
    return _tar(
        {
            "layer.tar": layer,
            "config.json": json.dumps(config).encode(),
            "manifest.json": json.dumps(manifest).encode(),
        }
    )


def _tar(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o755
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _elf(number: int, code: bytes) -> bytes:
    """A static program of `code` alone (System V ABI, ELF-64 object files)."""
    base, head = 0x400000, 64 + 56
    size = head + len(code)
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    header = struct.pack("<HHIQQQIHHHHHH", 2, number, 1, base + head, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    loaded = struct.pack("<IIQQQQQQ", 1, 5, 0, base, base, size, size, 0x1000)
    return ident + header + loaded + code
