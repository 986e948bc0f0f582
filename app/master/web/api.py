"""The endpoints of the HTTP API: each translates between HTTP and one call of the wire."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from urllib.parse import urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.master.rpc.calls import Calls, path_of, request_type
from app.master.rpc.door import caller
from app.master.rpc.places import Places
from app.master.web import files
from app.master.web.json_in import fill, fill_from_path, fill_from_query, parse
from app.master.web.json_out import to_text
from app.master.web.kept_lists import Kept, KeptLists
from app.master.web.problems import problem_response
from app.master.web.routes import PREFIX, Kind, Route
from app.master.web.streaming import ByteStream, EventStream, Pump
from app.master.web.visitor import Visitor, Visitors

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

#: An archive of 3 MiB in base64, and the rest of a request.
BODY_BYTES_MAX = 5 * 1024 * 1024
KEY_HEADER = "idempotency-key"
#: It comes as Idempotency-Key.
REQUEST_ID = "request_id"
TASK_LIST = "MasterNodeService/GetAllTasks"


class Api:
    """Makes the endpoints of routes."""

    def __init__(
        self,
        calls: Calls,
        visitors: Visitors,
        ids: IdSource,
        lists: KeptLists,
        places: Places,
    ) -> None:
        self._calls = calls
        self._lists = lists
        self._places = places
        self._visitors = visitors
        self._ids = ids
        self._answers: dict[Kind, Callable[[Route, Request, Visitor], Awaitable[Response]]] = {
            Kind.JSON: self._json,
            Kind.EVENTS: self._events,
            Kind.LOG: self._log,
            Kind.BYTES: lambda _, request, visitor: self._bytes(request, visitor),
            Kind.UPLOAD: lambda _, request, visitor: self._upload(request, visitor),
        }

    def endpoint(self, route: Route) -> Endpoint:
        """What answers requests for `route`."""
        answer = self._answers[route.kind]

        async def serve(request: Request) -> Response:
            try:
                visitor = await self._visitors.of(request)
                self._visitors.require_csrf(request, visitor)
                response = await answer(route, request, visitor)
            except files.NotSatisfiable as error:
                response = problem_response(error, 416)
                response.headers["Content-Range"] = f"bytes */{error.size_bytes}"
                return response
            except HiveMindError as error:
                return problem_response(error)
            return self._visitors.dress(request, visitor, response)

        return serve

    async def _json(self, route: Route, request: Request, visitor: Visitor) -> Response:
        if route.call == TASK_LIST:
            answer = await self._task_list(route, request, visitor)
        else:
            answer = await self._asked(route, request, visitor, to_text)
        headers = {"Cache-Control": "no-store"}
        if answer.next_page_token:
            headers["Link"] = f'<{_next_page(request, answer.next_page_token)}>; rel="next"'
        return Response(answer.body, route.status, headers=headers, media_type="application/json")

    async def _asked(
        self, route: Route, request: Request, visitor: Visitor, show: Callable[[Any], bytes]
    ) -> Kept:
        async def read() -> Any:
            return await self.message(route, request)

        answer = await self._calls.ask(route.call, read, visitor)
        return Kept(show(answer), getattr(answer, "next_page_token", ""))

    async def _task_list(self, route: Route, request: Request, visitor: Visitor) -> Kept:
        await self._calls.require(path_of(route.call), visitor)
        who = caller()
        asked = (who.key, who.role, request.url.query)
        kept = self._lists.get(asked)
        if kept is None:
            epoch = self._lists.begin()
            kept = await self._asked(route, request, visitor, self._lists.text)
            self._lists.keep(asked, kept, epoch)
        return kept

    async def _events(self, route: Route, request: Request, visitor: Visitor) -> Response:
        pump, first = await self._followed(route, request, visitor)
        return EventStream(pump, first, to_text, "update")

    async def _log(self, route: Route, request: Request, visitor: Visitor) -> Response:
        pump, first = await self._followed(route, request, visitor)
        if "text/event-stream" in request.headers.get("accept", ""):
            return EventStream(pump, first, to_text, "log")
        headers = {"Cache-Control": "no-store"}
        pieces = files.DataPump(pump)
        return ByteStream(pieces, pieces.data(first), headers, "text/plain; charset=utf-8")

    async def _bytes(self, request: Request, visitor: Visitor) -> Response:
        parameters = request.path_params
        if "task_id" in parameters:
            return await files.result(self._calls, visitor, request, parameters["task_id"])
        digest = parameters["digest"]
        name = f"{digest.removeprefix('sha256:')[:16]}.zip"
        return await files.send(self._calls, visitor, request, digest, name)

    async def _upload(self, request: Request, visitor: Visitor) -> Response:
        digest = request.path_params["digest"]
        answer = await files.receive(self._calls, visitor, request, digest)
        headers = {"Upload-Offset": str(answer.size_bytes), "Cache-Control": "no-store"}
        return Response(to_text(answer), headers=headers, media_type="application/json")

    async def _followed(self, route: Route, request: Request, visitor: Visitor) -> tuple[Pump, Any]:
        """The stream and how it begins: a refusal would come instead."""

        async def read() -> Any:
            return await self.message(route, request)

        leave = self._places.take(self._visitors.key_of(visitor))
        pump = Pump(self._calls.follow(route.call, read, visitor), leave)
        return pump, await pump.begin()

    async def message(self, route: Route, request: Request) -> Any:
        """The request as the call's message. Raises HiveMindError(INVALID_FIELD | …)."""
        message: Any = request_type(route.call)()
        hidden = (REQUEST_ID, *request.path_params)
        if route.has_body:
            body = await limited_body(request, BODY_BYTES_MAX)
            if body or route.example:
                fill(message, parse(body), hidden=hidden)
        else:
            fill_from_query(message, request.query_params.multi_items(), hidden=hidden)
        fill_from_path(message, request.path_params)
        if REQUEST_ID in message.DESCRIPTOR.fields_by_name:
            # Who brings no key cannot repeat the request, and needs none.
            key = request.headers.get(KEY_HEADER)
            message.request_id = self._ids.new_id() if key is None else key.strip('"')
        return message


async def limited_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises HiveMindError(ARTIFACT_TOO_LARGE | INVALID_FIELD)."""
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > limit:
                raise HiveMindError(
                    Reason.ARTIFACT_TOO_LARGE, f"A body has {limit} bytes at most here."
                )
    except ClientDisconnect as error:
        raise HiveMindError(Reason.INVALID_FIELD, "The body broke off.", field="body") from error
    return bytes(body)


def _next_page(request: Request, token: str) -> str:
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] != "page_token"]
    return f"{request.url.path}?{urlencode([*pairs, ('page_token', token)])}"


def full_path(route: Route) -> str:
    """The path from the root."""
    return PREFIX + route.path
