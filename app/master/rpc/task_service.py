"""TaskService: quotes, looks at tasks, their logs, their waiting, and changes as they happen."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Priority, TaskState
from app.master.events import Event, EventBus, LogGrew, TaskChanged
from app.master.identity.permissions import Permission
from app.master.ledger.pricing import quote
from app.master.pool.registry import NodeRegistry
from app.master.rpc.door import caller
from app.master.rpc.errors import Context
from app.master.rpc.idempotency import Idempotency
from app.master.rpc.master_node_service import owner_filter, visible_to
from app.master.rpc.messages import spec_in, task_out, task_with_attempts, wire_enum
from app.master.rpc.task_intake import TaskIntake
from app.master.rpc.task_watch import TaskWatch
from app.master.scheduling.cluster import Cluster
from app.master.scheduling.priorities import Priorities, Repricing
from app.master.store import Tx
from app.master.store.after_commit import to_the_end
from app.master.store.task_views import TaskView
from app.master.tasks.artifact_service import ArtifactService
from app.master.tasks.catalogue import Catalogue
from app.master.tasks.log_service import LogService
from app.master.tasks.logs import LogStream
from app.master.tasks.spec import check_spec, spec_from_json
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc

#: What may be run again.
RETRIABLE = (TaskState.FAILED, TaskState.CANCELLED)
#: Tasks and arrays that one request may give another priority.
REPRIORITISED_MAX = 1000


class TaskServicer(pb_grpc.TaskServiceServicer):
    """What people ask about tasks. Others' tasks do not exist for them."""

    def __init__(
        self,
        once: Idempotency,
        intake: TaskIntake,
        artifacts: ArtifactService,
        catalogue: Catalogue,
        priorities: Priorities,
        logs: LogService,
        cluster: Cluster,
        nodes: NodeRegistry,
        events: EventBus,
    ) -> None:
        self._once = once
        self._intake = intake
        self._artifacts = artifacts
        self._catalogue = catalogue
        self._priorities = priorities
        self._logs = logs
        self._cluster = cluster
        self._nodes = nodes
        self._events = events

    async def Quote(self, request: pb.QuoteRequest, context: Context) -> pb.QuoteResponse:
        """What a submission would cost: the price that would be charged."""
        spec = spec_in(request.spec)
        check_spec(spec)
        priced = quote(spec.requirements, spec.priority)
        return pb.QuoteResponse(
            price_mcpt=priced.price_mcpt * spec.count,
            price_each_mcpt=priced.price_mcpt,
            formula=priced.formula,
            feasible_nodes=self._cluster.feasible_nodes(spec.requirements),
        )

    async def GetTask(self, request: pb.GetTaskRequest, context: Context) -> pb.TaskInfo:
        """One task with its attempts; of an array, the first that is not over."""
        owner_id = visible_to(caller(), Permission.TASKS_READ_ALL)
        view, attempts = await self._catalogue.one(request.task_id, owner_id)
        info = task_with_attempts(
            view,
            attempts,
            self._cluster.progress(view.task_id),
            await self._catalogue.result_expiry(view),
        )
        if view.state == TaskState.QUEUED:
            info.detail = f"{info.detail} {self._explain(view).summary}".strip()
        return info

    async def RetryTask(
        self, request: pb.RetryTaskRequest, context: Context
    ) -> pb.UploadTaskResponse:
        """Submit what a failed or cancelled task was, as a new task.

        Of an array those of its tasks that failed or were cancelled, each with its index.
        """
        owner_id = caller().id
        views = await self._catalogue.named(request.task_id, owner_id)
        again = [view for view in views if view.state in RETRIABLE]
        if not again:
            raise _nothing_to_retry(views)
        spec = replace(spec_from_json(again[0].spec), priority=Priority(again[0].priority))
        await self._artifacts.check_archive(spec.archive_digest, spec.command)
        indexes = [view.array_index for view in again] if spec.count > 1 else []
        return await self._intake.submit(request, owner_id, spec, indexes=indexes)

    async def SetTaskPriority(
        self, request: pb.SetTaskPriorityRequest, context: Context
    ) -> pb.SetTaskPriorityResponse:
        """Give what is queued of tasks and arrays another priority, at its price."""
        owner_id = visible_to(caller(), Permission.TASKS_MANAGE_ALL)
        if not 1 <= len(request.task_ids) <= REPRIORITISED_MAX:
            rule = f"must name 1 to {REPRIORITISED_MAX} tasks"
            raise HiveMindError(
                Reason.INVALID_FIELD, f"The field task_ids {rule}.", field="task_ids"
            )
        if request.preview:
            priority = Priority(request.priority or Priority.NORMAL)
            found = await self._priorities.preview(request.task_ids, owner_id, priority)
            return _repriced_out(found)
        # To its end also without its caller: memory must follow whatever the store decides.
        return await to_the_end(self._set_priority(request, owner_id))

    async def _set_priority(
        self, request: pb.SetTaskPriorityRequest, owner_id: str | None
    ) -> pb.SetTaskPriorityResponse:
        priority = Priority(request.priority or Priority.NORMAL)
        made: list[Repricing] = []

        def unit(tx: Tx) -> pb.SetTaskPriorityResponse:
            made.append(self._priorities.change(tx, request.task_ids, owner_id, priority))
            return _repriced_out(made[-1])

        def after(_response: pb.SetTaskPriorityResponse) -> None:
            self._priorities.done(made[-1])

        async with self._priorities.turn(request.task_ids):
            return await self._once.run(request, pb.SetTaskPriorityResponse, unit, after)

    async def ExplainTask(
        self, request: pb.ExplainTaskRequest, context: Context
    ) -> pb.ExplainTaskResponse:
        """Why a task waits: each rule with the nodes that pass it, and the nearest misses."""
        owner_id = visible_to(caller(), Permission.TASKS_READ_ALL)
        view, _ = await self._catalogue.one(request.task_id, owner_id)
        return self._explain(view)

    def _explain(self, view: TaskView) -> pb.ExplainTaskResponse:
        state = wire_enum(view.state)
        if view.state != TaskState.QUEUED:
            return pb.ExplainTaskResponse(state=state, summary=_not_waiting(view))
        why = self._cluster.explain(view.task_id, spec_from_json(view.spec).requirements)
        response = pb.ExplainTaskResponse(
            state=state,
            summary=why.summary,
            nodes_known=why.nodes_known,
            nodes_feasible=why.nodes_feasible,
            nodes_free=why.nodes_free,
            ahead=why.ahead,
        )
        for rule in why.rules:
            response.rules.add(
                rule=rule.rule, sentence=rule.sentence, nodes_passing=rule.nodes_passing
            )
        for miss in why.nearest:
            response.nearest.add(
                node_id=miss.node_id,
                node_name=self._nodes.get(miss.node_id).name,
                failed=miss.failed,
            )
        return response

    async def DeleteResult(
        self, request: pb.DeleteResultRequest, context: Context
    ) -> pb.DeleteResultResponse:
        """Give up one task's result, and its place in the quota if nothing else needs it."""
        owner_id = caller().id
        view, _ = await self._catalogue.one(request.task_id, owner_id)
        unowned: list[str | None] = []

        def unit(tx: Tx) -> pb.DeleteResultResponse:
            unowned.append(self._artifacts.drop_result(tx, owner_id, view.sequence))
            return pb.DeleteResultResponse()

        def after(_response: pb.DeleteResultResponse) -> None:
            changed = TaskChanged(view.sequence, view.array_id, view.task_id, owner_id)
            self._events.publish([changed])

        response = await self._once.run(request, pb.DeleteResultResponse, unit, after)
        for digest in filter(None, unowned):
            await self._artifacts.delete_unowned(digest)
        return response

    async def StreamLog(
        self, request: pb.StreamLogRequest, context: Context
    ) -> AsyncIterator[pb.LogChunk]:
        """What a task printed, and with `follow` what it goes on to print."""
        owner_id = caller().id
        wake = asyncio.Event()
        view, _ = await self._catalogue.one(request.task_id, owner_id)

        def notice(event: Event) -> None:
            if isinstance(event, LogGrew | TaskChanged) and event.task_id == view.task_id:
                wake.set()

        if request.attempt > view.attempt:
            raise HiveMindError(
                Reason.ATTEMPT_NOT_FOUND,
                f"The task has had {view.attempt} attempts: there is no attempt {request.attempt}.",
            )
        unlisten = self._events.listen(notice)
        offsets = {
            LogStream.STDOUT: request.stdout_offset,
            LogStream.STDERR: request.stderr_offset,
        }
        if request.stream:
            offsets = {LogStream(request.stream): offsets[LogStream(request.stream)]}
        attempt = request.attempt
        try:
            while True:
                wake.clear()
                view, attempts = await self._catalogue.one(view.task_id, owner_id)
                # "The newest" is the newest when there first is one: offsets belong to one.
                attempt = attempt or view.attempt
                ended = any(a.number == attempt and a.outcome is not None for a in attempts)
                for stream in offsets:
                    async for chunk in self._logs.read(
                        view.task_id, attempt, stream, offsets[stream]
                    ):
                        offsets[stream] += len(chunk.data)
                        yield self._log_out(
                            chunk.task_id, attempt, stream, chunk.offset, chunk.data
                        )
                if ended or view.ended_us is not None or not request.follow:
                    return
                await wake.wait()
        finally:
            unlisten()

    def _log_out(
        self, task_id: str, attempt: int, stream: LogStream, offset: int, data: bytes
    ) -> pb.LogChunk:
        return pb.LogChunk(
            task_id=task_id,
            attempt=attempt,
            stream=wire_enum(stream),
            offset=offset,
            data=data,
            truncated=offset + len(data) >= self._logs.bytes_max,
        )

    async def WatchTasks(
        self, request: pb.WatchTasksRequest, context: Context
    ) -> AsyncIterator[pb.TaskChanges]:
        """A snapshot, then what changes."""
        principal = caller()
        if request.task_ids:
            owner_id = visible_to(principal, Permission.TASKS_READ_ALL)
        else:
            owner_id = owner_filter(principal, everybody=request.all_users)
        watch = TaskWatch(self._events, self._catalogue, owner_id, list(request.task_ids))
        sequence = 0
        async for snapshot, views in watch.changes():
            sequence += 1
            tasks = [task_out(view, self._cluster.progress(view.task_id)) for view in views]
            yield pb.TaskChanges(sequence=sequence, snapshot=snapshot, tasks=tasks)


def _repriced_out(found: Repricing) -> pb.SetTaskPriorityResponse:
    return pb.SetTaskPriorityResponse(
        changed=len(found.after),
        started=found.started,
        ended=found.ended,
        users=found.users,
        price_change_mcpt=found.price_change_mcpt,
    )


def _nothing_to_retry(views: list[TaskView]) -> HiveMindError:
    which = "The task has" if len(views) == 1 else "All tasks of the array have"
    if all(view.state == TaskState.SUCCEEDED for view in views):
        return HiveMindError(
            Reason.TASK_SUCCEEDED, f"{which} succeeded: submit it anew to run it once more."
        )
    return HiveMindError(
        Reason.TASK_NOT_ENDED, "Nothing of it has failed or was cancelled: it has not ended yet."
    )


def _not_waiting(view: TaskView) -> str:
    match TaskState(view.state):
        case TaskState.SUCCEEDED:
            return "It does not wait: it has succeeded."
        case TaskState.FAILED:
            return "It does not wait: it has failed."
        case TaskState.CANCELLED:
            return "It does not wait: it was cancelled."
        case TaskState.ASSIGNED:
            return f"It does not wait: {view.node_name} is about to start it."
        case _:
            return f"It does not wait: it runs on {view.node_name}."
