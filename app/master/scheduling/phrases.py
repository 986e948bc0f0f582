"""How requirements and nodes are named to people, in parts of sentences."""

from app.common.vocabulary import IsolationClass, TrustLevel
from app.master.tasks.requirements import Location, Requirements

_MIB_PER_GIB = 1024

_ISOLATION = {
    IsolationClass.NONE: "nothing",
    IsolationClass.SANDBOX: "a sandbox",
    IsolationClass.CONTAINER: "a hardened container",
}


def mib_phrase(mib: int) -> str:
    """`mib` MiB as people read it: "512 MiB", "1.5 GiB"."""
    if mib < _MIB_PER_GIB:
        return f"{mib} MiB"
    return f"{mib / _MIB_PER_GIB:.4g} GiB" if mib < 1e6 else f"{mib / _MIB_PER_GIB:.0f} GiB"


def cores_phrase(millicores: int) -> str:
    """`millicores` as cores: "1 core", "2.5 cores"."""
    return f"{millicores / 1000:g} core" + ("" if millicores == 1000 else "s")


def isolation_phrase(isolation: int) -> str:
    """An isolation class: "a sandbox"."""
    return _ISOLATION[IsolationClass(isolation)]


def trust_phrase(trust: int) -> str:
    """A trust level: "high trust"."""
    return f"{TrustLevel(trust).name.lower()} trust"


def location_phrase(location: Location) -> str:
    """A place, the smallest part first: "room 204, DE, Europe"."""
    continent = location.continent.name.replace("_", " ").title() if location.continent else ""
    parts = [part for part in (location.site, location.country, continent) if part]
    return ", ".join(parts) or "an unknown place"


def gpu_phrase(requirements: Requirements) -> str:
    """The wanted GPU: "a GPU named "4090" with 16 GiB of memory"."""
    gpu = f'a GPU named "{requirements.gpu_name}"' if requirements.gpu_name else "a GPU"
    memory, score = mib_phrase(requirements.gpu_memory_mib), requirements.gpu_score
    if requirements.gpu_memory_mib and score:
        return f"{gpu} with {memory} of memory and a score of {score}"
    if requirements.gpu_memory_mib:
        return f"{gpu} with {memory} of memory"
    return f"{gpu} with a score of {score}" if score else gpu
