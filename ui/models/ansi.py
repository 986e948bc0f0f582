"""Colours and styles in what programs print: ECMA-48 escape sequences. No Qt.

Only "Select Graphic Rendition" (section 8.3.117), with the 256 and the 16 million colours of
ISO 8613-6, changes how text is shown; all other sequences are left out. Each line begins
plain, so that any line can be shown without those before it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

TAB_CELLS = 8
#: Added to 24 bits of red, green and blue, beside the numbers 0 to 255 of a palette.
RGB = 1 << 24

_ESCAPE = re.compile(
    r"\x1b(?:"
    r"\[(?P<parameters>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)?"
    r"|[PX^_][^\x1b]*(?:\x1b\\)?"
    r"|[ -/]*[0-~]?"
    r")"
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_PICTURES = 0x2400
_DELETE_PICTURE = "\u2421"


class Style(NamedTuple):
    """How text is shown. Colours: None for the usual one, 0 to 255, or RGB plus 24 bits."""

    foreground: int | None = None
    background: int | None = None
    bold: bool = False
    faint: bool = False
    italic: bool = False
    underline: bool = False
    inverse: bool = False
    struck: bool = False


PLAIN = Style()


class Span(NamedTuple):
    """A part of a line, in characters, with a style that is not plain."""

    start: int
    length: int
    style: Style


def without_escapes(text: str) -> str:
    """`text` without escape sequences."""
    return _ESCAPE.sub("", text) if "\x1b" in text else text


def styled(text: str) -> tuple[str, list[Span]]:
    """What is to be seen of one line, and which parts of it how.

    Tabs become blanks, other control characters their pictures.
    """
    if "\x1b" not in text:
        return _printable(text, 0), []
    parts: list[str] = []
    spans: list[Span] = []
    style, length, at = PLAIN, 0, 0

    def take(piece: str) -> None:
        nonlocal length
        shown = _printable(piece, length)
        if shown and style != PLAIN:
            spans.append(Span(length, len(shown), style))
        parts.append(shown)
        length += len(shown)

    for escape in _ESCAPE.finditer(text):
        take(text[at : escape.start()])
        at = escape.end()
        if escape["final"] == "m":
            style = _changed(style, escape["parameters"])
    take(text[at:])
    return "".join(parts), spans


def _printable(text: str, column: int) -> str:
    if "\t" in text:
        first, *rest = text.split("\t")
        shown = first
        for piece in rest:
            shown += " " * (TAB_CELLS - (column + len(shown)) % TAB_CELLS) + piece
        text = shown
    return _CONTROL.sub(_picture, text) if _CONTROL.search(text) else text


def _picture(control: re.Match[str]) -> str:
    number = ord(control[0])
    return _DELETE_PICTURE if number == 0x7F else chr(_PICTURES + number)


#: What a parameter sets.
_SWITCHES: dict[int, dict[str, bool]] = {
    1: {"bold": True},
    2: {"faint": True},
    3: {"italic": True},
    4: {"underline": True},
    7: {"inverse": True},
    9: {"struck": True},
    21: {"underline": True},
    22: {"bold": False, "faint": False},
    23: {"italic": False},
    24: {"underline": False},
    27: {"inverse": False},
    29: {"struck": False},
}


def _changed(style: Style, parameters: str) -> Style:
    """`style` after a sequence with these parameters; what makes no sense is passed over."""
    numbers = iter(_numbers(parameters))
    for number in numbers:
        if number == 0:
            style = PLAIN
        elif number in _SWITCHES:
            style = style._replace(**_SWITCHES[number])
        elif 30 <= number <= 37 or 90 <= number <= 97:
            style = style._replace(foreground=number - 30 if number < 90 else number - 82)
        elif 40 <= number <= 47 or 100 <= number <= 107:
            style = style._replace(background=number - 40 if number < 100 else number - 92)
        elif number == 39:
            style = style._replace(foreground=None)
        elif number == 49:
            style = style._replace(background=None)
        elif number in {38, 48}:
            color = _wide_color(numbers)
            if color is not None and number == 38:
                style = style._replace(foreground=color)
            elif color is not None:
                style = style._replace(background=color)
    return style


def _numbers(parameters: str) -> list[int]:
    # "38:2::1:2:3" names a space of colours between; the older "38;2;1;2;3" does not.
    plain = re.sub(r"([34]8):2:[0-9]*:(?=[0-9]*:[0-9]*:[0-9]+)", r"\1:2:", parameters)
    return [int(part) if part.isdigit() else 0 for part in re.split("[;:]", plain)]


def _wide_color(numbers: Iterator[int]) -> int | None:
    kind = next(numbers, 0)
    if kind == 5:
        color = next(numbers, 0)
        return color if color < 256 else None
    if kind == 2:
        red, green, blue = (min(next(numbers, 0), 255) for _ in range(3))
        return RGB | red << 16 | green << 8 | blue
    return None


#: Of the sixteen: for light and for dark ground, each with a contrast of at least 3 to it.
_SIXTEEN_ON_LIGHT = (
    "#1d1f21", "#b3261e", "#1e7a34", "#8a6d00", "#0060a8", "#8e2f97", "#007080", "#6b6f73",
    "#4a4e52", "#d13429", "#2a8f43", "#967700", "#1a75c4", "#a544af", "#0a8496", "#3c4043",
)  # fmt: skip
_SIXTEEN_ON_DARK = (
    "#7d8288", "#ff8a80", "#6fd68a", "#e8c547", "#6cb8f0", "#e39aea", "#5fd3e0", "#d5d8db",
    "#9aa0a6", "#ffaaa2", "#95e6aa", "#f3d878", "#9bd0f7", "#efbdf4", "#93e4ee", "#ffffff",
)  # fmt: skip
_CUBE_STEPS = (0, 95, 135, 175, 215, 255)


def hex_color(color: int, *, dark: bool) -> str:
    """A colour of a style as "#rrggbb", for dark or light ground."""
    if color >= RGB:
        return f"#{color - RGB:06x}"
    if color < 16:
        return (_SIXTEEN_ON_DARK if dark else _SIXTEEN_ON_LIGHT)[color]
    if color < 232:
        place = color - 16
        steps = (_CUBE_STEPS[place // 36], _CUBE_STEPS[place // 6 % 6], _CUBE_STEPS[place % 6])
        return "#{:02x}{:02x}{:02x}".format(*steps)
    grey = 8 + 10 * (color - 232)
    return f"#{grey:02x}{grey:02x}{grey:02x}"
