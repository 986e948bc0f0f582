"""Packages for Windows, without making any bundle: what is asked for, and the installer."""

from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path, PureWindowsPath

import pefile
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from app import __version__
from app.common.product import PRODUCT
from build_scripts.packaging import bundle, icons, signing, windows, windows_python, windows_trial
from build_scripts.packaging.version_resource import PROGRAMS, four_numbers, version_resource
from build_scripts.packaging.wine import linux_path, windows_path


def test_the_libraries_are_the_pinned_ones_for_windows():
    wanted = windows_python.windows_requirements()
    assert f"pyinstaller=={version('pyinstaller')}" in wanted
    assert f"numpy=={version('numpy')}" in wanted
    names = {line.partition("==")[0] for line in wanted}
    assert {"pywin32-ctypes", "tzdata", "pefile"} <= names
    assert names.isdisjoint({"secretstorage", "jeepney", "pytest", "mypy"})


@pytest.mark.parametrize("name", ["ucrtbase.dll", "icuuc.dll", "bcryptprimitives.dll"])
def test_what_stands_in_for_windows_stays_out(name):
    assert not bundle.wanted(name)
    assert not bundle.wanted(name.upper().replace(".DLL", ".dll"))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1.2.3", (1, 2, 3, 0)), ("0.10", (0, 10, 0, 0)), ("2.0.1rc4", (2, 0, 1, 0))],
)
def test_a_version_in_four_numbers(text, numbers):
    assert four_numbers(text) == numbers


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_version_resource_says_what_a_program_is(program):
    kinds = ("VSVersionInfo", "FixedFileInfo", "StringFileInfo", "StringTable", "VarFileInfo")
    known = {kind: lambda *parts, **_fields: parts for kind in (*kinds, "VarStruct")}
    strings = {}
    known["StringStruct"] = strings.__setitem__
    eval(version_resource(program), known)
    assert strings["ProductVersion"] == __version__
    assert strings["OriginalFilename"] == f"{program}.exe"


def test_paths_are_the_same_file_in_wine():
    path = Path("/tmp/a b/c.txt")
    assert windows_path(path) == "Z:\\tmp\\a b\\c.txt"
    assert linux_path(windows_path(path)) == path
    assert linux_path("C:\\windows\\x.dll") == Path(str(PureWindowsPath("C:/windows/x.dll")))


@pytest.fixture
def setup(tmp_path, monkeypatch) -> Path:
    """An installer of nothing much."""
    folder = tmp_path / "bundle"
    (folder / "_internal").mkdir(parents=True)
    for name in ("hivemind_master.exe", "hivemind_master_cli.exe", "LICENSE", "_internal/x.dll"):
        (folder / name).write_bytes(b"of the test")
    monkeypatch.setattr(windows, "PLACE", tmp_path)
    icons.ico(tmp_path / "files-hivemind_master" / bundle.ICON)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    return windows.pack_installer(folder, tmp_path / "hivemind-setup.exe")


def test_the_installer_is_made_without_a_warning_and_the_same_again(setup):
    first = setup.read_bytes()
    again = windows.pack_installer(setup.parent / "bundle", setup)
    assert again.read_bytes() == first
    program = pefile.PE(data=first)
    assert program.FILE_HEADER.Machine == pefile.MACHINE_TYPE["IMAGE_FILE_MACHINE_AMD64"]


def test_the_installer_tells_its_version(setup):
    windows_trial.look_at_program(setup)


def test_nothing_is_signed_without_a_certificate(tmp_path, monkeypatch):
    monkeypatch.delenv("HIVEMIND_SIGN_PFX", raising=False)
    program = tmp_path / "x.exe"
    program.write_bytes(b"MZ")
    signing.sign(program)
    assert program.read_bytes() == b"MZ"


def test_what_is_given_a_certificate_is_signed(setup, tmp_path, monkeypatch):
    pfx, password = tmp_path / "sign.pfx", tmp_path / "password"
    password.write_text("of the test")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Signer of the test")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=9000))
        .sign(key, hashes.SHA256())
    )
    sealed = serialization.BestAvailableEncryption(b"of the test")
    pfx.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, sealed))
    monkeypatch.setenv("HIVEMIND_SIGN_PFX", str(pfx))
    monkeypatch.setenv("HIVEMIND_SIGN_PASSWORD_FILE", str(password))
    before = setup.stat().st_size
    windows.pack_installer(tmp_path / "bundle", setup)
    assert setup.stat().st_size > before
    assert b"Signer of the test" in setup.read_bytes()


def test_what_uninstalls_knows_every_file_beside_the_libraries():
    script = windows.SCRIPT.read_text(encoding="utf-8")
    for name in ("hivemind_master.exe", "hivemind_master_cli.exe", "LICENSE"):
        assert f'Delete "$INSTDIR\\{name}"' in script
    assert f'!define PRODUCT "{PRODUCT}"' in script


def test_the_installer_opens_the_ports_that_a_master_has():
    from app.master.settings import Settings

    settings = Settings(_env_file=None)
    ports = f"localport={settings.grpc_port},{settings.ui_port}"
    assert windows.SCRIPT.read_text(encoding="utf-8").count(ports) == 2
