"""Forms as they come: read up to a limit, whatever they are."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request

from app.common.errors import HiveMindError, Reason

#: A form without a file.
FORM_BYTES_MAX = 64 * 1024


async def plain_form(request: Request) -> dict[str, str]:
    """A form without a file. Raises HiveMindError(INVALID_FIELD | ARTIFACT_TOO_LARGE)."""
    async with form_of(request, FORM_BYTES_MAX) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


@asynccontextmanager
async def form_of(request: Request, limit: int) -> AsyncIterator[Any]:
    """The form; what is too long is not read to its end. Files lie on the disk meanwhile."""
    received = 0
    receive = request._receive

    async def counted() -> Any:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HiveMindError(
                Reason.ARTIFACT_TOO_LARGE, f"A body has {limit} bytes at most here."
            )
        return message

    limited = Request(request.scope, counted)
    try:
        form = await limited.form(max_files=4, max_fields=100, max_part_size=FORM_BYTES_MAX)
    except (HTTPException, MultiPartException, ClientDisconnect) as error:
        raise HiveMindError(
            Reason.INVALID_FIELD, "The form cannot be read.", field="body"
        ) from error
    try:
        yield form
    finally:
        await form.close()


def form_values(form: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a form, without spaces around them; passwords as they were typed."""
    return {
        name: value if name.endswith("password") else value.strip()
        for name, value in form.items()
        if isinstance(value, str)
    }


def new_password(given: Mapping[str, str]) -> str:
    """The password that a form asks for twice. Raises HiveMindError(INVALID_FIELD)."""
    typed = given.get("new_password", "")
    if given.get("repeated_password", "") != typed:
        raise HiveMindError(
            Reason.INVALID_FIELD,
            "The two passwords differ: start again.",
            field="repeated_password",
        )
    return typed
