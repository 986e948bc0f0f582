"""The desktop application: from the double click to the end of the process."""

import argparse
import asyncio
from collections.abc import Callable

import platformdirs
import structlog
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from app.client.profiles import Profiles
from app.common.crash import reports
from app.common.errors import HiveMindError, Reason
from app.common.stop_signals import on_stop_signal
from ui import theme
from ui.connection import Connection
from ui.console import Console, Selection
from ui.dialogs.crash_reports import CrashReportsDialog
from ui.dialogs.failure import Failures
from ui.dialogs.settings import SettingsDialog
from ui.dialogs.sign_in import MASTERS_KEPT, SignInDialog
from ui.event_loop import run
from ui.host import Host
from ui.languages import Translations
from ui.local_worker import LocalWorker
from ui.main_window import MainWindow
from ui.notifier import Notifier
from ui.operations import Operations
from ui.sentences import shown
from ui.settings import CloseChoice, SettingsFile, ThemeChoice
from ui.single_instance import SingleInstance
from ui.tray import Tray
from ui.window_actions import WindowActions
from ui.wizards.first_start import FirstStart

log = structlog.get_logger(__name__)

#: From the wish to quit to the end of the process.
STOP_SECONDS = 5.0


def show(options: argparse.Namespace, appeared: Callable[[], object]) -> int:
    """Show the console until it is quit; the exit status.

    `appeared` is called when its first window is there. `ui/start.py` makes the QApplication.
    """
    application = Application(options)
    application.appeared.connect(appeared)
    status = run(application.run())
    return 1 if status is None else status


