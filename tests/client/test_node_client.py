import asyncio

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.client.address import MasterAddress
from app.client.node_client import NodeClient, NodeIdentity, register
from app.common.errors import HiveMindError, Reason
from app.common.pki import node_auth_message
from proto import nodepool_pb2 as pb
from tests.client.cutting_proxy import CuttingProxy
from tests.sources import ManualClock, SeededIds

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
MEBIBYTE = 1024 * 1024


class Gate:
    """The part of a master that lets nodes in: it checks the signature, as a real one."""

    def __init__(self, fake):
        self.fake = fake
        self.lifetime_seconds = 3600
        self.nonces = 0
        self.answered = 0
        fake.answers["GetChallenge"] = self.challenge
        fake.answers["AuthenticateNode"] = self.authenticate

    async def challenge(self, request):
        self.nonces += 1
        return pb.GetChallengeResponse(nonce=b"nonce %d" % self.nonces)

    async def authenticate(self, request):
        assert request.nonce == b"nonce %d" % self.nonces
        message = node_auth_message("pool-1", "node-1", request.nonce)
        KEY.public_key().verify(request.signature, message)
        token = self.fake.new("node")
        self.fake.access_tokens.add(token)
        self.answered += 1
        return pb.AuthenticateNodeResponse(
            access_token=token, expires_in_seconds=self.lifetime_seconds
        )


@pytest.fixture
def gate(fake):
    return Gate(fake)


@pytest.fixture
def clock():
    return ManualClock()


def identity(fake, port: int = 0) -> NodeIdentity:
    address = MasterAddress("127.0.0.1", port or fake.port)
    return NodeIdentity("node-1", KEY, "pool-1", fake.authority.ca_pem, address)


@pytest.fixture
async def node(fake, gate, clock):
    async with NodeClient(identity(fake), clock, SeededIds()) as client:
        yield client


def answer_work(fake, echo):
    fake.answers["Work"] = echo


async def test_the_stream_carries_both_ways(node, fake, gate):
    async def echo(messages):
        async for message in messages:
            yield pb.MasterMessage(acks=[pb.UpdateAck(task_id=message.updates[0].task_id)])

    answer_work(fake, echo)
    async with node.work() as stream:
        names = [f"t{number}" for number in range(50)]
        await asyncio.gather(
            *(
                stream.send(pb.WorkerMessage(updates=[pb.TaskUpdate(task_id=each)]))
                for each in names
            )
        )
        heard = []
        async for message in stream:
            heard.append(message.acks[0].task_id)
            if len(heard) == len(names):
                break
        await stream.close()
    assert sorted(heard) == sorted(names)
    assert gate.answered == 1


async def test_a_stream_that_the_master_ends_is_told_to_reader_and_writer(node, fake, gate):
    async def replaced(messages):
        await anext(messages)
        raise HiveMindError(Reason.STREAM_REPLACED, "The node opened a newer stream.")
        yield

    answer_work(fake, replaced)
    async with node.work() as stream:
        await stream.send(pb.WorkerMessage())
        with pytest.raises(HiveMindError) as told_reader:
            async for _message in stream:
                pass
        with pytest.raises(HiveMindError) as told_writer:
            await stream.send(pb.WorkerMessage())
    assert told_reader.value.reason is Reason.STREAM_REPLACED
    assert told_writer.value.reason is Reason.STREAM_REPLACED


async def test_a_lost_connection_is_unreachable(fake, gate, clock):
    async def silent(messages):
        async for _message in messages:
            pass
        yield pb.MasterMessage()

    answer_work(fake, silent)
    async with (
        CuttingProxy(fake.port) as proxy,
        NodeClient(identity(fake, proxy.port), clock, SeededIds()) as node,
        node.work() as stream,
    ):
        await stream.send(pb.WorkerMessage())
        proxy.cut()
        with pytest.raises(HiveMindError) as refusal:
            async for _message in stream:
                pass
    assert refusal.value.reason is Reason.MASTER_UNREACHABLE


async def test_the_node_proves_itself_anew_before_its_token_ends(node, fake, gate, clock):
    async with node.work():
        pass
    clock.advance(gate.lifetime_seconds - 301)
    async with node.work():
        pass
    assert gate.answered == 1
    clock.advance(2)
    async with node.work():
        pass
    assert gate.answered == 2


async def test_a_refused_token_is_not_used_again(node, fake, gate):
    async def nothing(_messages):
        yield pb.MasterMessage()

    answer_work(fake, nothing)
    async with node.work() as stream:
        assert [each async for each in stream]
    fake.access_tokens.clear()
    async with node.work() as stream:
        with pytest.raises(HiveMindError) as refusal:
            async for _message in stream:
                pass
    assert refusal.value.reason is Reason.TOKEN_EXPIRED
    async with node.work() as stream:
        assert [each async for each in stream]
    assert gate.answered == 2


async def test_artifacts_go_on_after_cuts(fake, gate, tmp_path):
    data = SeededIds("data").secret(4 * MEBIBYTE)
    (tmp_path / "result.zip").write_bytes(data)
    async with (
        CuttingProxy(fake.port) as proxy,
        NodeClient(identity(fake, proxy.port), ManualClock(), SeededIds()) as node,
    ):
        digest = fake.keep(data)
        fake.artifacts.clear()
        proxy.cut_after_bytes, proxy.cuts_left = MEBIBYTE, 4
        await node.upload(tmp_path / "result.zip", digest, "t1", 3)
        assert fake.artifacts == {digest: data}
        begun = next(request for name, request in fake.asked if name == "BeginUpload")
        assert (begun.task_id, begun.attempt, begun.size_bytes) == ("t1", 3, len(data))
        await node.download(digest, "t1", tmp_path / "archive.zip", len(data))
        assert proxy.cuts == 4
    assert (tmp_path / "archive.zip").read_bytes() == data


async def test_a_download_larger_than_allowed_leaves_nothing(node, fake, tmp_path):
    digest = fake.keep(b"x" * 100_001)
    with pytest.raises(HiveMindError) as refusal:
        await node.download(digest, "t1", tmp_path / "archive.zip", 100_000)
    assert refusal.value.reason is Reason.ARTIFACT_TOO_LARGE
    assert list(tmp_path.iterdir()) == []


async def test_an_empty_file_is_an_artifact_too(node, fake, tmp_path):
    (tmp_path / "empty").touch()
    await node.upload(tmp_path / "empty", "sha256:" + EMPTY, "t1", 1)
    await node.download("sha256:" + EMPTY, "t1", tmp_path / "again", 0)
    assert (tmp_path / "again").read_bytes() == b""


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


async def test_registering_needs_no_token(fake, clock):
    async def join(request):
        assert request.join_token_secret == "id-secret"
        return pb.NodeRegistrationResponse(node_id="node-1", state=pb.NODE_STATE_ACTIVE)

    fake.answers["RegisterNode"] = join
    request = pb.NodeRegistrationRequest(request_id="r1", join_token_secret="id-secret")
    address = MasterAddress.parse(fake.address)
    joined = await register(address, fake.authority.ca_pem, request, clock, SeededIds())
    assert joined.node_id == "node-1"
    assert fake.bearers == []


def test_a_node_identity_does_not_show_its_key(fake):
    assert "private" not in repr(identity(fake))
