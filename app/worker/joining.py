"""How a machine becomes a node: find the pool, check the pin, register, wait for approval.

Nothing secret leaves this machine before the master has proved to be the one
the join token names. Without a token there is no secret: the master learns the
node's public key, and people compare: its key's fingerprint there, the pool's pin
here. Either end may be an impostor until they did.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.client.address import MasterAddress
from app.client.channel import fetch_pool_info
from app.client.node_client import NodeClient, NodeIdentity, register
from app.client.trust import authority_with_pin
from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.common.join_token import JoinToken
from app.common.node_facts import Capabilities
from app.common.pki import key_fingerprint
from app.common.vocabulary import Continent, NodeState
from app.worker.identity import IdentityStore, Membership
from app.worker.wire import capabilities_to, node_state_from, on_wire
from proto import nodepool_pb2 as pb

#: Between two looks whether an operator has approved.
APPROVAL_SECONDS = 5.0

_CONTINENTS = {
    "AF": Continent.AFRICA,
    "AN": Continent.ANTARCTICA,
    "AS": Continent.ASIA,
    "EU": Continent.EUROPE,
    "NA": Continent.NORTH_AMERICA,
    "OC": Continent.OCEANIA,
    "SA": Continent.SOUTH_AMERICA,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands; empty parts are unknown."""

    continent: Continent = Continent.UNSPECIFIED
    country: str = ""
    site: str = ""

    @classmethod
    def parse(cls, text: str) -> "Place":
        """The place that "CONTINENT/CC/site" names: "EU/DE/room 204"; later parts may be left out.

        The continent is a name ("europe", "north-america") or its two letters.
        Raises HiveMindError(INVALID_FIELD) for any other text.
        """
        if not text.strip():
            return cls()
        continent, country, site = (*text.split("/", 2), "", "")[:3]
        country = country.strip().upper()
        if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
            raise HiveMindError(
                Reason.INVALID_FIELD, f"{country!r} is no country: use two letters, like DE."
            )
        return cls(_continent(continent.strip()), country, site.strip())


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who asks to join."""

    name: str
    capabilities: Capabilities
    place: Place


#: Told once while a person must act: the key's fingerprint.
OnWaiting = Callable[[str], None]
Sleep = Callable[[float], Awaitable[None]]


async def join(
    address: MasterAddress,
    pin: str,
    token: JoinToken | None,
    candidate: Candidate,
    store: IdentityStore,
    clock: Clock,
    ids: IdSource,
    on_waiting: OnWaiting,
    sleep: Sleep = asyncio.sleep,
) -> Membership:
    """Make this machine a node of the pool with `pin` at `address`, and keep that in `store`.

    Without a token it waits until an operator approves. Raises PIN_MISMATCH
    before anything secret is sent, CERTIFICATE_MISMATCH, MASTER_UNREACHABLE,
    the refusals of join tokens, NODE_REVOKED where an operator declines, and
    CONFIG_INVALID where the folder belongs to another pool already.
    """
    info = await fetch_pool_info(address)
    ca_certificate_pem = _named_authority(info, pin)
    _check_same_pool(store, info.pool_id)
    key = await asyncio.to_thread(store.private_key)
    public_key = key.public_key().public_bytes_raw()
    response = await register(
        address,
        ca_certificate_pem,
        pb.NodeRegistrationRequest(
            request_id=ids.new_id(),
            join_token_secret="" if token is None else token.credential,
            name=candidate.name,
            public_key=public_key,
            capabilities=capabilities_to(candidate.capabilities),
            location=pb.Location(
                continent=on_wire(candidate.place.continent),
                country=candidate.place.country,
                site=candidate.place.site,
            ),
        ),
        clock,
        ids,
    )
    identity = NodeIdentity(response.node_id, key, info.pool_id, ca_certificate_pem, address)
    membership = Membership(identity, candidate.name)
    await asyncio.to_thread(store.save, membership)
    if node_state_from(response.state) is NodeState.PENDING:
        on_waiting(key_fingerprint(public_key))
        await _approved(identity, clock, ids, sleep)
    return membership


def _named_authority(info: pb.GetPoolInfoResponse, pin: str) -> bytes:
    """The pool's CA with `pin`. Raises HiveMindError(PIN_MISMATCH) where it has none."""
    authority = authority_with_pin(info, pin)
    if not authority:
        raise HiveMindError(
            Reason.PIN_MISMATCH,
            "This master is not the one that the join token or the pin names: check the address. "
            "Nothing secret was sent. If the pool was set up anew, or its authority followed by "
            "another, ask for a new token.",
        )
    return authority


def _check_same_pool(store: IdentityStore, pool_id: str) -> None:
    if store.exists() and store.load().identity.pool_id != pool_id:
        raise HiveMindError(
            Reason.CONFIG_INVALID,
            "This data folder belongs to a node of another pool: use --data-dir with a new one.",
        )


async def _approved(identity: NodeIdentity, clock: Clock, ids: IdSource, sleep: Sleep) -> None:
    """Until the master lets the node in: it answers its challenge now and then."""
    while True:
        try:
            async with NodeClient(identity, clock, ids) as client:
                await client.authenticate()
                return
        except HiveMindError as error:
            if error.reason not in {Reason.NODE_PENDING, Reason.MASTER_UNREACHABLE}:
                raise
        await sleep(APPROVAL_SECONDS)


def _continent(text: str) -> Continent:
    if text.upper() in _CONTINENTS:
        return _CONTINENTS[text.upper()]
    name = text.upper().replace("-", "_").replace(" ", "_")
    if not name:
        return Continent.UNSPECIFIED
    if name in Continent.__members__:
        return Continent[name]
    raise HiveMindError(
        Reason.INVALID_FIELD,
        f"{text!r} is no continent: use one of {', '.join(_CONTINENTS)}, or its name.",
    )
