"""Whether whoever signs in knows the password: asked slowly of those who guess."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.common.errors import HiveMindError, Reason
from app.master.identity.address_limit import AddressLimit
from app.master.identity.fair_pool import Line
from app.master.identity.origin import Origin, neighbourhood
from app.master.identity.password_rules import normal_password
from app.master.identity.passwords import Passwords, Verdict, overloaded
from app.master.identity.throttle import LoginThrottle
from app.master.store.users import UserRow

#: Logins from one address that are looked at at a time; the rest is told to come again.
AT_ONCE_MAX = 16
#: Of all addresses together. Beyond it one gets few places: who has none yet gets one.
ALL_AT_ONCE_MAX = 64
FEW = 2


class Proving:
    """Checks passwords, delayed by account and limited by address.

    Who guesses at a name from afar delays that name for strangers alone: a device on
    which its user has signed in before has a count of its own.
    """

    def __init__(
        self, passwords: Passwords, throttle: LoginThrottle, addresses: AddressLimit
    ) -> None:
        self._passwords = passwords
        self._throttle = throttle
        self._addresses = addresses
        self._entering: dict[str, int] = {}
        self._entered = 0

    @contextmanager
    def entering(self, origin: Origin, device: str) -> Iterator[None]:
        """Hold one of the places that logins from this address or `device` share.

        Asked before anything is looked up: a flood costs next to nothing, and nobody else
        waits for it. Raises HiveMindError(OVERLOADED) where all are taken.
        """
        place = device or neighbourhood(origin.address)
        taken = self._entering.get(place, 0)
        most = AT_ONCE_MAX if self._entered < ALL_AT_ONCE_MAX else FEW
        if taken >= most and place:
            raise overloaded()
        self._entering[place] = taken + 1
        self._entered += 1
        try:
            yield
        finally:
            self._entered -= 1
            self._entering[place] -= 1
            if not self._entering[place]:
                del self._entering[place]

    async def prove(
        self, key: str, user: UserRow | None, password: str, origin: Origin, device: str = ""
    ) -> str | None:
        """A new hash of the right password where the old one is out of date.

        `key` is the name asked for and `user` whose it is, if anybody's; `device` is the
        session that shows a known device of that user. Raises
        HiveMindError(BAD_CREDENTIALS | LOGIN_DELAYED | OVERLOADED).
        """
        address = "" if device else origin.address
        account = f"{key}\0{device}" if device else key
        self._addresses.begin(address)
        try:
            self._throttle.begin(account)
        except HiveMindError:
            # Else somebody who waits as told could lock out the whole address.
            self._addresses.give_back(address)
            raise
        try:
            line = self._line(key, origin, device)
            verdict, new_hash = await self._compare(user, password, line)
        except HiveMindError:
            self._throttle.undo(account)
            self._addresses.give_back(address)
            raise
        if verdict is Verdict.WRONG:
            raise bad_credentials()
        self._addresses.give_back(address)
        return new_hash

    def succeeded(self, key: str, device: str = "") -> None:
        """The one who proved it is in: forget the failures before."""
        self._throttle.succeeded(f"{key}\0{device}" if device else key)

    async def _compare(
        self, user: UserRow | None, password: str, line: Line
    ) -> tuple[Verdict, str | None]:
        normal = normal_password(password)
        known = user.password_hash if user is not None and normal is not None else None
        verdict = await self._passwords.verify(known, normal or "", line)
        if verdict is Verdict.RIGHT_BUT_OLD and normal is not None:
            return verdict, await self._passwords.hash(normal, line)
        return verdict, None

    def _line(self, key: str, origin: Origin, device: str) -> Line:
        if device:
            return Line(key, known=True)
        guesses = self._addresses.is_suspect(origin.address)
        return Line(neighbourhood(origin.address), suspect=guesses)


def bad_credentials() -> HiveMindError:
    """The refusal of a wrong password, and of a name that is nobody's."""
    return HiveMindError(Reason.BAD_CREDENTIALS, "The user name or the password is wrong.")
