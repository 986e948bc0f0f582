"""Packages, without making any: what goes in, what is told of it, and the files around it."""

import importlib.util
import json
import re
import struct
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from app import __version__
from build_scripts.console import Stop
from build_scripts.packaging import announcing, bundle, freeze, icons, linux, manuals
from build_scripts.packaging.materials import bill, lay_licences
from build_scripts.packaging.origins import Component, components
from build_scripts.packaging.sameness import differences

ROOT = Path(__file__).resolve().parents[2]


def tracked(*folders: str) -> set[str]:
    command = ["git", "ls-files", *folders]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def in_the_bundle() -> set[str]:
    return {f"{folder}/{Path(source).name}" for source, folder in bundle.data_files(bundle.MASTER)}


def test_every_data_file_is_taken_along():
    wanted = {
        name
        for name in tracked("app", "resources/icons", "resources/web", "resources/translations")
        if not name.endswith((".py", ".ts"))
    }
    assert wanted <= in_the_bundle()
    assert "app/common/sentences_zh_CN.toml" in wanted


def test_the_stores_steps_are_files_in_the_bundle():
    steps = tracked("app/master/store/migrations/versions")
    assert steps
    assert steps <= in_the_bundle()


@pytest.mark.parametrize("name", bundle.LOADED_BY_NAME)
def test_what_is_loaded_by_name_is_there(name):
    assert bundle.module_wanted(name)
    assert importlib.util.find_spec(name) is not None


def test_no_part_of_the_program_is_excluded():
    master, worker = bundle.MASTER, bundle.WORKER
    assert not set(master.packages) & set(master.excluded)
    for package in worker.packages:
        assert not any(f"{package}.".startswith(f"{name}.") for name in worker.excluded)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6\\plugins\\tls\\qschannelbackend.dll", False),
        ("ssl/tls/other.so", True),
    ],
)
def test_what_qt_does_not_need_stays_out(name, wanted):
    assert bundle.wanted(name) is wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("sqlalchemy.dialects", True),
        ("sqlalchemy.dialects.sqlite.base", True),
        ("sqlalchemy.dialects.postgresql.psycopg", True),
        ("sqlalchemy.dialects.mysql.base", False),
        ("pygments.lexers.python", True),
        ("pygments.lexers.javascript", False),
        ("pygments.lexer", True),
    ],
)
def test_of_what_a_library_loads_by_name_the_used_is_taken_along(name, wanted):
    assert bundle.module_wanted(name) is wanted


def test_libraries_of_a_plugin_that_is_left_out_stay_out_too():
    linked = {"/a/plugin.so": {"libwanted.so.1", "libdeep.so.2"}}
    entries = [
        ("PySide6/plugin.so", "/a/plugin.so", "BINARY"),
        ("libwanted.so.1", "/usr/lib/libwanted.so.1", "BINARY"),
        ("libdeep.so.2", "/usr/lib/libdeep.so.2", "BINARY"),
        ("libgtk-3.so.0", "/usr/lib/libgtk-3.so.0", "BINARY"),
        ("libpython3.11.so.1.0", "/usr/lib/libpython3.11.so.1.0", "BINARY"),
        ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK"),
    ]
    kept = bundle.without_orphans(entries, lambda source: linked.get(source, set()))
    assert kept == [entry for entry in entries if "gtk" not in entry[0]]


def test_files_are_traced_to_whoever_made_them():
    import grpc
    import sqlalchemy

    found = components(
        [Path(grpc.__file__), Path(sqlalchemy.__file__), ROOT / "app" / "__init__.py"]
    )
    assert [(one.kind, one.name.lower(), one.version) for one in found] == [
        ("pypi", "sqlalchemy", version("sqlalchemy")),
        ("pypi", "grpcio", version("grpcio")),
    ]
    assert all(one.texts for one in found)


def test_qt_comes_with_its_licence():
    import PySide6

    (found,) = components([Path(PySide6.__file__)])
    assert [path.name for path in found.texts] == ["LGPL-3"]


def test_a_library_of_the_system_is_traced_to_its_package():
    (path, *_) = Path("/usr/lib").glob("*/libxcb-icccm.so.4")
    (found,) = components([path])
    assert (found.kind, found.name) == ("deb", "libxcb-icccm4")
    assert [text.name for text in found.texts] == ["copyright"]


def test_a_file_of_unknown_origin_stops_the_build(tmp_path):
    stray = tmp_path / "libstray.so"
    stray.touch()
    with pytest.raises(LookupError, match="libstray"):
        components([stray])


def test_a_library_that_is_not_pinned_stops_the_build():
    stray = Component("pypi", "Stray_Lib", "1", "", ())
    with pytest.raises(Stop, match="stray-lib"):
        freeze._require_pinned([stray])


def test_the_bill_of_materials(tmp_path):
    text = tmp_path / "licenses" / "COPYING"
    text.parent.mkdir()
    text.write_text("free")
    one = Component("deb", "libx", "1:2+b1", "MIT", (text,))
    document = json.loads(bill([one], 86400))
    assert document["metadata"]["component"]["version"] == __version__
    assert document["metadata"]["timestamp"] == "1970-01-02T00:00:00+00:00"
    (entry,) = document["components"]
    assert entry["purl"] == "pkg:deb/debian/libx@1%3A2%2Bb1"
    lay_licences([one], tmp_path / "out")
    assert "libx 1:2+b1: MIT" in (tmp_path / "out" / "README.txt").read_text()
    assert [path.read_text() for path in (tmp_path / "out").rglob("COPYING")] == ["free"]


