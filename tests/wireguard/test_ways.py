"""Which way is chosen, and Windows' way against recorded answers."""

import ipaddress
import platform
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PureWindowsPath

import pytest

from app.common.errors import HiveMindError, Reason
from app.wireguard.backends import linux
from app.wireguard.backends.base import BackendKind, resolve
from app.wireguard.backends.windows import WindowsBackend
from app.wireguard.changes import Changes, changes, uapi_request
from app.wireguard.choice import all_backends, choose
from app.wireguard.commands import Done
from app.wireguard.configuration import Configuration, Endpoint, Peer
from app.wireguard.keys import new_private_key, public_key_of
from app.wireguard.repair import Repair, repair_after, wait_after
from app.wireguard.status import DeviceStatus, parse_dump, parse_uapi
from tests.sources import SeededIds
from tests.wireguard.machines import Recorded

IDS = SeededIds(7)
OWN, FIRST, SECOND = (new_private_key(IDS) for _ in range(3))
WIREGUARD = r"C:\Program Files\WireGuard\wireguard.exe"
WG = r"C:\Program Files\WireGuard\wg.exe"
PATH = PureWindowsPath(r"C:\data\wg0.conf")


def _peer(private: str, number: int) -> Peer:
    return Peer(public_key_of(private), (ipaddress.ip_network(f"10.86.0.{number}/32"),))


CONFIGURATION = Configuration(
    OWN,
    (ipaddress.ip_interface("10.86.0.1/24"),),
    51820,
    peers=(_peer(FIRST, 2), _peer(SECOND, 3)),
)


def _dump(configuration: Configuration) -> str:
    """As wg prints it."""
    lines = [f"{configuration.private_key}\t{configuration.public_key}\t51820\toff"]
    lines += [
        f"{peer.public_key}\t(none)\t192.0.2.9:4711\t{','.join(map(str, peer.allowed))}"
        "\t1700000000\t148\t92\toff"
        for peer in configuration.peers
    ]
    return "\n".join(lines) + "\n"


def test_what_must_change_is_nothing_where_nothing_differs():
    found = parse_dump(_dump(CONFIGURATION))
    assert not changes(CONFIGURATION, found)
    fewer = replace(CONFIGURATION, peers=CONFIGURATION.peers[:1])
    assert changes(fewer, found) == Changes(removed=(public_key_of(SECOND),))
    assert changes(CONFIGURATION, parse_dump(_dump(fewer))).put == CONFIGURATION.peers[1:]
    other = replace(CONFIGURATION, private_key=FIRST, peers=(), listen_port=51821)
    wanted = changes(other, found)
    assert (wanted.private_key, wanted.listen_port, len(wanted.removed)) == (FIRST, 51821, 2)


def test_a_renewal_takes_each_peer_away_before_it_is_put_back():
    text = uapi_request(
        changes(CONFIGURATION, parse_dump(_dump(CONFIGURATION)), anew=True), resolve
    )
    assert text.index("remove=true") < text.index("replace_allowed_ips=true")
    assert text.count("remove=true") == text.count("allowed_ip=") == 2


@pytest.mark.parametrize(
    "text", ["", "x\n", _dump(CONFIGURATION)[:70], _dump(CONFIGURATION).replace("148", "many")]
)
def test_an_answer_that_makes_no_sense_is_told(text: str):
    with pytest.raises(HiveMindError) as refusal:
        parse_dump(text)
    assert refusal.value.reason is Reason.VPN_BACKEND_FAILED


def test_an_empty_device():
    assert parse_uapi("errno=0\n\n") == DeviceStatus("", 0)
    assert parse_dump("(none)\t(none)\t0\toff\n") == DeviceStatus("", 0)


GROUPS = (
    "\nGROUP INFORMATION\n-----------------\n\nGroup Name                             Type   "
    "SID          Attributes\n====================================== ====== ============ ===\n"
    "Everyone                               Well-known group S-1-1-0      Mandatory group\n"
    "Mandatory Label\\{level} Mandatory Level Label  S-1-16-{number}\n"
)
ADMINISTRATOR = Done(0, GROUPS.format(level="High", number=12288))
NO_SERVICE = Done(
    1060,
    "[SC] EnumQueryServicesStatus:OpenService FAILED 1060:\n\n"
    "The specified service does not exist as an installed service.\n",
)
NO_DEVICE = Done(1, errors="Unable to access interface: The system cannot find the file")
RUNNING = Done(
    0,
    "\nSERVICE_NAME: WireGuardTunnel$wg0 \n        TYPE               : 10  WIN32_OWN_PROCESS  \n"
    "        STATE              : 4  RUNNING \n"
    "                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)\n",
)


