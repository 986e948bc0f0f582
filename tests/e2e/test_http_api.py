"""The HTTP API of a whole master: what a script does with curl or httpx."""

import asyncio
import gc
import hashlib
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from app.client.api import HiveMind
from app.client.audit_filter import AuditFilter
from app.master.master import Master
from app.master.web.app import FOLLOWED_MAX
from tests.e2e.conftest import ADMIN, PASSWORD
from tests.e2e.hand_node import Ending, hand_node

PHRASE = "an unlikely phrase"


def archive(content: str = "true\n", padding: int = 0) -> bytes:
    """A task's archive, and `padding` bytes that do not compress."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("run.sh", content)
        if padding:
            noise = b"".join(
                hashlib.sha256(b"%d" % number).digest() for number in range(padding // 32)
            )
            file.writestr("noise", noise)
    return data.getvalue()


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


async def token_of(http: httpx.AsyncClient, name: str, password: str) -> dict[str, str]:
    answer = await http.post("/api/v1/session", json={"username": name, "password": password})
    assert answer.status_code == 200, answer.text
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
async def http(master: Master) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=master.web_address, timeout=30) as client:
        yield client


@pytest.fixture
async def script(http: httpx.AsyncClient, ann: HiveMind) -> httpx.AsyncClient:
    """A script of ann's."""
    http.headers.update(await token_of(http, "ann", PHRASE))
    return http


async def send(http: httpx.AsyncClient, data: bytes, start: int = 0, end: int | None = None):
    return await http.patch(
        f"/api/v1/uploads/{digest_of(data)}",
        content=data[start:end],
        headers={"upload-offset": str(start)},
    )


async def test_an_upload_breaks_off_and_goes_on(script: httpx.AsyncClient) -> None:
    data = archive(padding=3_000_000)
    announced = {"digest": digest_of(data), "size_bytes": len(data)}
    begun = await script.post("/api/v1/uploads", json=announced)
    assert begun.json() == {"offset": 0, "complete": False}
    half = await send(script, data, 0, 1_500_000)
    assert (half.status_code, half.json()["complete"]) == (200, False)
    assert half.headers["upload-offset"] == "1500000"
    # Where it goes on is known also to whoever lost that answer.
    assert (await script.post("/api/v1/uploads", json=announced)).json()["offset"] == 1_500_000
    wrong = await send(script, data, 2_000_000)
    assert (wrong.status_code, wrong.json()["reason"]) == (409, "OFFSET_MISMATCH")
    assert wrong.json()["details"]["offset"] == "1500000"
    rest = await send(script, data, 1_500_000)
    assert rest.json() == {
        "digest": digest_of(data),
        "size_bytes": len(data),
        "complete": True,
    }
    assert (await script.post("/api/v1/uploads", json=announced)).json()["complete"]
    whole = await script.get(f"/api/v1/artifacts/{digest_of(data)}")
    assert whole.content == data


async def test_an_upload_that_is_refused_leaves_nothing_running(script: httpx.AsyncClient) -> None:
    """Though most of its bytes are still to be read."""
    data = archive(padding=6_000_000)
    await script.post("/api/v1/uploads", json={"digest": digest_of(data), "size_bytes": len(data)})
    gc.disable()
    try:
        refused = await script.patch(
            f"/api/v1/uploads/{digest_of(data)}", content=data, headers={"upload-offset": "10"}
        )
        assert refused.json()["reason"] == "OFFSET_MISMATCH"
        running = [task.get_coro().__qualname__ for task in asyncio.all_tasks()]
        assert "Pump._draw" not in running
    finally:
        gc.enable()


