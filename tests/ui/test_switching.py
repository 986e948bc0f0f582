"""From one master to another and back, with sessions that are remembered."""

from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from app.client.address import MasterAddress
from app.client.channel import fetch_pool_info
from app.common.pki import ca_pin
from app.common.vocabulary import Role
from tests.e2e.conftest import PASSWORD, serving, settings_in
from tests.ui.test_application import first_start, live, options, until
from ui.app import Application

__all__ = ["options"]


def entry(application: Application, start: str) -> QAction:
    """The entry of the menu of masters that begins so."""
    assert application.window is not None
    for action in application.window.masters_menu.actions():
        if action.text().replace("&", "").startswith(start):
            return action
    raise AssertionError(start)


def test_there_and_back_again(qapp: QApplication, options, tmp_path: Path) -> None:
    async def story(application: Application) -> None:
        first = await first_start(application)
        console = application.console
        assert application.host is not None
        home = application.host.address
        there = settings_in(tmp_path / "far", pool_name="Far away")
        async with serving(there) as master:
            entry(application, "Other").trigger()
            await until(lambda: application._sign_in is not None)
            application._sign_in.reject()
            assert application.window is first
            await master_signed_in(application, master.grpc_address, master.ca_pin)
            await until(lambda: "Far away" in application.window.windowTitle())
            assert application.window is not first
            assert not entry(application, "This computer").isChecked()
            entry(application, "This computer").trigger()
            await until(lambda: "Room 204" in application.window.windowTitle())
            assert console.connection.address == home
            await until(lambda: application._actions.masters._known)
            entry(application, "Far away").trigger()
            await until(lambda: "Far away" in application.window.windowTitle())
            assert console.settings.values.masters == [master.grpc_address]
            await until(lambda: application._actions.masters._known)
            assert console.connection.user.role == Role.ADMIN.label
        # It has gone: the failure is told, and all stays as it is.
        entry(application, "This computer").trigger()
        await until(lambda: "Room 204" in application.window.windowTitle())
        window = application.window
        await until(lambda: application._actions.masters._known)
        entry(application, "Far away").trigger()
        await until(lambda: application._failures._box)
        assert application.window is window

    assert live(options, story) == 0


async def master_signed_in(application: Application, address: str, pin: str) -> None:
    """Sign in as the dialog does once somebody has compared the pin."""
    info = await fetch_pool_info(MasterAddress.parse(address))
    certificate = info.ca_certificate_pem.encode()
    assert ca_pin(certificate) == pin
    await application.console.connection.open(address, certificate, "admin", PASSWORD)
