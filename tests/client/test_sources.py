import os
import zipfile

import pytest

from app.client.sources import task_archive
from app.common.errors import HiveMindError, Reason


def names_in(sources) -> list[str]:
    with task_archive(sources) as archive, zipfile.ZipFile(archive) as opened:
        return sorted(opened.namelist())


def test_a_folder_is_packed_as_it_is(tmp_path):
    (tmp_path / "job" / "data").mkdir(parents=True)
    (tmp_path / "job" / "main.py").write_text("print(1)")
    (tmp_path / "job" / "data" / "in.txt").write_text("x")
    assert names_in([tmp_path / "job"]) == ["data/in.txt", "main.py"]


def test_files_are_put_side_by_side(tmp_path):
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(name)
    assert names_in([tmp_path / "a.py", tmp_path / "b.py"]) == ["a.py", "b.py"]


def test_nothing_is_an_empty_archive():
    assert names_in([]) == []


def test_a_zip_is_taken_as_it_is_and_stays(tmp_path):
    with zipfile.ZipFile(tmp_path / "job.zip", "w") as archive:
        archive.writestr("main.py", "print(1)")
    with task_archive([tmp_path / "job.zip"]) as path:
        assert path == tmp_path / "job.zip"
    assert path.exists()


def test_what_was_packed_is_gone_afterwards(tmp_path):
    (tmp_path / "main.py").write_text("print(1)")
    with task_archive([tmp_path / "main.py"]) as path:
        assert path.exists()
    assert not path.exists()
    assert not path.parent.exists()


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own there")
def test_links_are_left_out_and_told(tmp_path):
    (tmp_path / "main.py").write_text("print(1)")
    (tmp_path / "link").symlink_to("/etc/passwd")
    notes = []
    with task_archive([tmp_path], notes.append):
        pass
    assert notes == ["Left out of the archive: 1 links or special files."]


def test_a_damaged_zip_is_refused_before_it_is_sent(tmp_path):
    (tmp_path / "job.zip").write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(HiveMindError) as refusal, task_archive([tmp_path / "job.zip"]):
        pass
    assert refusal.value.reason is Reason.ARCHIVE_INVALID


def test_what_is_not_there_and_two_of_one_name_are_refused(tmp_path):
    (tmp_path / "one").mkdir()
    for path in (tmp_path / "a.py", tmp_path / "one" / "a.py"):
        path.write_text("x")
    for sources in (
        [tmp_path / "missing"],
        [tmp_path / "a.py", tmp_path / "one"],
        [tmp_path / "a.py", tmp_path / "one" / "a.py"],
    ):
        with pytest.raises(HiveMindError) as refusal, task_archive(sources):
            pass
        assert refusal.value.reason is Reason.INVALID_FIELD
