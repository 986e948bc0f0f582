"""The access token on every call of a channel.

One class for each shape of call: grpc.aio sorts an interceptor into the first
shape it fits and never asks it for the others.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import grpc.aio


def bearer(token: str) -> grpc.aio.Metadata:
    """The metadata that presents `token`."""
    return grpc.aio.Metadata(("authorization", f"Bearer {token}"))


class _Bearer:
    def __init__(self, access_token: Callable[[], Awaitable[str]]) -> None:
        self._access_token = access_token

    async def _pass_on(self, continuation: Any, details: Any, request: Any) -> Any:
        metadata = grpc.aio.Metadata(*(details.metadata or ()))
        metadata.add("authorization", f"Bearer {await self._access_token()}")
        return await continuation(details._replace(metadata=metadata), request)


class _UnaryUnary(_Bearer, grpc.aio.UnaryUnaryClientInterceptor):  # type: ignore[type-arg]
    async def intercept_unary_unary(
        self, continuation: Any, client_call_details: Any, request: Any
    ) -> Any:
        return await self._pass_on(continuation, client_call_details, request)


class _UnaryStream(_Bearer, grpc.aio.UnaryStreamClientInterceptor):  # type: ignore[type-arg]
    async def intercept_unary_stream(
        self, continuation: Any, client_call_details: Any, request: Any
    ) -> Any:
        return await self._pass_on(continuation, client_call_details, request)


class _StreamUnary(_Bearer, grpc.aio.StreamUnaryClientInterceptor):  # type: ignore[type-arg]
    async def intercept_stream_unary(
        self, continuation: Any, client_call_details: Any, request_iterator: Any
    ) -> Any:
        return await self._pass_on(continuation, client_call_details, request_iterator)


class _StreamStream(_Bearer, grpc.aio.StreamStreamClientInterceptor):  # type: ignore[type-arg]
    async def intercept_stream_stream(
        self, continuation: Any, client_call_details: Any, request_iterator: Any
    ) -> Any:
        return await self._pass_on(continuation, client_call_details, request_iterator)


def bearer_interceptors(
    access_token: Callable[[], Awaitable[str]],
) -> Sequence[grpc.aio.ClientInterceptor]:
    """Interceptors that add "authorization: Bearer <access_token()>" to every call."""
    kinds: tuple[Any, ...] = (_UnaryUnary, _UnaryStream, _StreamUnary, _StreamStream)
    return [kind(access_token) for kind in kinds]
