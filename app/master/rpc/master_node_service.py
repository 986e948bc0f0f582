"""MasterNodeService: tasks are uploaded, listed and cancelled."""

from collections.abc import Awaitable, Callable

from app.common.errors import HiveMindError, Reason
from app.master.identity.permissions import Permission, permits
from app.master.identity.principal import Principal
from app.master.rpc.door import caller
from app.master.rpc.errors import Context
from app.master.rpc.idempotency import Idempotency
from app.master.rpc.messages import spec_in
from app.master.rpc.task_intake import TaskIntake
from app.master.rpc.task_rows import TaskRows
from app.master.scheduling.cancellation import Cancellations
from app.master.scheduling.cluster import Cluster
from app.master.store import Tx
from app.master.store.after_commit import to_the_end
from app.master.tasks.artifact_service import ArtifactService
from app.master.tasks.catalogue import Catalogue
from app.master.tasks.spec import check_spec
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc

#: A larger archive goes through ArtifactService; a message may have 4 MiB.
INLINE_BYTES_MAX = 3 * 1024 * 1024


def owner_filter(principal: Principal, *, everybody: bool) -> str | None:
    """Whose tasks a question is about: one's own id, or None for everybody's.

    Raises HiveMindError(PERMISSION_DENIED) if `everybody` is asked without the right.
    """
    if not everybody:
        return principal.id
    if not permits(principal, Permission.TASKS_READ_ALL):
        raise HiveMindError(Reason.PERMISSION_DENIED, "You may see your own tasks only.")
    return None


def visible_to(principal: Principal, permission: Permission) -> str | None:
    """None if `permission` lets the caller reach everybody's tasks, else the caller's id."""
    return None if permits(principal, permission) else principal.id


class MasterNodeServicer(pb_grpc.MasterNodeServiceServicer):
    """Submits and cancels through units that also move the money."""

    def __init__(
        self,
        once: Idempotency,
        intake: TaskIntake,
        artifacts: ArtifactService,
        catalogue: Catalogue,
        cancellations: Cancellations,
        cluster: Cluster,
    ) -> None:
        self._once = once
        self._intake = intake
        self._artifacts = artifacts
        self._catalogue = catalogue
        self._cancellations = cancellations
        self._cluster = cluster
        self._rows = TaskRows()

    async def UploadTask(
        self, request: pb.UploadTaskRequest, context: Context
    ) -> pb.UploadTaskResponse:
        """Take in a task or an array of tasks and hold its price."""
        owner_id = caller().id
        archive_bytes = len(request.archive)
        if archive_bytes > INLINE_BYTES_MAX:
            raise HiveMindError(
                Reason.ARTIFACT_TOO_LARGE, "Upload an archive of this size in chunks first."
            )
        message = pb.TaskSpec()
        message.CopyFrom(request.spec)
        if archive_bytes:
            digest = await self._artifacts.put(request.archive)
            if message.archive_digest not in ("", digest):
                raise HiveMindError(
                    Reason.DIGEST_MISMATCH, "The archive does not have the digest named."
                )
            message.archive_digest = digest
        spec = spec_in(message)
        check_spec(spec)
        await self._artifacts.check_archive(spec.archive_digest, spec.command)
        if request.require_feasible and not self._cluster.feasible_nodes(spec.requirements):
            raise HiveMindError(
                Reason.NOT_FEASIBLE, "No node of this pool could run this, even when empty."
            )

        def own_archive(tx: Tx) -> None:
            if archive_bytes:
                self._artifacts.own(tx, owner_id, spec.archive_digest, archive_bytes)

        return await self._intake.submit(request, owner_id, spec, own_archive)

    async def GetAllTasks(
        self, request: pb.GetAllTasksRequest, context: Context
    ) -> pb.GetAllTasksResponse:
        """A page of tasks, newest first."""
        views, token = await self._catalogue.page(
            owner_id=owner_filter(caller(), everybody=request.all_users),
            states=list(request.states),
            array_id=request.array_id,
            page_size=request.page_size,
            page_token=request.page_token,
        )
        tasks = [self._rows.row(view, self._cluster.progress(view.task_id)) for view in views]
        return pb.GetAllTasksResponse(tasks=tasks, next_page_token=token)

    async def CancelTask(
        self, request: pb.TaskCancelRequest, context: Context
    ) -> pb.TaskCancelResponse:
        """End a task, or all open tasks of an array, and refund them."""
        owner_id = visible_to(caller(), Permission.TASKS_MANAGE_ALL)
        views = await self._catalogue.named(request.task_id, owner_id)

        def commit(
            unit: Callable[[Tx], int], after: Callable[[], None]
        ) -> Awaitable[pb.TaskCancelResponse]:
            return self._once.run(
                request,
                pb.TaskCancelResponse,
                lambda tx: pb.TaskCancelResponse(cancelled=unit(tx)),
                lambda _: after(),
            )

        # To its end also without its caller: memory must follow whatever the store decides.
        return await to_the_end(self._cancellations.cancel(views, commit))
