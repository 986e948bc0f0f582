"""NodeService: the nodes as people see and steer them, and the tokens that let machines in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from google.protobuf.message import Message

from app.common.errors import HiveMindError, Reason
from app.common.page_tokens import decode_page_token, encode_page_token, page_size
from app.common.pki import key_fingerprint
from app.common.vocabulary import NodeState
from app.master.identity.endings import Endings, node_key
from app.master.identity.permissions import Permission, permits
from app.master.identity.principal import Principal
from app.master.identity.users import named
from app.master.pool.enrolment import Enrolment
from app.master.pool.join_tokens import JoinTokens, TokenOrder
from app.master.pool.registry import Node
from app.master.rpc.door import caller
from app.master.rpc.errors import Context
from app.master.rpc.idempotency import Idempotency
from app.master.rpc.messages import (
    capabilities_out,
    location_in,
    location_out,
    timestamp,
    usage_out,
    wire_enum,
)
from app.master.store import Tx, node_records
from app.master.store.join_tokens import JoinTokenRow
from app.master.store.node_records import TrustChangeRow
from app.master.store.nodes import NodeRow
from app.master.store.reader import Reader
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc

_LISTING = "nodes"
_TRUST_CHANGES_MAX = 100


@dataclass(frozen=True, slots=True)
class NodeLoad:
    """What a node does now, and what is free on it."""

    running_tasks: int = 0
    free_cpu_millicores: int = 0
    free_memory_mib: int = 0


class NodeDirectory(Protocol):
    """The nodes as they are now, from memory."""

    def nodes(self) -> Iterable[Node]:
        """All nodes."""
        ...

    def find(self, node_id_or_name: str) -> Node:
        """One node. Raises HiveMindError(NODE_NOT_FOUND)."""
        ...

    def load(self, node_id: str) -> NodeLoad:
        """What a known node does now."""
        ...


class NodeServicer(pb_grpc.NodeServiceServicer):
    """Translates; enrolment and the join tokens decide."""

    def __init__(
        self,
        directory: NodeDirectory,
        enrolment: Enrolment,
        tokens: JoinTokens,
        endings: Endings,
        reader: Reader,
        idempotency: Idempotency,
    ) -> None:
        self._directory = directory
        self._enrolment = enrolment
        self._tokens = tokens
        self._endings = endings
        self._reader = reader
        self._idempotency = idempotency

    async def ListNodes(
        self, request: pb.ListNodesRequest, context: Context
    ) -> pb.ListNodesResponse:
        """The nodes the caller may see, by age."""
        limit = page_size(request.page_size)
        token = request.page_token
        # New nodes come last and none is deleted, so a number names a place for good.
        start = decode_page_token(_LISTING, token) if token else 0
        ordered = sorted(self._directory.nodes(), key=lambda node: (node.joined_us, node.id))
        shown: list[pb.NodeInfo] = []
        for place in range(start, len(ordered)):
            node = ordered[place]
            if not may_see_node(node, caller()) or (
                node.state is NodeState.REVOKED and not request.include_revoked
            ):
                continue
            if len(shown) == limit:
                return pb.ListNodesResponse(
                    nodes=shown, next_page_token=encode_page_token(_LISTING, place)
                )
            shown.append(self._info(node))
        return pb.ListNodesResponse(nodes=shown)

    async def GetNode(self, request: pb.GetNodeRequest, context: Context) -> pb.NodeInfo:
        """One node with the history of its trust."""
        node = self._visible(request.node_id)
        history = await self._reader.run(
            lambda tx: node_records.trust_history(tx, node.id, _TRUST_CHANGES_MAX)
        )
        info = self._info(node)
        info.trust_history.extend(_trust_change_out(change) for change in history)
        return info

    async def SetNodeState(self, request: pb.SetNodeStateRequest, context: Context) -> pb.NodeInfo:
        """Pause, drain, resume or revoke; what a revoked node has open ends."""
        node_id = self._visible(request.node_id).id
        state = _state_in(request.state)

        def after(row: NodeRow) -> None:
            self._enrolment.committed(row)
            if row.state is NodeState.REVOKED:
                self._endings.end(
                    node_key(node_id), HiveMindError(Reason.NODE_REVOKED, "The node was revoked.")
                )

        return await self._change(
            request,
            node_id,
            lambda tx: self._enrolment.set_state(tx, node_id, state, request.reason),
            after,
        )

    async def SetNodeLocation(
        self, request: pb.SetNodeLocationRequest, context: Context
    ) -> pb.NodeInfo:
        """Where it stands: said by its owner or an operator."""
        node = self._visible(request.node_id)
        principal = caller()
        if node.owner_id != principal.id and not permits(principal, Permission.NODES_MANAGE):
            raise HiveMindError(
                Reason.PERMISSION_DENIED,
                f"Another's node. It needs the permission: {Permission.NODES_MANAGE.value}.",
                permission=Permission.NODES_MANAGE.name,
            )
        location = location_in(request.location)
        return await self._change(
            request, node.id, lambda tx: self._enrolment.set_location(tx, node.id, location)
        )

    async def ApproveNode(self, request: pb.ApproveNodeRequest, context: Context) -> pb.NodeInfo:
        """Let a machine in whose fingerprint was compared."""
        node_id = self._visible(request.node_id).id
        approver = caller().id

        def approve(tx: Tx) -> NodeRow:
            owner_id = named(tx, request.owner).id if request.owner else approver
            return self._enrolment.approve(tx, node_id, request.key_fingerprint, owner_id)

        return await self._change(request, node_id, approve)

    async def CreateJoinToken(
        self, request: pb.CreateJoinTokenRequest, context: Context
    ) -> pb.CreateJoinTokenResponse:
        """A token for one machine or more. Its text is made for the answer, and not kept."""
        maker = caller().id

        def unit(tx: Tx) -> pb.JoinTokenInfo:
            order = TokenOrder(
                owner_id=named(tx, request.owner).id if request.owner else maker,
                created_by=maker,
                ttl_seconds=request.ttl_seconds,
                uses_max=request.uses_max,
                note=request.note,
            )
            return _token_out(self._tokens.create(tx, order))

        info = await self._idempotency.run(request, pb.JoinTokenInfo, unit)
        return pb.CreateJoinTokenResponse(token=self._tokens.text(info.token_id), info=info)

    async def ListJoinTokens(
        self, request: pb.ListJoinTokensRequest, context: Context
    ) -> pb.ListJoinTokensResponse:
        """The tokens, newest first, without their secrets."""
        rows = await self._reader.run(self._tokens.newest)
        return pb.ListJoinTokensResponse(tokens=[_token_out(row) for row in rows])

    async def RevokeJoinToken(
        self, request: pb.RevokeJoinTokenRequest, context: Context
    ) -> pb.RevokeJoinTokenResponse:
        """Make a token useless. Machines that joined with it stay."""

        def unit(tx: Tx) -> pb.RevokeJoinTokenResponse:
            self._tokens.revoke(tx, request.token_id)
            return pb.RevokeJoinTokenResponse()

        return await self._idempotency.run(request, pb.RevokeJoinTokenResponse, unit)

    def _visible(self, node_id_or_name: str) -> Node:
        return visible_node(self._directory, node_id_or_name, caller())

    async def _change(
        self,
        request: Message,
        node_id: str,
        change: Callable[[Tx], NodeRow],
        after: Callable[[NodeRow], None] | None = None,
    ) -> pb.NodeInfo:
        """Do `change` once, and answer with the node as it is then."""
        rows: list[NodeRow] = []

        def unit(tx: Tx) -> pb.NodeInfo:
            rows.append(change(tx))
            return pb.NodeInfo(node_id=node_id)

        def committed(_: pb.NodeInfo) -> None:
            (after or self._enrolment.committed)(rows[-1])

        await self._idempotency.run(request, pb.NodeInfo, unit, committed)
        return self._info(self._directory.find(node_id))

    def _info(self, node: Node) -> pb.NodeInfo:
        return node_out(node, self._directory.load(node.id))


def node_out(node: Node, load: NodeLoad) -> pb.NodeInfo:
    """A node as lists show it."""
    state, state_reason = node.shown_state
    return pb.NodeInfo(
        node_id=node.id,
        name=node.name,
        owner=node.owner_name,
        state=wire_enum(state),
        state_reason=state_reason,
        online=node.online,
        capabilities=capabilities_out(node.capabilities),
        usage=usage_out(node.usage),
        location=location_out(node.location),
        trust=wire_enum(node.trust),
        trust_reason=node.trust_reason,
        key_fingerprint=key_fingerprint(node.public_key),
        joined_at=timestamp(node.joined_us),
        last_seen_at=timestamp(node.last_seen_us),
        running_tasks=load.running_tasks,
        tasks_succeeded=node.tasks_succeeded,
        tasks_failed=node.tasks_failed,
        drops=node.drops,
        earned_mcpt=node.earned_mcpt,
        free_cpu_millicores=load.free_cpu_millicores,
        free_memory_mib=load.free_memory_mib,
        leaving=node.leaving,
        wrong_results=node.wrong_results,
        valid_streak=node.valid_streak,
    )


def may_see_node(node: Node, principal: Principal) -> bool:
    """Whether a node is the caller's own, or the caller may see all."""
    return node.owner_id == principal.id or permits(principal, Permission.NODES_READ_ALL)


