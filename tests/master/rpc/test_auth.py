"""The door of every call: tokens, refusals, failures and streams that are cut, over TLS."""

import asyncio
import logging
from types import SimpleNamespace

import grpc
import pytest
import structlog
from google.protobuf.wrappers_pb2 import StringValue

from app.client.errors import to_error
from app.common.errors import HiveMindError, Reason
from app.common.ids import is_id
from app.common.vocabulary import NodeState, Role
from app.master.identity.endings import node_key, session_key
from app.master.identity.permissions import OPEN, Permission
from app.master.identity.principal import PrincipalKind
from app.master.rpc import door as doors
from app.master.rpc.auth import AuthInterceptor, Requests, bearer_token
from app.master.rpc.door import caller, caller_or_none
from app.master.rpc.errors import to_status
from tests.identity_world import channel_to, machine_key, served

TABLE = {
    "/try.Door/Open": OPEN,
    "/try.Door/Who": Permission.SESSION,
    "/try.Door/Fail": Permission.SESSION,
    "/try.Door/Refuse": Permission.SESSION,
    "/try.Door/Watch": Permission.SESSION,
    "/try.Door/Collect": Permission.SESSION,
    "/try.Door/Chat": Permission.NODE_WORK,
    "/try.Door/WriteForever": Permission.SESSION,
    "/try.Door/YieldOnce": Permission.SESSION,
}


class Door:
    """Handlers of every shape."""

    def __init__(self):
        self.watching = asyncio.Event()
        self.cleaned = asyncio.Event()
        #: Called while gRPC writes the first message of `YieldOnce` or `Chat`.
        self.on_write = lambda: None

    async def open(self, request, context):
        return StringValue(value=repr(caller_or_none()))

    async def who(self, request, context):
        return StringValue(value=f"{caller().key} {caller().name} {request.value}")

    async def fail(self, request, context):
        raise RuntimeError(f"the secret cause: {request.value}")

    async def refuse(self, request, context):
        raise HiveMindError(Reason.QUOTA_EXCEEDED, "Zu viel – 太多.", used_bytes="7")

    async def watch(self, request, context):
        try:
            yield StringValue(value="first")
            self.watching.set()
            await asyncio.Event().wait()
        finally:
            self.cleaned.set()

    async def collect(self, requests, context):
        return StringValue(value=",".join([request.value async for request in requests]))

    async def chat(self, requests, context):
        asyncio.get_running_loop().call_soon(self.on_write)
        yield StringValue(value="first")
        self.watching.set()
        async for request in requests:
            yield request

    async def write_forever(self, request, context):
        try:
            await context.write(StringValue(value="first"))
            self.watching.set()
            await asyncio.Event().wait()
        finally:
            self.cleaned.set()

    async def yield_once(self, request, context):
        try:
            asyncio.get_running_loop().call_soon(self.on_write)
            yield StringValue(value="x" * int(request.value))
            await asyncio.Event().wait()
        finally:
            self.cleaned.set()

    def service(self):
        kinds = {
            "Open": (grpc.unary_unary_rpc_method_handler, self.open),
            "Who": (grpc.unary_unary_rpc_method_handler, self.who),
            "Fail": (grpc.unary_unary_rpc_method_handler, self.fail),
            "Refuse": (grpc.unary_unary_rpc_method_handler, self.refuse),
            "Unlisted": (grpc.unary_unary_rpc_method_handler, self.open),
            "Watch": (grpc.unary_stream_rpc_method_handler, self.watch),
            "WriteForever": (grpc.unary_stream_rpc_method_handler, self.write_forever),
            "YieldOnce": (grpc.unary_stream_rpc_method_handler, self.yield_once),
            "Collect": (grpc.stream_unary_rpc_method_handler, self.collect),
            "Chat": (grpc.stream_stream_rpc_method_handler, self.chat),
        }
        handlers = {
            name: make(
                behaviour,
                request_deserializer=StringValue.FromString,
                response_serializer=StringValue.SerializeToString,
            )
            for name, (make, behaviour) in kinds.items()
        }
        generic = grpc.method_handlers_generic_handler("try.Door", handlers)
        return (lambda _, server: server.add_generic_rpc_handlers((generic,)), None)


class Caller:
    """Calls the door with a token."""

    def __init__(self, channel):
        self.channel = channel

    def call(self, name, token="", value="", *, shape="unary_unary", metadata=None):
        made = getattr(self.channel, shape)(
            f"/try.Door/{name}",
            request_serializer=lambda message: (
                message if isinstance(message, bytes) else message.SerializeToString()
            ),
            response_deserializer=StringValue.FromString,
        )
        if metadata is None:
            metadata = [("authorization", f"Bearer {token}")] if token else []
        message = value if isinstance(value, bytes) else StringValue(value=value)
        request = iter([message]) if shape.startswith("stream") else message
        return made(request, metadata=metadata, timeout=20)

    async def error(self, *arguments, **keywords):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await self.call(*arguments, **keywords)
        return to_error(caught.value)


