"""The virtual environment follows the pinned requirements, also after an interruption."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from build_scripts.console import Stop
from build_scripts.environment import Environment

# One environment serves all tests here, each leaving it to the next: they stay together.
pytestmark = pytest.mark.xdist_group("environment")

PACKAGE = "hivemind_example"


def make_wheel(folder: Path, version: str) -> None:
    info = f"{PACKAGE}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{PACKAGE}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{PACKAGE}.py", f"VERSION = {version!r}\n")
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A root with an environment that holds version 1.0; the tests go on from there."""
    root = tmp_path_factory.mktemp("root")
    make_wheel(root, "1.0")
    make_wheel(root, "2.0")
    pin(root, "1.0")
    Environment(root).provide(dev=False)
    return root


def pin(root: Path, version: str) -> None:
    lines = ["--no-index", f"--find-links {root}", f"{PACKAGE}=={version}"]
    (root / "requirements.txt").write_text("\n".join(lines) + "\n")


def installed(root: Path) -> str:
    show = f"import {PACKAGE}; print({PACKAGE}.VERSION)"
    python = Environment(root).python
    done = subprocess.run([python, "-c", show], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def test_what_is_pinned_is_installed_and_followed(made):
    pin(made, "2.0")
    Environment(made).provide(dev=False)
    assert installed(made) == "2.0"
    pin(made, "1.0")
    Environment(made).provide(dev=False)
    assert installed(made) == "1.0"


def test_the_same_content_installs_nothing(made):
    Environment(made).provide(dev=False)
    module = next((made / ".venv").rglob(f"{PACKAGE}.py"))
    module.write_text("VERSION = 'untouched'\n")
    Environment(made).provide(dev=False)
    assert installed(made) == "untouched"


def test_what_developers_need_serves_a_run_too(made):
    lines = (made / "requirements.txt").read_text()
    (made / "requirements-dev.txt").write_text(lines)
    Environment(made).provide(dev=True)
    module = next((made / ".venv").rglob(f"{PACKAGE}.py"))
    module.write_text("VERSION = 'untouched'\n")
    Environment(made).provide(dev=False)
    assert installed(made) == "untouched"


def test_a_killed_installation_is_made_anew(made):
    Environment(made).provide(dev=False)
    (made / ".venv" / "installing").touch()
    next((made / ".venv").rglob(f"{PACKAGE}.py")).write_text("half a fi")
    Environment(made).provide(dev=False)
    assert installed(made) == "1.0"


def test_what_cannot_be_installed_stops_and_goes_on_later(made):
    pin(made, "9.9")
    with pytest.raises(Stop, match="requirements could not be installed"):
        Environment(made).provide(dev=False)
    pin(made, "1.0")
    Environment(made).provide(dev=False)
    assert installed(made) == "1.0"


def test_a_broken_environment_is_made_anew(made):
    python = Environment(made).python
    python.unlink()
    Environment(made).provide(dev=False)
    assert installed(made) == "1.0"
