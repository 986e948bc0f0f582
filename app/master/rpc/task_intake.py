"""Taking a submission in, whichever call it came by."""

from collections.abc import Callable, Sequence

from app.master.rpc.idempotency import Idempotency
from app.master.scheduling.dispatcher import Dispatcher
from app.master.store import Tx
from app.master.tasks.spec import TaskSpec
from app.master.tasks.submission import Submission, Submissions
from proto import nodepool_pb2 as pb


class TaskIntake:
    """Commits a submission once for its request id and gives its tasks to the dispatcher."""

    def __init__(self, once: Idempotency, submissions: Submissions, dispatcher: Dispatcher) -> None:
        self._once = once
        self._submissions = submissions
        self._dispatcher = dispatcher

    async def submit(
        self,
        request: pb.UploadTaskRequest | pb.RetryTaskRequest,
        owner_id: str,
        spec: TaskSpec,
        first: Callable[[Tx], None] | None = None,
        indexes: Sequence[int] = (),
    ) -> pb.UploadTaskResponse:
        """Accept `spec` for `owner_id`; `first` runs in the same unit before it.

        Of an array only `indexes` are made, if any are named.

        Raises what `Submissions.submit` and `first` raise.
        """
        accepted: list[Submission] = []

        def unit(tx: Tx) -> pb.UploadTaskResponse:
            if first is not None:
                first(tx)
            made = self._submissions.submit(tx, owner_id, spec, indexes)
            accepted.append(made)
            return pb.UploadTaskResponse(
                task_id=made.array_id,
                price_mcpt=made.price_mcpt,
                count=len(made.records),
                array_indexes=indexes,
            )

        def after(_response: pb.UploadTaskResponse) -> None:
            self._dispatcher.admit(accepted[-1].records)

        return await self._once.run(request, pb.UploadTaskResponse, unit, after)