class Application(QObject):
    """Owns the parts, and decides which window is shown when. `appeared`: the first one is."""

    appeared = Signal()

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__()
        folder = options.config_dir or platformdirs.user_config_path(
            "hivemind-console", appauthor=False
        )
        self._options = options
        self._translations = Translations()
        settings = SettingsFile(folder / "console.json")
        connection = Connection(Profiles(folder), self)
        self.console = Console(connection, Operations(self), settings, Selection(self))
        self.host: Host | None = None
        self.worker: LocalWorker | None = None
        self.window: MainWindow | None = None
        self._actions: WindowActions | None = None
        self._instance = SingleInstance(folder, self)
        self._failures = Failures(self)
        self._tray = Tray(self)
        self._notifier = Notifier(self.console, self)
        self._notifier.watched = self._is_watched
        self._notifier.message.connect(self._tray.tell)
        self._quit = asyncio.Event()
        self._first_start: FirstStart | None = None
        self._sign_in: SignInDialog | None = None
        self._instance.raised.connect(self.raise_window)
        self._tray.open_wanted.connect(self.raise_window)
        self._tray.quit_wanted.connect(self.quit)
        self.console.operations.failed.connect(self._failures.show)
        connection.changed.connect(self._on_signed)
        # It is of another session, or another master.
        connection.changed.connect(self.console.operations.undo.withdraw)

    async def run(self) -> int:
        """Show the console until it is quit; the exit status."""
        values = self.console.settings.values
        self._translations.use(values.language)
        theme.choose(ThemeChoice(values.theme))
        if not self._instance.claim():
            return 0
        # A session that ends, a service manager, Ctrl+C in a terminal.
        on_stop_signal(self.quit)
        try:
            if not await self._begin():
                return 1
            self.appeared.emit()
            await self._until_quit()
        finally:
            await self._stop()
        return 1 if self.host is not None and self.host.failed else 0

    def quit(self) -> None:
        """End the process: what is served is drained first."""
        self._quit.set()

    def raise_window(self) -> None:
        """Bring the window that there is to the front."""
        for widget in (self.window, self._first_start, self._sign_in):
            if widget is not None:
                widget.show()
                widget.raise_()
                widget.activateWindow()
                return

    # -- the beginning

    async def _begin(self) -> bool:
        """Host or attach, and show a window; False if that cannot be."""
        if self._options.connect:
            await self._enter(self._options.connect, b"")
            return True
        try:
            self.host = Host(self._options.config, self._options.data_dir)
            await self.host.start()
        except HiveMindError as error:
            log.warning("the master does not start", reason=error.reason.name)
            self.appeared.emit()
            await self._failures.tell(self.tr("The master cannot start"), error)
            return False
        self.worker = LocalWorker(self.host.settings.data_dir / "local-worker", self)
        if self.host.needs_admin:
            self._show_first_start(self.host, self.worker)
            return True
        await self._enter(self.host.address, await self.host.certificate())
        if self.console.settings.values.local_worker and self.worker.joined:
            self.worker.run()
        return True

    async def _enter(self, address: str, certificate: bytes) -> None:
        """Go on with the session that is remembered, or ask for one."""
        try:
            if await self.console.connection.resume(address):
                return
        except HiveMindError as error:
            if error.reason is not Reason.NOT_SIGNED_IN:
                self._failures.show(self.tr("Sign in"), shown(error.message), error.reason.name)
        self._show_sign_in(address, certificate)

    def _on_switch(self, address: str) -> None:
        """Show the master at `address`, or ask which. Until that is so all stays as it is."""
        if address:
            self.console.operations.start(self.tr("Switch master"), self._switch(address))
        else:
            self._show_sign_in("", b"")

    async def _switch(self, address: str) -> None:
        own = self.host is not None and address == self.host.address
        certificate = await self.host.certificate() if own and self.host is not None else b""
        try:
            if await self.console.connection.resume(address):
                self._remember_master(address)
                return
        except HiveMindError as error:
            if error.reason is not Reason.NOT_SIGNED_IN:
                raise
        self._show_sign_in(address, certificate)

    def _remember_master(self, address: str) -> None:
        """It is the one used last; the hosted one has a place of its own."""
        if self.host is not None and address == self.host.address:
            return
        values = self.console.settings.values
        others = [one for one in values.masters if one != address]
        values.masters = [address, *others][:MASTERS_KEPT]
        self.console.settings.save()

    def _show_first_start(self, host: Host, worker: LocalWorker) -> None:
        wizard = FirstStart(self.console, host, worker)
        wizard.language_chosen.connect(self._speak)
        wizard.rejected.connect(self.quit)
        wizard.accepted.connect(self._first_started)
        self._first_start = wizard
        wizard.show()

    def _first_started(self) -> None:
        wizard, self._first_start = self._first_start, None
        if wizard is not None:
            wizard.deleteLater()
        self._on_signed()

    def _speak(self, locale: str) -> None:
        """Another language was chosen on the first page: begin the wizard in it."""
        self.console.settings.values.language = locale
        self._translations.use(locale)
        wizard, self._first_start = self._first_start, None
        if wizard is not None and self.host is not None and self.worker is not None:
            wizard.rejected.disconnect()
            wizard.close()
            wizard.deleteLater()
            self._show_first_start(self.host, self.worker)

    def _show_sign_in(self, address: str, certificate: bytes) -> None:
        if self._sign_in is not None:
            self._sign_in.deleteLater()
        dialog = SignInDialog(self.console, None, address=address, certificate=certificate)
        dialog.rejected.connect(self._sign_in_given_up)
        self._sign_in = dialog
        dialog.open()

    def _sign_in_given_up(self) -> None:
        if self.window is None:
            self.quit()

    # -- the window

    def _on_signed(self) -> None:
        connection = self.console.connection
        if self._first_start is not None:
            return
        if connection.signed_in:
            if self._sign_in is not None:
                self._sign_in.deleteLater()
                self._sign_in = None
            self.rebuild_window()
        elif self.window is not None:
            self._drop_window()
            self._show_sign_in(connection.address, b"")

    def rebuild_window(self) -> None:
        """Make the window anew: for another user, another language."""
        self._drop_window()
        window = MainWindow(self.console)
        window.closed.connect(self._on_closed)
        window.quit_wanted.connect(self.quit)
        window.sign_out_wanted.connect(self._sign_out)
        window.switch_wanted.connect(self._on_switch)
        window.settings_wanted.connect(self._show_settings)
        self.window = window
        self._failures.parent_window = window
        self._actions = WindowActions(window, self.host)
        if self.host is not None:
            window.status.count_served(self._messages_served)
        self._actions.add_bell(self._notifier)
        self._tray.begin(self.console)
        window.show()
        self._show_crash_reports()

    def _show_crash_reports(self) -> None:
        """Those that nobody has seen yet."""
        values = self.console.settings.values
        fresh = [one for one in reports() if one.path.name > values.crash_report_shown]
        if fresh:
            values.crash_report_shown = fresh[0].path.name
            self.console.settings.save()
            CrashReportsDialog(fresh, self.window).open()

    def _is_watched(self) -> bool:
        active = QGuiApplication.applicationState() is Qt.ApplicationState.ApplicationActive
        return active and self.window is not None and self.window.isVisible()

    def _messages_served(self) -> int:
        return self.host.messages_served if self.host is not None else 0

    def _drop_window(self) -> None:
        window, self.window = self.window, None
        if window is not None:
            window.remember()
            self._failures.parent_window = None
            window.hide()
            window.deleteLater()

    def _on_closed(self) -> None:
        choice = CloseChoice(self.console.settings.values.close)
        if self.host is None or not self._tray.available or choice is CloseChoice.QUIT:
            self.quit()
        elif choice is CloseChoice.KEEP_SERVING:
            self._hide_window()
        else:
            self._tray.ask(self.window, self._close_as)

    def _close_as(self, choice: CloseChoice, remembered: bool) -> None:
        if remembered:
            self.console.settings.values.close = choice
            self.console.settings.save()
        if choice is CloseChoice.QUIT:
            self.quit()
        else:
            self._hide_window()

    def _hide_window(self) -> None:
        if self.window is not None:
            self.window.hide()

    def _sign_out(self) -> None:
        connection = self.console.connection
        self.console.operations.start(self.tr("Sign out"), connection.sign_out())

    def _show_settings(self) -> None:
        dialog = SettingsDialog(self.console.settings, self.window)
        dialog.accepted.connect(self._apply_settings)
        dialog.open()

    def _apply_settings(self) -> None:
        values = self.console.settings.values
        theme.choose(ThemeChoice(values.theme))
        self._translations.use(values.language)
        self.rebuild_window()

    # -- the end

    async def _until_quit(self) -> None:
        """Until somebody quits, or the hosted master has died."""
        while not self._quit.is_set():
            try:
                async with asyncio.timeout(1.0):
                    await self._quit.wait()
            except TimeoutError:
                if self.host is not None and self.host.failed:
                    log.warning("the hosted master has died")
                    return

    async def _stop(self) -> None:
        self._notifier.stop()
        self._drop_window()
        self._tray.end()
        self._instance.release()
        self._translations.drop()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.console.operations.stop()
                await self.console.connection.close()
                if self.worker is not None:
                    self.worker.stop()
                if self.host is not None:
                    await self.host.stop()
        except TimeoutError:
            log.warning("not everything could be stopped in time")
