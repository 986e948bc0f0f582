"""Codes by which a user who forgot the password sets a new one: made by an admin, good once."""

import hashlib
import hmac
from dataclasses import dataclass

from app.common.clock import MICROSECONDS, Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource, encode_base32
from app.master.identity.codes import CODE_CHARACTERS, code_hash, grouped, plain_code
from app.master.store import Tx
from app.master.store import reset_codes as store
from app.master.store.reset_codes import ResetCodeRow
from app.master.store.users import UserRow

GOOD_FOR_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class MadeCode:
    """`id` is no secret; the code's text is made from it."""

    id: str
    expires_us: int


class ResetCodes:
    """Methods that take a `tx` are parts of a unit.

    The text is made from the code's id and the pool's key, so a repeat of a lost answer
    can name it again although the store has only its hash.
    """

    def __init__(self, clock: Clock, ids: IdSource, key: bytes) -> None:
        self._clock = clock
        self._ids = ids
        self._key = key

    def create(self, tx: Tx, user: UserRow) -> MadeCode:
        """A new code for `user`; one made before is good no more."""
        code_id = self._ids.new_id()
        expires_us = self._clock.now_us() + GOOD_FOR_SECONDS * MICROSECONDS
        hashed = code_hash(plain_code(self.text(code_id)))
        store.put(tx, ResetCodeRow(user.id, code_id, hashed, expires_us))
        return MadeCode(code_id, expires_us)

    def text(self, code_id: str) -> str:
        """The code, to be shown to who made it."""
        digest = hmac.digest(self._key, code_id.encode(), hashlib.sha256)
        number = int.from_bytes(digest) % 32**CODE_CHARACTERS
        return grouped(encode_base32(number, CODE_CHARACTERS))

    def check(self, tx: Tx, user: UserRow | None, code: str) -> UserRow:
        """The user, if the code is theirs and good now; alike for a user that is not there.

        Raises HiveMindError(BAD_RESET_CODE).
        """
        known = None if user is None else store.of_user(tx, user.id)
        presented = code_hash(plain_code(code))
        expected = known.code_hash if known is not None else bytes(len(presented))
        right = hmac.compare_digest(expected, presented)
        if user is None or known is None or not right or self._clock.now_us() >= known.expires_us:
            raise HiveMindError(
                Reason.BAD_RESET_CODE,
                "The code is wrong, used or too old: ask an admin for a new one.",
            )
        return user

    def use(self, tx: Tx, user: UserRow | None, code: str) -> UserRow:
        """As `check`, and the code is used up."""
        owner = self.check(tx, user, code)
        store.forget(tx, owner.id)
        return owner

    def tidy(self, tx: Tx) -> int:
        """Forget codes that are too old; how many they were."""
        return store.delete_expired(tx, self._clock.now_us())
