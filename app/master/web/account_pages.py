"""The page of one's own account: where one is signed in, and the password."""

from typing import Any

from starlette.responses import RedirectResponse, Response

from app.common.errors import HiveMindError, Reason
from app.master.web.form_bodies import new_password
from app.master.web.page_frame import Frame, Reader, no_such_action
from app.master.web.problems import status_of
from proto import nodepool_pb2 as pb


class AccountPages:
    """Shows one's sessions, ends them, and changes the password."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def show(self, reader: Reader) -> Response:
        """Who one is, and one's sessions, the last used first."""
        return await self._page(reader, said=reader.request.query_params.get("said", ""))

    async def password(self, reader: Reader) -> Response:
        """Another password; other sessions end."""
        given = await self._frame.values(reader)
        try:
            asked = pb.ChangePasswordRequest(
                request_id=self._frame.request_id(given),
                current_password=given.get("current_password", ""),
                new_password=new_password(given),
            )
            await self._frame.ask(reader, "SessionService/ChangePassword", asked)
        except HiveMindError as error:
            return await self._page(reader, error=error)
        return RedirectResponse("/account?said=password", 303)

    async def sessions(self, reader: Reader) -> Response:
        """End one session, or all but this one."""
        given = await self._frame.values(reader)
        asked = pb.EndSessionsRequest(request_id=self._frame.request_id(given))
        match given.get("action"):
            case "end":
                # Without a name it would be all others.
                if not given.get("session_id"):
                    raise HiveMindError(
                        Reason.INVALID_FIELD, "The field session_id is missing.", field="session_id"
                    )
                asked.session_ids.append(given["session_id"])
            case "end-others":
                pass
            case _:
                raise no_such_action()
        try:
            await self._frame.ask(reader, "SessionService/EndSessions", asked)
        except HiveMindError as error:
            return await self._page(reader, error=error)
        return RedirectResponse("/account?said=ended", 303)

    async def _page(
        self, reader: Reader, *, error: HiveMindError | None = None, said: str = ""
    ) -> Response:
        listed: Any = await self._frame.ask(
            reader, "SessionService/ListSessions", pb.ListSessionsRequest()
        )
        status = 200 if error is None else status_of(error.reason)
        return self._frame.page(
            reader, "account.html", status, sessions=listed.sessions, error=error, said=said
        )