@pytest.fixture
def door():
    return Door()


@pytest.fixture
async def calls(world, door):
    parts = world.parts
    interceptor = AuthInterceptor(
        doors.Door(parts.door.authenticator, parts.endings, parts.door.ids, TABLE)
    )
    async with (
        served(world, [door.service()], interceptor) as address,
        channel_to(world, address) as channel,
    ):
        yield Caller(channel)


async def test_the_handler_knows_who_calls(world, calls):
    token = await world.token_of("ann")
    user = await world.parts.users.by_name("ann")
    answer = await calls.call("Who", token, "hello")
    assert answer.value == f"user:{user.id} ann hello"


async def test_callers_at_once_are_not_mixed_up(world, calls):
    tokens = {name: await world.token_of(name) for name in ("ann", "bob", "cleo")}
    answers = await asyncio.gather(
        *(calls.call("Who", tokens[name], name) for name in list(tokens) * 30)
    )
    assert all(answer.value.split()[1] == answer.value.split()[2] for answer in answers)


async def test_an_open_call_has_no_caller_even_with_a_token(world, calls):
    assert (await calls.call("Open")).value == "None"
    assert (await calls.call("Open", await world.token_of("ann"))).value == "None"
    assert (await calls.call("Open", "junk")).value == "None"


@pytest.mark.parametrize(
    "metadata",
    [
        [],
        [("authorization", "")],
        [("authorization", "Bearer")],
        [("authorization", "Bearer ")],
        [("authorization", "Basic YW5uOmFubg==")],
        [("authorization", "Bearer junk")],
        [("authorization", "Bearer junk"), ("authorization", "Bearer junk")],
    ],
    ids=str,
)
async def test_without_a_usable_token_nobody_comes_in(calls, metadata):
    error = await calls.error("Who", metadata=metadata)
    assert error.reason is Reason.UNAUTHENTICATED


async def test_two_tokens_are_none_though_both_are_good(world, calls):
    token = ("authorization", f"Bearer {await world.token_of('ann')}")
    assert (await calls.call("Who", metadata=[token])).value
    assert (await calls.error("Who", metadata=[token, token])).reason is Reason.UNAUTHENTICATED


def test_the_scheme_is_read_in_any_case():
    assert bearer_token([("authorization", "bEARER  abc ")]) == "abc"


async def test_a_call_in_no_table_is_nobodys(world, calls):
    token = await world.token_of("ann", Role.ADMIN)
    assert (await calls.error("Unlisted", token)).reason is Reason.PERMISSION_DENIED


async def test_a_refusal_names_the_permission(world, calls):
    token = await world.token_of("ann", Role.ADMIN)
    error = await calls.error("Chat", token, shape="unary_unary")
    assert error.reason is Reason.PERMISSION_DENIED
    assert error.details["permission"] == "NODE_WORK"


async def test_a_refusal_arrives_with_reason_details_and_words(world, calls):
    error = await calls.error("Refuse", await world.token_of("ann"))
    assert (error.reason, error.message) == (Reason.QUOTA_EXCEEDED, "Zu viel – 太多.")
    assert error.details["used_bytes"] == "7"


async def test_a_failure_tells_the_caller_only_where_the_log_has_it(world, calls, capsys):
    error = await calls.error("Fail", await world.token_of("ann"), "x")
    assert error.reason is Reason.MASTER_FAILED
    assert is_id(error.details["incident"])
    assert error.details["incident"] in error.message
    assert "secret" not in error.message
    logged = "".join(capsys.readouterr())
    assert error.details["incident"] in logged
    assert "the secret cause" in logged


async def test_no_token_is_ever_logged(world, calls, capsys):
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    token = await world.token_of("ann")
    await calls.call("Who", token)
    await calls.error("Fail", token)
    await calls.error("Refuse", token)
    await calls.error("Chat", token, shape="unary_unary")
    await calls.error("Who", token[:-4] + "AAAA")
    logged = "".join(capsys.readouterr())
    structlog.reset_defaults()
    assert "call refused" in logged
    assert token[:40] not in logged
    assert token.rpartition(".")[2][:20] not in logged


@pytest.mark.parametrize("shape", ["unary_unary", "stream_unary"])
async def test_bytes_that_are_no_message_are_bad_input(world, calls, shape):
    name = "Who" if shape == "unary_unary" else "Collect"
    error = await calls.error(name, await world.token_of("ann"), b"\xff\xff", shape=shape)
    assert error.reason is Reason.INVALID_FIELD


async def test_who_may_not_come_in_learns_nothing_of_the_messages_form(calls):
    assert (await calls.error("Who", "", b"\xff\xff")).reason is Reason.UNAUTHENTICATED


