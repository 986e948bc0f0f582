"""The masters that the console knows, the menu that goes to them, and the network's."""

import pytest
from PySide6.QtWidgets import QMenu

from app.client.address import MasterAddress
from app.client.discovery import FoundMaster
from app.client.profiles import Profile, Profiles, Tokens
from app.common.errors import HiveMindError, Reason
from app.common.pki import ca_pin
from tests.client.fake_pool import Authority
from tests.ui.scripted_pool import ScriptedConsole, until
from ui.masters import known_masters
from ui.masters_menu import MastersMenu
from ui.widgets.find_masters import FindMastersButton

CA = Authority().ca_pem
OWN = "127.0.0.1:50051"


def profile(address: str, name: str, *, user: str = "bob", tokens: bool = True) -> Profile:
    return Profile(
        address=MasterAddress.parse(address),
        ca_certificate_pem=CA.decode(),
        pool_name=name,
        username=user,
        tokens=Tokens("access", 1, "refresh") if tokens else None,
    )


@pytest.fixture
async def scripted(qtbot, tmp_path):
    made = ScriptedConsole(tmp_path)
    yield made
    await made.close()


def keep(scripted, *profiles: Profile) -> Profiles:
    for each in profiles:
        scripted.console.connection.profiles.save(each)
    return scripted.console.connection.profiles


async def menu_of(scripted, own: str = "") -> tuple[MastersMenu, QMenu]:
    menu = QMenu()
    scripted.keep(menu)
    masters = MastersMenu(scripted.console, menu, own)
    await until(lambda: masters._known)
    return masters, menu


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_what_a_profile_says_without_its_secrets(qapp, scripted):
    profiles = keep(
        scripted, profile("b.example:1", "Zoo"), profile("a.example:1", "Aquarium", tokens=False)
    )
    (scripted_folder,) = {profiles._path(MasterAddress.parse("b.example:1")).parent}
    (scripted_folder / "damaged.json").write_text("{")
    aquarium, zoo = known_masters(profiles, [])
    assert (aquarium.pool_name, aquarium.signed_in) == ("Aquarium", False)
    assert (zoo.address, zoo.username, zoo.pin) == ("b.example:1", "bob", ca_pin(CA))
    assert "refresh" not in repr(zoo)
    assert known_masters(profiles, ["b.example:1"]) == [zoo, aquarium]


async def test_the_menu_has_the_own_pool_first_and_marks_the_one_that_is_shown(scripted):
    keep(scripted, profile(OWN, "Lab"), profile("far.example:50051", "Far & wide"))
    _, menu = await menu_of(scripted, own=OWN)
    first, *_ = menu.actions()
    assert first.text() == "&This computer's pool"
    assert first.isChecked()
    assert texts(menu)[1] == "Far && wide – bob at far.example:50051"
    assert texts(menu)[2] == "&Other master…"


async def test_pools_of_one_name_are_told_apart_by_their_pins(scripted):
    keep(scripted, profile("a.example:1", "Lab"), profile("b.example:1", "Lab", tokens=False))
    _, menu = await menu_of(scripted)
    assert texts(menu)[:2] == [
        f"Lab – bob at a.example:1 ({ca_pin(CA)[:8]}…)",
        f"Lab – signed out at b.example:1 ({ca_pin(CA)[:8]}…)",
    ]


async def test_choosing_one_asks_for_it_and_the_current_one_for_nothing(scripted):
    keep(scripted, profile(OWN, "Lab"), profile("far.example:50051", "Far"))
    masters, menu = await menu_of(scripted, own=OWN)
    chosen: list[str] = []
    masters.chosen.connect(chosen.append)
    menu.actions()[0].trigger()
    assert chosen == []
    far = next(action for action in menu.actions() if action.data() == "far.example:50051")
    far.trigger()
    assert chosen == ["far.example:50051"]
    marked = [action.data() for action in menu.actions() if action.isChecked()]
    assert marked == [OWN]


async def test_one_that_is_forgotten_is_gone(scripted):
    profiles = keep(scripted, profile("a.example:1", "A"), profile("b.example:1", "B"))
    scripted.console.settings.values.masters = ["a.example:1", "b.example:1"]
    masters, menu = await menu_of(scripted)
    (forget,) = [each.menu() for each in menu.actions() if each.menu() is not None]
    forget.actions()[0].trigger()
    await until(lambda: len(masters._known) == 1)
    assert scripted.console.settings.values.masters == ["b.example:1"]
    assert profiles.load(MasterAddress.parse("a.example:1")) is None


async def finder(scripted, found: list[FoundMaster] | HiveMindError) -> FindMastersButton:
    async def find() -> list[FoundMaster]:
        if isinstance(found, HiveMindError):
            raise found
        return found

    button = FindMastersButton(scripted.operations, find=find)
    scripted.keep(button)
    button.show()
    button.click()
    assert not button.isEnabled()
    await until(button.isEnabled)
    return button


async def test_what_the_network_speaks_of_can_be_chosen(scripted):
    addresses = (MasterAddress("192.0.2.7", 50051), MasterAddress("192.0.2.8", 50051))
    button = await finder(scripted, [FoundMaster("Room 204", ca_pin(CA), addresses)])
    chosen: list[str] = []
    button.chosen.connect(chosen.append)
    (action,) = button.found.actions()
    assert action.text() == f"Room 204 – 192.0.2.7:50051, pin {ca_pin(CA)[:8]}…"
    action.trigger()
    assert chosen == ["192.0.2.7:50051"]
    button.found.close()


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "None was heard"),
        (HiveMindError(Reason.MASTER_UNREACHABLE, "No network here."), "No network here."),
    ],
)
async def test_nothing_found_says_what_to_do(scripted, found, said):
    button = await finder(scripted, found)
    (action,) = button.found.actions()
    assert said in action.text()
    assert not action.isEnabled()
    assert not scripted.failures
    button.found.close()
