"""Deciding which CA to trust: by a pin from the pool's operator, once."""

from collections.abc import Sequence

from app.client.address import MasterAddress
from app.client.channel import fetch_pool_info
from app.common.errors import HiveMindError, Reason
from app.common.join_token import JoinToken
from app.common.pki import PIN_LENGTH, ca_pin, is_pin
from proto import nodepool_pb2 as pb


def parse_pin(text: str) -> str:
    """The pin in `text`: the 52 characters themselves, or a join token that carries them.

    Raises INVALID_FIELD, BAD_JOIN_TOKEN.
    """
    stripped = text.strip().lower()
    if stripped.startswith("hm1-"):
        return JoinToken.parse(text).pin
    if not is_pin(stripped):
        raise HiveMindError(
            Reason.INVALID_FIELD,
            f"That is no pin: it has {PIN_LENGTH} characters, or is a whole join token.",
        )
    return stripped


def authority_with_pin(info: pb.GetPoolInfoResponse, pin: str) -> bytes:
    """The authority (PEM) that `pin` names among those the pool has; empty if it is none.

    After one has followed another both are good for a while: a pin or a join token that was
    given out before names the former. Whether the server is really certified by it shows
    when a channel is opened that trusts it alone.
    """
    for text in (info.ca_certificate_pem, info.former_ca_certificate_pem):
        certificate_pem = text.encode()
        try:
            found = ca_pin(certificate_pem)
        except ValueError:
            continue
        if found == pin:
            return certificate_pem
    return b""


async def pool_with_pin(address: MasterAddress, pin: str) -> pb.GetPoolInfoResponse:
    """The pool at `address`, whose CA has `pin`; that is the one it names in the answer.

    Raises PIN_MISMATCH if it has another one, MASTER_UNREACHABLE, CERTIFICATE_MISMATCH.
    Nothing secret was sent.
    """
    info = await fetch_pool_info(address)
    authority = authority_with_pin(info, pin)
    if not authority:
        raise HiveMindError(
            Reason.PIN_MISMATCH,
            f"{address} is not the pool this pin names: somebody may be in between. "
            "Nothing was sent; ask the pool's operator.",
            expected=pin,
            found=ca_pin(info.ca_certificate_pem.encode()),
        )
    info.ca_certificate_pem = authority.decode("ascii")
    return info


async def first_with_pin(
    addresses: Sequence[MasterAddress], pin: str
) -> tuple[MasterAddress, pb.GetPoolInfoResponse]:
    """The first of `addresses` at which the pool with `pin` answers, and what it says of itself.

    Raises as `pool_with_pin`: an impostor's refusal rather than a silent address's.
    """
    refusals: list[HiveMindError] = []
    for address in addresses:
        try:
            return address, await pool_with_pin(address, pin)
        except HiveMindError as error:
            refusals.append(error)
    told = [error for error in refusals if error.reason is not Reason.MASTER_UNREACHABLE]
    raise (told or refusals)[0]
