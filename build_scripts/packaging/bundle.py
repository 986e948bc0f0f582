"""What goes into a bundle and what stays out, for `hivemind_master.spec`.

PyInstaller follows the imports it can read. What is loaded by name is listed here, and
`hivemind_master_cli self-check` imports every bit of it once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

#: The file in the bundle that lists what `self-check` imports.
MODULES = "modules.txt"
#: Beside the bundle: PyInstaller's list of what went in, as JSON.
CONTENTS = "contents.json"
#: Before it: what a Windows program looks like.
ICON = "hivemind.ico"
ROOT = Path(__file__).resolve().parents[2]

#: Imported by name somewhere in a library.
LOADED_BY_NAME = (
    "alembic.ddl.postgresql",
    "alembic.ddl.sqlite",
    "keyring.backends.SecretService",
    "keyring.backends.Windows",
    "keyring.backends.chainer",
    "keyring.backends.fail",
    "keyring.backends.null",
    "logging.config",
    "psycopg",
    "psycopg_binary",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "sqlite3",
    "uvicorn",
    "uvicorn.lifespan.on",
    "uvicorn.logging",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
    "uvicorn.protocols.websockets.auto",
)
#: No modules to import: Alembic runs it, as a file, with a connection.
_RUN_BY_OTHERS = frozenset({"app.master.store.migrations.env"})
#: Packages whose entry points or version are looked up while the program runs.
WITH_METADATA = ("keyring", "opentelemetry-api", "pydantic-settings")
#: Libraries of the worker alone.
NOT_FOR_THE_WORKER = (
    "PySide6",
    "alembic",
    "app.master",
    "argon2",
    "jinja2",
    "keyring",
    "numpy",
    "psycopg",
    "pyqtgraph",
    "qasync",
    "shiboken6",
    "sqlalchemy",
    "starlette",
    "ui",
    "uvicorn",
)
#: Optional parts of libraries, and tools of those who develop this. Not `pydoc` and
#: `PySide6.QtOpenGL`: pyqtgraph imports them, the second one by name.
EXCLUDED = (
    "IPython",
    "MySQLdb",
    "OpenGL",
    "PySide6.QtPdf",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtTest",
    "_pytest",
    "build_scripts",
    "cupy",
    "dask",
    "distributed",
    "greenlet",
    "grpc_tools",
    "httpx",
    "hypothesis",
    "idlelib",
    "lib2to3",
    "matplotlib",
    "mypy",
    "numba",
    "numpy.f2py",
    "pip",
    "pkg_resources",
    "playwright",
    "pydoc_data",
    "pyqtgraph.examples",
    "pyqtgraph.jupyter",
    "pyqtgraph.opengl",
    "pytest",
    "requests",
    "ruff",
    "scipy",
    "setuptools",
    "test",
    "tests",
    "tkinter",
    "uvloop",
    "watchfiles",
    "websockets",
    "wsproto",
    "yaml",
)
#: Packages whose modules are loaded by name, and those of them that are: Python's colours are for
#: tracebacks, the rest would be for other languages' source, and for other databases.
_PICKED = {
    "pygments.lexers": frozenset({"_mapping", "python"}),
    "sqlalchemy.dialects": frozenset({"_typing", "postgresql", "sqlite"}),
}
#: What PyInstaller runs before the program. Qt's would import Qt into every part, also where no
#: window is shown, to tell it where its plugins are: in the wheels' layout it knows by itself.
UNUSED_HOOKS = frozenset({"pyi_rth_pyside6"})
#: Folders of Qt's plugins that nothing here uses.
_UNUSED_PLUGINS = (
    "egldeviceintegrations",
    "generic",
    "networkinformation",
    "qmltooling",
    "tls",
    "translations",
)
#: Qt's platforms for kiosks, remote screens and tests, and a theme that wants GTK.
_UNUSED_FILES = (
    "libqeglfs.so",
    "libqgtk3.so",
    "libqlinuxfb.so",
    "libqminimal.so",
    "libqminimalegl.so",
    "libqvkkhrdisplay.so",
    "libqvnc.so",
    "opengl32sw.dll",
    "qdirect2d.dll",
    "qminimal.dll",
)

#: Windows 10 has them itself. Where Wine stands in for it they are no files of Windows at all.
_OF_WINDOWS = ("bcryptprimitives.dll", "icuuc.dll", "ucrtbase.dll")

Entry = tuple[str, str, str]


@dataclass(frozen=True)
class Part:
    """One bundle: its folder's name, what is started, what it imports, what it must not have."""

    name: str
    script: str
    packages: tuple[str, ...]
    excluded: tuple[str, ...]
    metadata: tuple[str, ...]
    #: Folders whose files it reads while it runs.
    data: tuple[str, ...]


