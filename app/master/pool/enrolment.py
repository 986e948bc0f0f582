"""How a machine becomes a node, proves itself, and stops being one."""

from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.common.pki import key_fingerprint, node_auth_message
from app.common.vocabulary import IsolationClass, NodeState, TrustLevel
from app.master.pool.applications import Application, checked_application, checked_location
from app.master.pool.challenges import Challenges, bad_challenge
from app.master.pool.join_tokens import JoinTokens
from app.master.pool.node_rows import capabilities_to_json, node_from_row
from app.master.pool.registry import Node, NodeRegistry
from app.master.store import Tx
from app.master.store import nodes as store
from app.master.store.after_commit import run_then
from app.master.store.nodes import NewNode, NodeRow
from app.master.store.reader import Reader
from app.master.store.writer import Writer
from app.master.tasks.requirements import Location

InitialTrust: TypeAlias = Callable[[IsolationClass, str], tuple[TrustLevel, str]]
OnNodeChanged: TypeAlias = Callable[[str], None]

#: Strangers may fill neither the store nor an operator's list.
PENDING_MAX = 100
STRANGERS_PER_MINUTE_MAX = 30
REASON_CHARACTERS_MAX = 200

#: What an operator may make of a node.
_SETTABLE = frozenset({NodeState.ACTIVE, NodeState.PAUSED, NodeState.DRAINING, NodeState.REVOKED})


