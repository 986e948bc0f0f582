"""The page of join tokens: what lets machines in, and the line that one is made for."""

import asyncio
import ipaddress
import re
from typing import Any

import segno
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from app.common.errors import HiveMindError, Reason
from app.common.join_line import System, link_text
from app.master.web.page_frame import Frame, Reader, no_such_action
from app.master.web.problems import status_of
from app.master.web.shield import host_of
from app.wireguard.routes import addresses_of_this_machine
from proto import nodepool_pb2 as pb

_ADDRESS = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+):\d{1,5}")


class JoinPages:
    """Makes tokens, lists them, takes them back."""

    def __init__(self, frame: Frame, grpc_port: int) -> None:
        self._frame = frame
        self._grpc_port = grpc_port

    async def show(self, reader: Reader) -> Response:
        """The tokens, newest first, without their secrets."""
        return await self._page(reader, said=reader.request.query_params.get("said", ""))

    async def create(self, reader: Reader) -> Response:
        """A token, in the line to be run on the machine. It is shown this once."""
        given = await self._frame.values(reader)
        try:
            address = _address(given) or (await self._addresses(reader))[0]
            asked = pb.CreateJoinTokenRequest(
                request_id=self._frame.request_id(given),
                ttl_seconds=_number(given, "ttl_seconds"),
                uses_max=_number(given, "uses_max"),
                owner=given.get("owner", ""),
                note=given.get("note", ""),
            )
            made = await self._frame.ask(reader, "NodeService/CreateJoinToken", asked)
        except HiveMindError as error:
            return await self._page(reader, error=error, given=given)
        link = link_text(address, made.token)
        return self._frame.page(
            reader,
            "join_line.html",
            201,
            made=made,
            lines={system.name: system.line(address, made.token) for system in System},
            link=link,
            code=qr_code(link),
        )

    async def change(self, reader: Reader) -> Response:
        """Take a token back."""
        given = await self._frame.values(reader)
        if given.get("action") != "revoke":
            raise no_such_action()
        asked = pb.RevokeJoinTokenRequest(
            request_id=self._frame.request_id(given),
            token_id=reader.request.path_params["token_id"],
        )
        await self._frame.ask(reader, "NodeService/RevokeJoinToken", asked)
        return RedirectResponse("/join-tokens?said=revoked", 303)

    async def _page(
        self, reader: Reader, *, error: HiveMindError | None = None, **values: Any
    ) -> Response:
        listed = await self._frame.ask(
            reader, "NodeService/ListJoinTokens", pb.ListJoinTokensRequest()
        )
        shown = {"said": "", "given": {}} | values
        return self._frame.page(
            reader,
            "join_tokens.html",
            200 if error is None else status_of(error.reason),
            tokens=listed.tokens,
            addresses=await self._addresses(reader),
            error=error,
            **shown,
        )

    async def _addresses(self, reader: Reader) -> list[str]:
        """Where machines may reach the master: as this browser does, else by its addresses."""
        host = host_of(reader.request.headers["host"])
        hosts = [host]
        if _is_loopback(host):
            hosts = await asyncio.to_thread(addresses_of_this_machine) or hosts
        return [f"[{each}]:{self._grpc_port}" if ":" in each else f"{each}:{self._grpc_port}"
                for each in hosts]  # fmt: skip


def qr_code(text: str) -> Markup:
    """A QR code as a drawing for a page."""
    made = segno.make(text, error="m", micro=False)
    return Markup(made.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None))  # noqa: S704 - segno's own drawing


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(given: dict[str, str]) -> str:
    text = given.get("address", "")
    if text and not _ADDRESS.fullmatch(text):
        raise HiveMindError(
            Reason.INVALID_FIELD,
            "The field address must be like master.example:50051.",
            field="address",
        )
    return text


def _number(given: dict[str, str], name: str) -> int:
    text = given.get(name) or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise HiveMindError(
            Reason.INVALID_FIELD, f"The field {name} must be a whole number.", field=name
        )
    return int(text)
