"""The one entry for people and CI: python3 build_scripts/dev.py COMMAND …

This file must be readable by any Python 3: an unsuitable one gets a sentence, not a traceback.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
NEWEST = (3, 13)
#: Exit status when this machine lacks something and the output says what.
STATUS_MACHINE_LACKS = 3


def unsuitable_python(version: "tuple[int, int]") -> "str | None":
    """The sentence for a Python that cannot be used, or None. `version`: (major, minor)."""
    if OLDEST <= version <= NEWEST:
        return None
    sentence = "HiveMind Master needs Python 3.11, 3.12 or 3.13; this is {}.{}.".format(*version)
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which("python3.{}".format(minor))  # noqa: UP032
        if found:
            command = " ".join(["python3.{}".format(minor), *sys.argv])  # noqa: UP032
            return sentence + " Start it with the one that is installed: " + command
    return sentence + " Install one of them and start this with it."


if __name__ == "__main__":
    refusal = unsuitable_python((sys.version_info[0], sys.version_info[1]))
    if refusal:
        sys.stderr.write(refusal + "\n")
        sys.exit(STATUS_MACHINE_LACKS)
    sys.path[0] = str(ROOT)
    from build_scripts.commands import main

    sys.exit(main(sys.argv[1:]))
