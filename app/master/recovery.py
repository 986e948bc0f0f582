"""From the store to memory, at every start: live leases, and which queues wait.

The queued tasks themselves stay where they are; the first window of each bucket is read
as the dispatcher needs it, so that a million of them do not delay the first assignment.
"""

from app.master.scheduling.cluster import Cluster
from app.master.store import Tx
from app.master.store import tasks as task_store
from app.master.store.tasks import BucketRow, TaskRow
from app.master.tasks.book import records_of


def read(tx: Tx) -> tuple[list[TaskRow], list[BucketRow]]:
    """The live tasks, and the buckets with queued ones."""
    return task_store.load_live(tx), task_store.queued_buckets(tx)


def restore(cluster: Cluster, live: list[TaskRow], waiting: list[BucketRow]) -> None:
    """Put what `read` found into an empty cluster whose nodes are known."""
    for record in records_of(live):
        cluster.restore(record)
    for bucket in waiting:
        cluster.windows.expect(bucket.id)
