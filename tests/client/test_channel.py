import grpc.aio
import pytest

from app.client.address import MasterAddress
from app.client.api import HiveMind
from app.client.channel import open_channel, to_error
from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as stubs
from tests.client.fake_pool import Authority, FakePool


async def refusal_of(address: str, ca_pem: bytes) -> HiveMindError:
    with pytest.raises(HiveMindError) as refusal:
        async with HiveMind.connect(
            address, ca_certificate_pem=ca_pem, patience_seconds=0.1
        ) as pool:
            await pool.info()
    return refusal.value


async def test_the_masters_refusal_arrives_with_reason_sentence_and_details(pool, fake):
    async def refuse(_request):
        raise HiveMindError(Reason.INSUFFICIENT_BALANCE, "You have 3 CPT.", available_mcpt="3000")

    fake.answers["GetBalance"] = refuse
    with pytest.raises(HiveMindError) as refusal:
        await pool.ledger.balance()
    assert refusal.value.reason is Reason.INSUFFICIENT_BALANCE
    assert refusal.value.message == "You have 3 CPT."
    assert refusal.value.details == {"available_mcpt": "3000"}


async def test_another_cas_certificate_is_told_from_silence(fake):
    other = Authority()
    assert (await refusal_of(fake.address, other.ca_pem)).reason is Reason.CERTIFICATE_MISMATCH
    assert (await refusal_of("127.0.0.1:1", other.ca_pem)).reason is Reason.MASTER_UNREACHABLE
    assert fake.asked == []


async def test_a_certificate_for_another_name_is_refused():
    async with FakePool(Authority("elsewhere.example")) as impostor:
        error = await refusal_of(impostor.address, impostor.authority.ca_pem)
        assert error.reason is Reason.CERTIFICATE_MISMATCH
        assert impostor.asked == []


@pytest.mark.parametrize(
    ("code", "details", "reason"),
    [
        (grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded", Reason.MASTER_UNREACHABLE),
        (grpc.StatusCode.UNIMPLEMENTED, "Method not found!", Reason.MASTER_TOO_OLD),
        (grpc.StatusCode.UNKNOWN, "Unexpected <class 'KeyError'>", Reason.MASTER_FAILED),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "Received message larger", Reason.OVERLOADED),
        (grpc.StatusCode.UNAVAILABLE, "Socket closed", Reason.MASTER_UNREACHABLE),
    ],
)
def test_grpcs_own_failures_get_the_nearest_reason(code, details, reason):
    nothing = grpc.aio.Metadata()
    error = to_error(grpc.aio.AioRpcError(code, nothing, nothing, details=details))
    assert error.reason is reason
    assert error.message


async def test_a_newer_masters_reason_keeps_its_sentence(pool, fake, monkeypatch):
    async def refuse(_request):
        raise HiveMindError(Reason.QUOTA_EXCEEDED, "The moon is full.")

    fake.answers["GetBalance"] = refuse
    members = {name: each for name, each in Reason.__members__.items() if name != "QUOTA_EXCEEDED"}
    monkeypatch.setattr("app.client.errors.REASONS", members)
    monkeypatch.setattr("app.client.backoff.FIRST_DELAY_SECONDS", 99.0)
    with pytest.raises(HiveMindError, match=r"The moon is full\.") as refusal:
        await pool.ledger.balance()
    assert refusal.value.details["unknown_reason"] == "QUOTA_EXCEEDED"


async def test_a_channel_with_a_token_puts_it_on_calls_and_streams(fake):
    fake.access_tokens.add("sesame")

    async def token() -> str:
        return "sesame"

    address = MasterAddress.parse(fake.address)
    async with open_channel(address, fake.authority.ca_pem, access_token=token) as channel:
        assert (await stubs.SessionServiceStub(channel).WhoAmI(pb.WhoAmIRequest())).username
        fake.log = [pb.LogChunk(task_id="t", attempt=1, stream=1, data=b"hello")]
        request = pb.StreamLogRequest(task_id="t")
        chunks = [each async for each in stubs.TaskServiceStub(channel).StreamLog(request)]
        assert [chunk.data for chunk in chunks] == [b"hello"]

        async def pieces():
            yield pb.UploadChunk(digest=fake.keep(b"abc"), data=b"abc")

        assert (await stubs.ArtifactServiceStub(channel).Upload(pieces())).complete
    assert fake.bearers == ["Bearer sesame"] * 3
