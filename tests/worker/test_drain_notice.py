"""When the master is told that a node drains, and when it counts as told."""

from app.common.vocabulary import NodeState
from app.worker.drain_notice import DrainNotice

ACTIVE, DRAINING, PAUSED = NodeState.ACTIVE, NodeState.DRAINING, NodeState.PAUSED


def connected(*states: NodeState) -> DrainNotice:
    notice = DrainNotice()
    for state in states:
        notice.stream_opened(state)
    return notice


def test_it_is_said_once_a_stream() -> None:
    notice = connected(ACTIVE)
    assert not notice.take()
    notice.ask()
    assert [notice.take(), notice.take()] == [True, False]


def test_it_is_said_again_where_the_word_was_lost() -> None:
    notice = connected(ACTIVE)
    notice.ask()
    notice.take()
    assert not notice.stream_opened(ACTIVE)
    assert notice.take()


def test_it_is_not_said_again_to_a_master_that_knows() -> None:
    notice = connected(ACTIVE)
    notice.ask()
    notice.take()
    notice.state_named(DRAINING)
    assert not notice.stream_opened(PAUSED)
    assert not notice.take()


def test_a_wish_uttered_before_the_first_stream_is_kept() -> None:
    notice = DrainNotice()
    notice.ask()
    assert not notice.stream_opened(ACTIVE)
    assert notice.take()


def test_an_operator_can_lift_it_also_while_the_node_was_away() -> None:
    for name in ("state_named", "stream_opened"):
        notice = connected(ACTIVE)
        notice.ask()
        notice.take()
        notice.state_named(DRAINING)
        assert getattr(notice, name)(ACTIVE)
        assert not notice.take()
