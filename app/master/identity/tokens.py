"""Access tokens: short-lived JWTs, one pinned algorithm, one kind for users and one for nodes.

The rules are those of RFC 8725: the algorithm is pinned, `typ`, `iss`, `aud` and `sub`
are checked, `kid` is only compared, and a token of one kind is never taken for the other.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

import jwt

from app.common.clock import MICROSECONDS, Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.master.identity.principal import PrincipalKind
from app.master.identity.signing_keys import SigningKeys

ACCESS_SECONDS = 15 * 60
#: Tokens whose signature was checked are remembered, so that a call costs no cryptography.
REMEMBERED_MAX = 20_000

_ALGORITHM: Final = "EdDSA"
_CLAIMS: Final = ["iss", "aud", "sub", "sid", "jti", "exp", "iat"]
#: What PyJWT would check by the machine's clock; `verify` does it by the one injected.
_OPTIONS: Final[Any] = {
    "require": _CLAIMS,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}
#: Far above any token of ours: what is longer is not worth a look.
_CHARACTERS_MAX = 4096


@dataclass(frozen=True, slots=True)
class _KindRules:
    typ: str
    audience: str


_KINDS: Final = {
    PrincipalKind.USER: _KindRules(typ="at+jwt", audience="hivemind-api"),
    PrincipalKind.NODE: _KindRules(typ="node+jwt", audience="hivemind-node"),
}
_KIND_BY_TYP: Final = {rules.typ: kind for kind, rules in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: `subject` is a user's or a node's id; a node has no session."""

    kind: PrincipalKind
    subject: str
    session_id: str
    expires_us: int


@dataclass(frozen=True, slots=True, repr=False)
class AccessToken:
    text: str
    expires_in_seconds: int


class AccessTokens:
    """Makes and checks access tokens for one pool."""

    def __init__(self, keys: SigningKeys, pool_id: str, clock: Clock, ids: IdSource) -> None:
        self._keys = keys
        self._pool_id = pool_id
        self._clock = clock
        self._ids = ids
        self._remembered: OrderedDict[bytes, Claims] = OrderedDict()

    def issue(self, kind: PrincipalKind, subject: str, session_id: str = "") -> AccessToken:
        """A token for a user's session, or for a node, good for 15 minutes."""
        rules = _KINDS[kind]
        now = self._clock.now_us() // MICROSECONDS
        claims = {
            "iss": self._pool_id,
            "aud": rules.audience,
            "sub": subject,
            "sid": session_id,
            "jti": self._ids.new_id(),
            "exp": now + ACCESS_SECONDS,
            "iat": now,
        }
        headers = {"typ": rules.typ, "kid": self._keys.current_id}
        key = self._keys.current.private
        text = jwt.encode(claims, key, algorithm=_ALGORITHM, headers=headers)
        return AccessToken(text, ACCESS_SECONDS)

    def verify(self, token: str) -> Claims:
        """What `token` says.

        Raises HiveMindError(TOKEN_EXPIRED), and (UNAUTHENTICATED) for every other fault.
        """
        if len(token) > _CHARACTERS_MAX:
            raise _refused()
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        claims = self._remembered.get(digest)
        if claims is None:
            claims = self._decode(token)
            self._remembered[digest] = claims
            if len(self._remembered) > REMEMBERED_MAX:
                self._remembered.popitem(last=False)
        if self._clock.now_us() >= claims.expires_us:
            self._remembered.pop(digest, None)
            raise HiveMindError(
                Reason.TOKEN_EXPIRED, "The access token's time is over: refresh the session."
            )
        return claims

    def _decode(self, token: str) -> Claims:
        try:
            header = jwt.get_unverified_header(token)
            kind = _KIND_BY_TYP.get(header.get("typ", ""))
            # The id is looked up among our own keys, and means nothing else.
            key = self._keys.verifying(header.get("kid", ""))
            if kind is None or key is None:
                raise _refused()
            values = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=_KINDS[kind].audience,
                issuer=self._pool_id,
                options=_OPTIONS,
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise _refused() from error
        return _claims(kind, values)


def _claims(kind: PrincipalKind, values: dict[str, Any]) -> Claims:
    subject, session_id, expires = values["sub"], values["sid"], values["exp"]
    if not (isinstance(subject, str) and isinstance(session_id, str) and isinstance(expires, int)):
        raise _refused()
    return Claims(kind, subject, session_id, expires * MICROSECONDS)


def _refused() -> HiveMindError:
    return HiveMindError(
        Reason.UNAUTHENTICATED, "The access token is not one of this pool: sign in again."
    )