async def test_streams_both_ways_pass(world, calls):
    collected = calls.call("Collect", await world.token_of("ann"), "x", shape="stream_unary")
    assert (await collected).value == "x"
    operator = await world.user("olga", Role.OPERATOR)
    node = await world.node(machine_key(), await world.join_token(operator))
    token = world.parts.access_tokens.issue(PrincipalKind.NODE, node.id).text
    chat = calls.call("Chat", token, "y", shape="stream_stream")
    assert [message.value async for message in chat] == ["first", "y"]


async def read_until_cut(stream):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in stream:
            pass
    return to_error(caught.value).reason


@pytest.mark.parametrize("name", ["Watch", "WriteForever"])
async def test_signing_out_ends_a_running_stream_at_once(world, calls, door, name):
    token = await world.token_of("ann")
    session_id = world.parts.access_tokens.verify(token).session_id
    reading = asyncio.ensure_future(read_until_cut(calls.call(name, token, shape="unary_stream")))
    await door.watching.wait()
    await world.parts.sessions.sign_out(session_id)
    assert await asyncio.wait_for(reading, 10) is Reason.SESSION_ENDED
    await asyncio.wait_for(door.cleaned.wait(), 10)
    async with asyncio.timeout(10):
        # The door forgets the stream right after the handler's own end.
        while world.parts.endings._watchers:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0)


@pytest.mark.parametrize("length", [1, 2_000_000])
async def test_a_stream_is_told_that_it_is_ended_while_it_writes(world, calls, door, length):
    """The handler ends at once, also if the caller does not read and the writing takes as long."""
    token = await world.token_of("ann")
    key = session_key(world.parts.access_tokens.verify(token).session_id)
    door.on_write = lambda: world.parts.endings.end(key, HiveMindError(Reason.SESSION_ENDED))
    stream = calls.call("YieldOnce", token, str(length), shape="unary_stream")
    await asyncio.wait_for(door.cleaned.wait(), 10)
    assert await asyncio.wait_for(read_until_cut(stream), 10) is Reason.SESSION_ENDED


async def test_another_session_keeps_its_stream(world, calls, door):
    token = await world.token_of("ann")
    other = await world.sign_in("ann")
    stream = calls.call("Watch", token, shape="unary_stream")
    await door.watching.wait()
    other_session = world.parts.access_tokens.verify(other.access.text).session_id
    await world.parts.sessions.sign_out(other_session)
    assert not stream.done()
    stream.cancel()


@pytest.mark.parametrize("reading", [True, False])
async def test_revoking_a_node_ends_its_stream(world, calls, door, reading):
    operator = await world.user("olga", Role.OPERATOR)
    node = await world.node(machine_key(), await world.join_token(operator))
    token = world.parts.access_tokens.issue(PrincipalKind.NODE, node.id).text
    stream = calls.channel.stream_stream(
        "/try.Door/Chat",
        request_serializer=StringValue.SerializeToString,
        response_deserializer=StringValue.FromString,
    )(metadata=[("authorization", f"Bearer {token}")], timeout=20)

    def revoke():
        world.parts.endings.end(node_key(node.id), HiveMindError(Reason.NODE_REVOKED))

    if reading:
        await door.watching.wait()
        revoke()
    else:
        door.on_write = revoke
    assert await asyncio.wait_for(read_until_cut(stream), 10) is Reason.NODE_REVOKED


async def test_messages_of_a_stream_are_not_begun_before_one_is_asked_for():
    """Else gRPC warns of those that a stream, cut before, never asked for."""
    begun = []

    async def messages():
        yield b"message"

    class Raw:
        def __aiter__(self):
            begun.append(self)
            return messages()

    door = SimpleNamespace(measure=lambda _method: lambda _message, _size_bytes: 0.0)
    requests = Requests(bytes.decode, door, "/try.Door/Chat", Raw())
    assert begun == []
    assert await anext(requests) == "message"
    assert len(begun) == 1


async def test_a_revoked_nodes_token_is_refused(world, calls):
    operator = await world.user("olga", Role.OPERATOR)
    node = await world.node(machine_key(), await world.join_token(operator))
    token = world.parts.access_tokens.issue(PrincipalKind.NODE, node.id).text
    enrolment = world.parts.enrolment
    row = await world.writer.run(lambda tx: enrolment.set_state(tx, node.id, NodeState.REVOKED, ""))
    enrolment.committed(row)
    assert (await calls.error("Who", token)).reason is Reason.NODE_REVOKED


async def test_a_client_that_goes_away_leaves_nothing(world, calls, door):
    stream = calls.call("Watch", await world.token_of("ann"), shape="unary_stream")
    await door.watching.wait()
    stream.cancel()
    await asyncio.wait_for(door.cleaned.wait(), 10)
    assert world.parts.endings._watchers == {}


def test_every_reason_has_a_status():
    for reason in Reason:
        status = to_status(HiveMindError(reason))
        assert status.code.name == reason.category.value
        assert status.details == reason.meaning


def test_a_very_long_message_still_fits_the_headers():
    assert len(to_status(HiveMindError(Reason.INVALID_FIELD, "x" * 100_000)).details) == 1000
