"""What is found in a folder, a ZIP archive or files before they are submitted."""

import zipfile

import pytest

from app.common.errors import HiveMindError, Reason
from ui.models.content import Hint, Kind, look_at


def test_a_folder_is_counted_and_its_entry_is_found(tmp_path):
    job = tmp_path / "job"
    (job / "data").mkdir(parents=True)
    (job / "main.py").write_text("print()")
    (job / "data" / "points.csv").write_bytes(b"1" * 1000)
    content = look_at([job])
    assert (content.kind, content.name, content.entry) == (Kind.FOLDER, "job", "main.py")
    assert (content.files, content.total_bytes) == (2, 1007)


def test_run_sh_goes_before_main_py(tmp_path):
    for name in ("main.py", "run.sh"):
        (tmp_path / name).write_text("")
    assert look_at([tmp_path]).entry == "run.sh"


def test_an_entry_below_the_top_is_none_but_scripts_at_the_top_are_suggested(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "run.sh").write_text("")
    (tmp_path / "train.py").write_text("")
    content = look_at([tmp_path])
    assert (content.entry, content.suggestions) == ("", ("python3 train.py",))


def test_what_it_will_need_is_hinted_at(tmp_path):
    (tmp_path / "requirements.txt").write_text("numpy\ntorch==2.9\n")
    (tmp_path / "Dockerfile").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "Dockerfile")
    content = look_at([tmp_path])
    assert content.hints == {Hint.NETWORK, Hint.GPU, Hint.IMAGE, Hint.LINKS}
    assert content.files == 2


def test_packages_without_a_gpu_among_them_hint_at_none(tmp_path):
    (tmp_path / "requirements.txt").write_text("numpy\npytorch-notes\n")
    assert look_at([tmp_path]).hints == {Hint.NETWORK}


def test_an_archive_is_read_without_unpacking(tmp_path):
    path = tmp_path / "job.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("run.sh", "echo")
        archive.writestr("data/a", "12345")
    content = look_at([path])
    assert (content.kind, content.name, content.entry) == (Kind.ARCHIVE, "job", "run.sh")
    assert (content.files, content.total_bytes) == (2, 9)


def test_an_archive_with_one_folder_around_it_suggests_to_go_there(tmp_path):
    path = tmp_path / "job.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("my job/run.sh", "echo")
    content = look_at([path])
    assert content.entry == ""
    assert content.suggestions == ("""sh -c 'cd '"'"'my job'"'"' && sh run.sh'""",)


def test_files_are_taken_side_by_side(tmp_path):
    for name in ("main.py", "b.txt"):
        (tmp_path / name).write_text("123")
    content = look_at([tmp_path / "main.py", tmp_path / "b.txt"])
    assert (content.kind, content.files, content.entry) == (Kind.FILES, 2, "main.py")


@pytest.mark.parametrize("case", ["gone", "two of a name", "a folder among files"])
def test_what_cannot_be_submitted_is_refused_with_a_sentence(tmp_path, case):
    (tmp_path / "a").mkdir()
    for path in (tmp_path / "x", tmp_path / "a" / "x"):
        path.write_text("")
    sources = {
        "gone": [tmp_path / "missing"],
        "two of a name": [tmp_path / "x", tmp_path / "a" / "x"],
        "a folder among files": [tmp_path / "x", tmp_path / "a"],
    }[case]
    with pytest.raises(HiveMindError) as refused:
        look_at(sources)
    assert refused.value.reason is Reason.INVALID_FIELD


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "fake.zip"
    path.write_text("not a zip")
    with pytest.raises(HiveMindError) as refused:
        look_at([path])
    assert refused.value.reason is Reason.ARCHIVE_INVALID
