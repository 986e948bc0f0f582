"""What is set aside costs the collector nothing, and is still freed."""

import gc
import weakref
from collections.abc import Iterator
from importlib import import_module

import pytest

from app.common.garbage import importing, set_aside


class Node:
    """Something that can be in a cycle."""

    def __init__(self) -> None:
        self.other: Node | None = None


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
        node = Node()
        node.other = node
        gone = weakref.ref(node)
        del node
        set_aside()
    finally:
        gc.enable()
    assert gone() is None


def test_while_modules_are_imported_the_collector_rests():
    with importing():
        assert not gc.isenabled()
        made = [Node() for _ in range(100)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(made)
    with pytest.raises(ImportError), importing():
        import_module("no_such_module")
    assert gc.isenabled()
