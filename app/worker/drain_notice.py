"""Which of this machine's wishes the master must still be told of. Pure.

The master's node state is the answer: once it has shown DRAINING or PAUSED it
knows of a drain, and ACTIVE after that means an operator wants the node back. ACTIVE
before that only means that the word has not arrived. That the worker is about to
end is said on every stream: the master forgets it with the stream.
"""

from app.common.vocabulary import NodeState
from app.worker.events import Wish

_RESTING = {NodeState.DRAINING, NodeState.PAUSED}


class DrainNotice:
    """The wishes to drain, resume or leave, from their utterance until the master knows."""

    def __init__(self) -> None:
        self._wish: Wish | None = None
        self._leaving = False
        self._due: set[Wish] = set()
        self._state: NodeState | None = None

    @property
    def state(self) -> NodeState | None:
        """The node's state as the master last named it."""
        return self._state

    def ask(self, wish: Wish) -> None:
        """Somebody at this machine wants it so; the last word between drain and resume counts."""
        if wish is Wish.LEAVE:
            self._leaving = True
        else:
            self._wish = wish
            self._due -= {Wish.DRAIN, Wish.RESUME}
        self._due.add(wish)

    def stream_opened(self, state: NodeState | None) -> bool:
        """A new stream: what was said on the one before may be lost. As `state_named`."""
        lifted = self.state_named(state)
        self._due = {Wish.LEAVE} if self._leaving else set()
        resting = self._state in _RESTING
        if self._wish is not None and resting is not (self._wish is Wish.DRAIN):
            self._due.add(self._wish)
        return lifted

    def state_named(self, state: NodeState | None) -> bool:
        """The master names the node's state; whether that lifts the drain."""
        if state is None:
            return False
        lifted = (
            state is NodeState.ACTIVE and self._state in _RESTING and Wish.DRAIN not in self._due
        )
        if lifted:
            self._wish = None
        self._state = state
        return lifted

    def take(self) -> frozenset[Wish]:
        """What to tell the master now; once a stream."""
        due, self._due = frozenset(self._due), set()
        return due
