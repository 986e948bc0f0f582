"""The submit dialog over a scripted pool: drop, price, faults, upload, draft, templates."""

import asyncio

import pytest

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from tests.ui.scripted_pool import ScriptedConsole, until
from ui.dialogs.handing_in import _Stopped
from ui.dialogs.submit import SubmitDialog
from ui.models.submission import draft_of

QUOTE = pb.QuoteResponse(price_mcpt=3000, price_each_mcpt=3000, formula="1 = 1", feasible_nodes=2)


@pytest.fixture
async def scripted(qtbot, tmp_path):
    made = ScriptedConsole(tmp_path)
    made.answers["tasks.quote"] = QUOTE
    made.answers["ledger.balance"] = pb.GetBalanceResponse(available_mcpt=10_000)
    made.answers["tasks.submit"] = pb.UploadTaskResponse(task_id="t1", price_mcpt=3000, count=1)
    yield made
    await made.close()


@pytest.fixture
def job(tmp_path):
    folder = tmp_path / "spheres"
    folder.mkdir()
    (folder / "run.sh").write_text("echo")
    return folder


def opened(qtbot, scripted, draft=None) -> SubmitDialog:
    dialog = SubmitDialog(scripted.console, None, draft)
    # Long, so that it does not run out after the test: `priced` lets it.
    dialog._quote_timer.setInterval(600_000)
    scripted.keep(dialog)
    dialog.open()
    return dialog


async def priced(dialog) -> None:
    """The time after the last key has passed."""
    assert dialog._quote_timer.isActive()
    dialog._quote_timer.stop()
    dialog._quote_timer.timeout.emit()
    await until(lambda: dialog._quote is not None)


async def dropped(dialog, folder) -> None:
    dialog._drop.dropped.emit([folder])
    await until(lambda: dialog._content is not None)


async def test_a_dropped_folder_is_submitted_under_its_name(qtbot, scripted, job):
    dialog = opened(qtbot, scripted)
    await dropped(dialog, job)
    wanted = []
    dialog.submitted.connect(wanted.append)
    dialog._submit.click()
    await until(lambda: dialog._stack.currentIndex() == 1)
    ((sources, fields),) = scripted.called("tasks.submit")
    assert sources == (job,)
    assert (fields["name"], fields["count"]) == ("spheres", 1)
    assert "t1" in dialog._done_id.text()
    dialog._show_task.click()
    assert wanted == ["t1"]


async def test_the_price_and_what_is_left_are_shown_before(qtbot, scripted, job):
    dialog = opened(qtbot, scripted)
    await priced(dialog)
    assert dialog._card._price.text() == "3 CPT"
    assert dialog._card._after.text() == "7 CPT of 10 CPT"
    assert "2" in dialog._card._nodes.text()


async def test_typing_asks_for_one_price(qtbot, scripted):
    dialog = opened(qtbot, scripted)
    await priced(dialog)
    asked = len(scripted.called("tasks.quote"))
    for text in ("1", "1 G", "1 GiB"):
        dialog._form._editors["memory"].setText(text)
    await priced(dialog)
    calls = scripted.called("tasks.quote")
    assert len(calls) == asked + 1
    assert calls[-1][1]["memory_mib"] == 1024


async def test_what_one_cannot_pay_cannot_be_submitted(qtbot, scripted, job):
    scripted.answers["ledger.balance"] = pb.GetBalanceResponse(available_mcpt=2999)
    dialog = opened(qtbot, scripted)
    await dropped(dialog, job)
    await priced(dialog)
    assert not dialog._submit.isEnabled()
    assert dialog._submit.toolTip()


async def test_a_bad_value_is_marked_and_not_submitted(qtbot, scripted, job):
    dialog = opened(qtbot, scripted)
    await dropped(dialog, job)
    dialog._form._editors["memory"].setText("lots")
    assert dialog._form._tabs.tabText(0).startswith("⚠")
    dialog._submit.click()
    assert scripted.called("tasks.submit") == []
    assert dialog._form._tabs.isVisible()


async def test_without_files_or_command_it_asks_for_them(qtbot, scripted):
    dialog = opened(qtbot, scripted)
    dialog._submit.click()
    assert "Add a folder" in dialog._drop._hints.text()


async def test_a_folder_without_an_entry_asks_for_the_command(qtbot, scripted, tmp_path):
    (tmp_path / "job").mkdir()
    (tmp_path / "job" / "a.txt").write_text("")
    dialog = opened(qtbot, scripted)
    await dropped(dialog, tmp_path / "job")
    dialog._submit.click()
    assert scripted.called("tasks.submit") == []
    dialog._form._editors["command"].setText("cat a.txt")
    dialog._submit.click()
    await until(lambda: dialog._stack.currentIndex() == 1)
    assert scripted.called("tasks.submit")[0][1]["command"] == ["cat", "a.txt"]


async def test_the_masters_refusal_stands_beside_its_field(qtbot, scripted, job):
    scripted.answers["tasks.submit"] = HiveMindError(
        Reason.INVALID_FIELD, "The field memory_mib is odd.", field="memory_mib"
    )
    dialog = opened(qtbot, scripted)
    await dropped(dialog, job)
    dialog._submit.click()
    await until(lambda: not dialog._handing_in.busy)
    assert "odd" in dialog._form._grids[1]._notes["memory"].text()
    dialog._form._editors["memory"].setText("1 GiB")
    assert "odd" not in dialog._form._grids[1]._notes["memory"].text()


