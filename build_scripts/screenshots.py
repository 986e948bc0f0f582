"""Draws every screen of the console into a folder, in both languages and both themes.

    python -m build_scripts.screenshots [FOLDER]

The screens are the real ones over a real master with pretended nodes at work.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.client.profiles import Profiles
from app.common.vocabulary import Priority
from build_scripts.sample_pool import sample_pool
from proto.nodepool_pb2 import VpnInfo
from ui import theme
from ui.connection import Connection
from ui.console import Console, Selection
from ui.dialogs.about import AboutDialog
from ui.dialogs.join import JoinDialog
from ui.dialogs.palette import CommandPalette
from ui.dialogs.settings import SettingsDialog
from ui.dialogs.shortcuts import ShortcutsDialog
from ui.dialogs.sign_in import SignInDialog
from ui.dialogs.submit import SubmitDialog
from ui.dialogs.transfer import TransferDialog
from ui.dialogs.vpn_checks import ChecksDialog
from ui.dialogs.vpn_device import DeviceDialog
from ui.docks.task_details import TaskDetailsPane
from ui.event_loop import run
from ui.host import Host
from ui.languages import Translations
from ui.local_worker import LocalWorker
from ui.main_window import SIZE, MainWindow
from ui.models.notices import Entry, Notice, NoticeKind, entries_of
from ui.notifier import Notifier, Told
from ui.operations import Operations
from ui.priority_actions import PriorityActions
from ui.resources import app_icon
from ui.settings import SettingsFile, ThemeChoice
from ui.undo import Inverse
from ui.window_actions import WindowActions
from ui.wizards.first_start import FirstStart
from ui.wizards.vpn_setup import VpnSetup

NODES = 24
PASSWORD = "correct horse battery staple"  # noqa: S105 - of a pool that lives for a minute
SETTLE_SECONDS = 1.2
FONT_POINTS = 10


@asynccontextmanager
async def hosted(folder: Path) -> AsyncIterator[tuple[Console, Host]]:
    """A console over a master in this process, signed in as its admin."""
    os.environ |= {
        "GRPC_SERVER_ADDRESS": "127.0.0.1:0",
        "UI_PORT": "0",
        # The log of the master is one of the screens.
        "LOG_LEVEL": "INFO",
        "HIVEMIND_ANNOUNCE": "false",
        "HIVEMIND_POOL_NAME": "Room 204",
    }
    host = Host(data_dir=folder / "data")
    await host.start()
    operations = Operations()
    operations.failed.connect(lambda *what: print("failed:", *what))
    settings = SettingsFile(folder / "console" / "console.json")
    connection = Connection(Profiles(folder / "console"))
    console = Console(connection, operations, settings, Selection())
    try:
        await host.create_admin("admin", PASSWORD)
        await connection.open(host.address, await host.certificate(), "admin", PASSWORD)
        yield console, host
    finally:
        await operations.stop()
        await connection.close()
        await host.stop()


async def draw(folder: Path) -> None:
    """Draw everything."""
    with tempfile.TemporaryDirectory(prefix="hivemind-screens-") as name:
        root = Path(name)
        async with (
            hosted(root) as (console, host),
            sample_pool(console.pool, host.address, root, NODES),
        ):
            await asyncio.sleep(12)
            translations = Translations()
            for locale in ("en", "zh_CN"):
                console.settings.values.language = locale
                translations.use(locale)
                for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
                    theme.choose(choice)
                    target = folder / f"{locale}-{choice}"
                    target.mkdir(parents=True, exist_ok=True)
                    await _window(console, host, target)
                    await _wizard(console, host, root, target)


def _forget_lag(window: MainWindow) -> None:
    """Drawing a screen stops the window for a moment, which its status bar would tell."""
    stalls = window.status.stalls
    stalls.unwatch(window.status)
    stalls.watch(window.status)


async def _window(console: Console, host: Host, target: Path) -> None:
    window = MainWindow(console)
    # As on a screen that has room for it: the one without a display is small.
    window.resize(SIZE)
    actions = WindowActions(window, host)
    window.reset_layout()
    window.show()
    await asyncio.sleep(SETTLE_SECONDS)
    _select(console)
    for name in window.panes:
        window.show_pane(name)
        _forget_lag(window)
        await asyncio.sleep(SETTLE_SECONDS)
        window.grab().save(str(target / f"window-{name}.png"))
        window.panes[name].grab().save(str(target / f"pane-{name}.png"))
    await _details(window, actions, target)
    dialogs: dict[str, QDialog] = {
        "submit": SubmitDialog(console, window, None),
        "join": JoinDialog(console, window),
        "transfer": TransferDialog(console, window),
        "vpn-setup": VpnSetup(console, VpnInfo(), window),
        "vpn-device": DeviceDialog(console, window),
        "vpn-checks": ChecksDialog(console, window),
        "sign-in": SignInDialog(console, window, address=host.address, certificate=b""),
        "settings": SettingsDialog(console.settings, window),
        "palette": CommandPalette(window, actions.all_actions()),
        "shortcuts": ShortcutsDialog(actions.all_actions(), window),
        "about": AboutDialog(window),
    }
    for name, dialog in dialogs.items():
        await _shoot(dialog, target / f"dialog-{name}.png")
    window.hide()
    window.deleteLater()
    await asyncio.sleep(0)


async def _details(window: MainWindow, actions: WindowActions, target: Path) -> None:
    """What opens inside the window: a task's history, the notices, what can be undone."""
    console = window.console
    window.show_pane("task_details")
    details = window.panes["task_details"]
    if isinstance(details, TaskDetailsPane):
        details.tabs.setCurrentWidget(details.history)
        await asyncio.sleep(SETTLE_SECONDS)
        details.grab().save(str(target / "pane-task_details-history.png"))
    notifier = Notifier(console)
    notifier.told.extend(Told(console.feed.now_seconds - 90, one) for one in _news(console))
    bell = actions.add_bell(notifier)
    bell.open_list()
    await _shoot(bell.list, target / "list-notices.png")
    console.operations.undo.offer(_of_undo(console), Inverse())
    window.grab().save(str(target / "window-undo.png"))
    console.operations.undo.withdraw()


