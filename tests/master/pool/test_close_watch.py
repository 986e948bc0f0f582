"""Who looks closely at which node, and what the node is told."""

from app.master.pool.close_watch import NODES_MAX, CloseWatch
from app.master.pool.orders import HeartbeatChange


def test_the_first_and_the_last_watcher_change_it():
    told = []
    watch = CloseWatch(lambda node_id, order: told.append((node_id, order)), 30)
    assert watch.seconds("a") == 30
    with watch.of("a"):
        assert watch.seconds("a") == 1
        with watch.of("a"):
            pass
        assert watch.seconds("a") == 1
        assert watch.seconds("b") == 30
    assert watch.seconds("a") == 30
    assert told == [("a", HeartbeatChange(1)), ("a", HeartbeatChange(30))]


def test_there_is_a_limit_to_nodes_and_none_to_their_watchers():
    told = []
    watch = CloseWatch(lambda node_id, order: told.append((node_id, order)), 30)
    lasting = [watch.of(f"n{number}") for number in range(NODES_MAX)]
    for each in lasting:
        each.__enter__()
    with watch.of("beyond"), watch.of("n0"):
        assert watch.seconds("beyond") == 30
        assert watch.seconds("n0") == 1
    assert len(told) == NODES_MAX
    lasting[0].__exit__(None, None, None)
    with watch.of("beyond"):
        assert watch.seconds("beyond") == 1
    for each in lasting[1:]:
        each.__exit__(None, None, None)
    assert not watch._watchers
