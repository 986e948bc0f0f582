"""What holds for every answer: the master's own names, headers, and no failure unexplained."""

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any, TypeAlias

import structlog
from starlette.datastructures import MutableHeaders

from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.master.rpc.errors import unforeseen
from app.master.web.problems import problem_response

log = structlog.get_logger(__name__)

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Scripts, styles and pictures are this site's own files; nothing is written into a page.
_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: Two years, as OWASP has it.
_ONLY_HTTPS = "max-age=63072000"
_MISDIRECTED = 421


class Shield:
    """Goes around the application, as ASGI has it."""

    def __init__(self, app: App, hosts: Collection[str], ids: IdSource, *, https: bool) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._ids = ids
        self._headers = _HEADERS | ({"Strict-Transport-Security": _ONLY_HTTPS} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        begun = False

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(raw=message["headers"])
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        if not self._is_ours(scope):
            # A name that was pointed at this machine to get around a browser's walls.
            refused = problem_response(HiveMindError(Reason.HOST_UNKNOWN), _MISDIRECTED)
            await refused(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            incident = self._ids.new_id()
            log.exception("request failed", path=scope["path"], incident=incident)
            if not begun:
                failed = problem_response(unforeseen(incident))
                await failed(scope, receive, send_with_headers)

    def _is_ours(self, scope: Scope) -> bool:
        named = [value for name, value in scope["headers"] if name == b"host"]
        if len(named) != 1:
            return False
        return host_of(named[0].decode("latin-1")) in self._hosts


def host_of(authority: str) -> str:
    """The host in "host:port" or "[address]:port", in small letters and without brackets."""
    if authority.startswith("["):
        return authority[1:].partition("]")[0].lower()
    return authority.partition(":")[0].lower()
