"""An independent bookkeeper: believes only requests answered, words of nodes, and rows.

It shares no code with the ledger or the scheduler. What tasks must cost, who must earn
and which attempts may exist it works out by itself, from what the people and the nodes of
the simulation said and were told; then it looks into the store's tables and compares.
"""

from collections import Counter, defaultdict
from fractions import Fraction

from app.common.vocabulary import AttemptOutcome, NodeState, ResultCheck, ResultComparer, TaskState
from app.worker.orders import AttemptId, Update, UpdateKind
from proto import nodepool_pb2 as pb
from tests.simulation.programs import QUESTION, answer_to
from tests.simulation.seen import AttemptSeen, TaskSeen, Terms
from tests.simulation.storage import SharedStore

_AGREED = ResultCheck.AGREED
_CHECKS = {check.value: check for check in ResultCheck}
_LIVE = (TaskState.ASSIGNED, TaskState.RUNNING)
#: What only the program itself can bring about, so its node must have said it.
_PROGRAMS_OWN = (
    AttemptOutcome.SUCCEEDED,
    AttemptOutcome.EXITED_NONZERO,
    AttemptOutcome.OUT_OF_MEMORY,
    AttemptOutcome.BAD_ARCHIVE,
)


class Discrepancy(AssertionError):
    """The product's books differ from the auditor's."""


def require(condition: bool, sentence: str) -> None:
    """Raise Discrepancy unless `condition` holds."""
    if not condition:
        raise Discrepancy(sentence)


