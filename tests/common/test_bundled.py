"""The program in a bundle: what its children see, and what it tells people to type."""

import os
import sys

import pytest

from app.common import bundled
from app.common.bundled import free_children, is_bundle, missing_modules, part_command


@pytest.fixture
def bundle(monkeypatch, tmp_path):
    """This process passes for a program in a bundle in `tmp_path`."""
    program = tmp_path / "lib" / "hivemind_master"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return program.parent


def test_in_the_source_tree_nothing_is_different(monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/mine")
    free_children()
    assert not is_bundle()
    assert os.environ["LD_LIBRARY_PATH"] == "/mine"
    assert part_command("cli") == "python3 build_scripts/dev.py cli"


@pytest.mark.parametrize("before", [None, "/mine"])
def test_children_load_the_systems_libraries(bundle, monkeypatch, before):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/the/bundle")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    if before is not None:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    free_children()
    assert os.environ.get("LD_LIBRARY_PATH") == before
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ


def test_an_installed_part_goes_by_its_short_name(bundle, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "hivemind").symlink_to(bundle / "hivemind_master")
    assert part_command("cli") == "hivemind"


def test_a_part_of_an_unpacked_folder_goes_by_its_path(bundle, tmp_path):
    # Another installation is on the PATH: it is not this one.
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "hivemind-worker").touch(mode=0o755)
    assert part_command("worker") == f"{bundle / 'hivemind_master_cli'} worker"
    (bundle / "hivemind-worker").symlink_to("hivemind_master")
    assert part_command("worker") == str(bundle / "hivemind-worker")


def test_a_module_that_is_missing_is_named(bundle, tmp_path):
    (tmp_path / bundled.MODULES).write_text("json\nno_such_module_here\n")
    (line,) = missing_modules()
    assert line.startswith("no_such_module_here: ")
