"""Every route with every kind of caller, against the one table."""

import asyncio

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.requests import Request

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Role
from app.master.events import EventBus
from app.master.identity.permissions import (
    PERMISSIONS,
    ROLE_PERMISSIONS,
    ROUTE_PERMISSIONS,
    RPC_PERMISSIONS,
    Open,
)
from app.master.rpc.calls import Calls
from app.master.web.app import WebParts, make_app
from app.master.web.routes import NOT_OVER_HTTP, PREFIX, ROUTES, SHORT_ROUTES, Kind
from app.master.web.visitor import Visitor, Visitors, Whence
from proto import nodepool_pb2 as pb
from tests.master.rpc.test_permissions import (
    EVERYBODY,
    EXPECTED,
    LENDERS,
    OPERATORS,
    PEOPLE,
    READERS,
    SUBMITTERS,
    stub_service,
    tokens_of_all,
)

DIGEST = "sha256:" + "0" * 64
#: Refusals of the door; anything else means that the call was let through.
AT_THE_DOOR = {Reason.UNAUTHENTICATED, Reason.TOKEN_EXPIRED, Reason.PERMISSION_DENIED}
#: Routes that are no call's: who may use them, written down anew.
PLAIN = {
    "GET /healthz": EVERYBODY,
    "GET /api/v1/health": EVERYBODY,
    "GET /api/v1/openapi.json": EVERYBODY,
    "GET /metrics": "operator auditor admin",
    "GET /api/v1/metrics": "operator auditor admin",
    "GET /static/{name}": EVERYBODY,
    "GET /login": EVERYBODY,
    "POST /login": EVERYBODY,
    "POST /logout": EVERYBODY.removesuffix(" node"),
    "POST /preferences": EVERYBODY,
    "GET /register": EVERYBODY,
    "POST /register": EVERYBODY,
    "GET /reset-password": EVERYBODY,
    "POST /reset-password": EVERYBODY,
    "GET /": PEOPLE,
    "GET /live/pool": PEOPLE,
    "GET /account": PEOPLE,
    "POST /account/password": PEOPLE,
    "POST /account/sessions": PEOPLE,
    "GET /upload": SUBMITTERS,
    "POST /upload": SUBMITTERS,
    "GET /tasks/{task_id}": READERS,
    "GET /live/tasks/{task_id}": READERS,
    "POST /tasks/{task_id}": SUBMITTERS,
    "GET /nodes/{node_id}": PEOPLE,
    "GET /live/nodes/{node_id}": PEOPLE,
    "POST /nodes/{node_id}": OPERATORS,
    "GET /ledger": PEOPLE,
    "GET /live/ledger": PEOPLE,
    "POST /ledger": LENDERS,
    "POST /ledger/grants": "admin",
    "GET /users": "auditor admin",
    "POST /users": "admin",
    "POST /users/{username}": "admin",
    "GET /audit": "auditor admin",
    "GET /audit/export": "auditor admin",
    "GET /join-tokens": OPERATORS,
    "POST /join-tokens": OPERATORS,
    "POST /join-tokens/{token_id}": OPERATORS,
    "GET /vpn": "operator auditor admin",
    "GET /live/vpn": "operator auditor admin",
    "POST /vpn/peers/{peer}": OPERATORS,
}


@pytest.fixture
def app(world):
    services = [stub_service(service) for service in pb.DESCRIPTOR.services_by_name.values()]
    return make_app(
        WebParts(
            calls=Calls(world.parts.door, services),
            events=EventBus(),
            ids=world.parts.door.ids,
            clock=world.clock,
            pool_name="Room 204",
            archive_bytes_max=1_000_000,
            grpc_port=50051,
            metrics=CollectorRegistry(),
            ready=lambda: True,
            hosts=("pool.test",),
            https=False,
            stopping=asyncio.Event(),
        )
    )


@pytest.fixture
async def http(app):
    # From another machine: this one's own programs need no token for the metrics.
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://pool.test") as client:
        yield client


def filled(path):
    for name in ("task_id", "task_ids", "node_id", "token_id", "username", "peer"):
        path = path.replace(f"{{{name}}}", "x")
    return path.replace("{digest}", DIGEST).replace("{name}", "style.css")


async def reason_of(http, verb, path, token, body):
    headers = {"authorization": f"Bearer {token}"} if token else {}
    response = await http.request(verb, path, headers=headers, **body)
    assert response.status_code < 500
    if response.headers.get("content-type") == "application/problem+json":
        found = Reason[response.json()["reason"]]
        return found if found in AT_THE_DOOR else None
    return None


async def test_every_route_with_every_caller(world, http):
    tokens = await tokens_of_all(world)
    refusals = {"-": Reason.UNAUTHENTICATED, "expired": Reason.TOKEN_EXPIRED}
    asked = [
        (route.verb, path, EXPECTED[route.call], {"json": {}} if route.has_body else {})
        for routes, prefix in ((ROUTES, PREFIX), (SHORT_ROUTES, ""))
        for route in routes
        for path in [filled(prefix + route.path)]
    ]
    asked += [(*name.split(" "), may, {}) for name, may in PLAIN.items()]
    wrong = []
    for verb, path, who_may, body in asked:
        may = set(who_may.split())
        if path.endswith("/result") and verb == "GET":
            # It asks for the task first, and machines see no tasks.
            may.remove("node")
        for who, token in tokens.items():
            expected = None if who in may else refusals.get(who, Reason.PERMISSION_DENIED)
            found = await reason_of(http, verb, filled(path), token, body)
            if found is not expected:
                wrong.append((verb, path, who, found, expected))
    assert wrong == []


