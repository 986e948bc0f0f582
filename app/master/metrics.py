"""What Prometheus is told: read from memory when it asks, counted as events pass."""

from collections import Counter as Tally
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.common.vocabulary import TaskState
from app.master.pool.registry import NodeRegistry
from app.master.scheduling.cluster import Cluster
from app.master.tasks.completion import AttemptEnd


class Metrics(Collector):
    """Gauges over the cluster and the nodes, and counters of what happened."""

    def __init__(self, cluster: Cluster, nodes: NodeRegistry) -> None:
        self._cluster = cluster
        self._nodes = nodes
        self.registry = CollectorRegistry()
        self.registry.register(self)
        self._attempts = Counter(
            "hivemind_attempts",
            "Attempts that ended, by outcome.",
            ["outcome"],
            registry=self.registry,
        )

    def count_ends(self, ends: Iterable[AttemptEnd]) -> None:
        """Count committed ends of attempts."""
        for outcome, count in Tally(end.outcome.name.lower() for end in ends).items():
            self._attempts.labels(outcome).inc(count)

    def collect(self) -> Iterator[Metric]:
        """The gauges, as of now."""
        online = sum(node.online for node in self._nodes)
        nodes = GaugeMetricFamily("hivemind_nodes", "Known nodes.", labels=["online"])
        nodes.add_metric(["true"], online)
        nodes.add_metric(["false"], len(self._nodes) - online)
        yield nodes
        tasks = GaugeMetricFamily(
            "hivemind_tasks",
            "Open tasks in memory, by state; more may be queued in the store.",
            labels=["state"],
        )
        states = Tally(record.state for record in self._cluster.book)
        for state in (TaskState.QUEUED, TaskState.ASSIGNED, TaskState.RUNNING):
            tasks.add_metric([state.name.lower()], states[state])
        yield tasks