MASTER = Part(
    "hivemind_master",
    "master_node.py",
    ("app", "ui", "proto"),
    EXCLUDED,
    WITH_METADATA,
    ("app", "proto", "resources/icons", "resources/translations", "resources/web"),
)
WORKER = Part(
    "hivemind_worker",
    "app/worker/__main__.py",
    ("app.client", "app.common", "app.wireguard", "app.worker", "proto"),
    (*EXCLUDED, *NOT_FOR_THE_WORKER),
    (),
    ("app/common", "proto"),
)
PARTS = {part.name: part for part in (MASTER, WORKER)}


def data_files(part: Part) -> list[tuple[str, str]]:
    """Each file that is read while the program runs, and its folder in the bundle."""
    files = (path for folder in part.data for path in (ROOT / folder).rglob("*"))
    found = sorted(path.relative_to(ROOT) for path in files if path.is_file() and _is_data(path))
    return [(str(ROOT / path), path.parent.as_posix()) for path in found]


def _is_data(path: Path) -> bool:
    if "__pycache__" in path.parts or path.suffix in {".pyc", ".pyi", ".ts"}:
        return False
    # The steps of the store are found as files, in their folder, by Alembic.
    return path.suffix != ".py" or "migrations" in path.parts


def module_wanted(name: str) -> bool:
    """Whether a module that PyInstaller found is to be in the bundle."""
    for package, used in _PICKED.items():
        if name.startswith(f"{package}."):
            return name.removeprefix(f"{package}.").partition(".")[0] in used
    return True


def wanted(destination: str) -> bool:
    """Whether a file that PyInstaller found is to be in the bundle, by its place there."""
    path = PurePosixPath(destination.replace("\\", "/"))
    if path.name in _UNUSED_FILES or path.name.lower() in _OF_WINDOWS:
        return False
    return "PySide6" not in path.parts or not set(path.parts) & set(_UNUSED_PLUGINS)


def without_orphans(entries: Iterable[Entry], needs: Callable[[str], set[str]]) -> list[Entry]:
    """`entries` without libraries of the system that came for a plugin which is left out.

    An entry is PyInstaller's: place in the bundle, source, kind. `needs` tells the names of all
    libraries that a file is linked to, directly or by others.
    """
    listed = list(entries)
    needed: set[str] = set()
    for place, source, kind in listed:
        if kind in {"BINARY", "EXTENSION"} and not _of_the_system(place, kind):
            needed |= needs(source)
    return [
        entry
        for entry in listed
        if not _of_the_system(entry[0], entry[2]) or PurePosixPath(entry[0]).name in needed
    ]


def _of_the_system(place: str, kind: str) -> bool:
    """Whether it is a library that PyInstaller found outside of all Python packages."""
    alone = "/" not in place and "\\" not in place
    return kind == "BINARY" and alone and ".so" in place and "libpython" not in place


def loaded_by_name(part: Part, known: Iterable[str]) -> list[str]:
    """What the bundle needs though no import statement says so; `known`: modules there are."""
    modules = {name for name in known if name not in _RUN_BY_OTHERS}
    return sorted(modules if part is WORKER else {*modules, *LOADED_BY_NAME})
