"""The web side of the master: the HTTP API, metrics, health and the pages, as one application."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_address

import prometheus_client
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.master.events import EventBus
from app.master.rpc.calls import Calls
from app.master.rpc.places import Places
from app.master.web.api import Api, full_path
from app.master.web.kept_lists import KeptLists
from app.master.web.openapi import describe
from app.master.web.page_frame import Frame
from app.master.web.pages import PageParts, add_pages, or_page
from app.master.web.problems import problem_response
from app.master.web.routes import PREFIX, ROUTES, SHORT_ROUTES
from app.master.web.shield import App, Shield
from app.master.web.visitor import Visitors

#: Streams of one caller: a browser has one a page, a script a handful.
FOLLOWED_MAX = 32
#: Of all callers.
FOLLOWED_IN_ALL_MAX = 1000
#: What a proxy adds: then the request came from elsewhere, whoever brought it here.
_FORWARDED = ("forwarded", "x-forwarded-for")


@dataclass(frozen=True, slots=True)
class WebParts:
    """What the web side is built of."""

    calls: Calls
    events: EventBus
    ids: IdSource
    clock: Clock
    pool_name: str
    archive_bytes_max: int
    grpc_port: int
    metrics: CollectorRegistry
    #: Whether the master takes calls.
    ready: Callable[[], bool]
    #: The names and addresses by which it may be called.
    hosts: tuple[str, ...]
    https: bool
    #: Set when the master stops: answers that would go on for ever end.
    stopping: asyncio.Event


def make_app(parts: WebParts) -> App:
    """The application."""
    app = Starlette()
    app.state.stopping = parts.stopping
    visitors = Visitors(parts.calls, parts.ids.secret(32))
    places = Places(FOLLOWED_MAX, FOLLOWED_IN_ALL_MAX)
    api = Api(parts.calls, visitors, parts.ids, KeptLists(parts.events), places)
    for route in ROUTES:
        app.add_route(full_path(route), api.endpoint(route), [route.verb])
    for route in SHORT_ROUTES:
        app.add_route(route.path, or_page(api.endpoint(route)), [route.verb])
    frame = Frame(parts.calls, visitors, parts.clock, parts.ids, parts.pool_name)
    add_pages(app, PageParts(frame, places, parts.archive_bytes_max, parts.grpc_port))
    _add_plain_routes(app, parts, visitors)
    app.add_exception_handler(HTTPException, _no_such_route)
    return Shield(app, parts.hosts, parts.ids, https=parts.https)


def _add_plain_routes(app: Starlette, parts: WebParts, visitors: Visitors) -> None:
    description = describe()

    async def health(_request: Request) -> Response:
        serving = parts.ready()
        status = "serving" if serving else "not serving"
        return JSONResponse({"status": status}, 200 if serving else 503)

    async def metrics(request: Request) -> Response:
        if not _comes_from_here(request):
            visitor = await visitors.of(request)
            await parts.calls.require(f"GET {request.url.path}", visitor)
        text = prometheus_client.generate_latest(parts.metrics)
        return Response(text, media_type=prometheus_client.CONTENT_TYPE_LATEST)

    async def openapi(_request: Request) -> Response:
        return JSONResponse(description)

    for prefix, name in (("", "healthz"), (PREFIX, "health")):
        app.add_route(f"{prefix}/{name}", refusing(health), ["GET"])
    for prefix in ("", PREFIX):
        app.add_route(f"{prefix}/metrics", refusing(metrics), ["GET"])
    app.add_route(f"{PREFIX}/openapi.json", refusing(openapi), ["GET"])


def refusing(
    endpoint: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """`endpoint`, with refusals answered as problems."""

    async def serve(request: Request) -> Response:
        try:
            return await endpoint(request)
        except HiveMindError as error:
            return problem_response(error)

    return serve


def _comes_from_here(request: Request) -> bool:
    """Whether a program of this machine asks, for itself."""
    host = request.client.host if request.client is not None else ""
    try:
        local = ip_address(host).is_loopback
    except ValueError:
        return False
    return local and not any(name in request.headers for name in _FORWARDED)


async def _no_such_route(_request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    reason = Reason.NO_SUCH_METHOD if status == 405 else Reason.NO_SUCH_ADDRESS
    response = problem_response(HiveMindError(reason), status)
    response.headers.update(getattr(error, "headers", None) or {})
    return response
