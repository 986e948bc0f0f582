"""The application itself: a window, a hosted master, nodes on real streams."""

import argparse
import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMessageBox

from app.common.clock import SystemClock
from app.common.crash import CrashHandler
from app.common.vocabulary import Role
from bench.pool import SimulatedWorker, enrol, no_op_archive
from proto import nodepool_pb2 as pb
from tests.ports import free_ports
from ui.app import Application
from ui.dialogs.crash_reports import CrashReportsDialog
from ui.event_loop import run
from ui.feed import Link
from ui.host import Host
from ui.main_window import MainWindow
from ui.models.rows import RowsModel

PASSWORD = "correct horse battery staple"

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> argparse.Namespace:
    grpc_port, ui_port = free_ports(2)
    monkeypatch.setenv("GRPC_SERVER_ADDRESS", f"127.0.0.1:{grpc_port}")
    monkeypatch.setenv("UI_PORT", str(ui_port))
    monkeypatch.setenv("HIVEMIND_ANNOUNCE", "false")
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    monkeypatch.setenv("HIVEMIND_LOG_DIR", str(tmp_path / "logs"))
    return argparse.Namespace(
        connect=None, data_dir=tmp_path / "data", config=None, config_dir=tmp_path / "console"
    )


async def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until `true` says so."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - anything may make it so
            await asyncio.sleep(0.02)


def live(options: argparse.Namespace, story: Callable[[Application], Awaitable[None]]) -> int:
    """Run the application while `story` uses it; it is quit when the story is over."""
    application = Application(options)

    async def both() -> int:
        running = asyncio.ensure_future(application.run())
        telling = asyncio.ensure_future(story(application))
        await asyncio.wait([running, telling], return_when=asyncio.FIRST_COMPLETED)
        application.quit()
        status = await running
        telling.cancel()
        await telling
        return status

    status = run(both())
    assert status is not None
    return status


async def first_start(application: Application) -> MainWindow:
    """Go through the first start as a person would."""
    await until(lambda: application._first_start is not None)
    wizard = application._first_start
    assert wizard is not None
    wizard._next.click()
    await until(lambda: wizard.current is wizard.admin)
    wizard.admin.password.setText(PASSWORD)
    assert wizard.admin.problem()
    assert not wizard._next.isEnabled()
    wizard.admin.again.setText(PASSWORD)
    wizard._next.click()
    await until(lambda: wizard.current is wizard.pool)
    wizard.pool.name.setText("Room 204")
    wizard._next.click()
    await until(lambda: wizard.current is wizard.lend)
    wizard._next.click()
    await until(lambda: wizard.current is wizard.more)
    wizard._next.click()
    await until(lambda: application.window is not None)
    window = application.window
    assert window is not None
    await until(lambda: application.console.feed.link is Link.LIVE)
    return window


def rows_of(window: MainWindow, pane: str) -> RowsModel:
    return window.panes[pane].findChild(RowsModel)


def test_first_start_work_and_another_start(qapp: QApplication, options, tmp_path: Path) -> None:
    async def first(application: Application) -> None:
        window = await first_start(application)
        console = application.console
        assert "Room 204" in window.windowTitle()
        assert application.host is not None
        (identity,) = await enrol(console.pool, {"grpc_address": application.host.address}, 1)
        worker = SimulatedWorker(identity, heartbeat_seconds=0.2)
        working = asyncio.ensure_future(worker.run())
        await until(lambda: any(node.online for node in console.state.nodes.values()))
        window.show_pane("nodes")
        await until(lambda: rows_of(window, "nodes").rowCount() == 1)
        submitted = await console.pool.tasks.submit(no_op_archive(tmp_path), count=3, name="three")
        window.show_pane("tasks")
        ended = pb.TaskState.TASK_STATE_SUCCEEDED
        await until(lambda: [task.state for task in console.state.tasks.values()] == [ended] * 3)
        await until(lambda: rows_of(window, "tasks").rowCount() == 3)
        assert {task.array_id for task in console.state.tasks.values()} == {submitted.task_id}
        assert not window.is_open("people")
        (opened,) = (each for each in window.findChildren(QAction) if each.text() == "Users")
        opened.trigger()
        # In front of those it shares its place with.
        await until(lambda: not window.panes["people"].visibleRegion().isEmpty())
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    assert live(options, first) == 0
    (tmp_path / "logs" / "crashes").mkdir(parents=True)
    crashed = CrashHandler("of-the-test", tmp_path / "logs" / "crashes", SystemClock())
    crashed.note(ValueError("an earlier one"), "a test")

    async def again(application: Application) -> None:
        await until(lambda: application.window is not None)
        window = application.window
        assert window is not None
        # What went wrong meanwhile is shown, once.
        await until(lambda: window.findChildren(CrashReportsDialog))
        (dialog,) = window.findChildren(CrashReportsDialog)
        assert "an earlier one" in dialog.text.toPlainText()
        dialog.reject()
        application.rebuild_window()
        window = application.window
        assert window.findChildren(CrashReportsDialog) == []
        # Who was signed in still is, and the window stands as it stood.
        assert application.console.connection.user.username == "admin"
        assert window.is_open("people")
        await until(lambda: len(application.console.state.tasks) == 3)

    assert live(options, again) == 0


