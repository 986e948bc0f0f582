"""Who collects garbage when, and what is set aside: it costs nothing, and is still freed."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest

from app.common.garbage import Collector, collected_here, importing, set_aside


class Node:
    """Something that can be in a cycle."""

    def __init__(self) -> None:
        self.other: Node | None = None


def cycle() -> "weakref.ref[Node]":
    """Tells whether a cycle that nobody holds any more was collected."""
    node = Node()
    node.other = node
    return weakref.ref(node)


def in_another_thread(act: Callable[[], object]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def make_much() -> None:
    """Enough objects that Python collects the young ones."""
    for _ in range(10):
        [[] for _ in range(gc.get_threshold()[0])]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_the_collector_does_not_look_at_what_was_set_aside():
    kept = [Node() for _ in range(1000)]
    set_aside()
    assert gc.get_freeze_count() >= len(kept)
    assert not {id(each) for each in gc.get_objects()} & {id(each) for each in kept}


def test_what_nobody_holds_is_freed_all_the_same():
    node = Node()
    gone = weakref.ref(node)
    set_aside()
    del node
    assert gone() is None


def test_young_garbage_is_not_kept_for_ever():
    gc.collect()
    gc.disable()
    try:
        gone = cycle()
        set_aside()
    finally:
        gc.enable()
    assert gone() is None


def test_python_collects_in_whichever_thread_makes_much():
    gone = cycle()
    in_another_thread(make_much)
    assert gone() is None


def test_no_other_thread_collects():
    collector = Collector()
    with collected_here():
        gone = cycle()
        in_another_thread(make_much)
        assert gone() is not None
        make_much()
        assert gone() is not None
        kept = [[] for _ in range(gc.get_threshold()[0] + 1)]
        collector.collect_due()
        assert gone() is None
    assert kept
    assert gc.isenabled()


def test_the_end_collects_what_is_left_and_an_inner_end_does_not():
    with collected_here():
        gone = cycle()
        with collected_here():
            pass
        assert gone() is not None
        assert not gc.isenabled()
    assert gone() is None


def test_what_is_not_due_is_not_collected():
    with collected_here():
        gc.collect()
        gone = cycle()
        Collector().collect_due()
        assert gone() is not None


def collections(collector: Collector, rounds: int) -> list[int]:
    """How often each generation is collected while much is made and kept."""
    before = [each["collections"] for each in gc.get_stats()]
    kept = []
    with collected_here():
        for _ in range(rounds):
            kept.append([[] for _ in range(gc.get_threshold()[0] + 1)])
            collector.collect_due()
        after = [each["collections"] for each in gc.get_stats()]
    return [new - old for old, new in zip(before, after, strict=True)]


def test_the_older_is_collected_more_seldom_and_the_oldest_once_it_has_grown():
    gc.freeze()
    collector = Collector()
    young, middle, old = collections(collector, 1000)
    assert young > 8 * middle > 0
    assert 1 <= old <= middle // 8
    # Nothing is kept of that: an oldest generation of the size it had is left alone.
    *_, old = collections(collector, 150)
    assert old == 0


def test_while_python_collects_itself_the_collector_does_nothing():
    thresholds = gc.get_threshold()
    gc.set_threshold(100_000)
    try:
        before = gc.get_stats()
        kept = [[] for _ in range(1000)]
        Collector().collect_due()
        after = gc.get_stats()
    finally:
        gc.set_threshold(*thresholds)
    assert kept
    assert after == before


def test_while_modules_are_imported_the_collector_rests():
    with importing():
        assert not gc.isenabled()
        made = [Node() for _ in range(100)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(made)
    with pytest.raises(ImportError), importing():
        import_module("no_such_module")
    assert gc.isenabled()


def test_what_is_imported_later_does_not_set_the_collector_off():
    with collected_here():
        with importing():
            pass
        assert not gc.isenabled()
