"""The pages for whoever is not signed in: signing in, becoming a user, a forgotten password."""

from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.common.errors import Category, HiveMindError, Reason
from app.master.web.api import limited_body
from app.master.web.form_bodies import FORM_BYTES_MAX, form_values, new_password, plain_form
from app.master.web.json_in import parse
from app.master.web.page_frame import Frame, Reader, local_path, wants_page
from app.master.web.problems import problem_response, status_of
from app.master.web.visitor import require_same_site
from proto import nodepool_pb2 as pb


class EntryPages:
    """Lets people in and out. Their forms come from this site, though nobody's session vouches."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def login_page(self, reader: Reader) -> Response:
        """Where one signs in."""
        query = reader.request.query_params
        where = local_path(query.get("next", "/"))
        if reader.visitor.signed_in and self._frame.visitors.csrf_token(reader.visitor):
            return RedirectResponse(where, 303)
        return await self._page(reader, "login.html", where=where, said=query.get("said", ""))

    async def login(self, reader: Reader) -> Response:
        """Sign in: a script gets its token, a browser cookies and the page it wanted."""
        request = reader.request
        require_same_site(request)
        given = await _login_values(request)
        asked = pb.LoginRequest(
            username=given.get("username", ""),
            password=given.get("password", ""),
            device_token=self._frame.visitors.device_token(request),
        )
        where = local_path(given.get("next", "/"))
        try:
            tokens = await self._ask(reader, "UserService/Login", asked)
        except HiveMindError as error:
            if not wants_page(request):
                return problem_response(error)
            return await self._page(reader, "login.html", error, where=where, given=given)
        if not wants_page(request):
            answer = {
                "access_token": tokens.access_token,
                "expires_in": tokens.expires_in_seconds,
                "role": tokens.role,
            }
            headers = {"Cache-Control": "no-store"}
            return Response(to_json(answer), headers=headers, media_type="application/json")
        response = RedirectResponse(where, 303)
        self._frame.visitors.keep(request, response, tokens)
        return response

    async def logout(self, reader: Reader) -> Response:
        """Sign out; whoever is so already is not told otherwise."""
        try:
            await self._frame.values(reader)
            await self._frame.ask(reader, "SessionService/SignOut", pb.SignOutRequest())
        except HiveMindError as error:
            if error.reason.category is not Category.UNAUTHENTICATED:
                raise
        return self._frame.gone(reader)

    async def register_page(self, reader: Reader) -> Response:
        """Where one becomes a user, or with the setup code the first admin."""
        return await self._page(reader, "register.html")

    async def register(self, reader: Reader) -> Response:
        """A new user, who signs in next."""
        given = await self._values(reader)
        try:
            asked = pb.RegisterRequest(
                request_id=self._frame.request_id(given),
                username=given.get("username", ""),
                password=new_password(given),
                setup_code=given.get("setup_code", ""),
            )
            await self._ask(reader, "UserService/Register", asked)
        except HiveMindError as error:
            return await self._page(reader, "register.html", error, given=given)
        return RedirectResponse("/login?said=registered", 303)

    async def reset_page(self, reader: Reader) -> Response:
        """Where a new password is set by a code."""
        return await self._page(reader, "reset_password.html")

    async def reset(self, reader: Reader) -> Response:
        """A new password for whoever has the code that an admin made."""
        given = await self._values(reader)
        try:
            asked = pb.ResetPasswordRequest(
                request_id=self._frame.request_id(given),
                username=given.get("username", ""),
                reset_code=given.get("reset_code", ""),
                new_password=new_password(given),
            )
            await self._ask(reader, "SessionService/ResetPassword", asked)
        except HiveMindError as error:
            return await self._page(reader, "reset_password.html", error, given=given)
        return RedirectResponse("/login?said=reset", 303)

    async def _values(self, reader: Reader) -> dict[str, str]:
        require_same_site(reader.request)
        return form_values(await plain_form(reader.request))

    async def _ask(self, reader: Reader, call: str, message: Any) -> Any:
        """Make an open call, whoever may be signed in in this browser."""
        stranger = self._frame.visitors.stranger(reader.request)
        return await self._frame.calls.ask(call, message, stranger)

    async def _page(
        self, reader: Reader, template: str, error: HiveMindError | None = None, **values: Any
    ) -> Response:
        info = await self._ask(reader, "EnrolmentService/GetPoolInfo", pb.GetPoolInfoRequest())
        shown = {"given": {}, "said": ""} | values
        status = 200 if error is None else status_of(error.reason)
        return self._frame.page(reader, template, status, error=error, info=info, **shown)


async def _login_values(request: Request) -> dict[str, str]:
    if "application/json" in request.headers.get("content-type", ""):
        given = parse(await limited_body(request, FORM_BYTES_MAX))
        if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
            raise HiveMindError(
                Reason.INVALID_FIELD, "The field body must be a JSON object.", field="body"
            )
        return given
    return await plain_form(request)
