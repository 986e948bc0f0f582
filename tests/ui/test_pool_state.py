"""What the console knows follows from what the watch told, whatever is lost between."""

from proto import nodepool_pb2 as pb
from ui.pool_state import PoolState


def tasks(*names: str, state: int = 1) -> list[pb.TaskInfo]:
    return [pb.TaskInfo(task_id=name, state=state) for name in names]


def nodes(*names: str) -> list[pb.NodeInfo]:
    return [pb.NodeInfo(node_id=name, name=name) for name in names]


def filled() -> PoolState:
    state = PoolState()
    state.take(pb.WatchUpdate(snapshot=True, tasks=tasks("a", "b"), nodes=nodes("n")))
    state.take(pb.WatchUpdate(snapshot=True, snapshot_end=True))
    return state


def test_a_snapshot_counts_when_it_is_whole():
    state = PoolState()
    assert state.take(pb.WatchUpdate(snapshot=True, tasks=tasks("a"))) is None
    assert state.tasks == {}
    delta = state.take(pb.WatchUpdate(snapshot=True, snapshot_end=True, tasks=tasks("b")))
    assert delta is not None
    assert delta.reset
    assert set(state.tasks) == {"a", "b"}


def test_what_the_next_snapshot_does_not_name_is_gone():
    state = filled()
    state.take(pb.WatchUpdate(snapshot=True, snapshot_end=True, tasks=tasks("b", "c")))
    assert set(state.tasks) == {"b", "c"}
    assert state.nodes == {}


def test_half_a_snapshot_is_dropped_with_its_stream():
    state = filled()
    state.take(pb.WatchUpdate(snapshot=True, tasks=tasks("half")))
    state.forget_snapshot()
    assert set(state.tasks) == {"a", "b"}
    state.take(pb.WatchUpdate(snapshot=True, snapshot_end=True, tasks=tasks("c")))
    assert set(state.tasks) == {"c"}


def test_changes_name_what_changed():
    state = filled()
    delta = state.take(pb.WatchUpdate(tasks=tasks("b", "c", state=3), nodes=nodes("m")))
    assert delta is not None
    assert (delta.tasks, delta.nodes, delta.loads) == ({"b", "c"}, {"m"}, set())
    assert [state.tasks[name].state for name in ("a", "b", "c")] == [1, 3, 3]


def test_a_sample_changes_the_load_and_nothing_else():
    state = filled()
    samples = [
        pb.NodeSample(node_id=name, usage=pb.NodeUsage(cpu_percent=40, running_tasks=2))
        for name in ("n", "stranger")
    ]
    delta = state.take(pb.WatchUpdate(samples=samples))
    assert delta is not None
    assert (delta.nodes, delta.loads) == (set(), {"n"})
    assert (state.nodes["n"].usage.cpu_percent, state.nodes["n"].running_tasks) == (40, 2)
    assert state.nodes["n"].name == "n"


def test_numbers_are_kept_in_order():
    state = PoolState()
    assert state.newest.nodes_online == 0
    for online in (1, 2, 3):
        delta = state.take(pb.WatchUpdate(stats=pb.PoolStats(nodes_online=online)))
        assert delta is not None
        assert delta.stats
    assert [each.nodes_online for each in state.stats] == [1, 2, 3]
    assert state.newest.nodes_online == 3


def test_ones_own_balance_is_kept_until_another_pool_is_shown():
    state = PoolState()
    balance = pb.GetBalanceResponse(balance_mcpt=5000)
    delta = state.take(pb.WatchUpdate(balance=balance, transfers_changed=True))
    assert (delta.balance, delta.transfers, state.balance) == (True, True, balance)
    delta = state.take(pb.WatchUpdate(transfers_changed=True))
    assert (delta.balance, delta.transfers, state.balance) == (False, True, balance)
    state.clear()
    assert state.balance is None
