"""The files of a result: listed, read and unpacked within limits."""

import io
import zipfile

import pytest

from app.common.errors import HiveMindError, Reason
from ui.models import result_archive
from ui.models.result_archive import Kind, Member


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "result.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("plots/图.png", b"png")
        file.writestr("report.txt", b"hello" * 1000)
        file.writestr("empty/", b"")
    return path


def test_files_are_listed_without_folders(archive):
    assert result_archive.members(archive) == [
        Member("plots/图.png", 3),
        Member("report.txt", 5000),
    ]


def test_no_more_is_read_than_asked_for(archive):
    assert result_archive.read(archive, "report.txt", 7) == b"hellohe"


def test_one_file_is_written(archive, tmp_path):
    target = tmp_path / "out.txt"
    result_archive.extract_one(archive, "report.txt", target)
    assert target.read_bytes() == b"hello" * 1000


def test_a_file_larger_than_it_says_is_refused(archive, tmp_path):
    with pytest.raises(HiveMindError) as caught:
        result_archive.extract_one(archive, "report.txt", tmp_path / "out", bytes_max=10)
    assert caught.value.reason is Reason.ARCHIVE_BOMB


def test_everything_is_unpacked_into_a_new_folder(archive, tmp_path):
    folder = result_archive.free_folder(tmp_path, "a/b: результат?")
    assert folder.parent == tmp_path
    result_archive.extract_all(archive, folder)
    assert (folder / "plots" / "图.png").read_bytes() == b"png"
    again = result_archive.free_folder(tmp_path, "a/b: результат?")
    assert again != folder
    assert not again.exists()


@pytest.mark.parametrize("name", ["", "...", "///", "x" * 500])
def test_a_folder_has_a_name_whatever_the_task_is_called(tmp_path, name):
    folder = result_archive.free_folder(tmp_path, name)
    folder.mkdir()
    assert folder.parent == tmp_path


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x03\x04 cut"])
def test_what_is_no_archive_is_refused(tmp_path, data):
    path = tmp_path / "bad.zip"
    path.write_bytes(data)
    with pytest.raises(HiveMindError) as caught:
        result_archive.members(path)
    assert caught.value.reason is Reason.ARCHIVE_INVALID


def test_a_damaged_file_is_refused_by_name(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("a.txt", b"A" * 100)
    path = tmp_path / "bad.zip"
    path.write_bytes(buffer.getvalue().replace(b"A" * 100, b"B" * 100))
    with pytest.raises(HiveMindError, match=r"a\.txt"):
        result_archive.read(path, "a.txt", 1000)


@pytest.mark.parametrize(
    ("name", "kind", "opened"),
    [
        ("a.PNG", Kind.IMAGE, True),
        ("log", Kind.TEXT, False),
        ("a.txt", Kind.TEXT, True),
        ("run.sh", Kind.TEXT, False),
        ("setup.exe", Kind.OTHER, False),
        ("page.html", Kind.TEXT, False),
        ("paper.pdf", Kind.OTHER, True),
    ],
)
def test_programs_are_never_opened(name, kind, opened):
    member = Member(name, 10)
    assert (member.kind, member.can_be_opened) == (kind, opened)
