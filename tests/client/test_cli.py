"""The command line as its users run it: a process of its own, against a pool over TLS."""

import asyncio
import json
import os
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from tests.client.fake_pool import Authority, FakePool

ROOT = Path(__file__).resolve().parents[2]


class Ran(NamedTuple):
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    def json(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def hivemind(tmp_path):
    """Runs `hivemind …` with a configuration of the test's own."""
    environment = {**os.environ, "HIVEMIND_CONFIG_DIR": str(tmp_path / "config")}
    for name in ("COLUMNS", "HIVEMIND_MASTER", "FORCE_COLOR"):
        environment.pop(name, None)

    async def run(*arguments: str, stdin: str = "", cwd: Path = tmp_path) -> Ran:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.client",
            *arguments,
            cwd=cwd,
            env={**environment, "PYTHONPATH": str(ROOT)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(stdin.encode())
        assert process.returncode is not None
        return Ran(process.returncode, out.decode(), err.decode())

    return run


@pytest.fixture
async def signed_in(hivemind, fake):
    """`hivemind` after a login."""
    ran = await hivemind(
        "login", fake.address, "--user", "ann", "--pin", fake.authority.pin, stdin="right\n"
    )
    assert ran.status == 0, ran.err
    return hivemind


def ended(fake: FakePool, task_id: str, state: int, result: bytes = b"") -> None:
    task = fake.tasks[task_id]
    task.state = state
    if result:
        task.result_digest = fake.keep(result)
        task.result_bytes = len(result)


async def test_login_keeps_the_session_and_the_pools_pin(signed_in, fake):
    ran = await signed_in("whoami", "--json")
    (shown,) = ran.json()
    assert (shown["user_id"], shown["username"], shown["role"]) == ("u1", "ann", "user")
    head, row = (await signed_in("whoami")).out.splitlines()
    assert head.split() == ["USER", "ROLE", "MASTER", "POOL"]
    assert row.split() == ["ann", "user", fake.address, "the", "lab"]
    # Known now: no pin is asked for again.
    assert (await signed_in("login", "--user", "ann", stdin="right\n")).status == 0


async def test_a_wrong_pin_stops_before_the_password_is_sent(hivemind, fake):
    ran = await hivemind(
        "login", fake.address, "--user", "ann", "--pin", Authority().pin, stdin="right\n"
    )
    assert ran.status == 6
    assert "[PIN_MISMATCH]" in ran.err
    assert {name for name, _ in fake.asked} == {"GetPoolInfo"}


async def test_an_unknown_pool_is_not_trusted_by_a_script(hivemind, fake):
    ran = await hivemind("login", fake.address, "--user", "ann", stdin="right\n")
    assert ran.status == 2
    assert "--pin" in ran.err
    assert fake.count("Login") == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize("answer", ["y", "n"])
async def test_a_person_is_shown_the_pin_and_asked(fake, tmp_path, answer):
    ours, theirs = os.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "app.client", "login", fake.address, "--user", "ann"),
        cwd=ROOT,
        env={**os.environ, "HIVEMIND_CONFIG_DIR": str(tmp_path / "config")},
        stdin=theirs,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        # Without a terminal of its own the password is asked for on standard input.
        start_new_session=True,
    )
    os.write(ours, f"{answer}\n".encode())
    said = b""
    assert process.stdout is not None
    while b"Password: " not in said and (data := await process.stdout.read(4096)):
        said += data
    if answer == "y":
        os.write(ours, b"right\n")
    said += (await process.communicate())[0]
    os.close(theirs)
    os.close(ours)
    assert fake.authority.pin in said.decode()
    assert (process.returncode == 0) == (answer == "y")
    assert fake.count("Login") == (1 if answer == "y" else 0)
    assert (tmp_path / "config" / "current").exists() == (answer == "y")


async def test_a_master_whose_ca_changed_is_refused(signed_in, fake):
    port = fake.port
    await fake.stop()
    async with FakePool(port=port) as other:
        for arguments in (("balance",), ("login", "--user", "ann")):
            ran = await signed_in(*arguments, stdin="right\n")
            assert ran.status == 6
            (line,) = ran.err.splitlines()
            assert line.startswith("error: The server's certificate is not this pool's")
            assert line.endswith("[CERTIFICATE_MISMATCH]")
        assert other.asked == []


