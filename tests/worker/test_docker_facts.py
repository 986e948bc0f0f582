"""What engines say of themselves, recorded, and what is made of it."""

import pytest

from app.worker.executors import docker_facts as facts
from app.worker.executors.docker_profile import ContainerHost, container_config
from tests.worker.jobs import Bench

#: Of GET /version and GET /info, as a Debian 12 with docker.io and runsc answers them.
DEBIAN = {
    "Platform": {"Name": ""},
    "Components": [
        {"Name": "Engine", "Version": "20.10.24+dfsg1", "Details": {"ApiVersion": "1.41"}},
        {"Name": "containerd", "Version": "1.6.20~ds1", "Details": {}},
        {"Name": "runc", "Version": "1.1.5+ds1", "Details": {"GitCommit": "1.1.5+ds1-1+deb12u1"}},
        {"Name": "docker-init", "Version": "0.19.0", "Details": {"GitCommit": ""}},
    ],
    "Version": "20.10.24+dfsg1",
    "Arch": "amd64",
}
INFO = {
    "Runtimes": {"io.containerd.runc.v2": {"path": "runc"}, "runc": {"path": "runc"}},
    "DefaultRuntime": "runc",
    "SecurityOptions": ["name=seccomp,profile=default"],
    "CgroupVersion": "1",
    "InitCommit": {"ID": "0.19.0", "Expected": ""},
}
WITH_GVISOR = INFO | {"Runtimes": INFO["Runtimes"] | {"runsc": {"path": "/usr/bin/runsc"}}}
#: Docker's own packages name commits; Podman names its parts in sentences.
UPSTREAM = {
    "Components": [
        {"Name": "Engine", "Version": "28.5.1"},
        {"Name": "containerd", "Version": "v1.7.28"},
        {"Name": "runc", "Version": "1.3.0"},
    ],
    "Version": "28.5.1",
}
PODMAN = {
    "Components": [
        {"Name": "Podman Engine", "Version": "4.3.1"},
        {"Name": "Conmon", "Version": "conmon version 2.1.6, commit: unknown"},
        {"Name": "OCI Runtime (crun)", "Version": "crun version 1.8.1\ncommit: f8a096be0"},
    ],
    "Version": "4.3.1",
}


@pytest.mark.parametrize(
    ("version", "info", "name"),
    [
        (DEBIAN, INFO, "docker 20.10.24+dfsg1 (containerd 1.6.20~ds1, runc 1.1.5+ds1)"),
        (DEBIAN, WITH_GVISOR, "docker 20.10.24+dfsg1 (runsc)"),
        (UPSTREAM, INFO, "docker 28.5.1 (containerd 1.7.28, runc 1.3.0)"),
        (PODMAN, {"DefaultRuntime": "crun"}, "podman 4.3.1 (crun 1.8.1)"),
        ({"Version": "19.03.1"}, {}, "docker 19.03.1"),
    ],
)
def test_an_engine_is_named_with_what_stands_between_a_task_and_the_machine(version, info, name):
    assert facts.engine_name(version, info) == name


def test_gvisor_is_taken_where_it_is_there():
    assert facts.runtime_of(WITH_GVISOR) == "runsc"
    assert facts.runtime_of(INFO) == facts.runtime_of({}) == ""
    assert facts.runtime_of(facts.without_runtime(WITH_GVISOR, "runsc")) == ""
    assert facts.security_features(WITH_GVISOR) == ("seccomp", "cgroup-v1", "runsc")


def test_only_tasks_with_a_gpu_do_without_it(tmp_path):
    host = ContainerHost("65534:65534", "", "agent", False, True, False, runtime="runsc")

    class Nobody:
        owner = None

    def config(**wanted):
        job = Bench(Nobody(), tmp_path).job("true", **wanted)
        return container_config(job, "sha256:1", host)["HostConfig"]

    assert config()["Runtime"] == "runsc"
    assert "Runtime" not in config(gpu_uuids=("GPU-1",), number=2)
