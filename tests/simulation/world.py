"""Everything of one seed: the store, the master that lives now, the nodes, and the story."""

import asyncio
import hashlib
from random import Random

from google.protobuf.message import Message

from app.common.errors import HiveMindError, Reason
from app.common.node_facts import Capabilities
from app.common.vocabulary import Continent, IsolationClass, NodeState, Role
from app.master.basis import Basis
from app.master.identity.principal import Principal, PrincipalKind
from app.master.ledger.requests import LedgerSettings
from app.master.ledger.service import LedgerService
from app.master.pool.node_rows import capabilities_to_json
from app.master.pool.trust import initial_trust
from app.master.store import Tx, artifacts, nodes, users
from app.master.store.nodes import NewNode
from app.master.store.users import UserRow
from app.master.store.writer import InlineWriter
from tests.simulation.auditor import Auditor
from tests.simulation.clockwork import LoopClock, VirtualLoop
from tests.simulation.master import HEARTBEAT_SECONDS, SimulatedMaster, make_settings
from tests.simulation.network import Connection
from tests.simulation.plan import Plan
from tests.simulation.programs import ARCHIVE
from tests.simulation.seen import Terms
from tests.simulation.storage import LateReader, LateWriter, SharedStore
from tests.simulation.worker import SimulatedWorker
from tests.sources import SeededIds


class Failed(AssertionError):
    """Something happened in a part of the product that must not happen."""


