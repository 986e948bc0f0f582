"""Who makes a call."""

from dataclasses import dataclass
from enum import StrEnum

from app.common.vocabulary import Role


class PrincipalKind(StrEnum):
    USER = "user"
    NODE = "node"


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller whose proof was checked for this very call.

    `role` is what the user's role is now, not what it was when the token was made; a
    node's is always WORKER. `session_id` is empty for a node.
    """

    kind: PrincipalKind
    id: str
    name: str
    role: Role
    session_id: str = ""

    @property
    def key(self) -> str:
        """One text for each caller: "user:<id>" or "node:<id>"."""
        return f"{self.kind}:{self.id}"

    @property
    def is_node(self) -> bool:
        return self.kind is PrincipalKind.NODE