async def test_a_task_from_submission_to_result(
    master: Master, admin: HiveMind, script: httpx.AsyncClient, tmp_path: Path
) -> None:
    data, outcome = archive(), archive(padding=1_200_000)
    await script.post("/api/v1/uploads", json={"digest": digest_of(data), "size_bytes": len(data)})
    assert (await send(script, data)).status_code == 200
    spec = {"name": "näme", "archive_digest": digest_of(data), "priority": "high"}
    quoted = (await script.post("/api/v1/quotes", json={"spec": spec})).json()
    made = await script.post(
        "/api/v1/tasks", json={"spec": spec}, headers={"idempotency-key": "once-1"}
    )
    assert made.status_code == 201
    task_id = made.json()["task_id"]
    assert made.json()["price_mcpt"] == quoted["price_mcpt"]
    again = await script.post(
        "/api/v1/tasks", json={"spec": spec}, headers={"idempotency-key": "once-1"}
    )
    assert again.json() == made.json()
    other = await script.post(
        "/api/v1/tasks", json={"spec": spec | {"count": 2}}, headers={"idempotency-key": "once-1"}
    )
    assert (other.status_code, other.json()["reason"]) == (409, "REQUEST_ID_REUSED")
    waiting = (await script.get(f"/api/v1/tasks/{task_id}/explanation")).json()
    assert waiting["state"] == "queued"
    assert (await script.get(f"/api/v1/tasks/{task_id}/result")).json()["reason"] == (
        "RESULT_NOT_FOUND"
    )
    async with (
        script.stream("GET", f"/api/v1/tasks/{task_id}/events") as live,
        hand_node(master, admin, tmp_path, lambda _: Ending(result=outcome)),
    ):
        states = [task["state"] async for task in tasks_in(live)]
    assert (states[0], states[-1]) == ("queued", "succeeded")
    task = (await script.get(f"/api/v1/tasks/{task_id}")).json()
    assert task["attempts"][0]["outcome"] == "succeeded"
    assert (task["owner"], task["spec"]["priority"]) == ("ann", "high")
    await check_ranges(script, task_id, outcome)
    assert (await script.delete(f"/api/v1/tasks/{task_id}/result")).status_code == 200
    assert (await script.get(f"/api/v1/tasks/{task_id}/result")).status_code == 404


async def tasks_in(live: httpx.Response) -> AsyncIterator[dict]:
    """The tasks of each event, until one has ended."""
    async for line in live.aiter_lines():
        if line.startswith("data: "):
            for task in json.loads(line.removeprefix("data: ")).get("tasks", ()):
                yield task
                if task["ended_at"] is not None:
                    return


async def check_ranges(http: httpx.AsyncClient, task_id: str, data: bytes) -> None:
    path = f"/api/v1/tasks/{task_id}/result"
    whole = await http.get(path)
    assert whole.content == data
    assert whole.headers["content-disposition"] == "attachment; filename*=UTF-8''n%C3%A4me.zip"
    etag, size = whole.headers["etag"], len(data)
    for asked, first, last in [
        ("bytes=0-0", 0, 0),
        ("bytes=1000-", 1000, size - 1),
        ("bytes=700000-900000", 700_000, 900_000),
        ("bytes=-10", size - 10, size - 1),
        (f"bytes=0-{size * 2}", 0, size - 1),
        (f"bytes=-{size * 2}", 0, size - 1),
    ]:
        part = await http.get(path, headers={"range": asked, "if-range": etag})
        assert (part.status_code, part.content) == (206, data[first : last + 1])
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
    for asked in ("bytes=5-1", "bytes=a-b", "lines=1-2", "bytes=-", "bytes=0-1,5-6"):
        assert (await http.get(path, headers={"range": asked})).content == data
    changed = await http.get(path, headers={"range": "bytes=0-0", "if-range": '"other"'})
    assert (changed.status_code, changed.content) == (200, data)
    for asked in (f"bytes={size}-", "bytes=-0"):
        beyond = await http.get(path, headers={"range": asked})
        assert beyond.status_code == 416
        assert beyond.headers["content-range"] == f"bytes */{size}"
    assert (await http.get(path, headers={"if-none-match": etag})).status_code == 304
    head = await http.head(path)
    assert (head.content, head.headers["content-length"]) == (b"", str(size))


async def test_what_is_done_by_http_is_in_the_audit_log(
    http: httpx.AsyncClient, admin: HiveMind, ann: HiveMind
) -> None:
    wrong = await http.post("/api/v1/session", json={"username": "ann", "password": "canary"})
    assert (wrong.status_code, wrong.json()["reason"]) == (401, "BAD_CREDENTIALS")
    http.headers.update(await token_of(http, "ann", PHRASE))
    paid = {"to_username": ADMIN, "amount_mcpt": 1500}
    assert (await http.post("/api/v1/transfers", json=paid)).status_code == 201
    poor = await http.post("/api/v1/transfers", json=paid | {"amount_mcpt": 10**9})
    assert (poor.status_code, poor.json()["reason"]) == (409, "INSUFFICIENT_BALANCE")
    denied = await http.get("/api/v1/users")
    assert (denied.status_code, denied.json()["reason"]) == (403, "PERMISSION_DENIED")
    assert (await http.delete("/api/v1/session")).status_code == 200
    assert (await http.get("/api/v1/session")).json()["reason"] == "SESSION_ENDED"
    events = [event async for event in admin.audit.iterate(AuditFilter(actor="ann"))]
    assert [(event.action, event.result, event.peer) for event in events[::-1]][-5:] == [
        ("UserService/Login", "OK", "127.0.0.1"),
        ("UserService/Transfer", "OK", "127.0.0.1"),
        ("UserService/Transfer", "INSUFFICIENT_BALANCE", "127.0.0.1"),
        ("AdminService/ListUsers", "PERMISSION_DENIED", "127.0.0.1"),
        ("SessionService/SignOut", "OK", "127.0.0.1"),
    ]
    assert not any("canary" in str(event) for event in events)


