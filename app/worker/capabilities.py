"""What this node offers, measured by itself."""

import os
import platform
from pathlib import Path

import psutil

from app import __version__
from app.common.node_facts import Capabilities
from app.worker.benchmark import kept_cpu_score
from app.worker.capacity import Capacity
from app.worker.executors.choice import Executors
from app.worker.gpus import GpuProbe

MEBIBYTE = 1024 * 1024
#: Left to the machine's owner: a part of the memory, at least this much; a tenth of the disk.
_MEMORY_SHARE_LEFT = 10
_MEMORY_MIB_LEFT = 256
_DISK_SHARE_LEFT = 10
_MACHINES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "ARM64": "arm64"}


def measure(folder: Path, executors: Executors, gpus: GpuProbe) -> Capabilities:
    """The node's totals. Blocks, for 0.3 s at the first start."""
    return Capabilities(
        cpu_millicores=usable_cores() * 1000,
        memory_mib=_memory_mib(),
        disk_mib=_disk_mib(folder),
        cpu_score=kept_cpu_score(folder / "benchmark.json"),
        gpus=gpus.found() if executors.runs_images else (),
        isolation=executors.isolation,
        engine=executors.description,
        isolation_features=executors.features,
        runs_images=executors.runs_images,
        platform=platform_name(platform.system(), platform.machine()),
        agent_version=__version__,
    )


def capacity_of(capabilities: Capabilities) -> Capacity:
    """What may be taken by tasks together."""
    return Capacity(
        capabilities.cpu_millicores,
        capabilities.memory_mib,
        capabilities.disk_mib,
        frozenset(gpu.uuid for gpu in capabilities.gpus),
    )


def platform_name(system: str, machine: str) -> str:
    """ "linux/amd64", as container engines name platforms."""
    return f"{system.lower()}/{_MACHINES.get(machine, machine.lower())}"


def usable_cores() -> int:
    """Cores this process may use, at least one."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def _memory_mib() -> int:
    total_mib = int(psutil.virtual_memory().total) // MEBIBYTE
    left = max(_MEMORY_MIB_LEFT, total_mib // _MEMORY_SHARE_LEFT)
    return max(0, total_mib - left)


def _disk_mib(folder: Path) -> int:
    free_mib = int(psutil.disk_usage(str(folder)).free) // MEBIBYTE
    return free_mib - free_mib // _DISK_SHARE_LEFT
