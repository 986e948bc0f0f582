"""Texts of menus and buttons without the letters that Alt reaches them by."""

import pytest

from ui.mnemonics import bare, without_mnemonic


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("&Submit…", "Submit…"),
        ("F&iles or ZIP…", "Files or ZIP…"),
        ("提交(&S)…", "提交…"),
        ("任务（3）(&K)", "任务（3）"),
        ("plain (really)", "plain (really)"),
    ],
)
def test_the_letter_goes(text: str, words: str) -> None:
    assert without_mnemonic(text) == words


@pytest.mark.parametrize("text", ["&Name:", "Name", "N&ame…"])
def test_the_sign_at_the_end_goes_too(text: str) -> None:
    assert bare(text) == "Name"


def test_the_colon_of_chinese_goes_too() -> None:
    assert bare("名称(&N)：") == "名称"
