"""What honest archives may be, and that unpacking gives back what was packed."""

import io
import os
import random
import shutil
import stat
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.common.archive_names import fold, name_fault, portable_component
from app.common.archives import ArchiveLimits, ArchiveSummary, extract, inspect, pack
from app.common.errors import HiveMindError, Reason
from app.common.invariant import InvariantViolated
from tests.long_forms import long_form
from tests.zip_bytes import DEFLATED, End, Member, zip64_extra, zip_of

LIMITS = ArchiveLimits()
SENTINEL = 0xFFFFFFFF


class Unseekable(io.RawIOBase):
    """A stream that zipfile cannot seek in, so that it writes data descriptors."""

    def __init__(self):
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


def streamed() -> bytes:
    output = Unseekable()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"hello")
        with archive.open("b.txt", "w", force_zip64=True) as file:
            file.write(b"x" * 1000)
    return bytes(output.data)


def many(count: int) -> bytes:
    return zip_of(*(Member(b"%d" % number, b"") for number in range(count)))


HONEST = {
    "empty": (zip_of(), 0, 0),
    "stored and deflated": (zip_of(Member(), Member(b"b", b"x" * 1000, DEFLATED)), 2, 1005),
    "with a comment": (zip_of(Member(), end=End(comment=b"made at home")), 1, 5),
    "folders named or not": (zip_of(Member(b"a/", b"", attributes=0x10), Member(b"b/c/d")), 2, 5),
    "a folder named after its files": (
        zip_of(Member(b"a/b"), Member(b"a/", b"", attributes=0x10)),
        2,
        5,
    ),
    "UTF-8 that is not announced": (zip_of(Member("été.txt".encode(), flags=0)), 1, 5),
    "streamed": (streamed(), 2, 1005),
    "wide sizes": (
        zip_of(Member(size=SENTINEL, packed_size=SENTINEL, extra=zip64_extra(5, 5))),
        1,
        5,
    ),
    "wide sizes repeated": (zip_of(Member(extra=zip64_extra(5, 5))), 1, 5),
    "wide end": (zip_of(Member(), end=End(wide={})), 1, 5),
    "wide end alone": (
        zip_of(Member(), end=End(wide={}, entries=0xFFFF, size=SENTINEL, offset=SENTINEL)),
        1,
        5,
    ),
    "a gap between entries": (zip_of(Member(after=bytes(7)), Member(b"b")), 2, 10),
    "small and very tight": (zip_of(Member(content=bytes(1 << 20), method=DEFLATED)), 1, 1 << 20),
    "as many as allowed": (many(LIMITS.entries_max), LIMITS.entries_max, 0),
}


@pytest.mark.parametrize(("data", "entries", "total_bytes"), HONEST.values(), ids=HONEST)
def test_an_honest_archive_is_accepted_and_unpacks(tmp_path, data, entries, total_bytes):
    summary = ArchiveSummary(entries, total_bytes)
    assert inspect(io.BytesIO(data), LIMITS) == summary
    path = tmp_path / "in.zip"
    path.write_bytes(data)
    assert extract(path, tmp_path / "out", LIMITS) == summary
    with zipfile.ZipFile(path, metadata_encoding="utf-8") as archive:
        expected = {
            info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()
        }
    assert contents(tmp_path / "out") == expected


