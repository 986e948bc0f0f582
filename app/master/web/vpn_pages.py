"""The page of the encrypted network: how it does, who is in it, and devices taken in.

A device's private key is made in the browser (static/device.js), so the master never has it.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from starlette.responses import RedirectResponse, Response

from app.common.errors import HiveMindError
from app.master.web.page_frame import Frame, Reader, no_such_action
from app.master.web.problems import status_of
from proto import nodepool_pb2 as pb


class VpnPages:
    """Shows the network and its peers."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def show(self, reader: Reader) -> Response:
        """The network, and with ?check=1 what works of it."""
        return await self._page(reader)

    async def change(self, reader: Reader) -> Response:
        """Another name for a peer, or put it out."""
        given = await self._frame.values(reader)
        peer = reader.request.path_params["peer"]
        request_id, ask = self._frame.request_id(given), self._frame.ask
        try:
            match given.get("action"):
                case "rename":
                    renamed = pb.RenameVpnPeerRequest(
                        request_id=request_id, peer=peer, name=given.get("name", "")
                    )
                    await ask(reader, "VpnService/RenameVpnPeer", renamed)
                case "revoke":
                    revoked = pb.RevokeVpnPeerRequest(request_id=request_id, peer=peer)
                    await ask(reader, "VpnService/RevokeVpnPeer", revoked)
                case _:
                    raise no_such_action()
        except HiveMindError as error:
            return await self._page(reader, error)
        return RedirectResponse("/vpn", 303)

    async def parts(self, reader: Reader, watched: Any) -> AsyncIterator[dict[str, Any]]:
        """The page's live parts."""
        part = self._frame.part
        async with aclosing(watched) as infos:
            async for info in infos:
                yield {
                    "parts": {
                        "vpn-head": part(reader, "vpn_head", info),
                        "vpn-facts": part(reader, "vpn_facts", info),
                        "peers": part(reader, "peers_table", info),
                    },
                    "rows": {},
                }

    async def _page(self, reader: Reader, error: HiveMindError | None = None) -> Response:
        ask = self._frame.ask
        info = await ask(reader, "VpnService/GetVpn", pb.GetVpnRequest())
        checks = None
        if reader.request.query_params.get("check") == "1":
            checks = await ask(reader, "VpnService/DiagnoseVpn", pb.DiagnoseVpnRequest())
        status = 200 if error is None else status_of(error.reason)
        return self._frame.page(reader, "vpn.html", status, info=info, checks=checks, error=error)
