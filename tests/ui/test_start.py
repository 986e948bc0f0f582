"""The first sign of life, and that it need not wait for all the rest."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from app import __version__
from ui import start
from ui.app import Application, show

ROOT = Path(__file__).resolve().parent.parent.parent
HEAVY = ("app.master", "app.client", "grpc", "sqlalchemy", "numpy", "pyqtgraph", "ui.app")


def test_the_sign_tells_what_starts(qtbot):
    sign = start.StartSign()
    qtbot.addWidget(sign)
    texts = [label.text() for label in sign.findChildren(QLabel)]
    assert start.PRODUCT in texts
    assert __version__ in texts
    assert any(not label.pixmap().isNull() for label in sign.findChildren(QLabel))


def test_it_is_painted_before_what_takes_long_is_imported():
    code = "import json, sys, ui.start; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    imported = json.loads(done.stdout)
    assert not [name for name in imported if name.startswith(HEAVY)]


def test_the_sign_goes_when_the_first_window_is_there(qapp: QApplication, tmp_path, monkeypatch):
    seen: list[str] = []

    async def run(application: Application) -> int:
        seen.append("begun")
        application.appeared.emit()
        seen.append("ended")
        return 3

    monkeypatch.setattr(Application, "run", run)
    options = start.parser().parse_args(["--config-dir", str(tmp_path)])
    assert show(options, lambda: seen.append("appeared")) == 3
    assert seen == ["begun", "appeared", "ended"]


def test_the_version_is_told_without_a_window(capsys):
    with pytest.raises(SystemExit) as ended:
        start.main(["--version"])
    assert ended.value.code == 0
    assert __version__ in capsys.readouterr().out
