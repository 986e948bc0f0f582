"""Who makes an HTTP request: a script with a bearer token, or a browser with its cookies.

A browser's cookies hold what a client gets by signing in: the access token, and the refresh
token that fetches another when its quarter of an hour is over. Both are HttpOnly, SameSite
strict, and for HTTPS alone where HTTPS is spoken. A browser sends cookies by itself, so
what comes with them must come from this site: by Fetch Metadata, else by Origin; and what
changes something carries a token that only this site's own pages hold (OWASP, Cross-Site
Request Forgery Prevention).
"""

import hashlib
import hmac
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import Response

from app.common.errors import HiveMindError, Reason
from app.master.rpc.calls import Calls
from app.master.rpc.door import stranger
from proto import nodepool_pb2 as pb

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"
#: A refresh token lives no longer without use; the cookie goes with the browser's session.
_ACCESS, _REFRESH = "hm_session", "hm_refresh"


class Whence:
    """Where a request came from, in the form that gRPC has it for handlers that ask."""

    __slots__ = ("agent", "host")

    def __init__(self, request: Request) -> None:
        self.host = request.client.host if request.client is not None else ""
        self.agent = request.headers.get("user-agent", "")

    def peer(self) -> str:
        """Family, address and port."""
        return f"ipv6:[{self.host}]:0" if ":" in self.host else f"ipv4:{self.host}:0"

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        """What the caller calls itself."""
        return (("user-agent", self.agent),)


class Visitor:
    """One request's caller, as `door.Arrival` asks for it."""

    __slots__ = ("_refusal", "_token", "by_cookie", "context", "fresh")

    def __init__(self, token: str, whence: Whence, *, by_cookie: bool = False) -> None:
        self._token = token
        #: What handlers get beside their request.
        self.context = whence
        self._refusal: HiveMindError | None = None
        #: Whether the token came in a cookie.
        self.by_cookie = by_cookie
        #: Tokens that replace those of the cookies.
        self.fresh: pb.LoginResponse | None = None

    @property
    def signed_in(self) -> bool:
        """Whether there is a token; the door tells what it is worth."""
        return bool(self._token)

    def renewed(self, tokens: pb.LoginResponse) -> None:
        """Its access token was out of date: these go on."""
        self._token, self.fresh = tokens.access_token, tokens

    def token(self) -> str:
        """The access token. Raises HiveMindError(UNAUTHENTICATED)."""
        if not self._token:
            raise HiveMindError(
                Reason.UNAUTHENTICATED, "Sign in first: no access token came along."
            )
        return self._token

    def peer(self) -> str:
        """The caller's address."""
        return self.context.host

    def gone(self) -> bool:
        """Never known here: who reads the answer is uvicorn's business."""
        return False

    def is_ending(self, error: BaseException) -> bool:
        """Whether `error` is what `refuse` raised."""
        return error is self._refusal

    async def refuse(self, error: HiveMindError) -> NoReturn:
        """Raise `error`: it becomes the answer where the call was made."""
        self._refusal = error
        raise error