def test_a_lost_master_is_shown_and_found_again(qapp: QApplication, options) -> None:
    async def story(application: Application) -> None:
        await first_start(application)
        host, feed = application.host, application.console.feed
        assert host is not None
        await host.stop()
        await until(lambda: feed.link is Link.LOST)
        await host.start()
        await until(lambda: feed.link is Link.LIVE)

    assert live(options, story) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_quits_in_order(qapp: QApplication, options, number: int) -> None:
    stopped: list[Host] = []

    async def story(application: Application) -> None:
        await first_start(application)
        host = application.host
        assert host is not None
        stop = host.stop

        async def note() -> None:
            await stop()
            stopped.append(host)

        host.stop = note
        os.kill(os.getpid(), number)
        await until(application._quit.is_set)

    assert live(options, story) == 0
    assert len(stopped) == 1


def test_each_role_sees_what_it_may(qapp: QApplication, options) -> None:
    async def story(application: Application) -> None:
        window = await first_start(application)
        assert {"people", "join_tokens", "ledger", "tasks", "nodes"} <= set(window.panes)
        connection, host = application.console.connection, application.host
        assert host is not None
        for role in ("user", "operator", "auditor", "worker"):
            await connection.pool.users.create(role, "an unlikely phrase", Role[role.upper()])
        certificate = await host.certificate()
        seen, opened = {}, {}
        for role in ("user", "operator", "auditor", "worker"):
            await connection.open(host.address, certificate, role, "an unlikely phrase")
            assert application.window is not None
            seen[role] = set(application.window.panes)
            opened[role] = set(filter(application.window.is_open, seen[role]))
            titles = [action.text() for action in application._actions.actions]
            assert any("Submit" in title for title in titles) == (role in ("user", "operator"))
        assert "people" not in seen["user"]
        assert "people" in seen["auditor"]
        assert "join_tokens" in seen["operator"]
        assert "join_tokens" not in seen["auditor"]
        assert "tasks" not in seen["worker"]
        assert seen["user"] - opened["user"] == {"heatmap", "timeline"}
        assert seen["operator"] - opened["operator"] == {"vpn"}
        assert "people" in opened["auditor"]
        # Each role has its own arrangement.
        assert application.window is not None
        application.window.show_pane("heatmap")
        application.window.remember()
        await connection.open(host.address, certificate, "user", "an unlikely phrase")
        assert not application.window.is_open("heatmap")
        await connection.open(host.address, certificate, "worker", "an unlikely phrase")
        assert application.window.is_open("heatmap")

    assert live(options, story) == 0


def test_a_second_start_raises_the_first_window(qapp: QApplication, options) -> None:
    async def story(application: Application) -> None:
        await until(lambda: application._first_start is not None)
        raised: list[bool] = []
        application._instance.raised.connect(lambda: raised.append(True))
        second = Application(options)
        assert await asyncio.to_thread(second._instance.claim) is False
        await until(lambda: raised)

    live(options, story)


def test_a_port_in_use_is_told_and_ends_the_program(
    qapp: QApplication, options, monkeypatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("GRPC_SERVER_ADDRESS", f"127.0.0.1:{port}")
        shown: list[str] = []

        async def story(application: Application) -> None:
            await until(lambda: application._failures._box is not None)
            box = application._failures._box
            assert isinstance(box, QMessageBox)
            shown.append(box.informativeText())
            box.accept()
            await asyncio.sleep(3600)

        application = Application(options)

        async def both() -> int:
            telling = asyncio.ensure_future(story(application))
            status = await application.run()
            telling.cancel()
            return status

        assert run(both()) == 1
        assert str(port) in shown[0]
