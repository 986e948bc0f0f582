"""What an engine of Docker's kind says of itself, read. Pure.

From GET /version and GET /info, as Docker 18.09 and Podman 4 and later answer them.
"""

from collections.abc import Mapping
from typing import Any

#: gVisor's runtime: programs meet a kernel of its own, not this machine's.
GVISOR = "runsc"
#: Parts of an engine that stand between a program and the machine.
_GUARDS = ("containerd", "runc", "crun")


def is_podman(version: Mapping[str, Any]) -> bool:
    """Whether the engine is Podman, with Docker's API."""
    return any("podman" in name for name in _parts(version))


def engine_name(version: Mapping[str, Any], info: Mapping[str, Any]) -> str:
    """Name and version, and those of its parts: "docker 20.10.24 (containerd 1.6.20, runc 1.1.5)".

    With gVisor its runtime stands for the others: what they let through, it holds.
    """
    name = f"{'podman' if is_podman(version) else 'docker'} {version['Version']}"
    if runtime_of(info) == GVISOR:
        return f"{name} ({GVISOR})"
    found = _parts(version)
    # Podman names its runtime and conmon, each as "runc version 1.1.5" and more lines.
    default = str(info.get("DefaultRuntime") or "runc")
    others = set(_GUARDS) - {"containerd", default}
    guards = [f"{part} {found[part]}" for part in _GUARDS if found.get(part) and part not in others]
    return f"{name} ({', '.join(guards)})" if guards else name


def runtime_of(info: Mapping[str, Any]) -> str:
    """The runtime to ask for: gVisor's where the engine has it, else "" for the engine's own."""
    return GVISOR if GVISOR in (info.get("Runtimes") or {}) else ""


def without_runtime(info: Mapping[str, Any], runtime: str) -> dict[str, Any]:
    """`info` of an engine whose `runtime` does not work."""
    runtimes = {name: each for name, each in info["Runtimes"].items() if name != runtime}
    return {**info, "Runtimes": runtimes}


def security_features(info: Mapping[str, Any]) -> tuple[str, ...]:
    """Single words: "seccomp", "rootless", "cgroup-v2", "runsc"."""
    options = security_options(info)
    found = [option.removeprefix("name=").partition(",")[0] for option in options]
    found.append(f"cgroup-v{info.get('CgroupVersion') or '1'}")
    runtimes = info.get("Runtimes") or {}
    found += [name for name in (GVISOR, "kata", "crun") if name in runtimes]
    return tuple(dict.fromkeys(found))


def security_options(info: Mapping[str, Any]) -> list[str]:
    """ "name=seccomp,profile=default" and the like."""
    return [str(option) for option in info.get("SecurityOptions") or ()]


def has_init(info: Mapping[str, Any]) -> bool:
    """Whether the engine found its init program: it names its build then."""
    commit = info.get("InitCommit") or {}
    return commit.get("ID", "") not in {"", "N/A"}


def _parts(version: Mapping[str, Any]) -> dict[str, str]:
    """Versions by the parts' names in lower case; a version's first word of digits."""
    found = {}
    for part in version.get("Components") or ():
        name = str(part.get("Name", "")).lower()
        words = str(part.get("Version", "")).replace("v", " ").split()
        number = next((word for word in words if word[:1].isdigit()), "")
        first = name.split()[0] if name else ""
        if first.startswith("oci"):
            # Podman: "OCI Runtime (runc)".
            first = name.partition("(")[2].rstrip(")")
        found[first] = number.rstrip(",")
    return found
