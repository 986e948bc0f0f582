"""What people do, and what befalls the pool: one deed a step, drawn from the seed."""

import asyncio
from collections.abc import Sequence
from random import Random

from google.protobuf.message import Message

from app.client.backoff import is_passing
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import AttemptOutcome, NodeState
from app.master.identity.principal import Principal
from proto import nodepool_pb2 as pb
from tests.simulation.clockwork import Owner
from tests.simulation.programs import make_original, make_spec
from tests.simulation.worker import SimulatedWorker
from tests.simulation.world import World


def indexes(array: pb.UploadTaskResponse) -> Sequence[int]:
    """Which tasks of an array there are."""
    return list(array.array_indexes) or range(array.count)


class People:
    """Users and an operator. What they ask they ask again until it is answered."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.random = Random(f"{world.seed}:people")
        self._owner = Owner("people", world.fail)
        self._asked = 0
        #: Requests without an answer yet.
        self.waiting = 0
        #: (owner, task id, specification) of every submission answered.
        self.arrays: list[tuple[Principal, pb.UploadTaskResponse, pb.TaskSpec]] = []
        self._answered: list[tuple[Principal, str, Message, Message]] = []

    def submit(self) -> None:
        """Somebody submits a task or an array."""
        person = self.random.choice(self.world.people)
        self._owner.start(self._submit(person, make_spec(self.random)))

    def submit_original(self) -> None:
        """The operator submits what canary tasks are to be copies of."""
        self._owner.start(self._submit_original())

    def cancel(self) -> None:
        """Somebody ends a task, or an array."""
        if self.arrays:
            recent = self.arrays[-8:] if self.random.random() < 0.8 else self.arrays
            person, array, _ = self.random.choice(recent)
            task_id = array.task_id
            if array.count > 1 and self.random.random() < 0.5:
                task_id = f"{task_id}-{self.random.choice(indexes(array))}"
            self._owner.start(self.cancel_one(person, task_id))

    def change_priority(self) -> None:
        """Somebody, or the operator for them, gives tasks another priority."""
        if self.arrays:
            recent = self.arrays[-6:]
            person, array, _ = self.random.choice(recent)
            task_id = array.task_id
            if array.count > 1 and self.random.random() < 0.5:
                task_id = f"{task_id}-{self.random.choice(indexes(array))}"
            names = [task_id]
            asker = person
            if self.random.random() < 0.3:
                asker = self.world.admin
                names.append(self.random.choice(recent)[1].task_id)
            self._owner.start(self._change_priority(asker, names, self.random.randint(1, 3)))

    def retry(self) -> None:
        """Somebody runs again what failed."""
        if self.arrays:
            person, array, spec = self.random.choice(self.arrays)
            self._owner.start(self._retry(person, array, spec))

    def transfer(self) -> None:
        """Somebody pays somebody."""
        payer, payee = self.random.sample(self.world.people, 2)
        amount_mcpt = self.random.choice([1, 500, 1000, 7777, 10**6])
        self._owner.start(self._transfer(payer, payee, amount_mcpt))

    def node_state(self) -> None:
        """The operator steers a node."""
        worker = self.random.choice(self.world.workers)
        states = [NodeState.ACTIVE, NodeState.ACTIVE, NodeState.PAUSED, NodeState.DRAINING]
        # The first machine stays: it is the only one that can run everything.
        if worker is not self.world.workers[0] and self.random.random() < 0.3:
            states = [NodeState.REVOKED]
        self._owner.start(self.set_state(worker, self.random.choice(states)))

    def forge(self) -> None:
        """A node claims what is not its own: another's attempt, an old one, an ended one."""
        worker = self.random.choice(self.world.workers)
        if not self.arrays:
            return
        _, array, _ = self.random.choice(self.arrays[-10:])
        index = self.random.choice(indexes(array))
        task_id = array.task_id if array.count == 1 else f"{array.task_id}-{index}"
        number = self.random.randint(1, 3)
        if self.world.auditor.may_speak(worker.node_id, task_id, number):
            return
        update = pb.TaskUpdate(
            task_id=task_id,
            attempt=number,
            kind=self.random.choice([1, 3, 3]),
            outcome=int(AttemptOutcome.SUCCEEDED),
        )
        self.world.note("forged", worker.node_id, task_id, update.attempt)
        worker.send(pb.WorkerMessage(updates=[update]))

    def repeat(self) -> None:
        """The network brings an old request once more."""
        if self._answered:
            who, method, request, answer = self.random.choice(self._answered[-20:])
            self._owner.start(self._repeat(who, method, request, answer))

    async def cancel_one(self, person: Principal, task_id: str) -> None:
        """End a task or an array for good."""
        self.world.auditor.cancel_asked(task_id)
        request = pb.TaskCancelRequest(request_id=self._request_id(), task_id=task_id)
        if await self._ask(person, "CancelTask", request) is not None:
            self.world.auditor.cancelled(task_id)

    async def set_state(self, worker: SimulatedWorker, state: NodeState) -> None:
        """Make a node active, paused, draining or revoked."""
        request = pb.SetNodeStateRequest(
            request_id=self._request_id(), node_id=worker.node_id, state=int(state)
        )
        await self._ask(self.world.admin, "SetNodeState", request)

    async def _submit(self, person: Principal, spec: pb.TaskSpec) -> None:
        request = pb.UploadTaskRequest(request_id=self._request_id(), spec=spec)
        answer = await self._ask(person, "UploadTask", request)
        if answer is not None:
            self._submitted(person, spec, answer)

    async def _submit_original(self) -> None:
        await self._submit(self.world.admin, make_original())
        self.world.canary_tasks += [
            answer.task_id for _, answer, spec in self.arrays if spec.name == "original"
        ]

    async def _retry(
        self, person: Principal, array: pb.UploadTaskResponse, spec: pb.TaskSpec
    ) -> None:
        request = pb.RetryTaskRequest(request_id=self._request_id(), task_id=array.task_id)
        answer = await self._ask(person, "RetryTask", request)
        if answer is not None:
            self._submitted(person, spec, answer, array.task_id)

    def _submitted(
        self, person: Principal, spec: pb.TaskSpec, answer: pb.UploadTaskResponse, again: str = ""
    ) -> None:
        self.arrays.append((person, answer, spec))
        self.world.auditor.submitted(person.id, spec, answer, again)

    async def _change_priority(self, asker: Principal, names: list[str], priority: int) -> None:
        request = pb.SetTaskPriorityRequest(
            request_id=self._request_id(), task_ids=names, priority=priority
        )
        for name in names:
            self.world.auditor.priority_asked(name, priority)
        await self._ask(asker, "SetTaskPriority", request)

    async def _transfer(self, payer: Principal, payee: Principal, amount_mcpt: int) -> None:
        request = pb.TransferRequest(
            request_id=self._request_id(), to_username=payee.name, amount_mcpt=amount_mcpt
        )
        self.world.auditor.transfer_asked()
        if await self._ask(payer, "Transfer", request) is None:
            self.world.auditor.transfer_refused()
        else:
            self.world.auditor.transferred(payer.id, payee.id, amount_mcpt)

    async def _repeat(self, who: Principal, method: str, request: Message, first: Message) -> None:
        try:
            again = await self.world.call(who, method, request, self.random)
        except HiveMindError as error:
            self.world.note("repeat of", method, "refused", error.reason.name)
            full = error.reason is Reason.STORE_FULL
            if not is_passing(error) and not full and method != "RetryTask":
                self.world.fail(f"a repeated {method} was refused: {error.reason.name}")
            return
        if method != "SetNodeState" and again != first:
            self.world.fail(f"{method} was answered {first} and then {again}")

    async def _ask(self, who: Principal, method: str, request: Message) -> Message | None:
        """The answer, however long it takes; None if it is refused for good."""
        self.waiting += 1
        tries = 0
        while True:
            try:
                answer = await self.world.call(who, method, request, self.random)
            except HiveMindError as error:
                if not is_passing(error) and error.reason is not Reason.STORE_FULL:
                    self.world.note(method, who.id, "refused", error.reason.name)
                    self.waiting -= 1
                    return None
                tries += 1
                await asyncio.sleep(self.random.uniform(0.05, 1.0) * min(tries, 5))
                continue
            self.world.note(method, who.id, str(answer).replace("\n", " "))
            self.waiting -= 1
            self._answered.append((who, method, request, answer))
            return answer

    def _request_id(self) -> str:
        self._asked += 1
        return f"request-{self._asked}"


