"""Files that come with the program: icons and translations."""

import sys
from pathlib import Path

from PySide6.QtGui import QIcon


def resource(name: str) -> Path:
    """A file below resources/, in the source tree or in a bundle."""
    bundle = getattr(sys, "_MEIPASS", None)
    root = Path(bundle) if bundle else Path(__file__).resolve().parent.parent
    return root / "resources" / name


def app_icon() -> QIcon:
    """The product's icon, sharp at every size."""
    return QIcon(str(resource("icons/hivemind.svg")))
