"""advapi32.dll's functions for services. On Windows alone."""

import ctypes
import sys
from collections.abc import Callable

from app.master.service_state import State

if sys.platform == "win32":
    from ctypes import wintypes

    _OWN_PROCESS = 0x10
    _ACCEPTS = {State.RUNNING: 0x1 | 0x4}  # to be stopped, and to be told of a shutdown
    _STOP, _INTERROGATE, _SHUTDOWN = 1, 4, 5
    _NOT_IMPLEMENTED = 120
    _WAIT_MILLISECONDS = 15_000

    class _Status(ctypes.Structure):
        """SERVICE_STATUS."""

        _fields_ = (
            ("type", wintypes.DWORD),
            ("state", wintypes.DWORD),
            ("accepts", wintypes.DWORD),
            ("exit_code", wintypes.DWORD),
            ("own_exit_code", wintypes.DWORD),
            ("checkpoint", wintypes.DWORD),
            ("wait_hint", wintypes.DWORD),
        )

    _Main = ctypes.WINFUNCTYPE(None, wintypes.DWORD, ctypes.POINTER(wintypes.LPWSTR))
    _Handler = ctypes.WINFUNCTYPE(
        wintypes.DWORD, wintypes.DWORD, wintypes.DWORD, wintypes.LPVOID, wintypes.LPVOID
    )

    class _Entry(ctypes.Structure):
        """SERVICE_TABLE_ENTRYW."""

        _fields_ = (("name", wintypes.LPWSTR), ("main", _Main))

    class ServiceManager:
        """The service manager of this machine, for the one service `name` in this process."""

        def __init__(self, name: str) -> None:
            self._name = name
            self._library = ctypes.WinDLL("advapi32", use_last_error=True)
            self._library.RegisterServiceCtrlHandlerExW.restype = wintypes.HANDLE
            self._library.RegisterServiceCtrlHandlerExW.argtypes = (
                *(wintypes.LPCWSTR, _Handler, wintypes.LPVOID),
            )
            self._library.SetServiceStatus.argtypes = (wintypes.HANDLE, ctypes.POINTER(_Status))
            self._handle: int | None = None
            self._state, self._checkpoint = State.START_PENDING, 0
            #: Called by the system: they must not be collected.
            self._callbacks: list[object] = []

        def serve(self, begin: Callable[[], None], control: Callable[[], None]) -> None:
            """As in `Manager`."""

            def on_control(number: int, _kind: int, _data: object, _context: object) -> int:
                if number in {_STOP, _SHUTDOWN}:
                    control()
                    return 0
                return 0 if number == _INTERROGATE else _NOT_IMPLEMENTED

            handler = _Handler(on_control)

            def on_main(_count: int, _arguments: object) -> None:
                self._handle = self._library.RegisterServiceCtrlHandlerExW(
                    self._name, handler, None
                )
                begin()

            entry = _Main(on_main)
            self._callbacks += [handler, entry]
            table = (_Entry * 2)(_Entry(self._name, entry), _Entry(None, _Main()))
            if not self._library.StartServiceCtrlDispatcherW(table):
                raise ctypes.WinError(ctypes.get_last_error())

        def tell(self, state: State, status: int) -> None:
            """As in `Manager`."""
            pending = state in {State.START_PENDING, State.STOP_PENDING}
            self._checkpoint = self._checkpoint + 1 if pending else 0
            told = _Status(
                type=_OWN_PROCESS,
                state=state,
                accepts=_ACCEPTS.get(state, 0),
                exit_code=0 if status == 0 else 1066,  # ERROR_SERVICE_SPECIFIC_ERROR
                own_exit_code=status,
                checkpoint=self._checkpoint,
                wait_hint=_WAIT_MILLISECONDS if pending else 0,
            )
            if self._handle is not None:
                self._library.SetServiceStatus(self._handle, ctypes.byref(told))
