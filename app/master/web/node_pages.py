"""The page of a node: what it is and does; let it in, pause it, put it out."""

from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from app.common.errors import HiveMindError, Reason
from app.master.web.page_frame import Frame, Reader, no_such_action
from app.master.web.problems import status_of
from proto import nodepool_pb2 as pb

_STATES = {
    "resume": pb.NODE_STATE_ACTIVE,
    "pause": pb.NODE_STATE_PAUSED,
    "drain": pb.NODE_STATE_DRAINING,
    "revoke": pb.NODE_STATE_REVOKED,
}


class NodePages:
    """Shows a node and changes its state."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def show(self, reader: Reader) -> Response:
        """One node."""
        return await self._page(reader)

    async def change(self, reader: Reader) -> Response:
        """Approve, resume, pause, drain or revoke a node."""
        given = await self._frame.values(reader)
        node_id = reader.request.path_params["node_id"]
        try:
            if given.get("action") == "approve":
                await self._approve(reader, node_id, given)
            else:
                await self._set_state(reader, node_id, given)
        except HiveMindError as error:
            return await self._page(reader, error)
        return RedirectResponse(f"/nodes/{quote(node_id)}", 303)

    async def _approve(self, reader: Reader, node_id: str, given: dict[str, str]) -> None:
        if given.get("compared") != "1":
            raise HiveMindError(
                Reason.INVALID_FIELD,
                "Compare the fingerprint with the one that the machine shows, and say so.",
                field="compared",
            )
        asked = pb.ApproveNodeRequest(
            request_id=self._frame.request_id(given),
            node_id=node_id,
            key_fingerprint=given.get("key_fingerprint", ""),
            owner=given.get("owner", ""),
        )
        await self._frame.ask(reader, "NodeService/ApproveNode", asked)

    async def _set_state(self, reader: Reader, node_id: str, given: dict[str, str]) -> None:
        state = _STATES.get(given.get("action", ""))
        if state is None:
            raise no_such_action()
        asked = pb.SetNodeStateRequest(
            request_id=self._frame.request_id(given),
            node_id=node_id,
            state=state,
            reason=given.get("reason", ""),
        )
        await self._frame.ask(reader, "NodeService/SetNodeState", asked)

    async def _page(self, reader: Reader, error: HiveMindError | None = None) -> Response:
        asked = pb.GetNodeRequest(node_id=reader.request.path_params["node_id"])
        node = await self._frame.ask(reader, "NodeService/GetNode", asked)
        status = 200 if error is None else status_of(error.reason)
        return self._frame.page(reader, "node.html", status, node=node, error=error)