async def test_lists_are_paged_and_link_to_the_next_page(
    http: httpx.AsyncClient, admin: HiveMind
) -> None:
    http.headers.update(await token_of(http, ADMIN, PASSWORD))
    for name in ("uma", "una", "ute"):
        await admin.users.create(name, PHRASE)
    found, path = [], "/api/v1/users?page_size=2"
    while path:
        page = await http.get(path)
        found += [user["username"] for user in page.json()["users"]]
        path = page.links.get("next", {}).get("url", "")
    assert found == [ADMIN, "uma", "una", "ute"]


async def test_signing_out_ends_what_is_followed(script: httpx.AsyncClient) -> None:
    async with script.stream("GET", "/api/v1/events") as live:
        lines = live.aiter_lines()
        assert await anext(lines) == "id: 1"
        await script.delete("/api/v1/session")
        text = "\n".join([line async for line in lines])
    assert text.rstrip().rpartition("event: end\ndata: ")[2].startswith('{"type":"urn:hivemind')
    assert "SESSION_ENDED" in text


async def test_what_has_nothing_to_say_yet_begins_all_the_same(
    script: httpx.AsyncClient, ann: HiveMind, job: Path
) -> None:
    """So that whoever asked goes on, and whoever goes away is noticed."""
    waiting = await ann.tasks.submit(job)
    path = f"/api/v1/tasks/{waiting.task_id}/log?follow=true"
    for accepted in ("text/plain", "text/event-stream"):
        async with (
            asyncio.timeout(20),
            script.stream("GET", path, headers={"accept": accepted}) as live,
        ):
            assert live.status_code == 200


async def test_a_body_that_is_too_long_is_not_read_to_its_end(script: httpx.AsyncClient) -> None:
    answer = await script.post("/api/v1/quotes", content=b'"' + b"x" * (6 * 1024 * 1024))
    assert (answer.status_code, answer.json()["reason"]) == (413, "ARTIFACT_TOO_LARGE")


async def test_the_master_stops_though_somebody_follows(
    master: Master, script: httpx.AsyncClient
) -> None:
    """A stream that never ends by itself is ended, and says so by its end."""
    async with script.stream("GET", "/api/v1/events") as live:
        lines = live.aiter_lines()
        await anext(lines)
        await master.stop()
        assert [line async for line in lines]


async def test_a_list_asked_for_again_is_as_it_is_now(
    script: httpx.AsyncClient, admin: HiveMind, ann: HiveMind, job: Path
) -> None:
    """Also where the answer before was kept, and for each caller their own."""

    async def listed(headers: dict[str, str] | None = None) -> list[tuple[str, str]]:
        answer = await script.get("/tasks", headers=headers)
        return [(task["name"], task["state"]) for task in answer.json()["tasks"]]

    assert await listed() == await listed() == []
    first = await ann.tasks.submit(job, name="one")
    assert await listed() == await listed() == [("one", "queued")]
    others = await token_of(script, ADMIN, PASSWORD)
    assert await listed(others) == []
    await ann.tasks.cancel(first.task_id)
    assert await listed() == [("one", "cancelled")]
    await script.delete("/api/v1/session")
    assert (await script.get("/tasks")).json()["reason"] == "SESSION_ENDED"


async def test_one_caller_follows_so_many_streams_at_a_time(script: httpx.AsyncClient) -> None:
    async with AsyncExitStack() as stack:
        running = [
            await stack.enter_async_context(script.stream("GET", "/api/v1/events"))
            for _ in range(FOLLOWED_MAX)
        ]
        for path in ("/api/v1/events", "/live/pool"):
            refused = await script.get(path)
            assert (refused.status_code, refused.json()["reason"]) == (429, "RATE_LIMITED")
            assert refused.headers["retry-after"] == "10"
            assert refused.headers["content-type"] == "application/problem+json"
        # One that ends gives its place back, once the master has noticed.
        await running[0].aclose()
        async with asyncio.timeout(20):
            while True:
                async with script.stream("GET", "/api/v1/events") as again:
                    if again.status_code == 200:
                        break
