"""When the master is told that a node drains, and when it counts as told."""

from app.common.vocabulary import NodeState
from app.worker.drain_notice import DrainNotice
from app.worker.events import Wish

ACTIVE, DRAINING, PAUSED = NodeState.ACTIVE, NodeState.DRAINING, NodeState.PAUSED


def connected(*states: NodeState) -> DrainNotice:
    notice = DrainNotice()
    for state in states:
        notice.stream_opened(state)
    return notice


def test_it_is_said_once_a_stream() -> None:
    notice = connected(ACTIVE)
    assert not notice.take()
    notice.ask(Wish.DRAIN)
    assert [notice.take(), notice.take()] == [{Wish.DRAIN}, set()]


def test_it_is_said_again_where_the_word_was_lost() -> None:
    notice = connected(ACTIVE)
    notice.ask(Wish.DRAIN)
    notice.take()
    assert not notice.stream_opened(ACTIVE)
    assert notice.take()


def test_it_is_not_said_again_to_a_master_that_knows() -> None:
    notice = connected(ACTIVE)
    notice.ask(Wish.DRAIN)
    notice.take()
    notice.state_named(DRAINING)
    assert not notice.stream_opened(PAUSED)
    assert not notice.take()


def test_a_wish_uttered_before_the_first_stream_is_kept() -> None:
    notice = DrainNotice()
    notice.ask(Wish.DRAIN)
    assert not notice.stream_opened(ACTIVE)
    assert notice.take()


def test_an_operator_can_lift_it_also_while_the_node_was_away() -> None:
    for name in ("state_named", "stream_opened"):
        notice = connected(ACTIVE)
        notice.ask(Wish.DRAIN)
        notice.take()
        notice.state_named(DRAINING)
        assert getattr(notice, name)(ACTIVE)
        assert not notice.take()


def test_a_resume_is_said_until_the_master_names_the_node_active() -> None:
    notice = connected(PAUSED)
    notice.ask(Wish.RESUME)
    assert notice.take() == {Wish.RESUME}
    notice.stream_opened(PAUSED)
    assert notice.take() == {Wish.RESUME}
    notice.state_named(ACTIVE)
    notice.stream_opened(ACTIVE)
    assert not notice.take()


def test_the_last_word_between_drain_and_resume_counts() -> None:
    notice = connected(ACTIVE)
    notice.ask(Wish.DRAIN)
    notice.ask(Wish.RESUME)
    assert notice.take() == {Wish.RESUME}


def test_a_farewell_is_said_on_every_stream_and_beside_a_drain() -> None:
    notice = connected(ACTIVE)
    notice.ask(Wish.DRAIN)
    notice.ask(Wish.LEAVE)
    assert notice.take() == {Wish.DRAIN, Wish.LEAVE}
    notice.stream_opened(PAUSED)
    assert notice.take() == {Wish.LEAVE}
