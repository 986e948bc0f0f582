"""From an access token to who makes the call, as they are now."""

from typing import Protocol

from app.common.vocabulary import Role
from app.master.identity.principal import Principal, PrincipalKind
from app.master.identity.session_index import SessionIndex
from app.master.identity.tokens import AccessTokens


class NodeGate(Protocol):
    """Which nodes are welcome, in memory."""

    def admit(self, node_id: str) -> str:
        """The node's name.

        Raises HiveMindError(NODE_REVOKED | NODE_PENDING), (UNAUTHENTICATED) if unknown.
        """
        ...


class PoolAuthenticator:
    """Checks the token, then the session or the node behind it: microseconds, no I/O."""

    def __init__(self, tokens: AccessTokens, index: SessionIndex, nodes: NodeGate) -> None:
        self._tokens = tokens
        self._index = index
        self._nodes = nodes

    def authenticate(self, token: str) -> Principal:
        """Whose token this is.

        Raises HiveMindError(UNAUTHENTICATED | TOKEN_EXPIRED | SESSION_ENDED | NODE_REVOKED).
        """
        claims = self._tokens.verify(token)
        if claims.kind is PrincipalKind.NODE:
            name = self._nodes.admit(claims.subject)
            return Principal(PrincipalKind.NODE, claims.subject, name, Role.WORKER)
        session = self._index.check(claims.session_id, claims.subject)
        return Principal(
            PrincipalKind.USER, session.user_id, session.user_name, session.role, session.id
        )
