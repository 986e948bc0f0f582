"""The first admin: a code that whoever starts the master reads, and that works once."""

import hmac

from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource, encode_base32
from app.common.vocabulary import Role
from app.master.identity.codes import CODE_CHARACTERS, code_hash, grouped, plain_code
from app.master.store import Tx
from app.master.store import users as user_store
from app.master.store.facts import Fact, forget, get, put


def offer(tx: Tx, ids: IdSource) -> str | None:
    """A new setup code in place of the one before, or None where there is an admin.

    The store keeps its hash; the text is shown once: `abcde-fghjk-mnpqr-stvwx`.
    """
    if user_store.count_enabled(tx, Role.ADMIN):
        forget(tx, Fact.SETUP_CODE_HASH)
        return None
    number = int.from_bytes(ids.secret(CODE_CHARACTERS)) % 32**CODE_CHARACTERS
    code = encode_base32(number, CODE_CHARACTERS)
    put(tx, Fact.SETUP_CODE_HASH, code_hash(code).hex())
    return grouped(code)


def claim(tx: Tx, code: str) -> None:
    """Use the setup code up.

    Raises HiveMindError(BAD_SETUP_CODE) if it is wrong, used, or there is an admin.
    """
    expected = get(tx, Fact.SETUP_CODE_HASH)
    if (
        expected is None
        or not hmac.compare_digest(expected, code_hash(plain_code(code)).hex())
        or user_store.count_enabled(tx, Role.ADMIN)
    ):
        raise HiveMindError(
            Reason.BAD_SETUP_CODE,
            "The setup code is wrong or was used: the master prints it when it starts.",
        )
    forget(tx, Fact.SETUP_CODE_HASH)