async def test_refusals_have_a_sentence_a_reason_and_a_status(signed_in, hivemind, fake):
    ran = await signed_in("task", "show", "none")
    assert (ran.status, ran.out) == (4, "")
    assert ran.err == "error: There is no task none. [TASK_NOT_FOUND]\n"
    ran = await signed_in("task", "show", "none", "--json")
    assert json.loads(ran.err)["error"]["reason"] == "TASK_NOT_FOUND"
    ran = await signed_in("transfer", "bob", "1.2345")
    assert ran.status == 2

    async def poor(_request):
        raise HiveMindError(Reason.INSUFFICIENT_BALANCE, "You have 3 CPT and need 5.")

    fake.answers["Transfer"] = poor
    assert (await signed_in("transfer", "bob", "5")).status == 5
    fake.session_revoked = True
    ran = await signed_in("balance")
    assert ran.status == 3
    assert "sign in again" in ran.err
    await fake.stop()
    ran = await hivemind("login", "127.0.0.1:1", "--pin", fake.authority.pin, "-u", "x", stdin="x")
    assert ran.status == 6
    await fake.start()


async def test_submit_sends_what_the_options_say(signed_in, fake, tmp_path):
    (tmp_path / "job").mkdir()
    (tmp_path / "job" / "main.py").write_text("print(1)")
    ran = await signed_in(
        *("task", "submit", "job", "--cpu", "0.5", "--memory", "2GiB", "--priority", "high"),
        *(
            "--time",
            "10m",
            "-e",
            "A=1",
            "-e",
            "B=2",
            "--location",
            "Europe/DE/room",
            "--count",
            "2",
        ),
        *("--gpu-name", "4090", "--require-feasible", "--", "python3", "main.py", "--json", "--"),
    )
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.strip() in {task.array_id for task in fake.tasks.values()}
    request = next(request for name, request in fake.asked if name == "UploadTask")
    spec = request.spec
    assert list(spec.command) == ["python3", "main.py", "--json", "--"]
    assert dict(spec.environment) == {"A": "1", "B": "2"}
    assert (spec.name, spec.count, spec.run_seconds_max) == ("job", 2, 600)
    assert (spec.requirements.cpu_millicores, spec.requirements.memory_mib) == (500, 2048)
    assert spec.requirements.location.site == "room"
    assert request.require_feasible
    assert b"main.py" in request.archive


async def test_submit_wants_something_to_run(signed_in, fake):
    assert (await signed_in("task", "submit")).status == 2
    assert (await signed_in("task", "submit", "missing-folder")).status == 2
    assert (await signed_in("task", "submit", "--memory", "lots", "--", "true")).status == 2
    assert fake.tasks == {}


async def test_waiting_fetching_and_the_status_of_a_failed_task(signed_in, fake, tmp_path):
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr("answer.txt", "42")
    result = (tmp_path / "made.zip").read_bytes()

    async def watch(request):
        for index, task in enumerate(fake.tasks.values()):
            state = pb.TASK_STATE_FAILED if index == 1 else pb.TASK_STATE_SUCCEEDED
            ended(fake, task.task_id, state, result if index == 0 else b"")
        async for change in fake.on_watch_tasks(request):
            yield change

    fake.answers["WatchTasks"] = watch
    ran = await signed_in("task", "submit", "--count", "2", "--fetch", "got", "--json", "--", "x")
    assert ran.status == 1
    submitted, *changes = ran.json()
    assert submitted["count"] == 2
    assert [change["state"] for change in changes[:2]] == [
        "TASK_STATE_SUCCEEDED",
        "TASK_STATE_FAILED",
    ]
    assert (tmp_path / "got" / "0" / "answer.txt").read_text() == "42"
    assert not (tmp_path / "got" / "1").exists()
    first = submitted["task_id"] + "-0"
    assert (await signed_in("task", "wait", first)).status == 0
    assert (await signed_in("task", "fetch", first, "--zip", "r.zip")).status == 0
    assert (tmp_path / "r.zip").read_bytes() == result


async def test_waiting_ends_when_its_time_is_over(signed_in):
    submitted = await signed_in("task", "submit", "--", "sleep")
    ran = await signed_in("task", "wait", submitted.out.strip(), "--timeout", "1s")
    assert ran.status == 7
    assert "go on" in ran.err


async def test_lists_are_tables_without_colour_and_whole_when_piped(signed_in, fake):
    name = "a name that is rather long and [bold]never[/bold] markup"
    await signed_in("task", "submit", "--name", name, "--", "true")
    ran = await signed_in("task", "list")
    head, row = ran.out.splitlines()
    assert head.split() == ["TASK", "NAME", "STATE", "%", "NODE", "CPT"]
    assert name in row
    assert "\x1b" not in ran.out
    (page,) = (await signed_in("task", "list", "--json")).json()
    assert page["tasks"][0]["name"] == name
    assert page["next_page_token"] == ""


