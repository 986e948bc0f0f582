"""What a master says of itself on the local network (DNS-SD, RFC 6763), for both ends."""

SERVICE_TYPE = "_hivemind._tcp.local."
#: Keys of the TXT record. Nothing in it is proven: see `app/client/discovery.py`.
NAME_KEY = "name"
PIN_KEY = "pin"

#: An entry of a TXT record, key and "=" included, is one length byte and that many bytes.
_ENTRY_BYTES_MAX = 255


def announced_properties(pool_name: str, pin: str) -> dict[str, str]:
    """The TXT record of a pool. A name too long for its entry is cut between two characters."""
    room = _ENTRY_BYTES_MAX - len(f"{NAME_KEY}=")
    name = pool_name.encode()[:room].decode(errors="ignore")
    return {NAME_KEY: name, PIN_KEY: pin}
