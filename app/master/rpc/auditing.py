"""How a call comes into the audit log: from the one door of all calls, not from handlers."""

import inspect
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, Protocol

from app.common.errors import HiveMindError, Reason
from app.master.audit.act import Act
from app.master.audit.log import AuditLog
from app.master.identity.principal import Principal
from app.master.rpc.audited import (
    AUDITED,
    Audited,
    action_of,
    details_of,
    target_of,
    told_of_any_call,
)
from app.master.store import Tx
from app.master.store.after_commit import to_the_end
from app.master.store.audit import DONE


class Came(Protocol):
    """What is to be known of how a call came."""

    @property
    def context(self) -> Any:
        """What a handler gets beside its request."""
        ...

    def peer(self) -> str:
        """The caller's address."""
        ...


_CURRENT: ContextVar["AuditedCall | None"] = ContextVar("audited_call", default=None)


def current_call() -> "AuditedCall | None":
    """The audited call being handled; to be asked on the loop, not in a unit."""
    return _CURRENT.get()


class AuditedCall:
    """One call on its way. Made for every call, so it does nothing before it must."""

    __slots__ = ("_came", "_log", "_peer", "_told", "actor", "method", "request", "rule")

    def __init__(self, log: AuditLog | None, method: str, came: Came) -> None:
        self._log = log
        self.method = method
        self._came = came
        self._peer = ""
        self._told = log is None
        self.actor: Principal | None = None
        self.request: Any = None
        self.rule: Audited | None = AUDITED.get(method) if log is not None else None

    async def carry_out(self, behaviour: Callable[[Any, Any], Awaitable[Any]], request: Any) -> Any:
        """What `behaviour` answers to `request`; that it did is in the log by then."""
        rule = self.rule
        # A page may make several calls in one task, one after another.
        _CURRENT.set(None if rule is None else self)
        if rule is None:
            answer = behaviour(request, self._came.context)
            return await answer if inspect.isawaitable(answer) else answer
        self.request = request
        # Here, not in a unit: gRPC's objects belong to the loop.
        self._peer = self._came.peer()
        if not rule.apart:
            return await behaviour(request, self._came.context)
        # A caller who goes away stops neither the change nor its being written.
        return await to_the_end(self._apart(behaviour))

    def write_in(self, tx: Tx, response: Any) -> None:
        """Part of the unit that does it."""
        if self._log is not None:
            self._log.append(tx, self._act(DONE, response))

    async def refused(self, reason: Reason) -> None:
        """Write that it was refused, if that is to be known."""
        if self._told or self._log is None:
            return
        if self.rule is None and not told_of_any_call(reason):
            return
        self._told = True
        if not self._peer:
            self._peer = self._came.peer()
        await self._log.refuse(self._act(reason.name, None))

    def done(self) -> None:
        """Its unit was committed: whatever goes wrong from now on, it was done."""
        self._told = True

    async def _apart(self, behaviour: Callable[[Any, Any], Awaitable[Any]]) -> Any:
        try:
            response = await behaviour(self.request, self._came.context)
        except HiveMindError as error:
            await self.refused(error.reason)
            raise
        self._told = True
        if self._log is not None:
            await self._log.write(self._act(DONE, response))
        return response

    def _act(self, result: str, response: Any) -> Act:
        rule, actor = self.rule or Audited(), self.actor
        return Act(
            actor=actor.key if actor is not None else "",
            actor_name=actor.name if actor is not None else "",
            action=action_of(self.method),
            peer=self._peer,
            kind=rule.kind,
            target=target_of(rule, self.request, response),
            details=details_of(rule, self.request),
            result=result,
            by_target=rule.opens,
        )
