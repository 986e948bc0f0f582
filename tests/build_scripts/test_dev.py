"""dev.py on machines of all kinds: what it refuses, installs, and names."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import __version__
from build_scripts import commands, quality, system_packages
from build_scripts.console import STATUS_MACHINE_LACKS, Stop
from build_scripts.dev import unsuitable_python
from build_scripts.system_packages import Need, Part

ROOT = Path(__file__).resolve().parent.parent.parent
BARE = ("dev", "commands", "console", "environment", "launchers", "quality", "system_packages")


def run_dev(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(ROOT / "build_scripts" / "dev.py"), *arguments]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 14)])
def test_an_unsuitable_python_gets_a_sentence(version):
    assert f"this is 3.{version[1]}" in unsuitable_python(version)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_a_suitable_python_passes(version):
    assert unsuitable_python(version) is None


def test_an_old_python_can_read_dev_py():
    source = (ROOT / "build_scripts" / "dev.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))


@pytest.mark.parametrize("name", BARE)
def test_a_bare_python_is_enough(name):
    tree = ast.parse((ROOT / "build_scripts" / f"{name}.py").read_text(encoding="utf-8"))
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add((node.module or "").partition(".")[0])
            names = {alias.name for alias in node.names}
            if node.module == "build_scripts":
                assert names <= set(BARE)
    assert modules - {"build_scripts"} <= sys.stdlib_module_names


def test_help_names_every_command():
    done = run_dev()
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in commands.COMMANDS)


@pytest.mark.parametrize("arguments", [["nope"], ["bench", "nope"], ["lint", "app"]])
def test_a_wrong_command_line_ends_with_status_2(arguments):
    done = run_dev(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def part(*, present: bool, need: Need = Need.TESTS) -> Part:
    return Part("the example engine", ("example-engine",), need, lambda: present)


def test_only_what_is_needed_and_missing_is_named():
    parts = [part(present=True), part(present=False, need=Need.SANDBOX)]
    assert system_packages.missing_parts(Need.TESTS, parts) == []
    assert system_packages.missing_parts(Need.SANDBOX, parts) == parts[1:]


def test_without_root_the_one_line_is_named(monkeypatch):
    monkeypatch.setattr(system_packages, "missing_parts", lambda _need: [part(present=False)])
    monkeypatch.setattr(system_packages, "_program", lambda *_names: True)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Stop) as stopped:
        system_packages.provide(Need.TESTS)
    assert stopped.value.status == STATUS_MACHINE_LACKS
    last = stopped.value.sentence.splitlines()[-1].strip()
    assert last.startswith("sudo apt-get update && sudo apt-get install -y")
    assert last.endswith(" example-engine")


def test_a_machine_without_sudo_is_not_told_to_use_it(monkeypatch):
    monkeypatch.setattr(system_packages, "_program", lambda *names: "sudo" not in names)
    assert system_packages.apt_line([part(present=False)]) == (
        "apt-get update && apt-get install -y --no-install-recommends example-engine"
    )


def test_a_command_runs_in_the_folder_of_its_caller(tmp_path):
    """A relative path means what it says, and no file there passes for one of the project's."""
    (tmp_path / "app.py").write_text("raise SystemExit('the caller has an app of its own')\n")
    show = "import os, app; print(os.getcwd()); print(app.__version__)"
    call = f"become({sys.executable!r}, ['-c', {show!r}])"
    become = f"from build_scripts.environment import become; {call}"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {become}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == [str(tmp_path.resolve()), __version__], done.stderr


def test_another_distribution_gets_the_names(monkeypatch):
    monkeypatch.setattr(system_packages, "missing_parts", lambda _need: [part(present=False)])
    monkeypatch.setattr(system_packages, "_program", lambda *_names: False)
    with pytest.raises(Stop, match="lacks: the example engine"):
        system_packages.provide(Need.TESTS)


def test_ci_runs_what_a_developer_runs():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "exec python3 build_scripts/dev.py test" in script.read_text(encoding="utf-8")


def test_every_folder_of_code_is_linted():
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"proto"}
    assert folders <= set(quality.CODE)
