"""Signatures on Windows programs, where there is a certificate: none is needed.

HIVEMIND_SIGN_PFX names a PKCS #12 file with certificate and key, HIVEMIND_SIGN_PASSWORD_FILE a file
with its password, HIVEMIND_SIGN_TIMESTAMP the address of a time-stamping service (RFC 3161).
"""

import os
import subprocess
import sys
from pathlib import Path

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
    command = ["osslsigncode", "sign", "-pkcs12", os.environ[_PFX], "-h", "sha256"]
    if password := os.environ.get(_PASSWORD):
        command += ["-readpass", password]
    if service := os.environ.get(_TIMESTAMP):
        command += ["-ts", service]
    command += ["-n", "HiveMind Master", "-in", str(program), "-out", str(signed)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise Stop(f"{program.name} could not be signed:\n{done.stdout}{done.stderr}")
    signed.replace(program)


if __name__ == "__main__":
    sign(Path(sys.argv[1]))
