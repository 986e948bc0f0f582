"""ArtifactService: archives and results travel in chunks, and go on where they broke off."""

from collections.abc import AsyncIterator

from app.common.errors import HiveMindError, Reason
from app.master.identity.principal import Principal
from app.master.rpc.door import caller
from app.master.rpc.errors import Context
from app.master.scheduling.cluster import Cluster
from app.master.tasks.artifact_service import ArtifactService
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc

CHUNK_BYTES_MAX = 1024 * 1024


class ArtifactServicer(pb_grpc.ArtifactServiceServicer):
    """Users send archives and fetch what is theirs; nodes fetch archives and send results."""

    def __init__(self, artifacts: ArtifactService, cluster: Cluster) -> None:
        self._artifacts = artifacts
        self._cluster = cluster

    async def BeginUpload(
        self, request: pb.BeginUploadRequest, context: Context
    ) -> pb.BeginUploadResponse:
        """Where an upload goes on, or that it is not needed."""
        principal = caller()
        if principal.is_node:
            self._require_lease(principal, request.task_id, request.attempt)
        user_id = None if principal.is_node else principal.id
        progress = await self._artifacts.begin(
            principal.key, user_id, request.digest, request.size_bytes
        )
        return pb.BeginUploadResponse(offset=progress.offset, complete=progress.complete)

    async def Upload(
        self, request_iterator: AsyncIterator[pb.UploadChunk], context: Context
    ) -> pb.UploadResponse:
        """Take in chunks; an interrupted stream keeps what came."""
        first = await anext(aiter(request_iterator), None)
        if first is None:
            raise HiveMindError(Reason.INVALID_FIELD, "The upload holds no chunk.")
        progress = await self._artifacts.receive(
            caller().key, first.digest, _chunks(first, request_iterator)
        )
        return pb.UploadResponse(
            digest=progress.digest, size_bytes=progress.offset, complete=progress.complete
        )

    async def Download(
        self, request: pb.DownloadRequest, context: Context
    ) -> AsyncIterator[pb.DownloadChunk]:
        """Send bytes from an offset on."""
        await self._require_readable(caller(), request)
        async for offset, data, size_bytes in self._artifacts.read(request.digest, request.offset):
            yield pb.DownloadChunk(offset=offset, data=data, size_bytes=size_bytes)

    async def _require_readable(self, principal: Principal, request: pb.DownloadRequest) -> None:
        if principal.is_node:
            record = self._cluster.book.get(request.task_id)
            held = record is not None and record.live and record.node_id == principal.id
            if record is None or not held or record.spec.archive_digest != request.digest:
                raise HiveMindError(
                    Reason.NOT_LEASE_HOLDER, "This node holds no lease on that task."
                )
        elif not await self._artifacts.owned(principal.id, request.digest):
            raise HiveMindError(
                Reason.ARTIFACT_NOT_FOUND, "There are no such bytes, or they are another's."
            )

    def _require_lease(self, principal: Principal, task_id: str, attempt: int) -> None:
        record = self._cluster.book.get(task_id)
        if record is None or record.node_id != principal.id or not record.live:
            raise HiveMindError(Reason.NOT_LEASE_HOLDER, "This node holds no lease on that task.")
        if record.attempt != attempt:
            raise HiveMindError(
                Reason.STALE_ATTEMPT, f"The lease belongs to attempt {record.attempt} now."
            )


async def _chunks(
    first: pb.UploadChunk, following: AsyncIterator[pb.UploadChunk]
) -> AsyncIterator[tuple[int, bytes]]:
    yield _checked(first, first.digest)
    async for chunk in following:
        yield _checked(chunk, first.digest)


def _checked(chunk: pb.UploadChunk, digest: str) -> tuple[int, bytes]:
    if chunk.digest not in ("", digest):
        raise HiveMindError(Reason.INVALID_FIELD, "One upload sends the bytes of one digest.")
    # Each look at it makes another copy.
    data = chunk.data
    if len(data) > CHUNK_BYTES_MAX:
        raise HiveMindError(
            Reason.INVALID_FIELD, f"A chunk has {CHUNK_BYTES_MAX} bytes at most.", field="data"
        )
    return chunk.offset, data
