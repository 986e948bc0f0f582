"""A port is tried while somebody chooses it."""

import socket

import pytest
from PySide6.QtWidgets import QLabel, QSpinBox

from tests.ports import free_ports
from ui.ports import PortCheck


@pytest.fixture
def taken():
    with socket.socket() as listening:
        listening.bind(("0.0.0.0", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_taken_port_is_named_and_a_free_one_too(qtbot, taken):
    field, label = QSpinBox(), QLabel()
    qtbot.addWidget(field)
    qtbot.addWidget(label)
    field.setRange(1, 65535)
    field.setValue(taken)
    check = PortCheck(field, label, set())
    assert not check.free
    assert label.text().startswith("✕")
    field.setValue(*free_ports(1))
    assert not check.free, "it is not known yet"
    qtbot.waitUntil(lambda: check.free)
    assert label.text().startswith("✓")


def test_a_port_of_ones_own_is_free(qtbot, taken):
    field, label = QSpinBox(), QLabel()
    qtbot.addWidget(field)
    qtbot.addWidget(label)
    field.setRange(1, 65535)
    field.setValue(taken)
    assert PortCheck(field, label, {taken}).free
