"""The line that joins a machine, and the steps it takes."""

import shlex
import sys

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from app.common.join_line import System
from proto import nodepool_pb2 as pb
from ui.models.joining import Mark, StepName, is_ready, reachable_addresses, steps_of

ABLE = pb.NodeCapabilities(isolation=1, engine="bubblewrap 0.8.0", cpu_score=800)


def marks(node: pb.NodeInfo) -> dict[StepName, Mark]:
    return {step.name: step.mark for step in steps_of(node)}


def test_the_line_for_linux_is_one_shell_command():
    words = shlex.split(System.LINUX.line("10.0.0.1:50051", "HM1-x"))
    assert words[:6] == [
        "python3",
        "build_scripts/dev.py",
        "worker",
        "join",
        "10.0.0.1:50051",
        "--token",
    ]
    assert words[6:8] == ["HM1-x", "&&"]
    assert words[-2:] == ["worker", "run"]


def test_a_package_names_the_commands_of_packages(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    line = System.LINUX.line("10.0.0.1:50051", "HM1-x")
    assert line == "hivemind-worker join 10.0.0.1:50051 --token HM1-x && hivemind-worker run"


def test_a_machine_that_has_come_all_the_way_is_ready():
    node = pb.NodeInfo(state=2, online=True, capabilities=ABLE, last_seen_at=Timestamp(seconds=1))
    assert is_ready(node)
    assert set(marks(node).values()) == {Mark.DONE}


def test_a_machine_that_asked_waits_for_approval():
    found = marks(pb.NodeInfo(state=1))
    assert found[StepName.SEEN] is Mark.DONE
    assert found[StepName.APPROVED] is Mark.WAITING
    assert found[StepName.HEARTBEAT] is Mark.WAITING


def test_a_missing_engine_is_a_failure_only_once_the_machine_was_heard():
    assert marks(pb.NodeInfo(state=2))[StepName.ENGINE] is Mark.WAITING
    assert marks(pb.NodeInfo(state=2, online=True))[StepName.ENGINE] is Mark.FAILED


def test_a_revoked_machine_is_not_ready():
    assert marks(pb.NodeInfo(state=5, capabilities=ABLE))[StepName.APPROVED] is Mark.FAILED


@pytest.mark.parametrize("address", ["127.0.0.1:50051", "localhost:50051", "[::1]:50051"])
def test_a_master_here_is_reached_at_this_machines_addresses(address):
    own = ["127.0.0.1", "::1", "fe80::1%eth0", "fd00::5", "192.168.1.7"]
    assert reachable_addresses(address, own) == ["192.168.1.7:50051", "[fd00::5]:50051"]


def test_a_master_elsewhere_is_reached_where_it_is():
    assert reachable_addresses("pool.example:7000", ["192.168.1.7"]) == ["pool.example:7000"]


def test_without_a_network_the_address_stays():
    assert reachable_addresses("127.0.0.1:50051", ["127.0.0.1"]) == ["127.0.0.1:50051"]
