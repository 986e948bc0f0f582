import hashlib
import zipfile

import pytest

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from tests.sources import SeededIds

MEBIBYTE = 1024 * 1024


def noise(size: int, seed: str = "noise") -> bytes:
    """Bytes that no compression makes smaller."""
    return SeededIds(seed).secret(size)


def big_zip(path, size=6 * MEBIBYTE):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.bin", noise(size))
    return path.read_bytes()


def finished(fake, data: bytes, task_id: str = "done") -> str:
    """A task that left `data` as its result; its digest."""
    digest = fake.keep(data)
    fake.tasks[task_id] = pb.TaskInfo(
        task_id=task_id,
        array_id=task_id,
        array_count=1,
        state=pb.TASK_STATE_SUCCEEDED,
        result_digest=digest,
        result_bytes=len(data),
    )
    return digest


async def test_a_small_archive_travels_with_the_task(pool, fake, tmp_path):
    (tmp_path / "main.py").write_text("print(1)")
    submitted = await pool.tasks.submit(tmp_path, name="small")
    assert submitted.count == 1
    assert fake.count("BeginUpload") == 0
    (archive,) = fake.artifacts.values()
    assert b"main.py" in archive


async def test_a_large_archive_is_uploaded_and_named_by_its_digest(pool, fake, tmp_path):
    data = big_zip(tmp_path / "task.zip")
    seen = []
    submitted = await pool.tasks.submit(
        tmp_path / "task.zip", progress=lambda done, total: seen.append((done, total))
    )
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    assert fake.tasks[submitted.task_id].spec.archive_digest == digest
    assert fake.artifacts == {digest: data}
    assert seen[-1] == (len(data), len(data))
    assert seen == sorted(seen)


async def test_the_files_of_an_earlier_task_are_named_and_not_sent(pool, fake):
    digest = "sha256:" + "1" * 64
    await pool.tasks.submit(archive_digest=digest, name="again")
    (request,) = [asked for name, asked in fake.asked if name == "UploadTask"]
    assert (request.spec.archive_digest, request.archive) == (digest, b"")


async def test_an_upload_goes_on_after_each_cut(far_pool, fake, proxy, tmp_path):
    data = big_zip(tmp_path / "task.zip")
    proxy.cut_after_bytes, proxy.cuts_left = 2 * MEBIBYTE, 3
    await far_pool.tasks.submit(tmp_path / "task.zip")
    assert proxy.cuts == 3
    starts = [request for name, request in fake.asked if name == "BeginUpload"]
    assert len(starts) >= 3
    assert list(fake.artifacts.values()) == [data]


async def test_an_upload_that_is_there_already_is_not_sent_again(pool, fake, tmp_path):
    fake.keep(big_zip(tmp_path / "task.zip"))
    await pool.tasks.submit(tmp_path / "task.zip")
    assert fake.count("Upload") == 0


async def test_a_refused_upload_says_why(pool, fake, tmp_path):
    async def full(chunks):
        await anext(chunks)
        raise HiveMindError(Reason.QUOTA_EXCEEDED, "Your storage is full.")

    big_zip(tmp_path / "task.zip")
    fake.answers["Upload"] = full
    with pytest.raises(HiveMindError, match="Your storage is full"):
        await pool.tasks.submit(tmp_path / "task.zip")
    # At the first try: grpc.aio's own word for the broken write did not hide the refusal.
    assert fake.count("Upload") == 1
    assert fake.tasks == {}


async def test_a_download_goes_on_after_each_cut(far_pool, fake, proxy, tmp_path):
    data = noise(8 * MEBIBYTE)
    finished(fake, data)
    proxy.cut_after_bytes, proxy.cuts_left = 2 * MEBIBYTE, 3
    target = tmp_path / "result.zip"
    seen = []
    await far_pool.tasks.fetch("done", target, lambda done, total: seen.append((done, total)))
    assert proxy.cuts == 3
    assert target.read_bytes() == data
    assert not target.with_name("result.zip.part").exists()
    offsets = [request.offset for name, request in fake.asked if name == "Download"]
    assert len(offsets) == 4
    assert offsets == sorted(set(offsets))
    assert seen[-1] == (len(data), len(data))


async def test_a_later_fetch_goes_on_from_what_came(pool, fake, tmp_path):
    data = noise(MEBIBYTE)
    finished(fake, data)
    part = tmp_path / "result.zip.part"
    part.write_bytes(data[:700_000])
    await pool.tasks.fetch("done", tmp_path / "result.zip")
    assert [request.offset for name, request in fake.asked if name == "Download"] == [700_000]
    assert (tmp_path / "result.zip").read_bytes() == data


async def test_another_files_beginning_is_not_taken_for_this_ones(pool, fake, tmp_path):
    data = noise(MEBIBYTE)
    finished(fake, data)
    (tmp_path / "result.zip.part").write_bytes(noise(700_000, "other"))
    await pool.tasks.fetch("done", tmp_path / "result.zip")
    assert (tmp_path / "result.zip").read_bytes() == data


async def test_damaged_bytes_are_refused_and_what_was_there_stays(pool, fake, tmp_path):
    digest = finished(fake, noise(MEBIBYTE))
    fake.artifacts[digest] = b"x" + fake.artifacts[digest][1:]
    target = tmp_path / "result.zip"
    target.write_bytes(b"before")
    with pytest.raises(HiveMindError) as refusal:
        await pool.tasks.fetch("done", target)
    assert refusal.value.reason is Reason.DIGEST_MISMATCH
    assert [path.name for path in tmp_path.iterdir()] == ["result.zip"]
    assert target.read_bytes() == b"before"


async def test_a_result_is_unpacked(pool, fake, tmp_path):
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr("out/answer.txt", "42")
    finished(fake, (tmp_path / "made.zip").read_bytes())
    await pool.tasks.fetch_into("done", tmp_path / "deep" / "result")
    assert (tmp_path / "deep" / "result" / "out" / "answer.txt").read_text() == "42"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["result"]
    with pytest.raises(HiveMindError, match="not empty"):
        await pool.tasks.fetch_into("done", tmp_path / "deep" / "result")


async def test_a_task_without_a_result_says_so(pool, fake, tmp_path):
    submitted = await pool.tasks.submit(command=["true"])
    with pytest.raises(HiveMindError, match="not ended") as refusal:
        await pool.tasks.fetch(submitted.task_id, tmp_path / "result.zip")
    assert refusal.value.reason is Reason.RESULT_NOT_FOUND
