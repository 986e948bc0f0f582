"""What a row's hash covers: everything, in a layout that stays."""

import pytest

from app.common.hash_chain import ChainWalk, Head
from app.master.audit.chain import CHAIN, GENESIS

DRAFT = ("user:1", "ann", "UserService/Transfer", "user:2", "bob", "{}", "OK", "192.0.2.7", 1)


def test_a_hash_once_written_stays_the_same():
    ((sequence, at_us, digest, *draft),) = CHAIN.append(None, [DRAFT], 7)
    assert (sequence, at_us, tuple(draft)) == (1, 7, DRAFT)
    assert digest.hex().startswith("17db72839d111c01")


def test_each_row_rests_on_the_one_before():
    first, second = CHAIN.append(None, [DRAFT, DRAFT], 7)
    assert CHAIN.append(Head(1, first[2]), [DRAFT], 7) == [second]
    assert first[2] != second[2]


@pytest.mark.parametrize("place", range(len(DRAFT)))
def test_every_field_changes_the_hash(place):
    changed = list(DRAFT)
    changed[place] = 2 if place == 8 else DRAFT[place] + "x"
    assert CHAIN.link(GENESIS, 1, tuple(changed), 7) != CHAIN.link(GENESIS, 1, DRAFT, 7)


def test_sequence_and_time_change_the_hash():
    known = CHAIN.link(GENESIS, 1, DRAFT, 7)
    assert known not in (CHAIN.link(GENESIS, 2, DRAFT, 7), CHAIN.link(GENESIS, 1, DRAFT, 8))


def test_letters_that_move_to_the_next_field_change_the_hash():
    moved = ("user:", "1ann", *DRAFT[2:])
    assert CHAIN.link(GENESIS, 1, moved, 7) != CHAIN.link(GENESIS, 1, DRAFT, 7)


def test_a_walk_names_the_row_that_is_wrong():
    rows = CHAIN.append(None, [DRAFT] * 5, 7)
    assert ChainWalk(CHAIN).feed(rows) is None
    assert ChainWalk(CHAIN).feed(rows[:2] + rows[3:]).sequence == 3
    swapped = [rows[0], (2, *rows[2][1:]), (3, *rows[1][1:]), *rows[3:]]
    assert ChainWalk(CHAIN).feed(swapped).sequence == 2
    strange = [rows[0], (2, 7, rows[1][2], None, *DRAFT[1:])]
    assert "may hold" in ChainWalk(CHAIN).feed(strange).sentence
