"""When two results are the same."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.common.archives import ArchiveLimits, pack
from app.common.vocabulary import ResultComparer
from app.master.tasks.comparing import TEXT_BYTES_MAX, Rule, same_bytes, same_text
from app.master.tasks.results_compared import ALL_TEXT_BYTES_MAX, same_archives

EXACT = Rule()
BLANKS = Rule(ResultComparer.WHITESPACE)
NUMBERS = Rule(ResultComparer.NUMBERS, tolerance_ppb=1_000_000)


@pytest.mark.parametrize(
    ("left", "right", "blanks", "numbers"),
    [
        ("a b\n", "a  b\r\n", True, True),
        ("a b", "ab", False, False),
        ("x = 1.0001", "x=1.0002", False, True),
        ("x = 1.0001", "x = 1.01", False, False),
        ('{"a": 1e3, "b": [0.5]}', '{"a":1000, "b":[0.50001]}', False, True),
        ("1,2,3\n", "1,2,3.001\n", False, True),
        ("1,2,3\n", "1,2\n", False, False),
        ("0.0", "-0.0005", False, True),
        ("run2", "run3", False, False),
        ("v1.2.3", "v1.2.4", False, False),
        ("-1", "1", False, False),
        ("nan", "1", False, False),
        ("1e999", "2e999", False, False),
        ("7" * 500, "7" * 499 + "8", False, False),
        ("a\0b 1.0", "a\0b 1.00001", False, False),
    ],
)
def test_text(left: str, right: str, blanks: bool, numbers: bool) -> None:
    one, other = left.encode(), right.encode()
    assert same_text(one, other, BLANKS) is same_text(other, one, BLANKS) is blanks
    assert same_text(one, other, NUMBERS) is same_text(other, one, NUMBERS) is numbers
    assert same_text(one, one, NUMBERS)


def test_what_is_no_text_is_compared_byte_by_byte() -> None:
    assert not same_text(b"\xff 1.0", b"\xff 1.00001", NUMBERS)


@pytest.mark.parametrize(
    "piece", ["1", "1.", "1e", "-", "a", " ", ".", "1x", "1e+", "é", "1 ", "\u0661"]
)
@pytest.mark.timeout(60)
def test_a_hostile_text_is_read_once(piece: str) -> None:
    """The limit is far above what it takes: what backtracks takes hours."""
    text = (piece * (200_000 // len(piece.encode()))).encode()
    assert not same_text(text + b"x", text + b"y", NUMBERS)


@given(st.lists(st.binary(max_size=5)), st.binary(max_size=9))
def test_chunks_may_be_cut_anywhere(chunks: list[bytes], more: bytes) -> None:
    whole = b"".join(chunks)
    assert same_bytes(chunks, [whole])
    assert same_bytes([whole], chunks)
    assert same_bytes(chunks, [whole + more]) is (not more)


def archive(folder: Path, files: dict[str, bytes]) -> BytesIO:
    source = folder / str(len(list(folder.iterdir())))
    for name, content in files.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    packed = folder / f"{source.name}.zip"
    pack(source, packed, ArchiveLimits())
    return BytesIO(packed.read_bytes())


def same(left: BytesIO, right: BytesIO, rule: Rule) -> bool:
    return same_archives(left, right, rule, ArchiveLimits())


def test_archives(tmp_path: Path) -> None:
    first = archive(tmp_path, {"a.txt": b"x 1.0\n", "b/c": b"\0\1"})
    again = archive(tmp_path, {"b/c": b"\0\1", "a.txt": b"x 1.0\n"})
    near = archive(tmp_path, {"a.txt": b"x 1.0001\n", "b/c": b"\0\1"})
    other = archive(tmp_path, {"a.txt": b"x 1.0\n", "b/c": b"\0\2"})
    more = archive(tmp_path, {"a.txt": b"x 1.0\n", "b/c": b"\0\1", "d": b""})
    assert same(first, again, EXACT)
    assert not same(first, near, EXACT)
    assert same(first, near, NUMBERS)
    for rule in (EXACT, BLANKS, NUMBERS):
        assert not same(first, other, rule)
        assert not same(first, more, rule)


def test_the_same_content_packed_otherwise_is_the_same(tmp_path: Path) -> None:
    """Another zlib packs the same file into other bytes."""
    content = b"the same line\n" * 1000
    packed = archive(tmp_path, {"a": content})
    import zipfile

    otherwise = BytesIO()
    with zipfile.ZipFile(otherwise, "w") as file:
        info = zipfile.ZipInfo("a")
        info.create_system = 3
        info.external_attr = 0o100644 << 16
        file.writestr(info, content)
    assert packed.getvalue() != otherwise.getvalue()
    assert same(packed, otherwise, EXACT)


def test_a_large_text_is_compared_byte_by_byte(tmp_path: Path) -> None:
    line = b"0.12345678\n"
    much = line * (TEXT_BYTES_MAX // len(line) + 1)
    first = archive(tmp_path, {"a": much})
    assert same(first, archive(tmp_path, {"a": much}), NUMBERS)
    assert not same(first, archive(tmp_path, {"a": much[:-1] + b" "}), NUMBERS)


def test_much_text_is_compared_byte_by_byte(tmp_path: Path) -> None:
    piece = b"0.1 " * (TEXT_BYTES_MAX // 4)
    files = {str(number): piece for number in range(ALL_TEXT_BYTES_MAX // len(piece) + 1)}
    first = archive(tmp_path, files)
    assert not same(first, archive(tmp_path, files | {"0": b"0.1  "}), NUMBERS)


def test_what_is_no_archive_equals_nothing(tmp_path: Path) -> None:
    sound = archive(tmp_path, {"a": b"1"})
    damaged = BytesIO(sound.getvalue().replace(b"1", b"2", 1))
    assert not same(BytesIO(b"junk"), BytesIO(b"junk2"), EXACT)
    assert not same(sound, damaged, NUMBERS)