def test_the_manual_names_every_option_and_command():
    pages = manuals.pages("2026-01-01")
    assert set(pages) == set(linux.COMMANDS)
    assert all(f"HiveMind Master {__version__}" in page for page in pages.values())
    assert "\\-\\-init\\-admin NAME" in pages["hivemind-master"]
    assert ".B join\n" in pages["hivemind-worker"]
    assert ".B task submit\n" in pages["hivemind"]
    # A line that begins with a dot is a command of troff.
    commands = set(re.findall(r"^\.(\w+)", "\n".join(pages.values()), re.MULTILINE))
    assert commands == {"TH", "SH", "TP", "B", "PP"}


def test_what_desktops_look_at_is_valid(tmp_path):
    linux._share(tmp_path / "share")
    share = tmp_path / "share"
    sizes = {path.parent.parent.name for path in share.rglob("hivemind-master.png")}
    assert sizes == {f"{size}x{size}" for size in icons.LINUX_SIZES}
    desktop = (share / "applications" / "hivemind-master.desktop").read_text()
    assert "Icon=hivemind-master\n" in desktop
    desktop_id = re.search(
        r"desktop-id\">(.+?)<", (linux.FILES / "org.hivemind.master.metainfo.xml").read_text()
    )
    assert (share / "applications" / desktop_id[1]).is_file()


def test_an_icon_is_drawn():
    content = icons.png(32)
    assert struct.unpack(">II", content[16:24]) == (32, 32)
    assert len(content) > 300


def test_the_icon_of_windows_programs(tmp_path):
    icons.ico(tmp_path / "x.ico")
    content = (tmp_path / "x.ico").read_bytes()
    assert struct.unpack("<HHH", content[:6]) == (0, 1, len(icons.WINDOWS_SIZES))
    for index in range(len(icons.WINDOWS_SIZES)):
        length, offset = struct.unpack("<II", content[6 + 16 * index :][8:16])
        assert content[offset : offset + 4] == b"\x89PNG"
        end = offset + length
    assert end == len(content)


def test_the_oldest_system_is_read_from_the_libraries(tmp_path):
    (tmp_path / "a.so").write_bytes(b"\x7fELF\0GLIBC_2.9\0GLIBC_2.17\0GLIBC_PRIVATE\0")
    (tmp_path / "notes").write_bytes(b"GLIBC_2.99")
    assert linux.newest_glibc(tmp_path) == 17


def test_the_version_is_in_one_place():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "version" in project["project"]["dynamic"]
    written = f'"{__version__}"'
    files = [ROOT / name for name in tracked("app", "ui", "build_scripts", "master_node.py")]
    holders = [path for path in files if path.suffix == ".py" and written in path.read_text()]
    assert holders == [ROOT / "app" / "__init__.py"]


@pytest.mark.parametrize(
    "command",
    [
        ("app.worker", "--version"),
        ("app.client", "--version"),
        ("master_node", "worker", "--version"),
        ("master_node", "cli", "--version"),
        ("master_node", "--headless", "--version"),
    ],
    ids=" ".join,
)
def test_every_program_tells_its_version(command):
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[-1] == __version__


def test_what_the_makers_announce_their_program_believes(tmp_path):
    from datetime import UTC, datetime

    from app.common.release import read_announcement

    public = announcing.make_key(tmp_path / "key.pem")
    assert (tmp_path / "key.pem").stat().st_mode & 0o077 == 0
    with pytest.raises(Stop, match="there already"):
        announcing.make_key(tmp_path / "key.pem")
    document = tmp_path / "release.json"
    announcing.announce_this(tmp_path / "key.pem", 3, "https://example.org/", 90, document)
    release = read_announcement(document.read_bytes(), public, datetime.now(UTC), 2)
    assert (release.version, release.number) == (__version__, 3)


def test_two_builds_are_compared_file_by_file(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        (folder / "inside").mkdir(parents=True)
        (folder / "inside" / "same").write_text("same")
        (folder / "changed").write_text(folder.name)
        (folder / "link").symlink_to(folder.name)
        (folder / "mode").write_text("mode")
    (one / "gone").touch()
    (other / "mode").chmod(0o755)
    assert differences(one, one) == []
    assert [line.partition(":")[0] for line in differences(one, other)] == [
        *("changed", "gone", "link", "mode"),
    ]


def test_a_source_that_changes_meanwhile_stops_the_build(tmp_path, monkeypatch):
    (tmp_path / "app").mkdir()
    monkeypatch.setattr(freeze, "ROOT", tmp_path)
    monkeypatch.setattr(freeze, "_lay_looks", lambda files: None)

    class Careless(freeze.ThisMaker):
        work = tmp_path / "work"

        def run(self, arguments, variables):
            (tmp_path / "app" / "late.py").write_text("x = 1")

    with pytest.raises(Stop, match="changed while"):
        freeze.freeze("hivemind_worker", tmp_path / "bundles", Careless())
