"""The last loads of nodes, for sparklines."""

from tests.ui.node_world import make_node
from ui.models.load_rings import KEPT, LoadRings, load_percent


def test_the_larger_of_cpu_and_memory_is_kept():
    node = make_node(1)
    node.usage.cpu_percent, node.usage.memory_percent = 30, 80
    assert load_percent(node) == 80
    rings = LoadRings()
    rings.put({"n": node}, ["n"])
    assert list(rings.of("n")) == [80]


def test_the_newest_sixty_stay():
    node, rings = make_node(1), LoadRings()
    node.usage.memory_percent = 0
    for percent in range(KEPT + 10):
        node.usage.cpu_percent = percent
        rings.put({"n": node}, ["n"])
    assert list(rings.of("n")) == list(range(10, KEPT + 10))


def test_what_is_not_heard_or_not_known_is_left_out():
    rings = LoadRings()
    rings.put({"n": make_node(1, online=False)}, ["n", "gone"])
    assert not rings.of("n")
    assert not rings.of("gone")


def test_nodes_that_are_gone_are_forgotten():
    rings = LoadRings()
    nodes = {"a": make_node(1), "b": make_node(2)}
    rings.put(nodes, nodes)
    rings.keep_only({"a": nodes["a"]})
    assert rings.of("a")
    assert not rings.of("b")
