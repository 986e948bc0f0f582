"""The page of users: who they are; for admins also new ones, roles, and codes for new passwords."""

from typing import Any
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from app.common.errors import HiveMindError
from app.master.web.page_frame import Frame, Reader, no_such_action
from app.master.web.problems import status_of
from proto import nodepool_pb2 as pb

ROWS = 100


class PeoplePages:
    """Shows users and changes them, by the calls that the console makes too."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def show(self, reader: Reader) -> Response:
        """The users, oldest first."""
        return await self._page(reader, said=reader.request.query_params.get("said", ""))

    async def create(self, reader: Reader) -> Response:
        """A new user."""
        given = await self._frame.values(reader)
        asked = pb.CreateUserRequest(
            request_id=self._frame.request_id(given),
            username=given.get("username", ""),
            password=given.get("password", ""),
            role=given.get("role", ""),
        )
        try:
            await self._frame.ask(reader, "AdminService/CreateUser", asked)
        except HiveMindError as error:
            return await self._page(reader, error=error, given=given)
        return RedirectResponse("/users?said=created", 303)

    async def change(self, reader: Reader) -> Response:
        """Another role, shut out or let in again, or a code for a new password."""
        given = await self._frame.values(reader)
        username = reader.request.path_params["username"]
        request_id = self._frame.request_id(given)
        changed = pb.UpdateUserRequest(request_id=request_id, username=username)
        match given.get("action"):
            case "role":
                changed.role = given.get("role", "")
            case "disable":
                changed.disabled = True
            case "enable":
                changed.disabled = False
            case "code":
                asked = pb.CreateResetCodeRequest(request_id=request_id, username=username)
                try:
                    made = await self._frame.ask(reader, "AdminService/CreateResetCode", asked)
                except HiveMindError as error:
                    return await self._page(reader, error=error)
                return self._frame.page(reader, "reset_code.html", 201, made=made)
            case "end-sessions":
                ended = pb.EndSessionsRequest(request_id=request_id, username=username)
                await self._frame.ask(reader, "SessionService/EndSessions", ended)
                return RedirectResponse(f"/users?said=changed#user-{quote(username)}", 303)
            case _:
                raise no_such_action()
        try:
            await self._frame.ask(reader, "AdminService/UpdateUser", changed)
        except HiveMindError as error:
            return await self._page(reader, error=error)
        return RedirectResponse(f"/users?said=changed#user-{quote(username)}", 303)

    async def _page(
        self, reader: Reader, *, error: HiveMindError | None = None, **values: Any
    ) -> Response:
        asked = pb.ListUsersRequest(
            page_size=ROWS, page_token=reader.request.query_params.get("page_token", "")
        )
        users = await self._frame.ask(reader, "AdminService/ListUsers", asked)
        shown = {"said": "", "given": {}} | values
        status = 200 if error is None else status_of(error.reason)
        return self._frame.page(reader, "users.html", status, users=users, error=error, **shown)
