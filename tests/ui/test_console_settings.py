"""What the console remembers survives what may happen to its file."""

import json
from pathlib import Path

import pytest

from ui.settings import ConsoleSettings, SettingsFile


def test_what_is_saved_is_read_again(tmp_path: Path):
    file = SettingsFile(tmp_path / "folder" / "console.json")
    file.values.language = "zh_CN"
    file.values.layouts["wall"] = "AAAA"
    file.save()
    assert SettingsFile(tmp_path / "folder" / "console.json").values == file.values


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '"text"', '{"version": 99, "language": "zh_CN"}', "\x00\xff", "null"],
    ids=["empty", "cut off", "list", "text", "newer", "binary", "null"],
)
def test_what_cannot_be_read_gives_the_defaults(tmp_path: Path, content: str):
    path = tmp_path / "console.json"
    path.write_text(content, encoding="latin-1")
    assert SettingsFile(path).values == ConsoleSettings()


def test_a_field_of_the_wrong_kind_falls_back_alone(tmp_path: Path):
    path = tmp_path / "console.json"
    wrong = {"theme": "dark", "close": "slam", "language": 5, "layouts": "x", "masters": {}}
    wrong |= {"version": 1, "new": 1}
    path.write_text(json.dumps(wrong))
    values = SettingsFile(path).values
    assert values == ConsoleSettings(theme="dark")
