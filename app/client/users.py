"""The pool's users, for those who may administer them."""

from collections.abc import AsyncGenerator

from app.client.calls import Calls
from app.client.methods import CREATE_RESET_CODE, CREATE_USER, LIST_USERS, UPDATE_USER
from app.client.pages import PAGE_SIZE, pages
from app.common.vocabulary import Role
from proto import nodepool_pb2 as pb


class Users:
    """The calls on users. Every failure is a HiveMindError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def page(
        self, page_token: str = "", *, page_size: int = PAGE_SIZE
    ) -> pb.ListUsersResponse:
        """One page of users."""
        request = pb.ListUsersRequest(page_size=page_size, page_token=page_token)
        return await self._calls.ask(LIST_USERS, request)

    async def iterate(self) -> AsyncGenerator[pb.UserInfo, None]:
        """All users; pages are fetched as they are wanted."""
        async for page in pages(self.page):
            for user in page.users:
                yield user

    async def create(self, username: str, password: str, role: Role = Role.USER) -> pb.UserInfo:
        """Make a user. Raises USER_EXISTS, WEAK_PASSWORD."""
        request = pb.CreateUserRequest(
            request_id=self._calls.ids.new_id(),
            username=username,
            password=password,
            role=role.label,
        )
        return await self._calls.ask(CREATE_USER, request)

    async def set_role(self, username: str, role: Role) -> pb.UserInfo:
        """Give a user another role; it bites at once. Raises LAST_ADMIN."""
        return await self._update(username, role=role.label)

    async def set_disabled(self, username: str, *, disabled: bool) -> pb.UserInfo:
        """Shut a user out, or let them in again; it bites at once. Raises LAST_ADMIN."""
        return await self._update(username, disabled=disabled)

    async def set_password(self, username: str, password: str) -> pb.UserInfo:
        """Give a user another password, which ends their sessions."""
        return await self._update(username, password=password)

    async def reset_code(self, username: str) -> pb.CreateResetCodeResponse:
        """A code by which the user sets a new password, once. Raises USER_NOT_FOUND."""
        request = pb.CreateResetCodeRequest(request_id=self._calls.ids.new_id(), username=username)
        return await self._calls.ask(CREATE_RESET_CODE, request)

    async def _update(
        self,
        username: str,
        *,
        role: str | None = None,
        disabled: bool | None = None,
        password: str | None = None,
    ) -> pb.UserInfo:
        request = pb.UpdateUserRequest(
            request_id=self._calls.ids.new_id(),
            username=username,
            role=role,
            disabled=disabled,
            password=password,
        )
        return await self._calls.ask(UPDATE_USER, request)
