"""A service's talk with Windows' service manager, with a manager of the test's own."""

import asyncio
import sys
import threading

import pytest

from app.common import crash
from app.master import windows_service
from app.master.service_state import State
from app.master.windows_service import Service


class ManagerOfTheTest:
    """Starts the service, and tells it to stop when `wants_stop` is set."""

    def __init__(self, *, there: bool = True) -> None:
        self.there = there
        self.wants_stop = threading.Event()
        self.has_told_stop = threading.Event()
        self.told: list[tuple[State, int]] = []

    def serve(self, begin, control):
        if not self.there:
            raise OSError(1063, "not started by the service manager")
        main = threading.Thread(target=begin)
        main.start()
        self.wants_stop.wait()
        control()
        self.has_told_stop.set()
        main.join()

    def tell(self, state, status):
        self.told.append((state, status))


def serving(manager: ManagerOfTheTest, status: int = 0):
    """A master that serves, and ends with `status` when it is told to stop."""

    async def master(service: Service) -> int:
        stop = asyncio.Event()
        service.on_stop(stop.set)
        service.serves()
        manager.wants_stop.set()
        await stop.wait()
        return status

    return lambda service: asyncio.run(master(service))


@pytest.mark.parametrize("status", [0, 1])
def test_the_manager_is_told_what_the_master_does(status):
    manager = ManagerOfTheTest()
    assert Service(manager).run(serving(manager, status)) == status
    assert manager.told == [
        (State.START_PENDING, 0),
        (State.RUNNING, 0),
        (State.STOP_PENDING, 0),
        (State.STOPPED, status),
    ]


def test_to_be_told_to_stop_before_it_serves_is_not_lost():
    manager = ManagerOfTheTest()

    async def slow(service: Service) -> None:
        manager.wants_stop.set()
        await asyncio.to_thread(manager.has_told_stop.wait)
        stop = asyncio.Event()
        service.on_stop(stop.set)
        await stop.wait()

    def master(service: Service) -> int:
        asyncio.run(slow(service))
        return 0

    assert Service(manager).run(master) == 0


def test_a_master_that_dies_is_told_of():
    manager = ManagerOfTheTest()

    def dies(_service: Service) -> int:
        manager.wants_stop.set()
        raise ValueError("of the test")

    with pytest.raises(ValueError, match="of the test"):
        Service(manager).run(dies)
    assert manager.told[-1] == (State.STOPPED, 1)


def test_nobody_else_can_start_it():
    with pytest.raises(OSError, match="not started by"):
        Service(ManagerOfTheTest(there=False)).run(lambda _service: 0)


def test_it_connects_before_it_imports_the_master(monkeypatch, tmp_path):
    heavy = "app.master.command"
    monkeypatch.delitem(sys.modules, heavy, raising=False)
    monkeypatch.setenv("HIVEMIND_LOG_DIR", "of the test")
    monkeypatch.setattr(crash, "install", lambda _program: None)
    imported = []

    class Slow(ManagerOfTheTest):
        def serve(self, begin, control):
            imported.append(heavy in sys.modules)
            raise OSError("of the test")

    monkeypatch.setattr(windows_service, "_manager", Slow)
    assert windows_service._run(tmp_path) == 1
    assert imported == [False]


def test_its_data_is_closed_to_others(tmp_path):
    commands = windows_service.installing("C:\\x y\\h.exe", tmp_path)
    create, *_others = commands
    assert '"C:\\x y\\h.exe" service run --data-dir' in create[create.index("binPath=") + 1]
    assert create[create.index("obj=") + 1] == windows_service.ACCOUNT
    closed = [command[1] for command in commands if command[0] == "icacls.exe"]
    assert closed == [str(tmp_path), f"{tmp_path}-logs"]
    assert all("/inheritance:r" in command for command in commands if command[0] == "icacls.exe")


def test_elsewhere_it_says_what_does_it(capsys):
    assert windows_service.main(["install"]) == 2
    assert "systemctl" in capsys.readouterr().err