async def test_a_long_list_says_how_to_go_on(signed_in):
    await signed_in("task", "submit", "--count", "3", "--", "true")
    ran = await signed_in("task", "list", "--limit", "2")
    assert "--page-token 2" in ran.err
    ran = await signed_in("task", "list", "--limit", "2", "--page-token", "2")
    assert len(ran.out.splitlines()) == 2


@pytest.mark.parametrize(
    ("state", "charged_mcpt", "cost", "price"),
    [
        (pb.TASK_STATE_QUEUED, 0, "1", "1 CPT"),
        (pb.TASK_STATE_SUCCEEDED, 1000, "1", "1 CPT (charged 1)"),
        (pb.TASK_STATE_FAILED, 0, "0", "1 CPT (refunded)"),
        (pb.TASK_STATE_CANCELLED, 0, "0", "1 CPT (refunded)"),
    ],
    ids=["queued", "succeeded", "failed", "cancelled"],
)
async def test_a_task_costs_what_was_charged(signed_in, fake, state, charged_mcpt, cost, price):
    await signed_in("task", "submit", "--", "true")
    (task,) = fake.tasks.values()
    task.state, task.charged_mcpt = state, charged_mcpt
    row = (await signed_in("task", "list")).out.splitlines()[1]
    assert row.split()[-1] == cost
    assert price in (await signed_in("task", "show", task.task_id)).out.replace("  ", "")


async def test_logs_come_byte_for_byte_on_their_streams(signed_in, fake):
    await signed_in("task", "submit", "--", "true")
    (task,) = fake.tasks.values()
    task.attempt, task.state = 1, pb.TASK_STATE_SUCCEEDED
    fake.log = [
        pb.LogChunk(attempt=1, stream=1, data="out ü\n".encode()),
        pb.LogChunk(attempt=1, stream=2, data=b"err\n"),
    ]
    ran = await signed_in("task", "logs", "-f", task.task_id)
    assert (ran.status, ran.out, ran.err) == (0, "out ü\n", "err\n")
    ran = await signed_in("task", "logs", task.task_id, "--stream", "stderr")
    assert (ran.out, ran.err) == ("err\n", "")
    ran = await signed_in("task", "logs", task.task_id, "--json")
    assert [line["stream"] for line in ran.json()] == ["LOG_STREAM_STDOUT", "LOG_STREAM_STDERR"]


async def test_an_array_is_shown_by_state_and_its_log_says_whose_it_is(signed_in, fake):
    await signed_in("task", "submit", "--count", "4", "--", "true")
    array_id = next(iter(fake.tasks.values())).array_id
    fake.tasks[f"{array_id}-2"].state = pb.TASK_STATE_FAILED
    lines = (await signed_in("task", "show", array_id)).out.splitlines()
    assert [line.split() for line in lines[-2:]] == [
        ["queued", "3", "0-1,", "3"],
        ["failed", "1", "2"],
    ]
    (shown,) = (await signed_in("task", "show", array_id, "--json")).json()
    assert len(shown["tasks"]) == 4
    assert f"{array_id}-0" in (await signed_in("task", "logs", array_id)).err


async def test_why_of_an_ended_task_counts_no_nodes(signed_in, fake):
    fake.why = pb.ExplainTaskResponse(state=pb.TASK_STATE_FAILED, summary="It has failed.")
    assert (await signed_in("task", "why", "t")).out == "It has failed.\n"


async def test_a_task_that_nothing_can_run_is_said_so_at_once(signed_in, fake):
    summary = "No node of the pool can run it: it needs 900 cores."
    fake.why = pb.ExplainTaskResponse(state=pb.TASK_STATE_QUEUED, nodes_known=3, summary=summary)
    ran = await signed_in("task", "submit", "--", "true")
    assert ran.status == 0
    assert summary in ran.err
    fake.why.nodes_feasible = 1
    assert "note:" not in (await signed_in("task", "submit", "--", "true")).err


@pytest.mark.parametrize(
    "words",
    [
        ("task", "submit", "--cpu", "0", "--", "true"),
        ("task", "submit", "--time", "0", "--", "true"),
        ("token", "create", "--ttl", "0s"),
        ("transfer", "eve", "-5"),
    ],
)
async def test_nothing_at_all_and_less_are_refused(signed_in, fake, words):
    asked = len(fake.asked)
    ran = await signed_in(*words)
    assert ran.status == 2
    assert "above zero" in " ".join(ran.err.replace("│", " ").split())
    assert len(fake.asked) == asked


