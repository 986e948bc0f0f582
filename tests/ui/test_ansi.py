"""Colours in what programs print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.models.ansi import PLAIN, RGB, Span, Style, hex_color, styled, without_escapes

PIECES = st.lists(
    st.sampled_from(
        [
            "a",
            "字",
            "\t",
            "\x1b[",
            "\x1b[1;31m",
            "\x1b[0m",
            "\x1b[38;5;",
            "9m",
            "\x1b]0;t\x07",
            "\x07",
            "\x1b",
            ";",
        ]
    )
).map("".join)


@pytest.mark.parametrize(
    ("codes", "style"),
    [
        ("31", Style(foreground=1)),
        ("91", Style(foreground=9)),
        ("44", Style(background=4)),
        ("104", Style(background=12)),
        ("1;4;7", Style(bold=True, underline=True, inverse=True)),
        ("38;5;196", Style(foreground=196)),
        ("48;5;16", Style(background=16)),
        ("38;2;1;2;3", Style(foreground=RGB | 0x010203)),
        ("38:2::1:2:3", Style(foreground=RGB | 0x010203)),
        ("38:5:7", Style(foreground=7)),
        ("31;1;22;39", PLAIN),
        ("31;0", PLAIN),
        ("", PLAIN),
        ("38;5;999", PLAIN),
        ("38", PLAIN),
    ],
)
def test_a_sequence_sets_the_style(codes, style):
    text, spans = styled(f"a\x1b[{codes}mbc")
    assert text == "abc"
    assert spans == ([] if style == PLAIN else [Span(1, 2, style)])


def test_other_sequences_are_left_out():
    assert styled("a\x1b[2Kb\x1b]0;title\x07c\x1b(Bd") == ("abcd", [])


def test_tabs_go_on_to_the_next_stop():
    assert styled("ab\tc\x1b[1m\td")[0] == "ab      c       d"


def test_control_characters_are_seen():
    assert styled("a\x00\x7f\x08")[0] == "a␀␡␈"


@given(PIECES)
def test_whatever_comes_spans_lie_within_the_text(raw):
    text, spans = styled(raw)
    assert "\x1b" not in text
    at = 0
    for span in spans:
        assert span.start >= at
        assert span.length > 0
        at = span.start + span.length
    assert at <= len(text)
    assert without_escapes(raw) == without_escapes(without_escapes(raw))


@given(st.integers(0, 255) | st.integers(RGB, RGB + 0xFFFFFF), st.booleans())
def test_every_colour_has_a_name(color, dark):
    assert len(hex_color(color, dark=dark)) == 7


def test_the_cube_and_the_greys():
    assert hex_color(196, dark=True) == "#ff0000"
    assert hex_color(232, dark=False) == "#080808"