class Auditor:
    """Takes notes while the world turns; `look` compares."""

    def __init__(self, store: SharedStore, terms: Terms) -> None:
        self._store = store
        self._terms = terms
        #: Owner, count, specification.
        self._arrays: dict[str, tuple[str, int, pb.TaskSpec]] = {}
        #: The priorities that a task of an array may have: somebody asked for them.
        self._priorities: dict[str, set[int]] = defaultdict(set)
        self._paid: Counter[str] = Counter()
        self._transfers_under_way = 0
        self._cancels_asked: set[str] = set()
        self._told: dict[tuple[str, AttemptId], list[Update]] = defaultdict(list)
        self._ran: dict[tuple[str, AttemptId], float] = {}
        self._assigned: dict[AttemptId, str] = {}
        #: What the programs found, or their nodes said they did.
        self._answers: dict[AttemptId, str] = {}
        #: Results of each node that another one confirmed.
        self._found_right: Counter[str] = Counter()
        self._accepted: dict[AttemptId, str] = {}
        self._seen: dict[int, TaskSeen] = {}
        self._attempts_seen: dict[int, list[AttemptSeen]] = {}
        #: What rows say, by the rows themselves: most are as they were at the look before.
        self._task_rows: dict[tuple, TaskSeen] = {}
        self._attempt_rows: dict[tuple, AttemptSeen] = {}
        #: Arrays all of whose tasks were compared with what was acknowledged.
        self._compared: set[str] = set()
        #: How the price of each task that succeeded is divided.
        self._divided: dict[int, tuple[dict[str, int], int]] = {}
        self.looks = 0
        #: What became of things, for the run's story.
        self.counts: Counter[str] = Counter()

    # What people were told

    def submitted(
        self, owner_id: str, spec: pb.TaskSpec, answer: pb.UploadTaskResponse, again: str = ""
    ) -> None:
        """A submission was acknowledged; `again`: the array that it runs again."""
        priorities = {spec.priority or 1} | self._priorities.get(again, set())
        prices = {price_of(spec, priority) for priority in priorities}
        require(
            answer.price_mcpt in {price_mcpt * answer.count for price_mcpt in prices},
            f"{answer.task_id} costs {answer.price_mcpt}, not {prices} x {answer.count}",
        )
        self._priorities[answer.task_id] |= priorities
        known = self._arrays.get(answer.task_id)
        entry = (owner_id, answer.count, spec)
        require(known in (None, entry), f"{answer.task_id} answers two submissions")
        self._arrays[answer.task_id] = entry

    def priority_asked(self, task_id: str, priority: int) -> None:
        """Somebody asked for another priority of a task or an array, and may get it or not."""
        self._priorities[task_id.partition("-")[0]].add(priority)

    def cancel_asked(self, task_id: str) -> None:
        """Somebody asked to end a task or an array; the answer is not there yet."""
        self._cancels_asked.add(task_id.partition("-")[0])

    def cancelled(self, task_id: str) -> None:
        """A cancellation was acknowledged: from now on nothing of it is open."""
        array_id, _, index = task_id.partition("-")
        for task in self._read_tasks():
            if task.array_id == array_id and index in ("", str(task.index)):
                require(task.state.ended, f"{task.task_id} was cancelled and is {task.state.name}")

    def transfer_asked(self) -> None:
        self._transfers_under_way += 1

    def transfer_refused(self) -> None:
        self._transfers_under_way -= 1

    def transferred(self, payer_id: str, payee_id: str, amount_mcpt: int) -> None:
        """A payment was acknowledged."""
        self._transfers_under_way -= 1
        self._paid[payer_id] -= amount_mcpt
        self._paid[payee_id] += amount_mcpt

    # What nodes said and heard

    def told(self, node_id: str, update: Update) -> None:
        """A node's agent decided to report."""
        self._told[node_id, update.id].append(update)

    def ran(self, node_id: str, attempt: AttemptId, at: float) -> None:
        """A program started."""
        self._ran[node_id, attempt] = at

    def answered(self, node_id: str, attempt: AttemptId, meaning: str) -> None:
        """A node has a result: what it says."""
        self._answers[attempt] = meaning

    def assigned(self, node_id: str, attempt: AttemptId) -> None:
        """A node got an assignment: each attempt belongs to one node for ever."""
        first = self._assigned.setdefault(attempt, node_id)
        require(first == node_id, f"{attempt} was given to {first} and to {node_id}")

    def may_speak(self, node_id: str, task_id: str, number: int) -> bool:
        """Whether the node may hold this attempt, or get it while its word is on the way."""
        array_id, _, index = task_id.partition("-")
        rows = self._store.rows(
            "SELECT attempts.node_id, outcome FROM attempts JOIN tasks ON sequence = task_sequence"
            " WHERE array_id = ? AND array_index = ? AND number = ?",
            array_id,
            int(index or 0),
            number,
        )
        over = (None, AttemptOutcome.NODE_LOST)
        return not rows or (rows[0][0] == node_id and rows[0][1] in over)

    def acknowledged(
        self, node_id: str, attempt: AttemptId, kind: UpdateKind, refused: str
    ) -> None:
        """A node got an acknowledgement; "accepted" must be in the store by then."""
        if kind is not UpdateKind.ENDED or refused:
            return
        self._accepted[attempt] = node_id

    # Comparing

    def look(self, now: float) -> None:
        """Compare all that can be compared at any moment. Raises Discrepancy."""
        self.looks += 1
        tasks = self._read_tasks()
        attempts = self._read_attempts()
        agreed = (one for rows in attempts.values() for one in rows if one.check == _AGREED)
        self._found_right = Counter(one.node_id for one in agreed)
        self._look_at_arrays(tasks)
        for task in tasks:
            rows = attempts.get(task.sequence, [])
            before = self._seen.get(task.sequence)
            unchanged = task is before and rows == self._attempts_seen.get(task.sequence, [])
            if not unchanged:
                self._divided.pop(task.sequence, None)
                self._look_at_task(task, rows, before, now)
        self._look_at_acceptances(tasks, attempts)
        self._look_at_money(tasks, attempts)
        self._seen = {task.sequence: task for task in tasks}
        self._attempts_seen = attempts

    def look_at_the_end(self) -> None:
        """Nothing is open or held any more, and the nodes' records are what they earned."""
        tasks = self._read_tasks()
        attempts = self._read_attempts()
        self.counts["attempts"] = sum(map(len, attempts.values()))
        for task in tasks:
            require(task.state.ended, f"{task.task_id} is still {task.state.name}")
            self.counts[task.state.name] += 1
        require(self._transfers_under_way == 0, "every transfer was answered")
        held = self._store.rows("SELECT sum(debits_pending), sum(credits_pending) FROM accounts")
        require(held == [(0, 0)], f"nothing is open, and {held} is held")
        earned: Counter[str] = Counter()
        succeeded: Counter[str] = Counter()
        for task in tasks:
            nodes = self._contributors(task, attempts[task.sequence])
            succeeded.update(nodes)
            gains, _ = self._divide(task, nodes)
            for node_id in nodes:
                earned[node_id] += gains.get(self._terms.owner_of[node_id], 0)
        wrong = Counter(
            one.node_id
            for rows in attempts.values()
            for one in rows
            if one.check is ResultCheck.WRONG
        )
        rows = self._store.rows("SELECT id, tasks_succeeded, earned_mcpt, wrong_results FROM nodes")
        for node_id, count, earned_mcpt, wrong_count in rows:
            require(wrong_count == wrong[node_id], f"{node_id} is blamed for {wrong_count} results")
            require(count == succeeded[node_id], f"{node_id} is credited with {count} results")
            require(earned_mcpt == earned[node_id], f"{node_id} is credited with {earned_mcpt}")

    def _look_at_arrays(self, tasks: list[TaskSeen]) -> None:
        members = Counter(task.array_id for task in tasks)
        for array_id, (_, count, _) in self._arrays.items():
            there = members[array_id]
            require(there == count, f"of {array_id} {there} of {count} tasks exist")
        for task in tasks:
            known = self._arrays.get(task.array_id)
            as_before = task is self._seen.get(task.sequence) and task.array_id in self._compared
            if known is None or as_before:
                continue
            owner_id, count, spec = known
            require(
                (task.owner_id, task.price_mcpt, task.count)
                == (owner_id, price_of(spec, task.priority), count)
                and task.priority in self._priorities[task.array_id],
                f"{task.task_id} is not what was acknowledged",
            )
        self._compared.update(self._arrays)

    def _look_at_task(
        self, task: TaskSeen, attempts: list[AttemptSeen], before: TaskSeen | None, now: float
    ) -> None:
        name = task.task_id
        if before is not None:
            require(task.attempt >= before.attempt, f"the attempts of {name} were counted back")
            require(
                not before.state.ended or task == before,
                f"{name} had ended as {before} and is {task}",
            )
        numbers = [attempt.number for attempt in attempts]
        require(numbers == list(range(1, task.attempt + 1)), f"{name} has attempts {numbers}")
        open_numbers = [attempt.number for attempt in attempts if attempt.outcome is None]
        expected = [task.attempt] if task.state in _LIVE else []
        require(open_numbers == expected, f"{name}: {task.state.name}, live: {open_numbers}")
        for attempt in attempts:
            self._look_at_attempt(task, attempt, now)
        self._look_at_results(task, [one for one in attempts if one.good])
        if task.state is TaskState.CANCELLED:
            asked = task.array_id in self._cancels_asked or self._is_out(task.only_node)
            require(asked, f"nobody cancelled {name}")
        charge = self._charge(task, attempts)
        require(task.charged_mcpt == charge, f"{name} was charged {task.charged_mcpt}")

    def _look_at_results(self, task: TaskSeen, good: list[AttemptSeen]) -> None:
        """Results are compared as they should be, and one is accepted that may be believed."""
        name = task.task_id
        if task.only_node is not None:
            self._look_at_canary(task, good)
            return
        owners = [self._terms.owner_of[one.node_id] for one in good]
        require(len(set(owners)) == len(owners), f"{name}: results of the same owner: {owners}")
        checks = [one.check for one in good]
        if task.state is not TaskState.SUCCEEDED:
            open_ = (ResultCheck.WAITING, ResultCheck.UNDECIDED)
            require(all(check in open_ for check in checks), f"{name} is open, results: {checks}")
            require(not any(self._vouched(task, one) for one in good), f"{name} waits for nothing")
            return
        last = good[-1] if good else None
        require(last is not None and last.number == task.attempt, f"{name}: succeeded in {good}")
        said = self._answers[AttemptId(name, task.attempt)]
        for one in good[:-1]:
            agrees = self._answers[AttemptId(name, one.number)] == said
            expected = ResultCheck.AGREED if agrees else ResultCheck.WRONG
            require(one.check is expected, f"{name}: {one} where {said!r} was accepted")
        agreed = any(one.check is ResultCheck.AGREED for one in good[:-1])
        expected = ResultCheck.AGREED if agreed else ResultCheck.NONE
        require(last.check is expected, f"{name}: {last} beside {good[:-1]}")
        require(agreed or not self._unbelieved(task, last), f"{name} was believed: {last}")
        if last.node_id in self._terms.liars:
            self.counts["wrong results accepted"] += 1

    def _is_out(self, node_id: str | None) -> bool:
        rows = self._store.rows("SELECT state FROM nodes WHERE id = ?", node_id or "")
        return rows == [(NodeState.REVOKED,)]

    def _look_at_canary(self, task: TaskSeen, good: list[AttemptSeen]) -> None:
        """The known answer decides."""
        name = task.task_id
        for one in good:
            require(one.node_id == task.only_node, f"{name} tries another node: {one}")
            said = self._answers[AttemptId(name, one.number)]
            right = said == answer_to(name, {"QUESTION": QUESTION})
            expected = ResultCheck.AGREED if right else ResultCheck.WRONG
            require(one.check is expected, f"{name}: {said!r} was judged {one}")
            self.counts[f"canaries answered {'right' if right else 'wrong'}"] += 1
        succeeded = task.state is TaskState.SUCCEEDED
        right = bool(good) and good[-1].check is ResultCheck.AGREED
        require(succeeded == right, f"{name} is {task.state.name}, its results: {good}")

    def _vouched(self, task: TaskSeen, one: AttemptSeen) -> bool:
        """Whether nobody can have asked for another result than this."""
        own = self._terms.owner_of[one.node_id] == task.owner_id
        return own or self._terms.checked == "off"

    def _unbelieved(self, task: TaskSeen, one: AttemptSeen) -> bool:
        """Whether this node's word alone cannot have been enough."""
        known = self._arrays.get(task.array_id)
        if known is None or known[2].result_comparer == ResultComparer.NONE:
            return False
        if self._vouched(task, one):
            return False
        if one.node_id in self._terms.containers:
            # It may have fallen to low trust, and risen again.
            return self._terms.checked == "normal" and self._found_right[one.node_id] < 10
        return self._found_right[one.node_id] < 10

    def _contributors(self, task: TaskSeen, attempts: list[AttemptSeen]) -> list[str]:
        """The nodes that brought the accepted result, the first first."""
        if task.state is not TaskState.SUCCEEDED:
            return []
        return [
            one.node_id
            for one in attempts
            if one.good and (one.check is ResultCheck.AGREED or one.number == task.attempt)
        ]

    def _look_at_attempt(self, task: TaskSeen, attempt: AttemptSeen, now: float) -> None:
        before = self._attempts_seen.get(task.sequence, [])
        if attempt.number <= len(before):
            former = before[attempt.number - 1]
            require(former.node_id == attempt.node_id, f"{task.task_id}: another node's attempt")
            reopened = former.outcome is AttemptOutcome.NODE_LOST
            require(
                former.outcome in (None, attempt.outcome) or reopened,
                f"attempt {attempt.number} of {task.task_id} ended twice:"
                f" {former.outcome}, {attempt.outcome}",
            )
        key = (attempt.node_id, AttemptId(task.task_id, attempt.number))
        if attempt.outcome in _PROGRAMS_OWN:
            outcomes = {said.ending.outcome for said in self._told[key] if said.ending}
            require(
                attempt.outcome in outcomes,
                f"{key[1]} is taken for {attempt.outcome.name}; its node said {outcomes}",
            )
        if attempt.outcome is AttemptOutcome.TIMED_OUT:
            limit = self._arrays.get(task.array_id, (0, 0, pb.TaskSpec()))[2].run_seconds_max
            ran = now - self._ran.get(key, now)
            require(ran >= limit, f"{key[1]} timed out {ran} s after it began, limit {limit} s")

    def _look_at_acceptances(
        self, tasks: list[TaskSeen], attempts: dict[int, list[AttemptSeen]]
    ) -> None:
        if not self._accepted:
            return
        by_name = {task.task_id: task for task in tasks}
        for attempt, node_id in self._accepted.items():
            task = by_name.get(attempt.task_id)
            require(task is not None, f"the end of {attempt} was accepted, its task is unknown")
            row = attempts[task.sequence][attempt.number - 1]
            require(row.node_id == node_id, f"{node_id} was thanked for the work of {row.node_id}")
            require(row.outcome is not None, f"{attempt} was acknowledged and is open")
        # An end stays as it is: `_look_at_attempt` sees to that.
        self._accepted.clear()

    def _look_at_money(self, tasks: list[TaskSeen], attempts: dict[int, list[AttemptSeen]]) -> None:
        books = {
            name: (posted, pending, awaited)
            for name, posted, pending, awaited in self._store.rows(
                "SELECT name, credits_posted - debits_posted, debits_pending, credits_pending"
                " FROM accounts"
            )
        }
        require(sum(posted for posted, _, _ in books.values()) == 0, "money was made or lost")
        held: Counter[str] = Counter()
        balance: Counter[str] = Counter()
        fees = 0
        for task in tasks:
            if not task.state.ended:
                held[task.owner_id] += task.price_mcpt
            elif task.state is TaskState.SUCCEEDED:
                fees += self._settle(balance, task, attempts[task.sequence])
        for user_id in self._terms.users:
            posted, pending, _ = books[f"user:{user_id}"]
            require(pending == held[user_id], f"{user_id}: {pending} held, not {held[user_id]}")
            require(posted >= pending, f"{user_id} is overdrawn")
            if not self._transfers_under_way:
                expected = self._terms.grant_mcpt + balance[user_id] + self._paid[user_id]
                require(posted == expected, f"{user_id} has {posted}, not {expected}")
        require(books["fees"][0] == fees, f"the pool took {books['fees'][0]}, not {fees}")
        minted = self._terms.grant_mcpt * len(self._terms.users)
        require(books["treasury"][0] == -minted, "the treasury paid the grants and no more")
        awaited = books["escrow"][2]
        require(awaited == sum(held.values()), f"the escrow awaits {awaited}")

    def _settle(self, balance: Counter[str], task: TaskSeen, attempts: list[AttemptSeen]) -> int:
        """Pay for an accepted result in the auditor's books; returns the pool's part."""
        if task.sequence not in self._divided:
            nodes = self._contributors(task, attempts)
            self._divided[task.sequence] = self._divide(task, nodes)
        gains, fees = self._divided[task.sequence]
        balance[task.owner_id] -= sum(gains.values()) + fees
        for owner, gain in gains.items():
            balance[owner] += gain
        return fees

    def _divide(self, task: TaskSeen, nodes: list[str]) -> tuple[dict[str, int], int]:
        """What owners get for the result that `nodes` brought, and what the pool gets.

        All who brought it share alike, the first ones get the odd mCPT; a share of the
        task's own owner is not charged, and one of nobody is the pool's.
        """
        owners = [self._terms.owner_of[node_id] for node_id in nodes]
        parts = dict(zip(owners, _alike(task.price_mcpt, len(owners)), strict=True))
        parts.pop(task.owner_id, None)
        charged_mcpt = sum(parts.values())
        fee_mcpt = self._fee(charged_mcpt)
        if fee_mcpt:
            parts = _shrunk(parts, charged_mcpt - fee_mcpt)
        fee_mcpt += parts.pop(None, 0)
        return {str(owner): part for owner, part in parts.items()}, fee_mcpt

    def _charge(self, task: TaskSeen, attempts: list[AttemptSeen]) -> int:
        """What the owner of a task pays for it."""
        gains, fees = self._divide(task, self._contributors(task, attempts))
        return sum(gains.values()) + fees

    def _fee(self, amount_mcpt: int) -> int:
        return amount_mcpt * self._terms.fee_permille // 1000

    def _read_tasks(self) -> list[TaskSeen]:
        rows = self._store.rows(
            "SELECT t.sequence, t.array_id, t.array_index, a.count, t.owner_id, t.state, t.attempt,"
            " t.node_id, b.priority, t.price_mcpt, t.charged_mcpt, t.result_digest,"
            " json_extract(b.requirements, '$.only_node')"
            " FROM tasks t JOIN arrays a ON a.id = t.array_id"
            " JOIN buckets b ON b.id = t.bucket_id ORDER BY t.sequence"
        )
        known = self._task_rows
        for row in rows:
            if row not in known:
                known[row] = TaskSeen(*row[:5], TaskState(row[5]), *row[6:])
        return [known[row] for row in rows]

    def _read_attempts(self) -> dict[int, list[AttemptSeen]]:
        found: dict[int, list[AttemptSeen]] = defaultdict(list)
        known = self._attempt_rows
        for row in self._store.rows(
            "SELECT task_sequence, number, node_id, outcome, result_check FROM attempts"
            " ORDER BY task_sequence, number"
        ):
            attempt = known.get(row)
            if attempt is None:
                _, number, node_id, outcome, check = row
                meant = None if outcome is None else AttemptOutcome(outcome)
                attempt = known[row] = AttemptSeen(number, node_id, meant, _CHECKS[check])
            found[row[0]].append(attempt)
        return found


