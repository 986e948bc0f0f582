"""The masters that this console has signed in to. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.client.profiles import Profile, Profiles
from app.common.pki import ca_pin

SHORT_PIN_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class KnownMaster:
    """What the profile of a master says of it, without its secrets."""

    address: str
    pool_name: str
    pool_id: str
    username: str
    pin: str
    #: A session is remembered: going there may need no password.
    signed_in: bool

    @property
    def short_pin(self) -> str:
        """The pin's beginning, to tell pools of one name apart; too short to compare."""
        return f"{self.pin[:SHORT_PIN_CHARACTERS]}…"


def known_masters(profiles: Profiles, order: Sequence[str]) -> list[KnownMaster]:
    """Those of which there is a profile: first those of `order`, then the others by name.

    Reads files: not on the thread of the window.
    """
    found = [_known(profile) for profile in profiles.all()]
    places = {address: place for place, address in enumerate(order)}
    return sorted(
        found,
        key=lambda known: (
            places.get(known.address, len(places)),
            known.pool_name.casefold(),
            known.address,
        ),
    )


def _known(profile: Profile) -> KnownMaster:
    try:
        pin = ca_pin(profile.ca_certificate_pem.encode())
    except ValueError:
        pin = ""
    return KnownMaster(
        address=str(profile.address),
        pool_name=profile.pool_name,
        pool_id=profile.pool_id,
        username=profile.username,
        pin=pin,
        signed_in=profile.tokens is not None,
    )