async def test_a_refusal_of_no_field_is_said(qtbot, scripted, job):
    scripted.answers["tasks.submit"] = HiveMindError(Reason.QUOTA_EXCEEDED, "Storage is full.")
    dialog = opened(qtbot, scripted)
    await dropped(dialog, job)
    dialog._submit.click()
    await until(dialog._message.isVisible)
    assert "Storage is full." in dialog._message.text()


async def test_a_try_after_a_lost_answer_is_the_same_request(qtbot, scripted, job):
    scripted.answers["tasks.submit"] = HiveMindError(Reason.MASTER_UNREACHABLE, "Away.")
    dialog = opened(qtbot, scripted)
    await dropped(dialog, job)
    for _ in range(2):
        dialog._submit.click()
        await until(lambda: not dialog._handing_in.busy)
    dialog._form._editors["name"].setText("another")
    dialog._submit.click()
    await until(lambda: not dialog._handing_in.busy)
    first, second, third = (
        keywords["request_id"] for _, keywords in scripted.called("tasks.submit")
    )
    assert first == second != third


async def test_an_upload_is_shown_and_can_be_stopped(qtbot, scripted, job):
    uploading = asyncio.Event()

    async def submit(*_sources, progress, **_fields):
        progress(1024, 4096)
        uploading.set()
        await asyncio.Event().wait()

    scripted.answers["tasks.submit"] = submit
    dialog = opened(qtbot, scripted)
    await dropped(dialog, job)
    dialog._submit.click()
    await uploading.wait()
    dialog._handing_in._show_progress()
    assert dialog._handing_in._label.text() == "Uploading 1.0 KiB of 4.0 KiB"
    assert dialog._handing_in._bar.value() == 250
    assert not dialog._form.isEnabled()
    dialog._close.click()
    assert dialog.isVisible()
    assert dialog._form.isEnabled()
    assert not dialog._handing_in.busy


async def test_stopping_ends_the_packing(qtbot, scripted, job):
    packed = []

    async def submit(*_sources, packing, **_fields):
        packed.append(packing)
        await asyncio.Event().wait()

    scripted.answers["tasks.submit"] = submit
    dialog = opened(qtbot, scripted)
    await dropped(dialog, job)
    dialog._submit.click()
    await until(lambda: bool(packed))
    packed[0](3)
    dialog._close.click()
    with pytest.raises(_Stopped):
        packed[0](4)


async def test_what_was_typed_is_there_again(qtbot, scripted, job):
    dialog = opened(qtbot, scripted)
    await dropped(dialog, job)
    dialog._form._editors["name"].setText("half done")
    dialog._form._editors["count"].setValue(5)
    dialog.reject()
    again = opened(qtbot, scripted)
    await until(lambda: again._content is not None)
    assert again._form._editors["name"].text() == "half done"
    assert again._form._editors["count"].value() == 5
    assert again._content.sources == (job,)


async def test_after_success_the_values_stay_and_the_files_go(qtbot, scripted, job):
    dialog = opened(qtbot, scripted)
    await dropped(dialog, job)
    dialog._form._editors["memory"].setText("2 GiB")
    dialog._submit.click()
    await until(lambda: dialog._stack.currentIndex() == 1)
    dialog.accept()
    kept = draft_of(scripted.console.settings.values.draft)
    assert (kept.memory, kept.sources, kept.name) == ("2 GiB", [], "")


async def test_files_that_are_gone_are_named(qtbot, scripted, tmp_path):
    dialog = opened(qtbot, scripted, {"sources": [str(tmp_path / "gone")]})
    await until(lambda: "gone" in dialog._drop._hints.text())
    assert dialog._draft.sources == []


async def test_a_template_is_put_over_the_fields_and_leaves_the_files(qtbot, scripted, job):
    dialog = opened(qtbot, scripted)
    await dropped(dialog, job)
    dialog._form._editors["cores"].setText("3")
    dialog._menu.keep("three cores")
    dialog._form._editors["cores"].setText("1")
    saved = scripted.console.settings.values.templates["three cores"]
    assert "sources" not in saved
    dialog._menu.chosen.emit(dict(saved))
    assert dialog._form._editors["cores"].text() == "3"
    assert dialog._draft.sources == [str(job)]
    dialog._menu.delete("three cores")
    assert scripted.console.settings.values.templates == {}


async def test_a_task_is_submitted_again_with_its_files(qtbot, scripted):
    digest = "sha256:" + "1" * 64
    spec = pb.TaskSpec(name="old", archive_digest=digest, count=1)
    scripted.answers["tasks.get"] = pb.TaskInfo(spec=spec)
    draft = await SubmitDialog.draft_of(scripted.console, "t0")
    dialog = opened(qtbot, scripted, draft)
    dialog._submit.click()
    await until(lambda: dialog._stack.currentIndex() == 1)
    ((sources, fields),) = scripted.called("tasks.submit")
    assert (sources, fields["archive_digest"], fields["name"]) == ((), digest, "old")


async def test_the_network_is_allowed_with_one_click(qtbot, scripted, job):
    (job / "requirements.txt").write_text("numpy\n")
    dialog = opened(qtbot, scripted)
    await dropped(dialog, job)
    assert dialog._drop._network.isVisible()
    dialog._drop._network.click()
    assert not dialog._drop._network.isVisible()
    assert dialog._draft.network