def visible_node(directory: NodeDirectory, node_id_or_name: str, principal: Principal) -> Node:
    """The node, if the caller may see it. Raises HiveMindError(NODE_NOT_FOUND)."""
    node = directory.find(node_id_or_name)
    if not may_see_node(node, principal):
        raise HiveMindError(Reason.NODE_NOT_FOUND, f"There is no node {node_id_or_name!r}.")
    return node


def _state_in(number: int) -> NodeState:
    try:
        return NodeState(number)
    except ValueError as error:
        raise HiveMindError(
            Reason.INVALID_FIELD, f"The field state has no value {number}.", field="state"
        ) from error


def _trust_change_out(change: TrustChangeRow) -> pb.TrustChange:
    # By name, for "from" is a word of Python's own.
    values: dict[str, Any] = {
        "at": timestamp(change.at_us),
        "from": change.trust_from,
        "to": change.trust_to,
        "reason": change.reason,
    }
    return pb.TrustChange(**values)


def _token_out(row: JoinTokenRow) -> pb.JoinTokenInfo:
    return pb.JoinTokenInfo(
        token_id=row.id,
        owner=row.owner_name,
        note=row.note,
        created_at=timestamp(row.created_us),
        expires_at=timestamp(row.expires_us),
        uses_left=row.uses_left,
        revoked=row.revoked,
    )