def test_every_route_of_the_application_is_in_a_table(app):
    """Nothing is served that the walk above does not meet."""
    known = {
        f"{route.verb} {prefix}{route.path}"
        for routes, prefix in ((ROUTES, PREFIX), (SHORT_ROUTES, ""))
        for route in routes
    }
    served = {
        f"{verb} {route.path}" for route in app._app.routes for verb in route.methods - {"HEAD"}
    }
    assert served == known | set(ROUTE_PERMISSIONS)
    assert set(PLAIN) == set(ROUTE_PERMISSIONS)


def test_every_call_has_a_route_or_a_reason_to_have_none():
    reached = {f"/nodepool.{route.call}" for route in ROUTES}
    left = {f"/nodepool.{name}" for name in NOT_OVER_HTTP}
    calls = {name for name in RPC_PERMISSIONS if name.startswith("/nodepool.")}
    assert reached | left == calls
    assert not reached & left


def test_a_route_out_of_every_table_is_nobodys(world):
    assert "GET /nowhere" not in PERMISSIONS
    assert set(Kind) == {route.kind for route in ROUTES}
    assert not isinstance(ROUTE_PERMISSIONS["GET /metrics"], Open)
    assert ROUTE_PERMISSIONS["GET /metrics"] in ROLE_PERMISSIONS[Role.AUDITOR]


async def test_a_program_of_the_masters_own_machine_reads_the_metrics(app):
    here = httpx.ASGITransport(app, client=("127.0.0.1", 1234))
    async with httpx.AsyncClient(transport=here, base_url="http://pool.test") as client:
        assert (await client.get("/metrics")).status_code == 200
        # Brought here by a proxy it is not from here.
        brought = await client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7"})
        assert brought.status_code == 401


@pytest.mark.parametrize("host", ["evil.test", "", "pool.test.evil.test"])
async def test_a_name_that_is_not_the_masters_is_refused(http, host):
    response = await http.get("/healthz", headers={"host": host})
    assert (response.status_code, response.json()["reason"]) == (421, "HOST_UNKNOWN")
    assert (await http.get("/healthz", headers={"host": "POOL.test:5001"})).status_code == 200


async def test_cookies_of_another_site_are_worth_nothing(world, http):
    token = await world.token_of("ann")
    cookies = {"cookie": f"hm_session={token}"}
    same = {"sec-fetch-site": "same-origin"}
    assert (await http.get("/api/v1/session", headers=cookies | same)).status_code == 200
    for site in ("cross-site", "same-site"):
        refused = await http.get("/api/v1/session", headers=cookies | {"sec-fetch-site": site})
        assert (refused.status_code, refused.json()["reason"]) == (403, "CROSS_SITE")
    elsewhere = await http.get("/api/v1/session", headers=cookies | {"origin": "http://evil.test"})
    assert elsewhere.json()["reason"] == "CROSS_SITE"
    # What changes something must come from a page of this very session besides.
    change = await http.delete("/api/v1/session", headers=cookies | same)
    assert change.json()["reason"] == "CROSS_SITE"
    forged = await http.delete("/api/v1/session", headers=cookies | same | {"x-csrf-token": "0"})
    assert forged.json()["reason"] == "CROSS_SITE"


async def test_a_session_that_is_over_has_no_token_that_an_empty_one_could_equal(world, http):
    token = await world.token_of("ann")
    session_id = world.parts.door.authenticator.authenticate(token).session_id
    same = {"cookie": f"hm_session={token}", "sec-fetch-site": "same-origin"}
    await world.parts.sessions.sign_out(session_id)
    # Its page is not out of date: nobody is signed in there any more.
    change = await http.delete("/api/v1/session", headers=same | {"x-csrf-token": "0"})
    assert (change.status_code, change.json()["reason"]) == (401, "SESSION_ENDED")
    visitors = Visitors(Calls(world.parts.door, []), b"a key")
    scope = {"type": "http", "method": "POST", "headers": [], "client": ("192.0.2.7", 1234)}
    over = Visitor(token, Whence(Request(scope)), by_cookie=True)
    assert visitors.csrf_token(over) == ""
    with pytest.raises(HiveMindError) as caught:
        visitors.require_csrf(Request(scope), over, "")
    assert caught.value.reason is Reason.SESSION_ENDED


async def test_with_a_bearer_token_cookies_count_for_nothing(world, http):
    token = await world.token_of("ann", Role.ADMIN)
    headers = {"cookie": f"hm_session={token}", "authorization": "Bearer junk"}
    assert (await http.get("/api/v1/session", headers=headers)).status_code == 401
