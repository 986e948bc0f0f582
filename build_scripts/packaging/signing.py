"""Signatures on Windows programs, where there is a certificate: none is needed.

HIVEMIND_SIGN_PFX names a PKCS #12 file with certificate and key, HIVEMIND_SIGN_PASSWORD_FILE a file
with its password, HIVEMIND_SIGN_TIMESTAMP the address of a time-stamping service (RFC 3161).
"""

import os
import subprocess
import sys
from pathlib import Path

from app.common.product import PRODUCT
from build_scripts.console import Stop, say

_PFX, _PASSWORD = "HIVEMIND_SIGN_PFX", "HIVEMIND_SIGN_PASSWORD_FILE"
_TIMESTAMP = "HIVEMIND_SIGN_TIMESTAMP"


def wanted() -> bool:
    """Whether a certificate is given."""
    return bool(os.environ.get(_PFX))


def command_line() -> str:
    """What NSIS runs, with a file's name after it, to sign the uninstaller and the installer."""
    return f'"{sys.executable}" -P -m build_scripts.packaging.signing'


def sign(program: Path) -> None:
    """Sign `program` where a certificate is given. Raises Stop where that fails."""
    if not wanted():
        return
    say(f"signing {program.name}")
    signed = program.with_name(f"{program.name}.signed")
    on_windows = sys.platform == "win32"
    command = _with_signtool(program) if on_windows else _with_osslsigncode(program, signed)
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise Stop(f"{program.name} could not be signed:\n{done.stdout}{done.stderr}")
    if not on_windows:
        signed.replace(program)


def _with_osslsigncode(program: Path, signed: Path) -> list[str]:
    command = ["osslsigncode", "sign", "-pkcs12", os.environ[_PFX], "-h", "sha256"]
    if password := os.environ.get(_PASSWORD):
        command += ["-readpass", password]
    if service := os.environ.get(_TIMESTAMP):
        command += ["-ts", service]
    return [*command, "-n", PRODUCT, "-in", str(program), "-out", str(signed)]


def _with_signtool(program: Path) -> list[str]:
    command = ["signtool", "sign", "/f", os.environ[_PFX], "/fd", "sha256", "/d", PRODUCT]
    if password := os.environ.get(_PASSWORD):
        command += ["/p", Path(password).read_text(encoding="utf-8").strip()]
    if service := os.environ.get(_TIMESTAMP):
        command += ["/tr", service, "/td", "sha256"]
    return [*command, str(program)]


if __name__ == "__main__":
    sign(Path(sys.argv[1]))
