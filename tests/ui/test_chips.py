"""Switches with counts, tiles, and what stands where nothing is shown."""

from ui.widgets.chips import Chips
from ui.widgets.empty_state import EmptyState
from ui.widgets.facts import Facts
from ui.widgets.tiles import Tile, Tiles


def texts(chips: Chips) -> list[str]:
    return [button.text() for button in chips._buttons.values()]


def test_chips_tell_what_is_switched_on(qtbot):
    chips = Chips([("a", "Apples"), ("b", "Pears")])
    qtbot.addWidget(chips)
    with qtbot.waitSignal(chips.changed):
        chips.switch("b", on=True)
    assert chips.chosen() == {"b"}
    chips.clear()
    assert chips.chosen() == set()


def test_chips_show_how_many_there_are(qtbot):
    chips = Chips([("a", "Apples"), ("b", "Pears")])
    qtbot.addWidget(chips)
    chips.set_counts({"a": 12})
    assert texts(chips) == ["Apples 12", "Pears"]
    counts = {"a": 12, "b": 3}
    chips.set_counts(counts)
    counts["b"] = 4
    qtbot.waitUntil(lambda: texts(chips) == ["Apples 12", "Pears 3"])
    # Not yet the next: the window would be laid out anew for each.
    chips.set_counts(counts)
    assert texts(chips) == ["Apples 12", "Pears 3"]
    qtbot.waitUntil(lambda: texts(chips) == ["Apples 12", "Pears 4"])


def test_an_empty_state_without_a_button_has_none(qtbot):
    empty = EmptyState("Nothing")
    qtbot.addWidget(empty)
    empty.show()
    assert not empty.button.isVisible()
    empty.say("Nothing", "Do something", "&Do")
    assert empty.button.isVisible()
    with qtbot.waitSignal(empty.wanted):
        empty.button.click()


def test_tiles_stand_in_as_many_columns_as_fit(qtbot):
    tiles = [Tile(f"Tile {number}") for number in range(6)]
    row = Tiles(tiles)
    qtbot.addWidget(row)
    row.resize(1200, 100)
    row.show()
    assert len({tile.y() for tile in tiles}) == 1
    row.resize(480, 300)
    qtbot.waitUntil(lambda: len({tile.y() for tile in tiles}) == 2)


def test_a_tile_reads_as_a_sentence(qtbot):
    tile = Tile("Nodes online", bar=True)
    qtbot.addWidget(tile)
    tile.say("7", "of 9 known", share=7 / 9)
    assert tile.accessibleName() == "Nodes online: 7 of 9 known"


def test_facts_that_stay_keep_their_labels(qtbot):
    facts = Facts()
    qtbot.addWidget(facts)
    facts.show_facts([("Owner", "ada"), ("Disk", "1 GiB")])
    before = list(facts._values)
    facts.show_facts([("Owner", "ada"), ("Disk", "2 GiB")])
    assert facts._values == before
    assert before[1].text() == "2 GiB"
    facts.show_facts([("Owner", "ada")])
    assert [label.text() for label in facts._values] == ["ada"]