class Visitors:
    """Tells who makes a request, and keeps browsers signed in."""

    def __init__(self, calls: Calls, csrf_key: bytes) -> None:
        self._calls = calls
        self._csrf_key = csrf_key

    async def of(self, request: Request) -> Visitor:
        """Who makes `request`.

        Raises HiveMindError(UNAUTHENTICATED) for a header that is no bearer token, and
        (CROSS_SITE) for cookies that came from elsewhere.
        """
        whence = Whence(request)
        header = request.headers.getlist("authorization")
        if header:
            return Visitor(_bearer(header), whence)
        access, refresh = self._cookie(request, _ACCESS), self._cookie(request, _REFRESH)
        if not access and not refresh:
            return Visitor("", whence)
        require_same_site(request)
        visitor = Visitor(access, whence, by_cookie=True)
        if refresh and self._is_over(access):
            await self._renew(visitor, refresh)
        return visitor

    def stranger(self, request: Request) -> Visitor:
        """Whoever makes `request`, without a proof."""
        return Visitor("", Whence(request))

    def key_of(self, visitor: Visitor) -> str:
        """As whom a visitor is counted."""
        try:
            return self._calls.door.authenticator.authenticate(visitor.token()).key
        except HiveMindError:
            return stranger(visitor)

    def device_token(self, request: Request) -> str:
        """What tells that this browser has been signed in before, by whomever."""
        return self._cookie(request, _REFRESH)

    def require_csrf(self, request: Request, visitor: Visitor, token: str = "") -> None:
        """Refuse a change that no page of this site made.

        Raises HiveMindError(CROSS_SITE), and as `Authenticator` for a session that is over:
        it has no token, so none can be the right one.
        """
        if request.method in SAFE or not visitor.by_cookie:
            return
        given = token or request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._csrf_token(visitor).encode()):
            raise HiveMindError(
                Reason.CROSS_SITE, "The page is out of date: load it anew, then try again."
            )

    def csrf_token(self, visitor: Visitor) -> str:
        """What this visitor's pages send along with a change; it lasts as long as the session.

        "" for whoever has no session.
        """
        try:
            return self._csrf_token(visitor)
        except HiveMindError:
            return ""

    def _csrf_token(self, visitor: Visitor) -> str:
        session_id = self._calls.door.authenticator.authenticate(visitor.token()).session_id
        return hmac.new(self._csrf_key, session_id.encode(), hashlib.sha256).hexdigest()

    def keep(self, request: Request, response: Response, tokens: pb.LoginResponse) -> None:
        """Sign the browser in: it gets the tokens as cookies."""
        for name, value in ((_ACCESS, tokens.access_token), (_REFRESH, tokens.refresh_token)):
            response.set_cookie(value=value, **self._attributes(request, name))

    def forget(self, request: Request, response: Response) -> None:
        """Take the cookies away."""
        for name in (_ACCESS, _REFRESH):
            response.set_cookie(value="", max_age=0, **self._attributes(request, name))

    def dress(self, request: Request, visitor: Visitor, response: Response) -> Response:
        """Let renewed tokens go along with the answer."""
        if visitor.fresh is not None:
            self.keep(request, response, visitor.fresh)
        return response

    async def _renew(self, visitor: Visitor, refresh: str) -> None:
        try:
            tokens = await self._calls.ask(
                "SessionService/Refresh",
                pb.RefreshRequest(refresh_token=refresh),
                Visitor("", visitor.context),
            )
        except HiveMindError:
            # The call that follows says what is wrong with the access token.
            return
        visitor.renewed(tokens)

    def _is_over(self, access: str) -> bool:
        if not access:
            return True
        try:
            self._calls.door.authenticator.authenticate(access)
        except HiveMindError as error:
            return error.reason is Reason.TOKEN_EXPIRED
        return False

    def _cookie(self, request: Request, name: str) -> str:
        return request.cookies.get(_cookie_name(request, name), "")

    def _attributes(self, request: Request, name: str) -> dict[str, Any]:
        return {
            "key": _cookie_name(request, name),
            "path": "/",
            "secure": is_https(request),
            "httponly": True,
            "samesite": "strict",
        }


def is_https(request: Request) -> bool:
    """Whether the browser speaks HTTPS with this very process."""
    return bool(request.scope["scheme"] == "https")


def require_same_site(request: Request) -> None:
    """Refuse what another site made a browser send. Raises HiveMindError(CROSS_SITE)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        # "none": typed, a bookmark. No page made it, and nothing but a look comes so.
        same = site == "same-origin" or (site == "none" and request.method in SAFE)
    else:
        origin = request.headers.get("origin")
        same = origin is None or origin == f"{request.scope['scheme']}://{request.headers['host']}"
    if not same:
        raise HiveMindError(Reason.CROSS_SITE)


def _cookie_name(request: Request, name: str) -> str:
    # Browsers take a __Host- cookie over HTTPS only, from no other host and for no other path.
    return f"__Host-{name}" if is_https(request) else name


def _bearer(values: list[str]) -> str:
    scheme, _, token = values[0].partition(" ") if len(values) == 1 else ("", "", "")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise _no_token()
    return token


def _no_token() -> HiveMindError:
    return HiveMindError(Reason.UNAUTHENTICATED, "Sign in first: no access token came along.")
