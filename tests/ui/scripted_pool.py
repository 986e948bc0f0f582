"""A console over a pool that answers what a test scripted: calls are noted, answers are given.

The tests against a real master are elsewhere; here a dialog meets one answer at a time.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete, isValid

from app.client.profiles import Profiles
from app.common.vocabulary import Role
from app.master.identity.permissions import ROLE_PERMISSIONS
from proto import nodepool_pb2 as pb
from ui.connection import Connection
from ui.console import Console, Selection
from ui.operations import Operations
from ui.settings import SettingsFile


class Scripted:
    """Each attribute is a call (or a group of calls) that answers from `answers`, by its name.

    An answer is a value, an exception, or a function of the call's arguments.
    """

    def __init__(self, answers: dict[str, Any], calls: list[tuple], path: str = "") -> None:
        self._answers, self._calls, self._path = answers, calls, path

    @property
    def calls_made(self) -> int:
        return len(self._calls)

    def __getattr__(self, name: str) -> "Scripted":
        path = f"{self._path}.{name}" if self._path else name
        return Scripted(self._answers, self._calls, path)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        self._calls.append((self._path, args, keywords))
        if self._path.endswith((".iterate", ".watch_node", ".stream", "vpn.watch")):
            return self._iterate(*args, **keywords)
        return self._answer(*args, **keywords)

    async def _answer(self, *args: Any, **keywords: Any) -> Any:
        answer = self._answers[self._path]
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            answer = answer(*args, **keywords)
        return await answer if asyncio.iscoroutine(answer) else answer

    async def _iterate(self, *args: Any, **keywords: Any):
        found = await self._answer(*args, **keywords)
        if hasattr(found, "__aiter__"):
            async for item in found:
                yield item
            return
        for item in found:
            yield item


class ScriptedConsole:
    """A console, the answers its pool gives, and the calls that were made."""

    def __init__(self, folder: Path, role: Role = Role.ADMIN, username: str = "alice") -> None:
        self.answers: dict[str, Any] = {}
        self.calls: list[tuple] = []
        connection = Connection(Profiles(folder / "profiles"))
        connection._pool = Scripted(self.answers, self.calls)
        connection.user = pb.UserInfo(
            username=username,
            role=role.label,
            permissions=[each.name for each in ROLE_PERMISSIONS[role]],
        )
        connection.info = pb.GetPoolInfoResponse(pool_name="Lab", registration_open=True)
        connection.address = "127.0.0.1:50051"
        self.operations = Operations()
        self._windows: list[QWidget] = []
        self.failures: list[tuple[str, str, str]] = []
        self.operations.failed.connect(lambda *said: self.failures.append(said))
        self.console = Console(
            connection, self.operations, SettingsFile(folder / "settings.json"), Selection()
        )

    def keep(self, window: QWidget) -> None:
        """Close and delete `window` at the end, while there is still a loop for what it does."""
        self._windows.append(window)

    async def close(self) -> None:
        """End what the test began."""
        for window in self._windows:
            if isValid(window):
                window.close()
        await self.operations.stop()
        for window in self._windows:
            if isValid(window):
                delete(window)

    def called(self, path: str) -> list[tuple]:
        """Arguments of the calls of `path`, in order."""
        return [(args, keywords) for name, args, keywords in self.calls if name == path]


async def until(condition: Callable[[], bool]) -> None:
    """Let windows and tasks go on until `condition` holds; the test's own limit ends it."""
    while not condition():
        QApplication.processEvents()
        await asyncio.sleep(0.001)
