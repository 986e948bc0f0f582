"""The three published services by single calls, as any other client would make them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from app.client.address import MasterAddress
from app.client.api import HiveMind
from app.client.channel import open_channel
from app.common.join_token import JoinToken
from app.common.pki import node_auth_message
from app.master.master import Master
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc
from tests.e2e.test_refusals import _zip


@pytest.fixture
async def channel(master: Master, admin: HiveMind) -> AsyncIterator[Any]:
    certificate = (await admin.info()).ca_certificate_pem.encode()
    opened = open_channel(MasterAddress.parse(master.grpc_address), certificate)
    yield opened
    await opened.close()


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),)


async def test_user_service(channel: Any) -> None:
    users = pb_grpc.UserServiceStub(channel)
    registered = await users.Register(
        pb.RegisterRequest(request_id="r1", username="ann", password="an unlikely phrase")
    )
    assert registered.granted_mcpt == 100_000
    login = await users.Login(pb.LoginRequest(username="ann", password="an unlikely phrase"))
    assert login.expires_in_seconds == 900
    mine = bearer(login.access_token)
    transfer = pb.TransferRequest(request_id="t1", to_username="admin", amount_mcpt=2_500)
    first = await users.Transfer(transfer, metadata=mine)
    again = await users.Transfer(transfer, metadata=mine)
    assert again == first
    assert first.balance_mcpt == 97_500
    balance = await users.GetBalance(pb.GetBalanceRequest(), metadata=mine)
    assert balance.available_mcpt == 97_500
    transfer.amount_mcpt = 1
    with pytest.raises(grpc.aio.AioRpcError) as reused:
        await users.Transfer(transfer, metadata=mine)
    assert reused.value.code() is grpc.StatusCode.ALREADY_EXISTS


async def test_master_node_service(channel: Any) -> None:
    users = pb_grpc.UserServiceStub(channel)
    tasks = pb_grpc.MasterNodeServiceStub(channel)
    await users.Register(
        pb.RegisterRequest(request_id="r1", username="ann", password="an unlikely phrase")
    )
    login = await users.Login(pb.LoginRequest(username="ann", password="an unlikely phrase"))
    mine = bearer(login.access_token)
    request = pb.UploadTaskRequest(
        request_id="u1", spec=pb.TaskSpec(name="words", count=3), archive=_zip("run.sh")
    )
    uploaded = await tasks.UploadTask(request, metadata=mine)
    assert (uploaded.count, uploaded.price_mcpt) == (3, 3_000)
    assert await tasks.UploadTask(request, metadata=mine) == uploaded
    page = await tasks.GetAllTasks(pb.GetAllTasksRequest(page_size=2), metadata=mine)
    rest = await tasks.GetAllTasks(
        pb.GetAllTasksRequest(page_size=2, page_token=page.next_page_token), metadata=mine
    )
    shown = [task.array_index for task in (*page.tasks, *rest.tasks)]
    assert shown == [2, 1, 0]
    assert rest.next_page_token == ""
    cancelled = await tasks.CancelTask(
        pb.TaskCancelRequest(request_id="c1", task_id=uploaded.task_id), metadata=mine
    )
    assert cancelled.cancelled == 3
    balance = await users.GetBalance(pb.GetBalanceRequest(), metadata=mine)
    assert balance.available_mcpt == 100_000


async def test_node_manager_service(channel: Any, admin: HiveMind) -> None:
    token = JoinToken.parse((await admin.join_tokens.create()).token)
    key = Ed25519PrivateKey.generate()
    manager = pb_grpc.NodeManagerServiceStub(channel)
    capabilities = pb.NodeCapabilities(
        cpu_millicores=4000, memory_mib=8192, isolation=pb.ISOLATION_CLASS_CONTAINER
    )
    registered = await manager.RegisterNode(
        pb.NodeRegistrationRequest(
            request_id="n1",
            join_token_secret=token.credential,
            name="other-agent",
            public_key=key.public_key().public_bytes_raw(),
            capabilities=capabilities,
        )
    )
    assert registered.state == pb.NODE_STATE_ACTIVE
    enrolment = pb_grpc.EnrolmentServiceStub(channel)
    node_id = registered.node_id
    challenge = await enrolment.GetChallenge(pb.GetChallengeRequest(node_id=node_id))
    info = await admin.info()
    proof = key.sign(node_auth_message(info.pool_id, node_id, challenge.nonce))
    answer = await enrolment.AuthenticateNode(
        pb.AuthenticateNodeRequest(node_id=node_id, nonce=challenge.nonce, signature=proof)
    )
    mine = bearer(answer.access_token)
    usage = pb.NodeUsage(cpu_percent=12, memory_percent=34)
    beat = await manager.Heartbeat(pb.HeartbeatRequest(usage=usage), metadata=mine)
    assert beat.heartbeat_seconds == 30
    capabilities.cpu_millicores = 8000
    status = await manager.ReportNodeStatus(
        pb.NodeStatusRequest(capabilities=capabilities, usage=usage), metadata=mine
    )
    assert status.trust == pb.TRUST_LEVEL_NORMAL
    node = await admin.nodes.get("other-agent")
    assert node.capabilities.cpu_millicores == 8000
    assert node.usage.cpu_percent == 12


async def test_health_and_reflection_need_no_token(channel: Any) -> None:
    health = health_pb2_grpc.HealthStub(channel)
    answer = await health.Check(health_pb2.HealthCheckRequest())
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    call = stub.ServerReflectionInfo()
    await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
    listed = {service.name for service in (await call.read()).list_services_response.service}
    call.cancel()
    assert {service.full_name for service in pb.DESCRIPTOR.services_by_name.values()} <= listed


async def test_metrics_and_health_over_http(master: Master, job: Path) -> None:
    import httpx

    async with httpx.AsyncClient(base_url=f"http://{master.http_address}") as http:
        assert (await http.get("/healthz")).json() == {"status": "serving"}
        text = (await http.get("/metrics")).text
    assert 'hivemind_nodes{online="true"} 0.0' in text
    assert 'hivemind_tasks{state="queued"} 0.0' in text