class Fate:
    """What befalls machines and the network."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.random = Random(f"{world.seed}:fate")
        self._owner = Owner("fate", world.fail)

    def cut(self) -> None:
        """A stream breaks; each side may learn of it, late or never."""
        worker = self.random.choice(self.world.workers)
        notices = [0.0, 0.01, 0.3, 3.0, 20.0]
        master: float | None = self.random.choice(notices)
        node: float | None = self.random.choice(notices)
        if self.random.random() < 0.2:
            master = None
        self.world.note("cut", worker.node_id, master, node)
        worker.disconnect(master, node)

    def freeze(self) -> None:
        """A machine stands still for a while."""
        worker = self.random.choice(self.world.workers)
        seconds = self.random.choice([0.5, 5.0, 14.0, 30.0])
        self.world.note("freeze", worker.node_id, seconds)
        worker.freeze()
        self.world.loop.call_later(seconds, worker.thaw)

    def crash_worker(self) -> None:
        """An agent dies, and is started again some time later."""
        worker = self.random.choice(self.world.workers)
        worker.crash(unseen=self.random.random() < 0.3)
        self.world.loop.call_later(self.random.choice([0.05, 0.6, 5.0, 25.0]), worker.start)

    def leave(self) -> None:
        """Somebody ends an agent in good order, and starts it again later."""
        worker = self.random.choice(self.world.workers)
        worker.leave(at_once=self.random.random() < 0.5)
        self._owner.start(self._start_again(worker))

    def kill_master(self) -> None:
        """The master dies and comes back."""
        if self.world.master.serving:
            self.world.kill_master()
            self._owner.start(self._restart_master())

    def set_clock(self) -> None:
        """Somebody sets the master's wall clock."""
        offset = self.random.choice([-86_400, -3600, -5, 5, 3600, 86_400])
        self.world.note("wall clock", offset)
        self.world.clock.wall_offset_us += offset * 1_000_000

    async def _start_again(self, worker: SimulatedWorker) -> None:
        while worker.up:  # noqa: ASYNC110 - virtual time
            await asyncio.sleep(1.0)
        await asyncio.sleep(self.random.uniform(0.0, 5.0))
        worker.start()

    async def _restart_master(self) -> None:
        await asyncio.sleep(self.random.choice([0.0, 0.3, 2.0, 15.0]))
        await self.world.start_master()
