"""What all pages have in common: templates, who reads, in what language, how a refusal looks."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import quote

import jinja2
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app import __version__
from app.common.clock import Clock, to_datetime
from app.common.errors import Category, HiveMindError, Reason
from app.common.ids import IdSource
from app.master.identity.permissions import Permission
from app.master.rpc.calls import Calls
from app.master.web import page_texts, page_words
from app.master.web.form_bodies import form_values, plain_form
from app.master.web.page_texts import FOLDER, LANGUAGES, Speech, chosen_language
from app.master.web.problems import problem_response, status_of
from app.master.web.visitor import Visitor, Visitors
from proto import nodepool_pb2 as pb

THEMES = ("auto", "light", "dark")
LANGUAGE_COOKIE, THEME_COOKIE = "hm_language", "hm_theme"
#: A year: a choice of looks is kept.
CHOICE_SECONDS = 365 * 24 * 3600

PageEndpoint: TypeAlias = Callable[["Reader"], Awaitable[Response]]


@dataclass(slots=True)
class Reader:
    """Who reads a page, in what language, and by which request."""

    request: Request
    visitor: Visitor
    speech: Speech
    theme: str
    user: pb.UserInfo = field(default_factory=pb.UserInfo)
    #: The macros of the pages' parts, once they are needed.
    parts: Any = None

    def may(self, permission: str) -> bool:
        """Whether the reader has `permission`, by its name in the table."""
        return Permission[permission].name in self.user.permissions


def wants_page(request: Request) -> bool:
    """Whether a browser asks, for a page; a script asks for anything, or for JSON."""
    return "text/html" in request.headers.get("accept", "")


class Frame:
    """Renders pages."""

    def __init__(
        self, calls: Calls, visitors: Visitors, clock: Clock, ids: IdSource, pool_name: str
    ) -> None:
        self.calls = calls
        self.visitors = visitors
        self.ids = ids
        self._clock = clock
        self._pool_name = pool_name
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        for name in ("cpt", "size", "mib", "cores", "moment"):
            self._templates.filters[name] = getattr(page_texts, name)

    def endpoint(self, page: PageEndpoint, *, rule: str = "") -> Any:
        """What answers requests for `page`, for those who may by the permission table."""

        async def serve(request: Request) -> Response:
            reader = None
            try:
                reader = await self._reader(request)
                if rule:
                    await self.calls.require(rule, reader.visitor)
                if reader.visitor.signed_in and rule:
                    reader.user = await self.ask(
                        reader, "SessionService/WhoAmI", pb.WhoAmIRequest()
                    )
                response = await page(reader)
            except HiveMindError as error:
                return self._refused(request, reader, error)
            return self.visitors.dress(request, reader.visitor, response)

        return serve

    async def ask(self, reader: Reader, call: str, message: Any) -> Any:
        """Make a call for the reader. Raises HiveMindError."""
        return await self.calls.ask(call, message, reader.visitor)

    async def values(self, reader: Reader) -> dict[str, str]:
        """A form of one of our pages. Raises HiveMindError(CROSS_SITE) for any other."""
        given = form_values(await plain_form(reader.request))
        self.visitors.require_csrf(reader.request, reader.visitor, given.get("csrf", ""))
        return given

    def request_id(self, given: Mapping[str, str]) -> str:
        """Of a form's values. Each form that is shown has one: sent twice, it is done once."""
        return given.get("request_id", "") or self.ids.new_id()

    def gone(self, reader: Reader) -> Response:
        """Whose session is over is led to signing in, without cookies."""
        response = RedirectResponse("/login", 303)
        self.visitors.forget(reader.request, response)
        reader.visitor.fresh = None
        return response

    def now(self) -> datetime:
        """What time it is."""
        return to_datetime(self._clock.now_us())

    def page(self, reader: Reader, template: str, status: int = 200, **values: Any) -> Response:
        """A whole page."""
        text = self._templates.get_template(template).render(self._values(reader) | values)
        headers = {"Cache-Control": "no-store", "Content-Language": reader.speech.language}
        return Response(text, status, headers, "text/html; charset=utf-8")

    def part(self, reader: Reader, macro: str, *arguments: Any) -> str:
        """A part of a page, by the macro that makes it in the page too."""
        if reader.parts is None:
            template = self._templates.get_template("parts.html")
            reader.parts = template.make_module(self._values(reader))
        return str(getattr(reader.parts, macro)(*arguments))

    def _values(self, reader: Reader) -> dict[str, Any]:
        return {
            "_": reader.speech.text,
            "say": reader.speech.sentence,
            "speech": reader.speech,
            "reader": reader,
            "words": page_words,
            "pb": pb,
            "now": self.now,
            "lasted": page_texts.lasted,
            "new_id": self.ids.new_id,
            "pool_name": self._pool_name,
            "version": __version__,
            "languages": LANGUAGES,
            "themes": THEMES,
            "path": _page_path(reader.request),
            "csrf": self.visitors.csrf_token(reader.visitor),
        }

    async def _reader(self, request: Request) -> Reader:
        reader = self._nobody(request)
        reader.visitor = await self.visitors.of(request)
        return reader

    def _nobody(self, request: Request) -> Reader:
        cookies = request.cookies
        language = chosen_language(
            cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", "")
        )
        theme = cookies.get(THEME_COOKIE, "")
        visitor = self.visitors.stranger(request)
        return Reader(request, visitor, Speech(language), theme if theme in THEMES else "auto")

    def _refused(self, request: Request, reader: Reader | None, error: HiveMindError) -> Response:
        reader = reader or self._nobody(request)
        if not wants_page(request):
            said = HiveMindError(
                error.reason, reader.speech.sentence(error.message), **error.details
            )
            return problem_response(said)
        if error.reason.category is Category.UNAUTHENTICATED:
            return RedirectResponse(sign_in_path(request), 303)
        return self.page(reader, "refused.html", status_of(error.reason), error=error)


def sign_in_path(request: Request) -> str:
    """The page to sign in on, that leads back here."""
    here = request.url.path if request.method == "GET" else "/"
    return "/login" if here == "/" else f"/login?next={quote(here)}"


def _page_path(request: Request) -> str:
    """Where the page is found again: of what a form led to, the page with the form."""
    path = request.url.path
    return path if request.method in ("GET", "HEAD") else "/" + path.split("/")[1]


def local_path(text: str) -> str:
    """`text` if it is a path of this site, else the first page: nobody is led elsewhere."""
    inside = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if inside else "/"


def no_such_action() -> HiveMindError:
    """What a form is refused with that asks for something unknown."""
    return HiveMindError(Reason.INVALID_FIELD, "The field action does not exist.", field="action")
