"""Whom a machine asks to be let in, and who compared that master's pin."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from app.client.address import MasterAddress
from app.client.discovery import FoundMaster
from app.common.errors import HiveMindError, Reason
from app.worker.choosing import Goal, as_json, goal_of, listed
from tests.client.fake_pool import Authority
from tests.worker.fake_master import FakeMaster

SILENT = MasterAddress("127.0.0.1", 1)


class WentAway(Exception):
    """The person said no."""


@dataclass
class Visitor:
    """Somebody who picks `number` and answers `yes`; or nobody."""

    is_there: bool = True
    number: int = 1
    yes: bool = True
    told: list[str] = field(default_factory=list)
    choices: list[int] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.told.append(text)

    def choose(self, count: int) -> int:
        self.choices.append(count)
        return self.number

    def agree(self, question: str) -> None:
        self.questions.append(question)
        if not self.yes:
            raise WentAway


@pytest.fixture
async def master() -> AsyncIterator[FakeMaster]:
    async with FakeMaster() as running:
        yield running


def address_of(master: FakeMaster) -> MasterAddress:
    return MasterAddress.parse(master.address)


def announced(master: FakeMaster, name: str = "lab", pin: str = "") -> FoundMaster:
    return FoundMaster(name, pin or master.authority.pin, (address_of(master),))


def finds(*found: FoundMaster):
    async def look() -> list[FoundMaster]:
        return list(found)

    return look


async def looks_for_none() -> list[FoundMaster]:
    pytest.fail("a master was named: nothing to look for")


async def refused(work) -> HiveMindError:
    with pytest.raises(HiveMindError) as refusal:
        await work
    return refusal.value


async def test_the_only_master_is_taken_once_its_pin_was_compared(master: FakeMaster) -> None:
    visitor = Visitor()
    goal = await goal_of(None, "", finds(announced(master)), visitor)
    assert goal == Goal(address_of(master), master.authority.pin)
    assert visitor.choices == []
    assert visitor.told[0].startswith("Looking for masters")
    assert master.authority.pin in visitor.told[-1]
    assert visitor.questions == ["Ask to join this pool?"]


async def test_one_of_several_is_picked_by_its_number(master: FakeMaster) -> None:
    other = FoundMaster("another", Authority().pin, (SILENT,))
    visitor = Visitor(number=2)
    goal = await goal_of(None, "", finds(other, announced(master)), visitor)
    assert goal.address == address_of(master)
    assert visitor.choices == [2]
    assert visitor.told[2].startswith(f"  2  {master.address}")


async def test_a_pin_that_a_person_does_not_know_ends_it(master: FakeMaster) -> None:
    with pytest.raises(WentAway):
        await goal_of(None, "", finds(announced(master)), Visitor(yes=False))
    with pytest.raises(WentAway):
        await goal_of(address_of(master), "", looks_for_none, Visitor(yes=False))
    assert master.registrations == []


async def test_a_pin_that_nobody_compares_is_not_trusted(master: FakeMaster) -> None:
    nobody = Visitor(is_there=False)
    look = finds(announced(master))
    for work in (
        goal_of(None, "", look, nobody),
        goal_of(address_of(master), "", looks_for_none, nobody),
    ):
        refusal = await refused(work)
        assert refusal.reason is Reason.INVALID_FIELD
        assert "--pin" in refusal.message
    assert any(master.address in line for line in nobody.told)


async def test_a_known_pin_finds_its_master_without_a_question(master: FakeMaster) -> None:
    nobody = Visitor(is_there=False)
    others = [FoundMaster(f"pool {number}", Authority().pin, (SILENT,)) for number in range(3)]
    goal = await goal_of(None, master.authority.pin, finds(*others, announced(master)), nobody)
    assert goal == Goal(address_of(master), master.authority.pin)


async def test_an_impostor_who_announces_a_known_pin_is_passed_over(master: FakeMaster) -> None:
    pin = master.authority.pin
    async with FakeMaster(authority=Authority()) as impostor:
        look = finds(announced(impostor, "a", pin), announced(master, "b"))
        goal = await goal_of(None, pin, look, Visitor(is_there=False))
        assert goal.address == address_of(master)
        alone = goal_of(None, pin, finds(announced(impostor, "a", pin)), Visitor(is_there=False))
        assert (await refused(alone)).reason is Reason.PIN_MISMATCH
        assert impostor.registrations == []


async def test_a_master_that_is_not_what_was_announced_is_refused(master: FakeMaster) -> None:
    """Nobody is asked to compare a pin that is already known to differ."""
    visitor = Visitor()
    look = finds(announced(master, pin=Authority().pin))
    assert (await refused(goal_of(None, "", look, visitor))).reason is Reason.PIN_MISMATCH
    assert visitor.questions == []


async def test_the_next_address_is_tried_where_one_is_silent(master: FakeMaster) -> None:
    found = FoundMaster("lab", master.authority.pin, (SILENT, address_of(master)))
    goal = await goal_of(None, "", finds(found), Visitor())
    assert goal.address == address_of(master)


async def test_what_to_do_is_said_where_nothing_is_found() -> None:
    refusal = await refused(goal_of(None, "", finds(), Visitor()))
    assert refusal.reason is Reason.MASTER_UNREACHABLE
    assert "5353" in refusal.message
    assert "HOST:PORT" in refusal.message


async def test_what_to_do_is_said_where_the_pool_is_not_among_those_found(
    master: FakeMaster,
) -> None:
    work = goal_of(None, Authority().pin, finds(announced(master)), Visitor())
    assert "HOST:PORT" in (await refused(work)).message
    assert master.asked == []


async def test_a_named_master_with_a_known_pin_needs_no_look() -> None:
    nobody = Visitor(is_there=False)
    assert await goal_of(SILENT, "p" * 52, looks_for_none, nobody) == Goal(SILENT, "p" * 52)
    assert nobody.told == []


def test_masters_are_listed_for_people_and_for_programs() -> None:
    pin = "p" * 52
    found = [
        FoundMaster("实验室", pin, (MasterAddress("fd09::1", 1), SILENT)),
        FoundMaster("b", pin, (SILENT,)),
    ]
    assert listed(found) == [
        "[fd09::1]:1  pin pppppppp…  实验室",
        "127.0.0.1:1  pin pppppppp…  b",
    ]
    assert as_json(found).isascii()
    assert json.loads(as_json(found))["masters"][0] == {
        "pool_name": "实验室",
        "pin": pin,
        "addresses": ["[fd09::1]:1", "127.0.0.1:1"],
    }
