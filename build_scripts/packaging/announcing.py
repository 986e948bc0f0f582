"""The makers' part of the update check: their key, and announcements signed with it."""

import base64
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app import __version__
from app.common.clock import SystemClock, to_datetime
from app.common.files import atomic_write
from app.common.release import Release, announce
from build_scripts.console import Stop, say


def make_key(path: Path) -> str:
    """Make the private key `path`; returns the public one, for `app/common/release.py`."""
    if path.exists():
        raise Stop(f"{path} is there already: a key that was lost cannot be made again.")
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    atomic_write(path, private)
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    say(f'in app/common/release.py: PUBLIC_KEY = "{public}"')
    return public


def announce_this(key: Path, number: int, page: str, days: int, path: Path) -> None:
    """Write the announcement of this version to `path`."""
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    if not isinstance(private, Ed25519PrivateKey):
        raise Stop(f"{key} is no Ed25519 key.")
    expires = to_datetime(SystemClock().now_us()) + timedelta(days=days)
    path.write_bytes(announce(Release(__version__, number, expires, page), private))
