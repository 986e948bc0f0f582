"""What one seed's world is like: how large it is, how slow, and what goes wrong how often."""

from dataclasses import dataclass, field
from random import Random

from app.common.node_facts import Capabilities, Gpu
from app.common.vocabulary import IsolationClass

#: What may go wrong, by the weight of each in a step of the first phase.
FAULTS = {
    "cut": 4.0,
    "freeze": 1.0,
    "crash worker": 2.0,
    "leave": 1.0,
    "kill master": 1.5,
    "forge": 2.0,
    "repeat": 2.0,
    "set clock": 0.5,
}
DEEDS = {
    "submit": 8.0,
    "cancel": 4.0,
    "retry": 1.0,
    "transfer": 2.0,
    "node state": 1.5,
}


@dataclass
class Plan:
    """Drawn from the seed once. Times in seconds; `calm` ends all faults."""

    workers: list[Capabilities]
    users: int
    steps: int
    weights: dict[str, float]
    step_seconds: float
    latency: float
    disk: float
    slow_disk: float
    full_store: float
    lost_calls: float
    gone_callers: float
    fee_permille: int
    grant_mcpt: int
    #: The master's setting, and which nodes lie about their results.
    check_results: str = "low"
    liars: frozenset[int] = frozenset()
    #: Whether nodes get tasks whose answer the pool knows.
    canaries: bool = False
    calm: bool = field(default=False)

    def lies(self, number: int) -> bool:
        return number in self.liars

    def latency_seconds(self, random: Random) -> float:
        """One way of one message."""
        slow = not self.calm and random.random() < 0.02
        return random.expovariate(1 / self.latency) + (random.uniform(0.5, 4.0) if slow else 0.0005)

    def commit_seconds(self, random: Random) -> float:
        """From the first unit of a group to its commit."""
        slow = not self.calm and random.random() < self.slow_disk
        return random.uniform(0.0, self.disk) + (random.uniform(0.2, 3.0) if slow else 0.0)

    def tell_seconds(self, random: Random) -> float:
        """From the commit to its callers."""
        return random.uniform(0.0, self.disk / 2)

    def read_seconds(self, random: Random) -> float:
        """Before a query, and again before its answer is there."""
        slow = not self.calm and random.random() < self.slow_disk
        return random.uniform(0.0, self.disk) + (random.uniform(0.2, 2.0) if slow else 0.0)

    def store_is_full(self, random: Random) -> bool:
        """Whether a group is refused."""
        return not self.calm and self.full_store > 0 and random.random() < self.full_store

    def loses(self, random: Random) -> bool:
        """Whether a call or its answer gets lost."""
        return not self.calm and random.random() < self.lost_calls

    def hangs_up(self, random: Random) -> bool:
        """Whether a caller goes away while the master still works for it."""
        return not self.calm and random.random() < self.gone_callers


def make_plan(seed: int, steps: int) -> Plan:
    """The world of `seed`. Each fault is there in about two worlds of three."""
    random = Random(f"plan:{seed}")
    weights = dict(DEEDS)
    for name, weight in FAULTS.items():
        if random.random() < 0.65:
            weights[name] = weight * random.choice([0.5, 1.0, 2.0])
    # Drawn apart: seeds without it live the story they lived before it was thought of.
    if Random(f"priority:{seed}").random() < 0.5:
        weights["priority"] = 4.0
    count = random.choice([1, 1, 2, 2, 3, 4, 6, 8])
    believing = Random(f"believing:{seed}")
    check_results = believing.choice(["off", "low", "low", "normal"])
    return Plan(
        workers=[_capabilities(random, number) for number in range(count)],
        users=random.randint(2, 4),
        steps=steps,
        weights=weights,
        step_seconds=random.choice([0.02, 0.2, 0.6, 1.5]),
        latency=random.choice([0.001, 0.02, 0.2]),
        disk=random.choice([0.0, 0.002, 0.05, 0.4]),
        slow_disk=random.choice([0.0, 0.02, 0.1]),
        full_store=random.choice([0.0, 0.0, 0.05]),
        lost_calls=random.choice([0.0, 0.05, 0.2]),
        gone_callers=random.choice([0.0, 0.0, 0.1]),
        fee_permille=random.choice([0, 50, 333]),
        grant_mcpt=random.choice([20_000, 100_000]),
        check_results=check_results,
        liars=frozenset(number for number in range(count) if believing.random() < 0.3),
        canaries=check_results != "off" and Random(f"canary:{seed}").random() < 0.3,
    )


def _capabilities(random: Random, number: int) -> Capabilities:
    """A machine; the first one can run every program there is."""
    first = number == 0
    gpus = ()
    if first or random.random() < 0.3:
        gpus = tuple(
            Gpu("Simulated", 8192, 500, f"GPU-{number}-{index}")
            for index in range(random.randint(1, 2))
        )
    return Capabilities(
        cpu_millicores=4000 if first else random.choice([1000, 2000, 8000]),
        memory_mib=8192 if first else random.choice([1024, 4096]),
        disk_mib=100_000,
        cpu_score=500,
        gpus=gpus,
        isolation=IsolationClass.CONTAINER if first else IsolationClass(random.randint(1, 2)),
    )
