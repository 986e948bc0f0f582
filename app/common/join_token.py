"""The text that joins a machine to a pool: `HM1-<pin>-<id>-<secret>`.

The worker compares the pin with the CA of the master it reached before it sends the
credential, so whoever stands between the two learns nothing.
"""

import re
from dataclasses import dataclass

from app.common.errors import HiveMindError, Reason
from app.common.ids import ALPHABET
from app.common.pki import PIN_LENGTH

TOKEN_ID_LENGTH = 8
#: 128 bits of chance in base32.
SECRET_LENGTH = 26
SECRET_BYTES = 16

_PREFIX = "HM1"
_SHAPE = re.compile(
    rf"{_PREFIX}-([{ALPHABET}]{{{PIN_LENGTH}}})"
    rf"-([{ALPHABET}]{{{TOKEN_ID_LENGTH}}})-([{ALPHABET}]{{{SECRET_LENGTH}}})",
    re.IGNORECASE | re.ASCII,
)
_CREDENTIAL = re.compile(rf"([{ALPHABET}]{{{TOKEN_ID_LENGTH}}})-([{ALPHABET}]{{{SECRET_LENGTH}}})")


@dataclass(frozen=True, slots=True)
class JoinToken:
    """A join token in its parts. `repr` leaves the secret out; `str` is the whole text."""

    #: The CA's pin, see `app/common/pki.py`.
    pin: str
    token_id: str
    secret: str

    @classmethod
    def parse(cls, text: str) -> "JoinToken":
        """The token that `text` spells, in any case and with spaces around it.

        Raises HiveMindError(BAD_JOIN_TOKEN) for any other text.
        """
        match = _SHAPE.fullmatch(text.strip())
        if match is None:
            raise HiveMindError(
                Reason.BAD_JOIN_TOKEN,
                f"That is no join token: it begins with {_PREFIX}- and has four parts. "
                "Copy the whole of it.",
            )
        pin, token_id, secret = (part.lower() for part in match.groups())
        return cls(pin=pin, token_id=token_id, secret=secret)

    @property
    def credential(self) -> str:
        """What the worker sends once the pin was found right: "<id>-<secret>"."""
        return f"{self.token_id}-{self.secret}"

    def __str__(self) -> str:
        return f"{_PREFIX}-{self.pin}-{self.token_id}-{self.secret}"

    def __repr__(self) -> str:
        return f"JoinToken(token_id={self.token_id!r})"


def is_token_id(text: str) -> bool:
    """Whether `text` has the shape of a join token's id."""
    return len(text) == TOKEN_ID_LENGTH and all(character in ALPHABET for character in text)


def split_credential(credential: str) -> tuple[str, str]:
    """The token's id and secret out of "<id>-<secret>".

    Raises HiveMindError(BAD_JOIN_TOKEN) for any other text.
    """
    match = _CREDENTIAL.fullmatch(credential)
    if match is None:
        raise HiveMindError(Reason.BAD_JOIN_TOKEN, "That is no join token's id and secret.")
    return match.group(1), match.group(2)