def _alike(amount: int, count: int) -> list[int]:
    each, left = divmod(amount, count) if count else (0, 0)
    return [each + (place < left) for place in range(count)]


def _shrunk(parts: dict[str | None, int], amount: int) -> dict[str | None, int]:
    """`parts` in proportion, adding up to `amount`; the largest remainders are rounded up."""
    total = sum(parts.values())
    exact = {owner: Fraction(part * amount, total) for owner, part in parts.items()}
    whole = {owner: int(part) for owner, part in exact.items()}
    by_remainder = sorted(exact, key=lambda owner: whole[owner] - exact[owner])
    for owner in by_remainder[: amount - sum(whole.values())]:
        whole[owner] += 1
    return whole


def price_of(spec: pb.TaskSpec, priority: int) -> int:
    """The price of one task at this priority in mCPT, in whole numbers throughout.

    Memory, GPU memory (in GiB) and scores (in hundreds) added and cut to whole CPT, at
    least 1; times 10, 12 or 15 tenths by priority, and cut again.
    """
    needs = spec.requirements
    # In units of 1/25600 CPT: the common denominator of 1/1024 and 1/100.
    units = 25 * (needs.memory_mib or 512) + 25 * needs.gpu_memory_mib
    units += 256 * (needs.cpu_score + needs.gpu_score)
    base = max(1, units // 25600)
    tenths = {1: 10, 2: 12, 3: 15}[priority]
    return base * tenths // 10 * 1000
