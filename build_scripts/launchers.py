"""The commands `hivemind`, `hivemind-worker` and `hivemind-master` in the environment's folder.

With that folder on the PATH (an activated environment) they run from anywhere, by the name
that every hint and the shell's completion use.
"""

import shlex
import sys
from pathlib import Path

#: Command to the module and the function in it that it calls.
COMMANDS = {
    "hivemind": ("app.client.cli.main", "main"),
    "hivemind-worker": ("app.worker.__main__", "app"),
    "hivemind-master": ("master_node", "main"),
}

# A shell reads the second line, Python takes it for a string: so the interpreter's path may
# be long and have spaces in it, which the first line of a script may not.
_POSIX = """#!/bin/sh
'''exec' {python} -P "$0" "$@"
'''
import os, sys
sys.path.insert(0, {root!r})
os.environ["PYTHONPATH"] = {root!r}
from {module} import {function}
sys.exit({function}())
"""

_WINDOWS = """@echo off
set "PYTHONPATH={root}"
"{python}" -P -c "import sys; sys.argv[0] = '{name}'; from {module} import {function}; \
sys.exit({function}())" %*
"""


def provide(python: Path, root: Path) -> None:
    """Write the launchers of `root`'s programs beside `python`, where they are not there yet."""
    for name in COMMANDS:
        path, text = _launcher(name, python, root)
        try:
            same = path.read_text(encoding="utf-8") == text
        except OSError:
            same = False
        if not same:
            path.write_text(text, encoding="utf-8")
            path.chmod(0o755)


def _launcher(name: str, python: Path, root: Path) -> tuple[Path, str]:
    module, function = COMMANDS[name]
    if sys.platform == "win32":
        values = {"python": str(python), "root": str(root)}
        text = _WINDOWS.format(name=name, module=module, function=function, **values)
        return python.with_name(f"{name}.cmd"), text
    quoted = shlex.quote(str(python))
    text = _POSIX.format(python=quoted, root=str(root), module=module, function=function)
    return python.with_name(name), text
