"""Which way is chosen, and Windows' way against recorded answers."""

import ipaddress
import platform
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


def _windows(**more: Done) -> Recorded:
    stopped = Done(1, errors="Unable to access interface: The system cannot find the file")
    answers = {
        (WG, "show"): stopped,
        (WG, "set"): Done(0),
        (WIREGUARD,): Done(0),
        ("net.exe", "session"): Done(0, "There are no entries in the list.\n"),
        ("sc.exe",): Done(
            1060,
            "[SC] EnumQueryServicesStatus:OpenService FAILED 1060:\n\n"
            "The specified service does not exist as an installed service.\n",
        ),
    }
    names = {"show": (WG, "show"), "sc": ("sc.exe",), "net": ("net.exe", "session")}
    answers |= {names[key]: done for key, done in more.items()}
    return Recorded(answers, (WIREGUARD, WG))


RUNNING = Done(
    0,
    "\nSERVICE_NAME: WireGuardTunnel$wg0 \n        TYPE               : 10  WIN32_OWN_PROCESS  \n"
    "        STATE              : 4  RUNNING \n"
    "                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)\n",
)


def test_windows_installs_a_service_for_the_file():
    commands = _windows()
    WindowsBackend(commands).apply(PATH, CONFIGURATION)  # type: ignore[arg-type]
    assert commands.ran[-1] == (WIREGUARD, "/installtunnelservice", r"C:\data\wg0.conf")


def test_windows_replaces_a_service_that_has_stopped():
    stopped = replace(RUNNING, output=RUNNING.output.replace("4  RUNNING", "1  STOPPED"))
    commands = _windows(sc=stopped)
    backend = WindowsBackend(commands)
    assert backend.service_state("wg0") == "STOPPED"
    backend.apply(PATH, CONFIGURATION)  # type: ignore[arg-type]
    assert [words[1] for words in commands.ran if words[0] == WIREGUARD] == [
        "/uninstalltunnelservice",
        "/installtunnelservice",
    ]


def test_windows_changes_what_runs_without_ending_it():
    fewer = replace(CONFIGURATION, peers=CONFIGURATION.peers[:1])
    commands = _windows(show=Done(0, _dump(fewer)), sc=RUNNING)
    WindowsBackend(commands).apply(PATH, CONFIGURATION)  # type: ignore[arg-type]
    (words,) = (words for words in commands.ran if words[1] == "set")
    assert words[:5] == (WG, "set", "wg0", "peer", public_key_of(SECOND))
    assert not any(words[0] == WIREGUARD for words in commands.ran)


def test_windows_tells_the_services_refusal(monkeypatch: pytest.MonkeyPatch):
    commands = _windows()
    commands.answers[(WIREGUARD,)] = Done(1, errors="Access is denied.\n")
    with pytest.raises(HiveMindError, match="Access is denied") as refusal:
        WindowsBackend(commands).apply(PATH, CONFIGURATION)  # type: ignore[arg-type]
    assert refusal.value.reason is Reason.VPN_BACKEND_FAILED
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    lacking = WindowsBackend(_windows(net=Done(2, errors="System error 5 has occurred."))).missing()
    assert lacking is not None
    assert "administrator" in lacking.remedy
    assert WindowsBackend(_windows()).missing() is None


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
