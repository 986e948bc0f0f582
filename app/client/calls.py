"""Calls on one channel: the token put on, errors rebuilt, lost connections retried.

The token travels as plain metadata and not through the channel's interceptors:
grpc.aio leaves one task behind for each message written to an intercepted stream.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, Protocol, TypeVar

import grpc.aio

from app.client.backoff import Patience
from app.client.bearer import bearer
from app.client.errors import to_error
from app.client.methods import Method, RequestT, ResponseT
from app.client.open_call import OpenCall
from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource

ItemT = TypeVar("ItemT")

#: A single answer that takes longer counts as lost.
ANSWER_SECONDS = 30.0

#: The token is at fault: another one may help, once.
TOKEN_REFUSED = {Reason.TOKEN_EXPIRED, Reason.UNAUTHENTICATED, Reason.SESSION_ENDED}


class TokenSource(Protocol):
    """Where access tokens come from: a user's session or a node's key."""

    async def token(self) -> str:
        """A token that is good now. Raises HiveMindError where there is none."""
        ...

    def discard(self, token: str) -> None:
        """The master refused `token`: do not return it again."""
        ...


class Calls:
    """The one way to call a master.

    `patience_seconds`: how long a call is tried again while the master is away. A
    request that changes something carries its request_id, so a repeat is safe.
    """

    def __init__(
        self,
        channel: grpc.aio.Channel,
        tokens: TokenSource,
        clock: Clock,
        ids: IdSource,
        patience_seconds: float,
    ) -> None:
        self._channel = channel
        self._tokens = tokens
        self._clock = clock
        self._patience_seconds = patience_seconds
        self.ids = ids
        #: Calls begun so far, repeats and streams among them.
        self.made = 0

    def patience(self) -> Patience:
        """The retries of an operation that begins now."""
        return Patience(self._clock, self.ids, self._patience_seconds)

    async def ask(self, method: Method[RequestT, ResponseT], request: RequestT) -> ResponseT:
        """The answer to a unary call. Raises HiveMindError."""
        patience = self.patience()
        token_renewed = False
        while True:
            token = await self._token(method)
            timeout_seconds = min(ANSWER_SECONDS, max(patience.left_seconds, 1.0))
            call = self._begin(method, token, request, timeout=timeout_seconds)
            try:
                response: ResponseT = await call
            except grpc.aio.AioRpcError as failure:
                error = self._refused(failure, token)
                if error.reason in TOKEN_REFUSED and token and not token_renewed:
                    token_renewed = True
                else:
                    await patience.pause(error)
            else:
                return response

    async def listen(
        self, method: Method[RequestT, ResponseT], request: RequestT
    ) -> AsyncGenerator[ResponseT, None]:
        """What a server-streaming call sends, once: see `resume` for lost connections."""
        token = await self._token(method)
        call = self._begin(method, token, request)
        try:
            async for item in call:
                yield item
        except grpc.aio.AioRpcError as error:
            raise self._refused(error, token) from error
        finally:
            call.cancel()

    async def resume(
        self, begin: Callable[[], AsyncGenerator[ItemT, None]]
    ) -> AsyncGenerator[ItemT, None]:
        """The items of `begin()`, begun again after each lost connection.

        `begin` asks from where its owner stands. Ends when the master ends the stream
        in order; raises HiveMindError when it cannot be had any more.
        """
        patience = self.patience()
        token_renewed = False
        while True:
            try:
                async with aclosing(begin()) as items:
                    async for item in items:
                        patience.progressed()
                        token_renewed = False
                        yield item
            except HiveMindError as error:
                if error.reason in TOKEN_REFUSED and not token_renewed:
                    token_renewed = True
                else:
                    await patience.pause(error)
            else:
                return

    async def open(self, method: Method[RequestT, ResponseT]) -> OpenCall[RequestT, ResponseT]:
        """A call that the client streams into."""
        token = await self._token(method)
        return OpenCall(self._begin(method, token), lambda error: self._refused(error, token))

    def _refused(self, error: grpc.aio.AioRpcError, token: str) -> HiveMindError:
        """`error` rebuilt; where the token was at fault, it is not used again."""
        rebuilt = to_error(error)
        if rebuilt.reason in TOKEN_REFUSED and token:
            self._tokens.discard(token)
        return rebuilt

    def _begin(
        self,
        method: Method[RequestT, ResponseT],
        token: str,
        *request: RequestT,
        timeout: float | None = None,
    ) -> Any:
        prepare = getattr(self._channel, method.shape.value)
        self.made += 1
        call = prepare(
            method.path,
            request_serializer=method.request.SerializeToString,
            response_deserializer=method.response.FromString,
        )
        return call(*request, metadata=bearer(token) if token else None, timeout=timeout)

    async def _token(self, method: Method[RequestT, ResponseT]) -> str:
        return await self._tokens.token() if method.signed else ""
