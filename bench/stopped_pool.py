"""The store of a stopped master, to be given a past without running it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.common.clock import SystemClock
from app.common.ids import SystemIds, sha256_digest
from app.common.invariant import InvariantViolated
from app.master.ledger.service import LedgerService
from app.master.store import Tx, artifacts, users
from app.master.store.engine import begin, open_engines, sqlite_url
from app.master.store.reader import InlineReader
from app.master.tasks.book import TaskRecord
from app.master.tasks.spec import TaskSpec
from app.master.tasks.submission import Submissions
from bench.pool import ADMIN

#: Tasks of one array, and of one transaction, at most.
ARRAY = 10_000


@dataclass(frozen=True, slots=True)
class StoppedPool:
    """An open store, an archive that tasks can be made of, and whose they are."""

    tx: Tx
    clock: SystemClock
    ids: SystemIds
    owner_id: str
    digest: str
    submissions: Submissions

    @contextmanager
    def submitted(self, name: str, count: int) -> Iterator[list[TaskRecord]]:
        """An array of the admin's; what is done to it meanwhile is committed with it."""
        begin(self.tx)
        spec = TaskSpec(archive_digest=self.digest, name=name, count=count)
        yield self.submissions.submit(self.tx, self.owner_id, spec).records
        self.tx.exec_driver_sql("COMMIT")


@contextmanager
def stopped_pool(folder: Path) -> Iterator[StoppedPool]:
    """The pool whose data is in `folder`, as `bench.pool` keeps it."""
    clock = SystemClock()
    ids = SystemIds(clock)
    engines = open_engines(sqlite_url(folder / "data" / "pool.sqlite3"))
    submissions = Submissions(LedgerService(InlineReader(engines), clock, ids), clock, ids)
    with engines.write.connect() as tx:
        submissions.load(tx)
        admin = users.by_name_key(tx, ADMIN)
        if admin is None:
            raise InvariantViolated("the pool was made with an admin")
        digest = sha256_digest(b"benchmark")
        artifacts.add(tx, digest, 9, owner_id=admin.id, at_us=clock.now_us(), expires_us=None)
        yield StoppedPool(tx, clock, ids, admin.id, digest, submissions)
    engines.dispose()
