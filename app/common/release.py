"""What the makers announce of a release, and whether it is they who do: pure.

An announcement is a JSON document {"release": BODY, "signature": BASE64} where BODY is a text, JSON
itself, and the signature is Ed25519 (RFC 8032) over `MARK` and that text as UTF-8. The body has a
number that only grows, so that an old announcement cannot pass for the newest, and a day on which
it ends, so that nobody can hide a newer one for ever (The Update Framework calls these the attacks
of rollback and freeze, https://theupdateframework.io/docs/security/).
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.common.errors import HiveMindError, Reason

#: The publisher's public key (base64 of its 32 bytes); docs/publishing.md says how to make one.
#: Empty, the update check is not set up: it says so, and asks nobody.
PUBLIC_KEY = ""
#: What else is ever signed with the key is no announcement.
MARK = b"hivemind-master release 1\n"
BYTES_MAX = 64 * 1024
_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){1,3}")


@dataclass(frozen=True)
class Release:
    """An announcement that was believed."""

    version: str
    number: int
    expires: datetime
    #: Where people read about it and get it: an https:// address.
    page: str


def read_announcement(document: bytes, key: str, now: datetime, newest_seen: int) -> Release:
    """What is announced. `newest_seen`: the largest number believed so far; `key`: base64.

    Raises RELEASE_UNTRUSTED for what the key's owner did not sign, or not for now, and
    CONFIG_INVALID where this program has no key.
    """
    require_key(key)
    body = _signed_body(document, key)
    release = _read_body(body)
    if release.expires <= now:
        raise HiveMindError(
            Reason.RELEASE_UNTRUSTED, "The announcement of the newest release is out of date."
        )
    if release.number < newest_seen:
        raise HiveMindError(
            Reason.RELEASE_UNTRUSTED, "The announcement is older than one that was seen before."
        )
    return release


def require_key(key: str) -> None:
    """Raises CONFIG_INVALID where this build has no `key` of its publisher."""
    if not key:
        raise HiveMindError(
            Reason.CONFIG_INVALID,
            "The update check is not set up in this build: it has no key of its publisher, "
            "so no announcement can be believed. Look for a newer release where you got it.",
        )


def announce(release: Release, key: Ed25519PrivateKey) -> bytes:
    """The document that announces `release`."""
    body = json.dumps(
        {
            "version": release.version,
            "number": release.number,
            "expires": release.expires.isoformat(),
            "page": release.page,
        }
    )
    signature = base64.b64encode(key.sign(MARK + body.encode())).decode()
    return json.dumps({"release": body, "signature": signature}, indent=1).encode()


def is_newer(version: str, than: str) -> bool:
    """Whether `version` comes after the one called `than`, number by number."""
    return _numbers(version) > _numbers(than)


def _numbers(version: str) -> tuple[int, ...]:
    found = [int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:4]]
    return tuple([*found, 0, 0, 0, 0][:4])


def _signed_body(document: bytes, key: str) -> str:
    try:
        parts = json.loads(document)
        body, signature = parts["release"], base64.b64decode(parts["signature"], validate=True)
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(
            signature, MARK + body.encode()
        )
    except InvalidSignature:
        raise HiveMindError(
            Reason.RELEASE_UNTRUSTED,
            "The announcement is not signed by the makers of this program.",
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise HiveMindError(
            Reason.RELEASE_UNTRUSTED, "What came is no announcement of a release."
        ) from None
    return str(body)


def _read_body(body: str) -> Release:
    try:
        parts = json.loads(body)
        release = Release(
            parts["version"],
            int(parts["number"]),
            datetime.fromisoformat(parts["expires"]).astimezone(UTC),
            parts["page"],
        )
        good = _VERSION.fullmatch(release.version) and release.page.startswith("https://")
    except (ValueError, KeyError, TypeError, AttributeError):
        good = None
    if not good:
        raise HiveMindError(Reason.RELEASE_UNTRUSTED, "What came is no announcement of a release.")
    return release