def _news(console: Console) -> list[Entry]:
    """As if all that the pool has had happened just now."""
    kinds = {4: NoticeKind.TASK_SUCCEEDED, 5: NoticeKind.TASK_FAILED}
    ended = [
        Notice(kinds[int(task.state)], task.task_id, task.name, task.detail)
        for task in console.state.tasks.values()
        if int(task.state) in kinds
    ]
    node = next(iter(console.state.nodes.values()))
    lost = Notice(NoticeKind.NODE_LOST, node.node_id, node.name)
    return [*entries_of(ended[:1]), *entries_of([*ended, lost])]


def _of_undo(console: Console) -> str:
    """The sentence of a change of priority."""
    actions = PriorityActions(console, list, QWidget())
    return actions.said(12, Priority.URGENT)


async def _wizard(console: Console, host: Host, root: Path, target: Path) -> None:
    wizard = FirstStart(console, host, LocalWorker(root / "worker"))
    for number in range(wizard.count):
        wizard.show_step(number)
        await _shoot(wizard, target / f"first-start-{number + 1}.png", close=False)
    wizard.close()
    wizard.deleteLater()


async def _shoot(dialog: QWidget, path: Path, *, close: bool = True) -> None:
    dialog.show()
    await asyncio.sleep(SETTLE_SECONDS)
    dialog.grab().save(str(path))
    if close:
        dialog.close()
        dialog.deleteLater()


def _select(console: Console) -> None:
    tasks = sorted(console.state.tasks.values(), key=lambda task: (-task.state, task.task_id))
    running = [task for task in tasks if task.state == 3] or tasks
    console.selection.select_tasks([running[0].task_id])
    console.selection.select_nodes([next(iter(console.state.nodes))])


def main(arguments: list[str]) -> int:
    """Draw into the folder named, by default build/screenshots."""
    parser = argparse.ArgumentParser(prog="dev.py screenshots", description="Draw every screen.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build") / "screenshots")
    folder: Path = parser.parse_args(arguments).folder
    application = QApplication([])
    application.setStyle("Fusion")
    application.setQuitOnLastWindowClosed(False)
    application.setWindowIcon(app_icon())
    font = application.font()
    font.setPointSize(FONT_POINTS)
    application.setFont(font)
    run(draw(folder))
    print(f"{len(list(folder.rglob('*.png')))} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