def _state(number: int, word: str) -> Done:
    return replace(RUNNING, output=RUNNING.output.replace("4  RUNNING", f"{number}  {word}"))


class Machine(Recorded):
    """Windows' answers, in their turn; the last of each kind is given again."""

    def __init__(self, show: list[Done], sc: list[Done], groups: Done = ADMINISTRATOR) -> None:
        answers = {(WG, "set"): Done(0), (WIREGUARD,): Done(0), ("whoami.exe", "/groups"): groups}
        super().__init__(answers, (WIREGUARD, WG))
        self._turns = {(WG, "show"): show, ("sc.exe", "query"): sc}
        self.pauses = 0

    def run(self, words: Sequence[str]) -> Done:
        turns = self._turns.get((words[0], words[1]))
        if turns is None:
            return super().run(words)
        self.ran.append(tuple(words))
        return turns.pop(0) if len(turns) > 1 else turns[0]

    def pause(self, _: float) -> None:
        self.pauses += 1

    def backend(self) -> WindowsBackend:
        return WindowsBackend(self, self.pause)

    @property
    def services(self) -> list[str]:
        """What wireguard.exe was told, without its paths."""
        return [words[1] for words in self.ran if words[0] == WIREGUARD]


def apply(backend: WindowsBackend, configuration: Configuration = CONFIGURATION) -> None:
    backend.apply(PATH, configuration)  # type: ignore[arg-type]


IS_UP = Done(0, _dump(CONFIGURATION))
INSTALL, UNINSTALL = "/installtunnelservice", "/uninstalltunnelservice"


def test_windows_installs_a_service_for_the_file_and_waits_for_it():
    machine = Machine(
        [NO_DEVICE, NO_DEVICE, NO_DEVICE, IS_UP], [NO_SERVICE, _state(2, "START_PENDING")]
    )
    apply(machine.backend())
    assert [words for words in machine.ran if words[0] == WIREGUARD] == [
        (WIREGUARD, INSTALL, r"C:\data\wg0.conf")
    ]
    assert machine.pauses == 2


def test_windows_replaces_a_service_that_has_stopped_once_it_is_gone():
    stopped = _state(1, "STOPPED")
    machine = Machine([NO_DEVICE, IS_UP], [stopped, stopped, NO_SERVICE])
    apply(machine.backend())
    assert machine.services == [UNINSTALL, INSTALL]
    assert machine.pauses == 1


def test_windows_tells_a_service_that_does_not_start_or_end():
    machine = Machine([NO_DEVICE], [NO_SERVICE, _state(1, "STOPPED")])
    with pytest.raises(HiveMindError, match="dumplog") as refusal:
        apply(machine.backend())
    assert refusal.value.reason is Reason.VPN_BACKEND_FAILED
    machine = Machine([NO_DEVICE], [NO_SERVICE, _state(2, "START_PENDING")])
    with pytest.raises(HiveMindError, match="did not start"):
        apply(machine.backend())
    machine = Machine([NO_DEVICE], [_state(3, "STOP_PENDING")])
    with pytest.raises(HiveMindError, match="does not end"):
        apply(machine.backend())
    assert machine.services == [UNINSTALL]


def test_windows_changes_what_runs_without_ending_it():
    fewer = replace(CONFIGURATION, peers=CONFIGURATION.peers[:1])
    machine = Machine([NO_DEVICE, Done(0, _dump(fewer))], [NO_SERVICE, RUNNING])
    backend = machine.backend()
    apply(backend, fewer)
    apply(backend)
    (words,) = (words for words in machine.ran if words[1] == "set")
    assert words[:5] == (WG, "set", "wg0", "peer", public_key_of(SECOND))
    assert machine.services == [INSTALL]


