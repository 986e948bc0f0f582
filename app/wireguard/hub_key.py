"""The public key of a hub that somebody else runs, fetched over HTTPS. Blocks.

The address answers with the key alone, or with a JSON object that has it as "public_key".
With a pin the server must have that key (`app.common.pki.ca_pin` of its certificate), whoever
signed it; without one this system's certificate authorities decide. Nothing secret is sent.
"""

import http.client
import json
import ssl
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from app.common.errors import HiveMindError, Reason
from app.common.pki import PIN_LENGTH, ca_pin, is_pin
from app.wireguard.keys import to_bytes

#: An answer with a key in it is no longer.
ANSWER_BYTES_MAX = 4096
_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where a hub's key is fetched, and the pin of the server there; "": by its certificate."""

    url: str
    pin: str = ""


def checked_source(url: str, pin: str = "") -> KeySource:
    """The source. Raises HiveMindError(INVALID_FIELD) naming hub_key_url or hub_key_pin."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username is not None or parts.fragment or not url.strip().isascii():
        raise HiveMindError(
            Reason.INVALID_FIELD,
            "The address of the hub's key must begin with https:// and name a server.",
            field="hub_key_url",
        )
    wanted = pin.strip().lower()
    if wanted and not is_pin(wanted):
        raise HiveMindError(
            Reason.INVALID_FIELD,
            f"The pin of the hub's server has {PIN_LENGTH} letters and digits.",
            field="hub_key_pin",
        )
    return KeySource(url.strip(), wanted)


def fetch_hub_key(source: KeySource) -> str:
    """The key at `source`.

    Raises HiveMindError: VPN_HUB_KEY_UNAVAILABLE where nobody answers, the answer is no key or
    no authority vouches for the server, PIN_MISMATCH where the pin is another server's.
    """
    parts = urlsplit(source.url)
    try:
        return _key_in(_answer(parts, source.pin))
    except ssl.SSLCertVerificationError as error:
        raise HiveMindError(
            Reason.VPN_HUB_KEY_UNAVAILABLE,
            f"The certificate of {parts.hostname} is not to be trusted: {error.verify_message}. "
            "If that server signs its own, ask its keeper for the pin.",
        ) from error
    except (OSError, http.client.HTTPException) as error:
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise HiveMindError(
            Reason.VPN_HUB_KEY_UNAVAILABLE,
            f"The hub's key could not be fetched from {parts.hostname}: {said}. "
            "See that the server runs and lets this machine in.",
        ) from error


def _answer(parts: SplitResult, pin: str) -> bytes:
    context = ssl.create_default_context()
    if pin:
        # The pin says who it is, also where no authority does.
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(
        parts.hostname or "", parts.port, timeout=_SECONDS, context=context
    )
    try:
        connection.connect()
        _require_pin(connection, parts, pin)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers={"Accept": "text/plain, application/json"})
        with connection.getresponse() as response:
            if response.status != http.HTTPStatus.OK:
                raise HiveMindError(
                    Reason.VPN_HUB_KEY_UNAVAILABLE,
                    f"{parts.hostname} answered {response.status} where the hub's key should be: "
                    "see that the address names the key itself.",
                )
            return response.read(ANSWER_BYTES_MAX + 1)
    finally:
        connection.close()


def _require_pin(connection: http.client.HTTPSConnection, parts: SplitResult, pin: str) -> None:
    if not pin:
        return
    certificate: bytes = connection.sock.getpeercert(binary_form=True) or b""
    found = ca_pin(ssl.DER_cert_to_PEM_cert(certificate).encode())
    if found != pin:
        raise HiveMindError(
            Reason.PIN_MISMATCH,
            f"{parts.hostname} is not the server this pin names: somebody may be in between. "
            "Nothing was asked; compare the pin with the server's keeper.",
            expected=pin,
            found=found,
        )


def _key_in(answer: bytes) -> str:
    try:
        text = answer.decode("utf-8").strip() if len(answer) <= ANSWER_BYTES_MAX else ""
        if text.startswith("{"):
            text = str(json.loads(text)["public_key"])
        to_bytes(text)
    except (ValueError, KeyError, HiveMindError) as error:
        raise HiveMindError(
            Reason.VPN_HUB_KEY_UNAVAILABLE,
            "What the server answered is no WireGuard key: see that the address names the key.",
        ) from error
    return text
