"""What pages do with tasks, and how pages look. Each form ends with a page."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from pydantic_core import to_json
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from app.common.errors import HiveMindError, Reason
from app.master.web.files import CHUNK_BYTES, upload_chunks
from app.master.web.form_bodies import form_of, form_values, plain_form
from app.master.web.json_in import fill
from app.master.web.page_frame import (
    CHOICE_SECONDS,
    LANGUAGE_COOKIE,
    THEME_COOKIE,
    THEMES,
    Frame,
    Reader,
    local_path,
    no_such_action,
    wants_page,
)
from app.master.web.page_texts import LANGUAGES
from app.master.web.problems import status_of
from app.master.web.submission_form import spec_of
from app.master.web.visitor import is_https, require_same_site
from proto import nodepool_pb2 as pb

#: What a form with an archive has besides it.
FORM_EXTRA_BYTES = 256 * 1024


class Forms:
    """Takes forms."""

    def __init__(self, frame: Frame, archive_bytes_max: int) -> None:
        self._frame = frame
        self._archive_bytes_max = archive_bytes_max

    async def preferences(self, reader: Reader) -> Response:
        """The language and the theme of the pages, kept by the browser."""
        request = reader.request
        require_same_site(request)
        given = form_values(await plain_form(request))
        response = RedirectResponse(local_path(given.get("back", "/")), 303)
        for cookie, name, choices in (
            (LANGUAGE_COOKIE, "language", tuple(LANGUAGES)),
            (THEME_COOKIE, "theme", THEMES),
        ):
            if given.get(name) in choices:
                response.set_cookie(
                    cookie,
                    given[name],
                    max_age=CHOICE_SECONDS,
                    secure=is_https(request),
                    httponly=True,
                    samesite="lax",
                )
        return response

    async def upload_page(self, reader: Reader) -> Response:
        """Where one submits."""
        return await self._upload_form(reader, {})

    async def upload(self, reader: Reader) -> Response:
        """Submit a task with its archive, from a page or from a script's form."""
        request = reader.request
        async with form_of(request, self._archive_bytes_max + FORM_EXTRA_BYTES) as form:
            given = form_values(form)
            self._frame.visitors.require_csrf(request, reader.visitor, given.get("csrf", ""))
            try:
                made = await self._submit(reader, form, given)
            except HiveMindError as error:
                if not wants_page(request):
                    raise
                return await self._upload_form(reader, given, error)
        if wants_page(request):
            return RedirectResponse(f"/tasks/{quote(made.task_id)}", 303)
        answer = {"task_id": made.task_id, "price_mcpt": made.price_mcpt, "count": made.count}
        return Response(to_json(answer), 201, media_type="application/json")

    async def _submit(self, reader: Reader, form: Any, given: dict[str, str]) -> Any:
        archive = form.get("archive") or form.get("file")
        if isinstance(archive, UploadFile) and archive.size:
            spec = spec_of(given, archive.filename or "")
            spec.archive_digest = await self._store(reader, archive)
        elif given.get("archive_digest"):
            # The page's script has sent it by itself, so that it could go on after a break.
            spec = spec_of(given, given.get("file_name", ""))
            spec.archive_digest = given["archive_digest"]
        else:
            raise HiveMindError(
                Reason.INVALID_FIELD, "Choose a ZIP archive with the task.", field="archive"
            )
        key = reader.request.headers.get("idempotency-key", "").strip('"')
        asked = pb.UploadTaskRequest(request_id=key or self._frame.request_id(given), spec=spec)
        return await self._frame.ask(reader, "MasterNodeService/UploadTask", asked)

    async def _store(self, reader: Reader, archive: UploadFile) -> str:
        """Hand an archive on that lies on the disk; its digest."""
        digest = await asyncio.to_thread(_digest, archive)
        asked = pb.BeginUploadRequest(digest=digest, size_bytes=archive.size or 0)
        begun = await self._frame.ask(reader, "ArtifactService/BeginUpload", asked)
        if not begun.complete:
            await archive.seek(begun.offset)
            chunks = upload_chunks(_pieces(archive), digest, begun.offset)
            await self._frame.ask(reader, "ArtifactService/Upload", chunks)
        return digest

    async def task_action(self, reader: Reader) -> Response:
        """Cancel, retry, another priority, or the result given up."""
        given = await self._frame.values(reader)
        task_id = reader.request.path_params["task_id"]
        request_id, ask = self._frame.request_id(given), self._frame.ask
        match given.get("action"):
            case "cancel":
                cancelled = pb.TaskCancelRequest(request_id=request_id, task_id=task_id)
                await ask(reader, "MasterNodeService/CancelTask", cancelled)
            case "retry":
                retried = pb.RetryTaskRequest(request_id=request_id, task_id=task_id)
                task_id = (await ask(reader, "TaskService/RetryTask", retried)).task_id
            case "priority":
                wanted = pb.SetTaskPriorityRequest(request_id=request_id, task_ids=[task_id])
                fill(wanted, {"priority": given.get("priority", "")})
                await ask(reader, "TaskService/SetTaskPriority", wanted)
            case "delete-result":
                deleted = pb.DeleteResultRequest(request_id=request_id, task_id=task_id)
                await ask(reader, "TaskService/DeleteResult", deleted)
            case _:
                raise no_such_action()
        return RedirectResponse(f"/tasks/{quote(task_id)}", 303)

    async def _upload_form(
        self, reader: Reader, given: dict[str, str], error: HiveMindError | None = None
    ) -> Response:
        balance = await self._frame.ask(reader, "UserService/GetBalance", pb.GetBalanceRequest())
        status = 200 if error is None else status_of(error.reason)
        return self._frame.page(
            reader,
            "master_upload.html",
            status,
            given=given,
            error=error,
            balance=balance,
            request_id=self._frame.ids.new_id(),
        )


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(CHUNK_BYTES):
        yield piece


def _digest(file: UploadFile) -> str:
    file.file.seek(0)
    return f"sha256:{hashlib.file_digest(file.file, 'sha256').hexdigest()}"  # type: ignore[arg-type]
