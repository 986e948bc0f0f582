"""The worker's commands that ask nobody but this machine."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.common import program
from app.worker.__main__ import app
from app.worker.control import AgentStatus, described
from app.worker.doctor import report, report_json
from app.worker.executors.choice import Executors, Missing
from app.worker.executors.fake import FakeExecutor

LACKS = Missing("container engine", "No socket was found.", "install Docker")
STATUS = AgentStatus("n1", "lab-7", "host:1", True, "ACTIVE", False, 2, 0)


def test_the_doctor_says_what_is_missing_beside_what_was_found() -> None:
    said = report(Executors(FakeExecutor(), None, missing=(LACKS,)))
    assert "found    fake 1: sandbox" in said
    assert "missing  container engine: No socket was found." in said
    assert "install Docker" in said
    assert "NO_ISOLATION" in report(Executors(None, None, missing=(LACKS,)))


def test_the_doctor_speaks_to_programs_too() -> None:
    body = json.loads(report_json(Executors(FakeExecutor(), None, missing=(LACKS,))))
    assert [one["engine"] for one in body["found"]] == ["fake 1"]
    assert body["missing"][0]["remedy"] == "install Docker"


def test_a_machine_with_nothing_fails_its_examination(tmp_path: Path) -> None:
    environment = {"PATH": str(tmp_path), "DOCKER_HOST": f"unix://{tmp_path}/none"}
    done = CliRunner().invoke(
        app, ["doctor", "--json", "--data-dir", str(tmp_path)], env=environment
    )
    assert done.exit_code == 1
    body = json.loads(done.stdout)
    assert body["found"] == []
    assert "container engine" in [one["what"] for one in body["missing"]]


def test_the_status_speaks_to_programs_too(tmp_path: Path) -> None:
    assert json.loads(described(STATUS, as_json=True))["running"] == 2
    assert "lab-7" in described(replace(STATUS, connected=False), as_json=False)
    done = CliRunner().invoke(app, ["status", "--json", "--data-dir", str(tmp_path)])
    assert (done.exit_code, json.loads(done.stdout)) == (1, {"is_running": False})


@pytest.mark.parametrize(
    ("started_as", "name"),
    [
        ("/opt/bin/hivemind-worker", "hivemind-worker"),
        ("/x/app/worker/__main__.py", "-m app.worker"),
    ],
)
def test_a_hint_names_the_program_as_it_was_started(monkeypatch, started_as, name) -> None:
    monkeypatch.delenv("HIVEMIND_STARTED_AS", raising=False)
    monkeypatch.setattr("sys.argv", [started_as, "join"])
    assert program.program_name().endswith(name)
    monkeypatch.setenv("HIVEMIND_STARTED_AS", "python3 build_scripts/dev.py worker")
    assert program.program_name() == "python3 build_scripts/dev.py worker"


def test_a_link_has_address_and_token_in_it(tmp_path: Path) -> None:
    """Both reach the join, which nothing answers at this address."""
    token = f"HM1-{'0' * 52}-0a1b2c3d-{'1' * 26}"
    link = f"hivemind://127.0.0.1:9/join#{token}"
    joining = ["join", "--data-dir", str(tmp_path), link]
    refused = CliRunner().invoke(app, [*joining, "--token", token.replace("1", "2")])
    assert "leave --token out" in refused.output
    refused = CliRunner().invoke(app, [*joining[:-1], link.replace("HM1", "HM9")])
    assert "BAD_JOIN_TOKEN" in refused.output
    refused = CliRunner().invoke(app, joining)
    assert "UNREACHABLE" in refused.output
