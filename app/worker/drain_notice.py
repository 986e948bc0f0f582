"""Whether the master must still be told that this node drains. Pure.

The master's node state is the answer: once it has shown DRAINING or PAUSED it
knows, and ACTIVE after that means an operator wants the node back. ACTIVE
before that only means that the word has not arrived.
"""

from app.common.vocabulary import NodeState

_KNOWS = {NodeState.DRAINING, NodeState.PAUSED}


class DrainNotice:
    """The wish to drain, from its utterance until the master knows or lifts it."""

    def __init__(self) -> None:
        self._wanted = False
        self._due = False
        self._state: NodeState | None = None

    @property
    def state(self) -> NodeState | None:
        """The node's state as the master last named it."""
        return self._state

    def ask(self) -> None:
        """Somebody at this machine wants it to drain."""
        self._wanted = self._due = True

    def stream_opened(self, state: NodeState | None) -> bool:
        """A new stream: what was said on the one before may be lost. As `state_named`."""
        lifted = self.state_named(state)
        self._due = self._wanted and self._state not in _KNOWS
        return lifted

    def state_named(self, state: NodeState | None) -> bool:
        """The master names the node's state; whether that lifts the drain."""
        if state is None:
            return False
        lifted = state is NodeState.ACTIVE and self._state in _KNOWS and not self._due
        if lifted:
            self._wanted = False
        self._state = state
        return lifted

    def take(self) -> bool:
        """Whether to tell the master now; once a stream."""
        due, self._due = self._due, False
        return due