class World:
    """Built once for a run. `note` writes the story whose hash two runs must share."""

    heartbeat_seconds = HEARTBEAT_SECONDS

    def __init__(self, seed: int, plan: Plan, loop: VirtualLoop) -> None:
        self.seed = seed
        self.plan = plan
        self.loop = loop
        self.clock = LoopClock(loop)
        self.ids = SeededIds(seed)
        self.store = SharedStore()
        self.story: list[str] = []
        self.failure: str | None = None
        self.people: list[Principal] = []
        self.workers: list[SimulatedWorker] = []
        #: Whose copies are sent as canary tasks.
        self.canary_tasks: list[str] = []
        self._random = Random(f"{seed}:world")
        self._lives = 0
        self._settings = make_settings(plan.fee_permille, plan.grant_mcpt, plan.check_results)
        self._digest = hashlib.sha256()

    @property
    def story_hash(self) -> str:
        return self._digest.hexdigest()

    def note(self, *words: object) -> None:
        """Add a line to the story."""
        line = f"{self.loop.time() - 1000:10.4f} {' '.join(map(str, words))}"
        self.story.append(line)
        self._digest.update(line.encode() + b"\n")

    def fail(self, sentence: str) -> None:
        """A part of the product broke; the run ends at its next step."""
        self.note("FAILED", sentence)
        self.failure = self.failure or sentence

    def check(self) -> None:
        """Raise Failed if a part broke."""
        if self.failure is not None:
            raise Failed(self.failure)

    async def found(self) -> None:
        """Make users, nodes and the first master."""
        self.admin = _person("operator", Role.ADMIN)
        self.people = [_person(f"user{number}", Role.USER) for number in range(self.plan.users)]
        users = [person.id for person in self._holders]
        terms = Terms(self.plan.fee_permille, self.plan.grant_mcpt, users)
        terms.checked = self.plan.check_results
        for number, capabilities in enumerate(self.plan.workers):
            owner = self._random.choice([*self.people, *self.people, None])
            terms.owner_of[f"node{number}"] = owner.id if owner else None
            # Whoever confines tasks in a sandbox only is not believed, and may be a liar.
            liar = capabilities.isolation is IsolationClass.SANDBOX and self.plan.lies(number)
            self.workers.append(SimulatedWorker(self, f"node{number}", capabilities, liar=liar))
            if capabilities.isolation is IsolationClass.CONTAINER:
                terms.containers.add(f"node{number}")
            if liar:
                terms.liars.add(f"node{number}")
        self.auditor = Auditor(self.store, terms)
        writer = InlineWriter(self.store.engines)
        await writer.run(lambda tx: self._populate(tx, terms))
        writer.close()
        self.store.artifacts.add(ARCHIVE)
        await self.start_master()
        for worker in self.workers:
            worker.start()

    @property
    def _holders(self) -> list[Principal]:
        """Who has an account: the operator too, where canary tasks are theirs."""
        return [*self.people, self.admin] if self.plan.canaries else self.people

    async def start_master(self) -> None:
        """A new process of the master over the same store."""
        self._lives += 1
        basis = Basis(
            self._settings,
            self.clock,
            self.ids,
            LateWriter(self.store, self.plan, Random(f"{self.seed}:writer:{self._lives}")),
            LateReader(self.store, self.plan, Random(f"{self.seed}:reader:{self._lives}")),
        )
        self.master = SimulatedMaster(
            basis, self.store, self.plan, self._lives, self.fail, self.canary_tasks
        )
        self.note("master up", self._lives)
        await self.master.owner.start(self.master.start())

    def kill_master(self) -> None:
        """The master's process ends at once."""
        self.master.kill()
        writer = self.master.writer
        self.note("master down, units lost", writer.lost, "untold", writer.unacknowledged)

    def connect(self, node_id: str) -> Connection | None:
        """A node opens a stream; None if nobody answers."""
        if not self.master.serving or self.plan.loses(self._random):
            return None
        connection = Connection(node_id, self.plan, Random(self._random.random()))
        self.note("connected", node_id)
        self.master.accept(connection)
        return connection

    async def call(self, who: Principal, method: str, request: Message, random: Random) -> Message:
        """One call over the network, without retries. Raises HiveMindError."""
        await asyncio.sleep(self.plan.latency_seconds(random))
        if self.plan.loses(random):
            raise HiveMindError(Reason.MASTER_UNREACHABLE, "The request got lost.")
        hang_up = self.plan.hangs_up(random)
        try:
            async with asyncio.timeout(random.uniform(0.0, 0.3) if hang_up else None):
                answer = await self.master.call(who, method, request)
        except TimeoutError as error:
            raise HiveMindError(Reason.MASTER_UNREACHABLE, "The caller went away.") from error
        await asyncio.sleep(self.plan.latency_seconds(random))
        if self.plan.loses(random):
            raise HiveMindError(Reason.MASTER_UNREACHABLE, "The answer got lost.")
        return answer

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def _populate(self, tx: Tx, terms: Terms) -> None:
        now_us = self.clock.now_us()
        settings = LedgerSettings(terms.fee_permille, terms.grant_mcpt)
        reader = LateReader(self.store, self.plan, self._random)
        ledger = LedgerService(reader, self.clock, self.ids, settings)
        ledger.prepare(tx)
        for person in [*self.people, self.admin]:
            row = UserRow(person.id, person.name, person.name, "", person.role, False, now_us)
            users.add(tx, row)
        for person in self._holders:
            ledger.open_account(tx, person.id)
            artifacts.add(tx, ARCHIVE, 100, owner_id=person.id, at_us=now_us, expires_us=None)
        for number, worker in enumerate(self.workers):
            nodes.add(tx, self._node(worker, number, terms.owner_of[worker.node_id]))

    def _node(self, worker: SimulatedWorker, number: int, owner_id: str | None) -> NewNode:
        capabilities: Capabilities = worker.capabilities
        trust, reason = initial_trust(capabilities.isolation)
        return NewNode(
            id=worker.node_id,
            name=worker.node_id,
            owner_id=owner_id,
            state=NodeState.ACTIVE,
            public_key=number.to_bytes(32),
            capabilities=capabilities_to_json(capabilities),
            continent=Continent.UNSPECIFIED,
            country="",
            site="",
            trust=trust,
            trust_reason=reason,
            joined_us=self.clock.now_us(),
            last_seen_us=self.clock.now_us(),
        )


def _person(name: str, role: Role) -> Principal:
    return Principal(PrincipalKind.USER, name, name, role, f"session of {name}")
