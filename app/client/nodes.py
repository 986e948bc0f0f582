"""Nodes and the tokens that let them join."""

from collections.abc import AsyncGenerator, Sequence

from app.client.calls import Calls
from app.client.methods import (
    APPROVE_NODE,
    CREATE_JOIN_TOKEN,
    GET_NODE,
    LIST_JOIN_TOKENS,
    LIST_NODES,
    REVOKE_JOIN_TOKEN,
    SET_NODE_LOCATION,
    SET_NODE_STATE,
)
from app.client.pages import PAGE_SIZE, pages
from app.client.task_spec import parse_location
from app.common.vocabulary import NodeState
from proto import nodepool_pb2 as pb


class Nodes:
    """The calls on nodes. A node is named by its id, or by its name where that is unique."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def page(
        self, page_token: str = "", *, page_size: int = PAGE_SIZE, include_revoked: bool = False
    ) -> pb.ListNodesResponse:
        """One page of nodes."""
        request = pb.ListNodesRequest(
            page_size=page_size, page_token=page_token, include_revoked=include_revoked
        )
        return await self._calls.ask(LIST_NODES, request)

    async def iterate(self, *, include_revoked: bool = False) -> AsyncGenerator[pb.NodeInfo, None]:
        """All nodes; pages are fetched as they are wanted."""

        async def ask(page_token: str) -> pb.ListNodesResponse:
            return await self.page(page_token, include_revoked=include_revoked)

        async for page in pages(ask):
            for node in page.nodes:
                yield node

    async def get(self, node: str) -> pb.NodeInfo:
        """Everything about one node. Raises NODE_NOT_FOUND."""
        return await self._calls.ask(GET_NODE, pb.GetNodeRequest(node_id=node))

    async def set_state(self, node: str, state: NodeState, reason: str = "") -> pb.NodeInfo:
        """Resume (ACTIVE), pause, drain or revoke a node; `reason` is recorded."""
        request = pb.SetNodeStateRequest(
            request_id=self._calls.ids.new_id(),
            node_id=await self._id(node),
            state=int(state),  # type: ignore[arg-type]
            reason=reason,
        )
        return await self._calls.ask(SET_NODE_STATE, request)

    async def set_location(self, node: str, location: str) -> pb.NodeInfo:
        """Say where a node stands: "Europe/DE/room 204"."""
        request = pb.SetNodeLocationRequest(
            request_id=self._calls.ids.new_id(),
            node_id=await self._id(node),
            location=parse_location(location),
        )
        return await self._calls.ask(SET_NODE_LOCATION, request)

    async def approve(self, node: str, key_fingerprint: str, owner: str = "") -> pb.NodeInfo:
        """Let a node that asked to join take part.

        `key_fingerprint` is what the node itself shows. Raises FINGERPRINT_MISMATCH.
        """
        request = pb.ApproveNodeRequest(
            request_id=self._calls.ids.new_id(),
            node_id=await self._id(node),
            key_fingerprint=key_fingerprint,
            owner=owner,
        )
        return await self._calls.ask(APPROVE_NODE, request)

    async def _id(self, node: str) -> str:
        return (await self.get(node)).node_id


class JoinTokens:
    """The calls on join tokens."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def create(
        self, *, ttl_seconds: int = 0, uses_max: int = 0, owner: str = "", note: str = ""
    ) -> pb.CreateJoinTokenResponse:
        """A new join token; its text is told this once. Zero: an hour, one use."""
        request = pb.CreateJoinTokenRequest(
            request_id=self._calls.ids.new_id(),
            ttl_seconds=ttl_seconds,
            uses_max=uses_max,
            owner=owner,
            note=note,
        )
        return await self._calls.ask(CREATE_JOIN_TOKEN, request)

    async def all(self) -> Sequence[pb.JoinTokenInfo]:
        """All join tokens, without their secrets."""
        return (await self._calls.ask(LIST_JOIN_TOKENS, pb.ListJoinTokensRequest())).tokens

    async def revoke(self, token_id: str) -> None:
        """Make a join token worthless. Nodes that have joined with it stay."""
        request = pb.RevokeJoinTokenRequest(request_id=self._calls.ids.new_id(), token_id=token_id)
        await self._calls.ask(REVOKE_JOIN_TOKEN, request)