class Enrolment:
    """The nodes' way in and out.

    Methods that take a `tx` are parts of a unit and return the node's row; hand that to
    `committed` after the unit's commit. `on_node_changed` is then called with its id.
    """

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        clock: Clock,
        ids: IdSource,
        registry: NodeRegistry,
        tokens: JoinTokens,
        pool_id: str,
        initial_trust: InitialTrust,
        on_node_changed: OnNodeChanged,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._ids = ids
        self._registry = registry
        self._tokens = tokens
        self._pool_id = pool_id
        self._initial_trust = initial_trust
        self._on_node_changed = on_node_changed
        self._challenges = Challenges(clock, ids)
        #: When the last strangers asked to join, in monotonic seconds.
        self._strangers: deque[float] = deque()

    async def start(self) -> None:
        """Load all nodes into the registry. Nobody is told: all of them are new."""
        for row in await self._reader.run(store.all_nodes):
            self._registry.put(node_from_row(row))

    async def register(self, application: Application) -> Node:
        """Take a machine in: with a join token at once, without one when it is approved.

        The same key gets the same node again, and uses no token up. Raises
        HiveMindError(INVALID_FIELD | BAD_JOIN_TOKEN | JOIN_TOKEN_* | NODE_REVOKED |
        OVERLOADED).
        """
        checked = checked_application(application)
        if not checked.credential:
            self._admit_stranger(checked.public_key)
        row = await run_then(self._writer, lambda tx: self._register(tx, checked), self.committed)
        return self._registry.get(row.id)

    def approve(self, tx: Tx, node_id: str, fingerprint: str, owner_id: str) -> NodeRow:
        """Let a waiting machine in, if its key is the one that was looked at.

        Raises HiveMindError(NODE_NOT_FOUND | FINGERPRINT_MISMATCH | NODE_REVOKED).
        """
        row = _required(store.by_id(tx, node_id))
        if key_fingerprint(row.public_key) != fingerprint.strip():
            raise HiveMindError(
                Reason.FINGERPRINT_MISMATCH,
                "The fingerprint is not that of the machine that waits: compare it with what "
                "the machine itself shows.",
            )
        if row.state is NodeState.REVOKED:
            raise _revoked()
        if row.state is NodeState.PENDING:
            store.admit(tx, node_id, owner_id)
        return _required(store.by_id(tx, node_id))

    def set_state(self, tx: Tx, node_id: str, state: NodeState, reason: str) -> NodeRow:
        """Pause, drain, resume or revoke a node; a machine that waits can only be revoked.

        Raises HiveMindError(NODE_NOT_FOUND | NODE_PENDING | NODE_REVOKED | INVALID_FIELD).
        """
        row = _required(store.by_id(tx, node_id))
        if state not in _SETTABLE:
            raise HiveMindError(
                Reason.INVALID_FIELD,
                "A node can be made active, paused, draining or revoked.",
                field="state",
            )
        if len(reason) > REASON_CHARACTERS_MAX or not reason.isprintable():
            raise HiveMindError(
                Reason.INVALID_FIELD,
                f"The field reason may have {REASON_CHARACTERS_MAX} printable characters at most.",
                field="reason",
            )
        if row.state is NodeState.REVOKED and state is not NodeState.REVOKED:
            raise _revoked()
        if row.state is NodeState.PENDING and state is not NodeState.REVOKED:
            raise HiveMindError(
                Reason.NODE_PENDING, "The machine waits for approval: approve it first."
            )
        store.set_state(tx, node_id, state, reason)
        return _required(store.by_id(tx, node_id))

    def set_location(self, tx: Tx, node_id: str, location: Location) -> NodeRow:
        """Say where a node stands. Raises HiveMindError(NODE_NOT_FOUND | INVALID_FIELD)."""
        checked = checked_location(location)
        _required(store.by_id(tx, node_id))
        store.set_location(tx, node_id, checked.continent, checked.country, checked.site)
        return _required(store.by_id(tx, node_id))

    def committed(self, row: NodeRow) -> None:
        """A node's change is in the store: take it into memory and tell."""
        self._registry.put(node_from_row(row))
        self._on_node_changed(row.id)

    def challenge(self, node_id: str) -> bytes:
        """A nonce for the node to sign."""
        return self._challenges.issue(node_id)

    def prove(self, node_id: str, nonce: bytes, signature: bytes) -> Node:
        """The node that signed its nonce.

        Raises HiveMindError(BAD_CHALLENGE | NODE_NOT_FOUND | NODE_PENDING | NODE_REVOKED).
        """
        self._challenges.check(node_id, nonce)
        node = self._registry.get(node_id)
        message = node_auth_message(self._pool_id, node_id, nonce)
        try:
            Ed25519PublicKey.from_public_bytes(node.public_key).verify(signature, message)
        except InvalidSignature as error:
            raise bad_challenge("is signed by another key") from error
        self._challenges.use(nonce)
        self.admit(node_id)
        return node

    def admit(self, node_id: str) -> str:
        """The name of a node that may make calls.

        Raises HiveMindError(NODE_NOT_FOUND | NODE_PENDING | NODE_REVOKED).
        """
        node = self._registry.get(node_id)
        if node.state is NodeState.REVOKED:
            raise _revoked()
        if node.state is NodeState.PENDING:
            fingerprint = key_fingerprint(node.public_key)
            raise HiveMindError(
                Reason.NODE_PENDING,
                f"An operator must approve this machine; its key is {fingerprint}.",
                key_fingerprint=fingerprint,
            )
        return node.name

    def _register(self, tx: Tx, application: Application) -> NodeRow:
        known = store.by_public_key(tx, application.public_key)
        if known is None:
            return self._insert(tx, application)
        if known.state is NodeState.REVOKED:
            raise _revoked()
        if known.state is NodeState.PENDING and application.credential:
            token = self._tokens.use(tx, application.credential)
            store.admit(tx, known.id, token.owner_id)
        return _required(store.by_id(tx, known.id))

    def _insert(self, tx: Tx, application: Application) -> NodeRow:
        owner_id = None
        state = NodeState.PENDING
        if application.credential:
            owner_id = self._tokens.use(tx, application.credential).owner_id
            state = NodeState.ACTIVE
        elif store.count(tx, NodeState.PENDING) >= PENDING_MAX:
            raise HiveMindError(
                Reason.OVERLOADED,
                "Too many machines wait for approval: use a join token, or ask an operator.",
            )
        capabilities = application.capabilities
        trust, trust_reason = self._initial_trust(capabilities.isolation, capabilities.engine)
        now_us = self._clock.now_us()
        node = NewNode(
            id=self._ids.new_id(),
            name=application.name,
            owner_id=owner_id,
            state=state,
            public_key=application.public_key,
            capabilities=capabilities_to_json(capabilities),
            continent=application.location.continent,
            country=application.location.country,
            site=application.location.site,
            trust=trust,
            trust_reason=trust_reason,
            joined_us=now_us,
            last_seen_us=now_us,
        )
        store.add(tx, node)
        return _required(store.by_id(tx, node.id))

    def _admit_stranger(self, public_key: bytes) -> None:
        if any(node.public_key == public_key for node in self._registry):
            return
        now = self._clock.monotonic()
        while self._strangers and now - self._strangers[0] >= 60.0:
            self._strangers.popleft()
        if len(self._strangers) >= STRANGERS_PER_MINUTE_MAX:
            raise HiveMindError(
                Reason.OVERLOADED, "Too many machines ask to join: try again in a minute."
            )
        self._strangers.append(now)


def _required(row: NodeRow | None) -> NodeRow:
    if row is None:
        raise HiveMindError(Reason.NODE_NOT_FOUND, "There is no such node.")
    return row


def _revoked() -> HiveMindError:
    return HiveMindError(
        Reason.NODE_REVOKED,
        "The node was revoked for good. To join anew, the machine needs a new key: "
        "the command `join` of its worker makes one with --new-key.",
    )