def test_windows_begins_the_service_anew_for_what_wg_cannot_set():
    moved = replace(CONFIGURATION, addresses=(ipaddress.ip_interface("10.86.0.9/24"),))
    machine = Machine([NO_DEVICE, IS_UP], [NO_SERVICE, RUNNING, NO_SERVICE])
    backend = machine.backend()
    apply(backend)
    apply(backend, moved)
    assert machine.services == [INSTALL, UNINSTALL, INSTALL]
    # What an earlier process started may have other addresses.
    machine = Machine([IS_UP], [RUNNING, NO_SERVICE])
    apply(machine.backend())
    assert machine.services == [UNINSTALL, INSTALL]


def test_windows_passes_keys_by_files():
    secret = new_private_key(IDS)
    peers = (replace(CONFIGURATION.peers[0], preshared_key=secret), *CONFIGURATION.peers[1:])
    machine = Machine([NO_DEVICE, IS_UP], [NO_SERVICE, RUNNING])
    backend = machine.backend()
    apply(backend)
    apply(backend, replace(CONFIGURATION, peers=peers))
    (words,) = (words for words in machine.ran if words[1] == "set")
    assert "preshared-key" in words
    assert secret not in words


def test_windows_ends_its_service():
    machine = Machine([NO_DEVICE], [RUNNING, NO_SERVICE])
    machine.backend().stop(PATH)  # type: ignore[arg-type]
    machine.backend().stop(PATH)  # type: ignore[arg-type]
    assert machine.services == [UNINSTALL]


def test_windows_tells_the_services_refusal(monkeypatch: pytest.MonkeyPatch):
    machine = Machine([NO_DEVICE], [NO_SERVICE])
    machine.answers[(WIREGUARD,)] = Done(1, errors="Access is denied.\n")
    with pytest.raises(HiveMindError, match="Access is denied") as refusal:
        apply(machine.backend())
    assert refusal.value.reason is Reason.VPN_BACKEND_FAILED
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    person = Done(0, GROUPS.format(level="Medium", number=8192))
    lacking = Machine([NO_DEVICE], [NO_SERVICE], person).backend().missing()
    assert lacking is not None
    assert "administrator" in lacking.remedy
    assert Machine([NO_DEVICE], [NO_SERVICE]).backend().missing() is None
    system = Done(0, GROUPS.format(level="System", number=16384))
    assert Machine([NO_DEVICE], [NO_SERVICE], system).backend().missing() is None
    bare = Machine([NO_DEVICE], [NO_SERVICE])
    bare.installed = ()
    missing = bare.backend().missing()
    assert missing is not None
    assert "winget install" in missing.remedy


def test_without_any_program_the_file_is_all_there_is(monkeypatch: pytest.MonkeyPatch):
    choice = choose(all_backends(Recorded({})))
    assert choice.backend.kind is BackendKind.EXPORT
    told = {backend.kind: lacking for backend, lacking in choice.missing}
    assert list(told) == [BackendKind.KERNEL, BackendKind.USERSPACE, BackendKind.WINDOWS]
    if platform.system() == "Linux":
        assert "Install it with: " in told[BackendKind.USERSPACE].remedy
    monkeypatch.setattr(linux, "may_make_interfaces", lambda: False)
    installed = ("ip", "wg", "wireguard-go")
    for _, lacking in choose(all_backends(Recorded({}, installed))).missing[:2]:
        assert "CAP_NET_ADMIN" in lacking.remedy


@pytest.mark.parametrize(
    ("os_release", "begins"),
    [
        ('ID=debian\nVERSION_ID="12"', "apt-get"),
        ('ID="opensuse-leap"\nID_LIKE="suse opensuse"', "zypper"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"', "dnf"),
        ("ID=plan9", "install the packages"),
    ],
)
def test_the_remedy_is_this_systems_own(os_release: str, begins: str):
    assert linux.install_command(os_release).startswith(begins)


def test_a_name_that_means_nothing_has_no_address():
    assert resolve(Endpoint("nowhere.invalid", 1)) is None
    assert resolve(Endpoint("192.0.2.7", 51820)) == "192.0.2.7:51820"
    assert resolve(Endpoint("2001:db8::7", 51820)) == "[2001:db8::7]:51820"


def test_repairs_grow_and_looks_grow_apart():
    tried = [repair_after(failures) for failures in range(61)]
    assert tried.index(Repair.RENEW) < tried.index(Repair.RESTART)
    assert tried[0] is Repair.NOTHING
    assert 1 <= tried[13:].count(Repair.RESTART) <= 3
    waits = [wait_after(failures) for failures in range(1, 60)]
    assert waits == sorted(waits)
    assert waits[-1] <= 10