def contents(folder):
    """{path: content} of the files below `folder`."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_unpacking_keeps_the_executable_bit_and_no_other(tmp_path):
    path = tmp_path / "in.zip"
    path.write_bytes(
        zip_of(
            Member(b"run.sh", attributes=0o104777 << 16),
            Member(b"secret", attributes=0o100000 << 16),
            Member(b"plain", attributes=0),
            Member(b"folder/", b"", attributes=0o047777 << 16),
        )
    )
    extract(path, tmp_path / "out", LIMITS)
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "out").iterdir()}
    umask = os.umask(0)
    os.umask(umask)
    assert modes == {
        "run.sh": 0o755 & ~umask,
        "secret": 0o644 & ~umask,
        "plain": 0o644 & ~umask,
        "folder": 0o755 & ~umask,
    }


def test_unpacking_over_something_is_a_programmers_error(tmp_path):
    path = tmp_path / "in.zip"
    path.write_bytes(zip_of(Member()))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("kept")
    with pytest.raises(InvariantViolated):
        extract(path, tmp_path / "out", LIMITS)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InvariantViolated):
        extract(path, tmp_path / "link", LIMITS)
    assert contents(tmp_path / "out") == {"mine": b"kept"}


COMPONENTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=80
).filter(lambda text: text not in {".", ".."} and len(text.encode()) <= 255)


@given(st.lists(COMPONENTS, min_size=1, max_size=5))
def test_an_accepted_name_stays_below_its_folder_on_every_system(components):
    name = "/".join(components)
    if name_fault(name) is not None:
        return
    assert not any(character in name for character in '\\:<>"|?*\0')
    for component in name.split("/"):
        assert component not in {"", ".", ".."}
        assert component == component.rstrip(". ")
        assert component.partition(".")[0].strip().upper() not in {"CON", "NUL", "AUX", "PRN"}


@given(COMPONENTS)
def test_a_portable_name_is_safe_or_too_long(component):
    name = portable_component(component)
    assert name_fault(name) is None or len(name.encode()) > 255
    assert portable_component(name) == name


@given(COMPONENTS)
def test_names_that_some_system_takes_for_one_have_one_key(component):
    assert fold(component) == fold(fold(component))
    assert fold(component) == fold(component.casefold())


TREES = st.dictionaries(
    st.lists(COMPONENTS, min_size=1, max_size=3).map(tuple),
    st.tuples(st.binary(max_size=300), st.booleans()),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(tree=TREES)
def test_what_is_packed_is_accepted_and_unpacks_the_same(tmp_path_factory, tree):
    base = tmp_path_factory.mktemp("tree")
    source = base / "source"
    source.mkdir()
    wanted = []
    for parts, (content, executable) in tree.items():
        path = source.joinpath(*parts)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            continue
        path.chmod(0o700 if executable else 0o600)
    wanted = sorted((content, mode(path)) for path, content in files(source))
    packed = pack(source, base / "packed.zip", LIMITS)
    with (base / "packed.zip").open("rb") as file:
        found = inspect(file, LIMITS)
    assert (found.entries, found.total_bytes) == (packed.entries, packed.total_bytes)
    extract(base / "packed.zip", base / "out", LIMITS)
    unpacked = sorted((content, mode(path)) for path, content in files(base / "out"))
    assert len(unpacked) == len(wanted) - packed.skipped
    if not packed.skipped:
        assert unpacked == wanted
    if not packed.renamed and not packed.skipped:
        assert contents(base / "out") == contents(source)


def files(folder):
    return [(path, path.read_bytes()) for path in folder.rglob("*") if path.is_file()]


def mode(path):
    return bool(path.stat().st_mode & 0o100)


SEEDS = range(8)
MUTATIONS_PER_SEED = long_form(500, 50_000)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """`data` with a few bytes changed, cut, doubled or overwritten by edge values."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed))
        match chance.randrange(6):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                changed[at] ^= 1 << chance.randrange(8)
            case 2:
                del changed[at : at + chance.randint(1, 40)]
            case 3:
                changed[at:at] = changed[at : at + chance.randint(1, 80)]
            case 4:
                edge = chance.choice(
                    [b"\xff\xff", b"\xff" * 4, bytes(4), b"\xff" * 8, b"\0\0\0\x80"]
                )
                changed[at : at + len(edge)] = edge
            case _:
                changed[at : at + 1] = chance.choice([b"/", b"..", b"\\", b"PK\x05\x06", b"\0"])
        if not changed:
            break
    return bytes(changed)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mutated_archive_is_accepted_or_refused_and_stays_in_its_folder(tmp_path, seed):
    chance = random.Random(seed)
    limits = ArchiveLimits(entries_max=50, total_bytes_max=1 << 20, entry_bytes_max=1 << 20)
    wide = zip_of(
        Member(b"d/", b"", attributes=0o040755 << 16),
        Member(b"d/wide", b"x" * 300, DEFLATED, size=SENTINEL, extra=zip64_extra(300)),
        Member(b"run.sh", attributes=0o100755 << 16),
        end=End(wide={}, comment=b"comment"),
    )
    path = tmp_path / "a" / "b" / "in.zip"
    path.parent.mkdir(parents=True)
    out = path.with_name("out")
    accepted = 0
    for number in range(MUTATIONS_PER_SEED):
        path.write_bytes(mutated(chance.choice([wide, streamed()]), chance))
        reason = refusal_of(path, out, limits)
        accepted += reason is None
        assert reason is None or reason.name.startswith("ARCHIVE_"), (seed, number)
        assert out.exists() == (reason is None), (seed, number)
        shutil.rmtree(out, ignore_errors=True)
        assert sorted(tmp_path.rglob("*")) == [tmp_path / "a", path.parent, path], (seed, number)
    assert 0 < accepted < MUTATIONS_PER_SEED


def refusal_of(path, out, limits):
    """Why `extract` refuses, or None."""
    try:
        extract(path, out, limits)
    except HiveMindError as error:
        return error.reason
    return None


def test_a_full_disk_is_refused_as_such(full_disk, tmp_path):
    path = tmp_path / "in.zip"
    path.write_bytes(zip_of(Member(b"small"), Member(b"big", bytes(4 << 20))))
    with pytest.raises(HiveMindError) as refused:
        extract(path, full_disk / "out", LIMITS)
    assert refused.value.reason is Reason.STORE_FULL
    assert list(full_disk.iterdir()) == []
