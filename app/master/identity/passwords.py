"""Hashing passwords with argon2id, a few at a time.

A hash costs about 80 ms of a core on purpose. So they run in threads, as many as there
are cores, and beyond a short queue the answer is "try again shortly": a flood of logins
must not eat the machine, nor keep others out.
"""

from dataclasses import dataclass
from enum import Enum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.master.identity.fair_pool import STRANGERS, FairPool, Line

QUEUE_MAX = 32
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Argon2Parameters:
    """The cost of a hash. The defaults are OWASP's floor for argon2id (t=2, 19 MiB, p=1)."""

    memory_kib: int = 19456
    passes: int = 2
    lanes: int = 1


class Verdict(Enum):
    WRONG = 0
    RIGHT = 1
    #: Right, but hashed with other parameters than today's: hash it anew.
    RIGHT_BUT_OLD = 2


DEFAULT_PARAMETERS = Argon2Parameters()


class Passwords:
    """Hashes and verifies. `stop` ends its threads."""

    def __init__(
        self,
        ids: IdSource,
        workers: int,
        parameters: Argon2Parameters = DEFAULT_PARAMETERS,
        queue_max: int = QUEUE_MAX,
    ) -> None:
        self._ids = ids
        self._hasher = PasswordHasher(
            time_cost=parameters.passes,
            memory_cost=parameters.memory_kib,
            parallelism=parameters.lanes,
        )
        self._pool = FairPool("passwords", workers, queue_max, overloaded)
        self._parameters = parameters

    async def hash(self, password: str, line: Line = STRANGERS) -> str:
        """The hash of a password that passed `checked_password`.

        Raises HiveMindError(OVERLOADED) if too many wait already.
        """
        salt = self._ids.secret(SALT_BYTES)
        return await self._pool.run(line, lambda: self._hasher.hash(password, salt=salt))

    async def verify(
        self, password_hash: str | None, password: str, line: Line = STRANGERS
    ) -> Verdict:
        """Whether `password` belongs to the hash.

        None (there is no such user) takes as long as a hash does, and is WRONG.
        Raises HiveMindError(OVERLOADED) if too many wait already.
        """
        hashed = password_hash or self._nobodys
        return await self._pool.run(line, lambda: self._verify(hashed, password))

    async def stop(self) -> None:
        """Wait for the hashes under way and end the threads."""
        await self._pool.stop()

    def _verify(self, password_hash: str, password: str) -> Verdict:
        try:
            self._hasher.verify(password_hash, password)
        except (VerifyMismatchError, InvalidHashError):
            return Verdict.WRONG
        except VerificationError as error:
            raise HiveMindError(
                Reason.OVERLOADED, f"The password could not be checked: {error}. Try again."
            ) from error
        old = self._hasher.check_needs_rehash(password_hash)
        return Verdict.RIGHT_BUT_OLD if old else Verdict.RIGHT

    @property
    def _nobodys(self) -> str:
        """A hash no password is known for, as costly to verify as a real one."""
        cost = self._parameters
        return (
            f"$argon2id$v=19$m={cost.memory_kib},t={cost.passes},p={cost.lanes}"
            "$aGl2ZW1pbmQtbm9ib2R5cw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        )


def overloaded() -> HiveMindError:
    """The refusal of a password that nobody has time to check."""
    return HiveMindError(
        Reason.OVERLOADED, "Too many people sign in at once: try again in a few seconds."
    )