async def test_programs_get_json_for_every_answer_and_error(signed_in):
    for words in (("task", "list", "--limit", "no"), ("nonsense",), ("transfer", "eve", "-5")):
        ran = await signed_in(*words, "--json")
        assert (ran.status, ran.out) == (2, "")
        assert json.loads(ran.err)["error"]["reason"] == "INVALID_FIELD"
    assert (await signed_in("logout", "--json")).json() == [{}]
    assert (await signed_in("task", "submit", "--help", "--json")).status == 0


async def test_money_is_read_and_shown_in_cpt(signed_in, fake):
    ran = await signed_in("balance")
    assert " ".join(ran.out.split()) == "Balance 100 CPT Held 12.5 CPT Available 87.5 CPT"
    assert (await signed_in("balance", "--json")).json()[0]["held_mcpt"] == "12500"
    ran = await signed_in("transfer", "bob", "1.5", "--memo", "lunch")
    assert "Paid 1.5 CPT to bob" in ran.out
    (request,) = [request for name, request in fake.asked if name == "Transfer"]
    assert (request.to_username, request.amount_mcpt, request.memo) == ("bob", 1500, "lunch")


async def test_registering_signs_in(hivemind, fake):
    arguments = ("register", fake.address, "--pin", fake.authority.pin, "--user")
    ran = await hivemind(*arguments, "taken", stdin="right\n")
    assert ran.status == 5
    assert (await hivemind("whoami")).status == 3
    ran = await hivemind(*arguments, "ann", stdin="right\n")
    assert "100 CPT" in ran.out
    assert (await hivemind("whoami")).status == 0
    assert (await hivemind("logout")).status == 0
    assert (await hivemind("whoami")).status == 3


async def test_what_cannot_be_undone_wants_yes_from_a_script(signed_in, fake):
    async def node(_request):
        return pb.NodeInfo(node_id="n1", name="box", state=pb.NODE_STATE_REVOKED)

    fake.answers["GetNode"] = fake.answers["SetNodeState"] = node
    assert (await signed_in("node", "revoke", "box")).status == 2
    assert fake.count("SetNodeState") == 0
    ran = await signed_in("node", "revoke", "box", "--yes", "--reason", "stolen")
    assert ran.status == 0
    (request,) = [request for name, request in fake.asked if name == "SetNodeState"]
    assert (request.node_id, request.reason) == ("n1", "stolen")
    assert request.state == pb.NODE_STATE_REVOKED


async def test_another_priority_says_what_it_comes_to(signed_in, fake):
    async def answer(request):
        return pb.SetTaskPriorityResponse(
            changed=2, started=1, price_change_mcpt=4000 if request.priority == 2 else -1000
        )

    fake.answers["SetTaskPriority"] = answer
    ran = await signed_in("task", "priority", "t1", "t2", "high")
    assert (ran.status, ran.out) == (0, "2 tasks, 4 CPT more held.\n")
    assert "1 started" in ran.err
    ran = await signed_in("task", "priority", "t1", "normal", "--preview")
    assert ran.out == "2 tasks, 1 CPT less held.\n"
    asked = [request for name, request in fake.asked if name == "SetTaskPriority"]
    assert [(list(one.task_ids), one.priority, one.preview) for one in asked] == [
        (["t1", "t2"], pb.PRIORITY_HIGH, False),
        (["t1"], pb.PRIORITY_NORMAL, True),
    ]
    ran = await signed_in("task", "priority", "t1", "low")
    assert ran.status == 2
    assert fake.count("SetTaskPriority") == 2


async def test_a_reader_that_has_enough_is_no_error(signed_in, tmp_path):
    await signed_in("task", "submit", "--count", "400", "--", "true")
    command = f"{sys.executable} -m app.client task list --limit 1000 | head -n 1"
    process = await asyncio.create_subprocess_shell(
        command,
        env={
            **os.environ,
            "HIVEMIND_CONFIG_DIR": str(tmp_path / "config"),
            "PYTHONPATH": str(ROOT),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert out.startswith(b"TASK")
    assert err == b""


async def test_help_is_there_for_everything_and_needs_no_grpc(hivemind):
    ran = await hivemind("--help")
    assert ran.status == 0
    assert "Exit status" in ran.out
    for noun in ("task", "node", "token", "ledger", "user"):
        assert (await hivemind(noun, "--help")).status == 0
    script = "import sys; import app.client.cli.main; assert 'grpc' not in sys.modules"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, cwd=ROOT)
    assert await process.wait() == 0
