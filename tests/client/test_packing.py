"""Submitting is given up while the archive is still being packed."""

import asyncio
import os
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.client.tasks import Tasks
from tests.sources import SeededIds


async def test_a_submission_that_is_given_up_packs_no_further(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    folder = tmp_path / "job"
    folder.mkdir()
    (folder / "data").write_bytes(os.urandom(4 * 1024 * 1024))
    loop = asyncio.get_running_loop()
    reached, go_on = asyncio.Event(), threading.Event()
    packed: list[int] = []

    def packing(done: int) -> None:
        packed.append(done)
        loop.call_soon_threadsafe(reached.set)
        assert go_on.wait(20)

    tasks = Tasks(cast("Any", SimpleNamespace(ids=SeededIds())))
    submitting = asyncio.create_task(tasks.submit(folder, packing=packing))
    await reached.wait()
    submitting.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await submitting
    assert len(packed) == 1
    assert list((tmp_path / "temporary").iterdir()) == []
