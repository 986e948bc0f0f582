"""The hardened container as the engine's API takes it. Pure.

After the OWASP Docker Security Cheat Sheet: no network, read-only root, no
capability, no new privileges, the engine's default seccomp filter, an ordinary
user, limits on everything. The engine keeps no log: a program that prints line
by line would cost it minutes of processor time.
"""

from dataclasses import dataclass
from typing import Any

from app.worker.executors.base import (
    OPEN_FILES_MAX,
    OUTPUT_PATH,
    PIDS_MAX,
    SHARED_MEMORY_MIB,
    TMP_MIB,
    WORK_PATH,
    Job,
)

MEBIBYTE = 1024 * 1024
TASK_LABEL = "hivemind.task"
AGENT_LABEL = "hivemind.agent"
_NANO = 1_000_000


@dataclass(frozen=True, slots=True)
class ContainerHost:
    """What of this machine the container depends on."""

    #: User and group inside, "65534:65534": never root.
    user: str
    #: "keep-id" for a rootless Podman, where the agent's own user must own the files.
    user_namespace: str
    agent_name: str
    is_podman: bool
    #: The engine has a first process to put before the program. Without one the program
    #: is the container's first process, whom the kernel spares most signals.
    has_init: bool
    #: SELinux wants shared folders relabelled.
    relabel: bool
    #: What starts containers where it is not the engine's own choice: "runsc".
    runtime: str = ""


def container_config(job: Job, image: str, host: ContainerHost) -> dict[str, Any]:
    """The body of POST /containers/create that runs `job` in `image`."""
    return {
        "Image": image,
        # The image's own entry point would take the command for its arguments.
        "Entrypoint": [],
        "Cmd": list(job.command),
        "Env": [f"{name}={value}" for name, value in job.environment],
        "WorkingDir": WORK_PATH,
        "User": host.user,
        "Hostname": "task",
        "Labels": {TASK_LABEL: str(job.order.id), AGENT_LABEL: host.agent_name},
        "AttachStdin": False,
        "AttachStdout": True,
        "AttachStderr": True,
        "OpenStdin": False,
        "Tty": False,
        "NetworkDisabled": not job.order.network,
        "Healthcheck": {"Test": ["NONE"]},
        "StopSignal": "SIGTERM",
        "HostConfig": _host_config(job, host),
    }


def _host_config(job: Job, host: ContainerHost) -> dict[str, Any]:
    order = job.order
    memory_bytes = order.memory_mib * MEBIBYTE
    suffix = ":rw,Z" if host.relabel else ":rw"
    config: dict[str, Any] = {
        "NetworkMode": "bridge" if order.network else "none",
        "ReadonlyRootfs": True,
        "CapDrop": ["ALL"],
        "Privileged": False,
        "SecurityOpt": ["no-new-privileges"],
        "PidsLimit": PIDS_MAX,
        "Memory": memory_bytes,
        "MemorySwap": memory_bytes,
        "NanoCpus": order.cpu_millicores * _NANO,
        "IpcMode": "private" if host.user_namespace else "none",
        "Tmpfs": {
            "/tmp": f"rw,noexec,nosuid,nodev,size={TMP_MIB}m,mode=1777",  # noqa: S108 - its own
            "/dev/shm": f"rw,noexec,nosuid,nodev,size={SHARED_MEMORY_MIB}m,mode=1777",  # noqa: S108
        },
        "Binds": [f"{job.work}:{WORK_PATH}{suffix}", f"{job.output}:{OUTPUT_PATH}{suffix}"],
        "Ulimits": [
            _limit("nofile", OPEN_FILES_MAX),
            _limit("fsize", order.disk_mib * MEBIBYTE),
            _limit("core", 0),
        ],
        "LogConfig": {"Type": "none", "Config": {}},
        "RestartPolicy": {"Name": "no"},
        "AutoRemove": False,
        "Init": host.has_init,
    }
    if host.is_podman:
        # It passes on its own limit otherwise, which can be above what the host allows.
        config["Ulimits"].append(_limit("nproc", 4 * PIDS_MAX))
    if host.user_namespace:
        config["UsernsMode"] = host.user_namespace
    if host.runtime and not order.gpu_uuids:
        # gVisor reaches a GPU only where its owner set that up, for a few drivers.
        config["Runtime"] = host.runtime
    if order.gpu_uuids:
        config["DeviceRequests"] = [
            {"Driver": "nvidia", "DeviceIDs": list(order.gpu_uuids), "Capabilities": [["gpu"]]}
        ]
    return config


def _limit(name: str, value: int) -> dict[str, Any]:
    return {"Name": name, "Soft": value, "Hard": value}
