"""What the two ways of Linux share: rights, addresses, routes (iproute2)."""

import json
import platform
import re
from pathlib import Path

from app.wireguard.backends.base import Missing
from app.wireguard.commands import Commands, required
from app.wireguard.configuration import MTU_DEFAULT, Configuration

#: The bit of CAP_NET_ADMIN (capabilities(7)).
_NET_ADMIN = 1 << 12

_INSTALL = {
    "debian": "apt-get install -y wireguard-tools wireguard-go iproute2",
    "ubuntu": "apt-get install -y wireguard-tools wireguard-go iproute2",
    "fedora": "dnf install -y wireguard-tools iproute",
    "rhel": "dnf install -y wireguard-tools iproute",
    "suse": "zypper install -y wireguard-tools iproute2",
    "arch": "pacman -S --noconfirm wireguard-tools iproute2",
    "alpine": "apk add wireguard-tools wireguard-go iproute2",
}


def install_command(os_release: str) -> str:
    """The command that installs WireGuard on the Linux that /etc/os-release describes."""
    fields = dict(re.findall(r"^(ID|ID_LIKE)=[\"']?([^\"'\n]*)", os_release, re.MULTILINE))
    for name in f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".split():
        for known, command in _INSTALL.items():
            if name == known or name.startswith(f"{known}-") or name.endswith(known):
                return command
    return "install the packages wireguard-tools, wireguard-go and iproute2"


def this_install_command() -> str:
    """The command for this machine."""
    try:
        return install_command(Path("/etc/os-release").read_text("utf-8"))
    except OSError:
        return install_command("")


def may_make_interfaces() -> bool:
    """Whether this process has CAP_NET_ADMIN."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return False
    found = re.search(r"^CapEff:\s*([0-9a-f]+)", status, re.MULTILINE)
    return found is not None and bool(int(found[1], 16) & _NET_ADMIN)


def missing_of_linux(commands: Commands, *programs: str) -> Missing | None:
    """What both ways need: Linux, rights, and programs."""
    if platform.system() != "Linux":
        return Missing("This is not Linux.", "")
    for program in ("ip", *programs):
        if commands.find(program) is None:
            return Missing(
                f"The program {program} is not installed.",
                f"Install it with: {this_install_command()}",
            )
    if not may_make_interfaces():
        return Missing(
            "This program may not make network interfaces.",
            "Start it as root, or give it the capability CAP_NET_ADMIN.",
        )
    return None


def up(commands: Commands, name: str, configuration: Configuration) -> None:
    """Give the interface its addresses, MTU and routes, and bring it up. What is, stays."""
    stray = _addresses(commands, name)
    for address in configuration.addresses:
        stray.discard(str(address))
        required(commands.run(("ip", "address", "replace", str(address), "dev", name)), "ip")
    for address_text in stray:
        commands.run(("ip", "address", "delete", address_text, "dev", name))
    mtu = configuration.mtu or MTU_DEFAULT
    required(commands.run(("ip", "link", "set", "mtu", str(mtu), "up", "dev", name)), "ip")
    own = len(configuration.addresses)
    for network in configuration.networks[own:]:
        required(commands.run(("ip", "route", "replace", str(network), "dev", name)), "ip")


def exists(commands: Commands, name: str) -> bool:
    """Whether there is an interface of that name."""
    return commands.run(("ip", "link", "show", "dev", name)).status == 0


def _addresses(commands: Commands, name: str) -> set[str]:
    done = commands.run(("ip", "-json", "address", "show", "dev", name))
    try:
        links = json.loads(done.output or "[]")
    except ValueError:
        return set()
    return {
        f"{each['local']}/{each['prefixlen']}"
        for link in links
        for each in link.get("addr_info", ())
        if each.get("scope") == "global"
    }
