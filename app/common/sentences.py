"""The program's finished English sentences in another language, by a catalogue of templates.

A sentence of the master is made, and often stored, before anybody knows who reads it and in
which language. So it stays English on the wire and in the store, and is translated where it is
shown: its template is found again, and what stood in the placeholders is put into the template's
translation. What no template knows stays as it is.

A catalogue is the file `sentences_<locale>.toml` beside this module. A template's placeholders
are numbered from the left; a kind narrows what one takes, and says what becomes of it:

    {0}    anything, kept as it is
    {0:t}  anything; translated if it is known, or a list or a paragraph of what is known
    {0:p}  a known phrase or word; translated
    {0:l}  a list of names; those that are known words are translated
    {0:n}  a number
    {0:w}  anything without a space
    {0:q}  a text in quotes, as Python's repr writes it
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: Longer texts are no sentences of this program.
CHARACTERS_MAX = 4096
#: What is looked up for one text at most, so that a hostile one costs no more than a long one.
LOOKUPS_MAX = 1000
#: Sentences of a paragraph, and of a template, that are looked at.
_SENTENCES_MAX = 24
_RUN_MAX = 5
#: Parts of a list, and places where a placeholder may end, that are tried.
_PARTS_MAX = 16
_ENDS_MAX = 8
#: Sentences within sentences.
_DEPTH_MAX = 8

_PLACEHOLDER = re.compile(r"\{(\d)(?::([tplnwq]))?\}")
_KINDS = {
    "n": re.compile(r"-?\d[\d,.]*(?<=\d)(?:e[+-]?\d+)?"),
    "w": re.compile(r"\S+"),
    "q": re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL),
}
_BETWEEN_SENTENCES = re.compile(r"(?<=[.?!]) ")
_BETWEEN_PARTS = re.compile(r", (?:and )?| and ")
_LIST_MARK = "、"
#: Chinese characters and marks: no space goes between two of them.
_WIDE = re.compile(r"[\u2018-\u201d\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_WIDE_MARK = re.compile(r"[\u3000-\u303f\uff00-\uff65]")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A gap of a template. `kind` is empty, or one of "tplnwq"."""

    number: int
    kind: str


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with gaps: literals with a placeholder between each two."""

    literals: tuple[str, ...]
    placeholders: tuple[Placeholder, ...]

    @property
    def bare(self) -> str:
        """The template with its placeholders numbered and without kinds: "{0} of {1}"."""
        gaps = [f"{{{each.number}}}" for each in self.placeholders]
        return "".join(
            literal + gap for literal, gap in zip(self.literals, [*gaps, ""], strict=True)
        )


def parse_template(text: str) -> Template:
    """`text`, "has {0:n} of {1}", taken apart."""
    pieces = _PLACEHOLDER.split(text)
    gaps = zip(pieces[1::3], pieces[2::3], strict=True)
    return Template(
        tuple(pieces[0::3]), tuple(Placeholder(int(number), kind or "") for number, kind in gaps)
    )


class Catalogue:
    """Sentences and phrases with their translations; words, which count inside of them as well;
    labels, which do not: any text might hold such a common word."""

    def __init__(
        self,
        sentences: Mapping[str, str],
        words: Mapping[str, str],
        labels: Mapping[str, str] | None = None,
    ) -> None:
        self._words = dict(words)
        self._labels = self._words | dict(labels or {})
        self._whole = {text: shown for text, shown in sentences.items() if "{" not in text}
        made = [
            (parse_template(text), parse_template(shown))
            for text, shown in sentences.items()
            if "{" in text
        ]
        # What says more of itself comes first: "needs {0}, free" before "needs {0}".
        made.sort(key=lambda pair: -sum(map(len, pair[0].literals)))
        starts = {pair[0].literals[0][:1] for pair in made} | {""}
        #: Those that may begin with the character; with any: under "".
        self._by_start = {
            start: [pair for pair in made if pair[0].literals[0][:1] in {start, ""}]
            for start in starts
        }

    def translated(self, text: str) -> str:
        """`text` as far as the catalogue knows it; never fails."""
        if not text or len(text) > CHARACTERS_MAX:
            return text
        return _Reading(self._whole, self._words, self._by_start).paragraph(text)

    def label(self, text: str) -> str:
        """A label or a word that stands alone; itself where it is not known."""
        return self._labels.get(text, text)


class _Reading:
    """The translation of one text: remembers its parts and counts what it looks up."""

    def __init__(
        self,
        whole: dict[str, str],
        words: dict[str, str],
        by_start: dict[str, list[tuple[Template, Template]]],
    ) -> None:
        self._whole = whole
        self._words = words
        self._by_start = by_start
        self._seen: dict[str, str | None] = {}
        self._left = LOOKUPS_MAX
        self._depth = 0

    def paragraph(self, text: str) -> str:
        """Each sentence of `text`, or the text as a whole."""
        known = self._known(text)
        if known is not None:
            return known
        sentences = _BETWEEN_SENTENCES.split(text, maxsplit=_SENTENCES_MAX)
        shown: list[str] = []
        at = 0
        while at < len(sentences):
            # Some templates are of several sentences.
            for end in range(min(at + _RUN_MAX, len(sentences)), at, -1):
                known = self._known(" ".join(sentences[at:end]))
                if known is not None or end == at + 1:
                    shown += [known or sentences[at], " "]
                    at = end
                    break
        return _joined(shown[:-1])

    def _known(self, text: str) -> str | None:
        """The translation of a sentence or phrase, if there is one."""
        if text in self._whole:
            return self._whole[text]
        if text in self._seen:
            return self._seen[text]
        if self._left <= 0 or self._depth >= _DEPTH_MAX or not text:
            return None
        self._left -= 1
        self._depth += 1
        self._seen[text] = self._found(text)
        self._depth -= 1
        return self._seen[text]

    def _found(self, text: str) -> str | None:
        for template, shown in self._by_start.get(text[0], self._by_start[""]):
            if not text.startswith(template.literals[0]):
                continue
            values = self._values(template, text, len(template.literals[0]), 0)
            if values is not None:
                return _filled(shown, values)
        return None

    def _values(self, template: Template, text: str, at: int, index: int) -> dict[int, str] | None:
        """What stands in the placeholders from `index` on, where the first begins at `at`."""
        if index == len(template.placeholders):
            return {} if at == len(text) else None
        gap, literal = template.placeholders[index], template.literals[index + 1]
        for end in _ends(gap, text, at, literal, last=index + 1 == len(template.placeholders)):
            value = self._value(gap, text[at:end])
            if value is None:
                continue
            rest = self._values(template, text, end + len(literal), index + 1)
            if rest is not None:
                return {gap.number: value} | rest
        return None

    def _value(self, gap: Placeholder, text: str) -> str | None:
        if gap.kind == "p":
            return self._words.get(text) or self._known(text)
        if gap.kind == "t":
            # A detail of another sentence may be a paragraph itself.
            return self._phrases(text) or self.paragraph(text)
        if gap.kind == "l":
            return self._names(text)
        return text

    def _names(self, text: str) -> str | None:
        """A list of names; None where a phrase follows it."""
        if any(self._known(part) for part in _BETWEEN_PARTS.split(text, _PARTS_MAX)[1:]):
            return None
        return _LIST_MARK.join(self._words.get(name, name) for name in text.split(", "))

    def _phrases(self, text: str) -> str | None:
        """A phrase, a word or a list of them; None unless all of it is known."""
        one = self._words.get(text) or self._known(text)
        if one is not None:
            return one
        marks = list(_BETWEEN_PARTS.finditer(text))
        if not 0 < len(marks) < _PARTS_MAX:
            return None
        starts = [0, *(mark.end() for mark in marks)]
        ends = [*(mark.start() for mark in marks), len(text)]
        parts: list[str] = []
        at = 0
        while at < len(starts):
            # A phrase may hold a comma itself: the longest counts.
            for end in range(len(ends) - 1, at - 1, -1):
                part = text[starts[at] : ends[end]]
                known = self._words.get(part) or (None if part == text else self._known(part))
                if known is not None:
                    parts.append(known)
                    at = end + 1
                    break
            else:
                return None
        return _LIST_MARK.join(parts)


def _ends(gap: Placeholder, text: str, at: int, literal: str, *, last: bool) -> list[int]:
    """Where a placeholder that begins at `at` may end, before `literal`; the likeliest first."""
    if pattern := _KINDS.get(gap.kind):
        found = pattern.match(text, at)
        if found is None:
            return []
        if gap.kind != "w":
            return [found.end()] if text.startswith(literal, found.end()) else []
        limit = found.end()
    else:
        limit = len(text)
    if last:
        end = len(text) - len(literal)
        return [end] if at < end <= limit and text.endswith(literal) else []
    ends: list[int] = []
    end = text.find(literal, at + 1)
    while at < end <= limit and len(ends) < _ENDS_MAX:
        ends.append(end)
        end = text.find(literal, end + 1)
    return ends


def _filled(template: Template, values: Mapping[int, str]) -> str:
    pieces = [template.literals[0]]
    for gap, literal in zip(template.placeholders, template.literals[1:], strict=True):
        pieces += [values[gap.number], literal]
    return _joined(pieces)


def _joined(pieces: list[str]) -> str:
    """The pieces together, without spaces where Chinese has none."""
    whole = ""
    for piece in filter(None, pieces):
        following = piece.lstrip(" ")[:1] or "\0"
        before = whole.rstrip(" ")[-1:]
        spaced = whole.endswith(" ") or piece.startswith(" ")
        wide = _WIDE.match(before) and _WIDE.match(following)
        if spaced and (wide or _WIDE_MARK.match(before) or _WIDE_MARK.match(following)):
            whole, piece = whole.rstrip(" "), piece.lstrip(" ")  # noqa: PLW2901
        whole += piece
    return whole


@cache
def catalogue(locale: str) -> Catalogue | None:
    """The catalogue of `locale`, "zh_CN"; None where there is none: English needs none."""
    path = Path(__file__).parent / f"sentences_{locale}.toml"
    if not locale.isidentifier() or not path.is_file():
        return None
    body = tomllib.loads(path.read_text("utf-8"))
    return Catalogue(body["sentences"], body["words"], body["labels"])


def translated(text: str, locale: str) -> str:
    """`text` in the language of `locale`, as far as it is known."""
    known = catalogue(locale)
    return text if known is None else known.translated(text)


def label(text: str, locale: str) -> str:
    """A label or a word of the vocabulary, which stands alone, in the language of `locale`."""
    known = catalogue(locale)
    return text if known is None else known.label(text)
