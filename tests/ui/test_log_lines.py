"""Lines of a log: against splitting everything anew, however the bytes come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.models import log_lines
from ui.models.log_lines import LINE_BYTES_MAX, LogText, Source
from ui.models.log_search import LogSearch

DATA = st.lists(
    st.sampled_from([b"a", b"\n", b"needle", b"\r", b"Nee", b"dle\n", b"\n\n", b"x" * 40, b"\xff"])
).map(b"".join)
CHUNKS = st.lists(st.tuples(st.sampled_from(Source), DATA), max_size=12)


class Plain:
    """The same without any index: lines as (source, bytes, whether it has ended)."""

    def __init__(self) -> None:
        self.lines: list[list] = []
        self._open: dict[Source, list] = {}

    def append(self, source: Source, data: bytes) -> None:
        for part in data.splitlines(keepends=True) if b"\r" not in data else _split(data):
            line = self._open.pop(source, None)
            if line is None:
                line = [source, b""]
                self.lines.append(line)
            line[1] += part
            if not part.endswith(b"\n"):
                self._open[source] = line

    def shown(self) -> list[tuple[Source, str]]:
        return [
            (source, data.removesuffix(b"\n").removesuffix(b"\r").rsplit(b"\r", 1)[-1])
            for source, data in self.lines
        ]


def _split(data: bytes) -> list[bytes]:
    parts = [part + b"\n" for part in data.split(b"\n")]
    parts[-1] = parts[-1][:-1]
    return [part for part in parts if part]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(log_lines, "PIECE_BYTES", 16)


def both(chunks) -> tuple[LogText, Plain]:
    text, plain = LogText(), Plain()
    for source, data in chunks:
        text.append(source, data)
        plain.append(source, data)
    return text, plain


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
class TestLines:
    @given(CHUNKS)
    def test_every_line_is_found_by_its_number(self, chunks):
        text, plain = both(chunks)
        expected = [(source, data.decode("utf-8", "replace")) for source, data in plain.shown()]
        assert text.lines == len(expected)
        assert [(line.source, line.text) for line in text.read(0, text.lines)] == expected
        for number in range(text.lines):
            (line,) = text.read(number, 1)
            assert (line.number, line.source, line.text) == (number, *expected[number])

    @given(CHUNKS)
    def test_everything_is_saved_in_the_order_of_the_lines(self, chunks):
        text, plain = both(chunks)
        lines = [data if data.endswith(b"\n") else data + b"\n" for _, data in plain.lines]
        assert b"".join(text.blocks()) == b"".join(lines)

    @given(
        CHUNKS,
        st.sampled_from(["needle", "NEEDLE", "a", "", "zzz"]),
        st.none() | st.sampled_from(Source),
    )
    def test_search_finds_the_lines_that_hold_it(self, chunks, wanted, source):
        text, plain = LogText(), Plain()
        search = LogSearch(text, wanted, source)
        for origin, data in chunks:
            text.append(origin, data)
            plain.append(origin, data)
            search.step(20)
        while search.step(20):
            pass
        assert list(search.found) == [
            number
            for number, (origin, data) in enumerate(plain.lines)
            if wanted.casefold() in data.decode("utf-8", "replace").casefold()
            and (source is None or origin in (source, Source.NOTE))
        ]


def test_a_line_that_grows_stays_where_it_began():
    text = LogText()
    text.append(Source.OUTPUT, b"begin")
    text.append(Source.ERROR, b"oops\n")
    assert text.growing() == [0]
    text.append(Source.OUTPUT, b" end\nnext\n")
    assert [line.text for line in text.read(0, 9)] == ["begin end", "oops", "next"]
    assert text.growing() == []


def test_only_so_much_of_a_long_line_is_shown():
    text = LogText()
    text.append(Source.OUTPUT, b"y" * (LINE_BYTES_MAX + 5) + b"\n")
    (line,) = text.read(0, 1)
    assert (len(line.text), line.cut_bytes) == (LINE_BYTES_MAX, 5)


def test_next_and_previous_go_round():
    text = LogText()
    text.append(Source.OUTPUT, b"hit\nmiss\nhit\n")
    search = LogSearch(text, "hit")
    assert search.after(0) is None
    search.step(1000)
    assert list(search.found) == [0, 2]
    assert [search.after(line) for line in (-1, 0, 2)] == [0, 1, 0]
    assert [search.before(line) for line in (3, 2, 0)] == [1, 0, 1]


def test_escapes_do_not_hide_what_is_searched():
    text = LogText()
    text.append(Source.OUTPUT, b"er\x1b[31mror\x1b[0m\n")
    search = LogSearch(text, "error")
    search.step(1000)
    assert list(search.found) == [0]
