"""Which master a machine is to join: the one that is named, or one that was heard on the network.

Whichever it is, its pin was compared before: a join token or `--pin` holds the right one, or a
person reads the pin of the master that answered and says so.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from app.client.address import MasterAddress
from app.client.channel import fetch_pool_info
from app.client.discovery import FoundMaster, plain_name
from app.client.trust import first_with_pin
from app.common.errors import HiveMindError, Reason
from app.common.pki import ca_pin
from proto import nodepool_pb2 as pb

NONE_FOUND = (
    "No master was found on this network. Name it: HOST:PORT. A firewall may hold announcements "
    "back (UDP port 5353), they do not cross routers, and a master can be set not to announce "
    "itself."
)

Look: TypeAlias = Callable[[], Awaitable[list[FoundMaster]]]


class Person(Protocol):
    """Who may sit in front of this machine."""

    @property
    def is_there(self) -> bool:
        """Whether somebody can answer."""
        ...

    def say(self, text: str) -> None:
        """Show `text`."""
        ...

    def choose(self, count: int) -> int:
        """The number that is picked, 1 to `count`; or the command ends."""
        ...

    def agree(self, question: str) -> None:
        """Go on after a yes; or the command ends."""
        ...


@dataclass(frozen=True, slots=True)
class Goal:
    """The master to join, and the pin its CA must have, compared by whoever may."""

    address: MasterAddress
    pin: str


async def goal_of(named: MasterAddress | None, pin: str, look: Look, person: Person) -> Goal:
    """The master at `named`, or one that `look` finds; its pin is `pin`, or a person agrees to it.

    Raises INVALID_FIELD where nobody is there to compare the pin, PIN_MISMATCH where a master is
    not what it was announced as, MASTER_UNREACHABLE where none is found or none answers.
    """
    if named is not None and pin:
        return Goal(named, pin)
    if named is not None:
        info = await fetch_pool_info(named)
    else:
        found = await _heard(look, person)
        if pin:
            return await _with_pin(found, pin)
        chosen = _choice(found, person)
        named, info = await first_with_pin(chosen.addresses, chosen.pin)
    return Goal(named, _compared(named, info, person))


def listed(masters: Sequence[FoundMaster]) -> list[str]:
    """A line for each master: address, the pin's beginning, name."""
    width = max((len(str(master.addresses[0])) for master in masters), default=0)
    return [
        f"{master.addresses[0]!s:{width}}  pin {master.short_pin}  {master.pool_name}"
        for master in masters
    ]


def as_json(masters: Sequence[FoundMaster]) -> str:
    """The masters as one document on one line, in ASCII."""
    return json.dumps(
        {
            "masters": [
                {
                    "pool_name": master.pool_name,
                    "pin": master.pin,
                    "addresses": [str(address) for address in master.addresses],
                }
                for master in masters
            ]
        }
    )


async def _heard(look: Look, person: Person) -> list[FoundMaster]:
    person.say("Looking for masters on this network …")
    found = await look()
    if not found:
        raise HiveMindError(Reason.MASTER_UNREACHABLE, NONE_FOUND)
    for number, line in enumerate(listed(found), start=1):
        person.say(f"{number:3}  {line}")
    return found


async def _with_pin(found: list[FoundMaster], pin: str) -> Goal:
    """The master with `pin`, whatever names it was announced by."""
    addresses = [address for master in found if master.pin == pin for address in master.addresses]
    if not addresses:
        raise HiveMindError(
            Reason.MASTER_UNREACHABLE,
            "None of these is the pool that the token or pin names: name its master, HOST:PORT.",
        )
    address, _ = await first_with_pin(addresses, pin)
    return Goal(address, pin)


def _choice(found: list[FoundMaster], person: Person) -> FoundMaster:
    if not person.is_there:
        raise _nobody_compares()
    return found[0] if len(found) == 1 else found[person.choose(len(found)) - 1]


def _compared(address: MasterAddress, info: pb.GetPoolInfoResponse, person: Person) -> str:
    if not person.is_there:
        raise _nobody_compares()
    pin = ca_pin(info.ca_certificate_pem.encode())
    person.say(
        f"{address} says it is the pool “{plain_name(info.pool_name)}”, with the pin\n\n"
        f"  {pin}\n\nCompare it with what the pool's operator told you."
    )
    person.agree("Ask to join this pool?")
    return pin


def _nobody_compares() -> HiveMindError:
    return HiveMindError(
        Reason.INVALID_FIELD,
        "Without a token somebody must compare the pool's pin: ask its operator for a token or "
        "the pin, and add --token or --pin.",
    )
