"""What every test gets: the parts of `pytest_plugins`, and the rules that hold for all."""

from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.parts import on_ci

# A busy machine is no failure, in whatever a property is tried with.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

_OPTIONAL = [name for name in ("docker_engine",) if Path(__file__).with_name(f"{name}.py").exists()]
pytest_plugins = [
    "tests.children",
    "tests.leftovers",
    "tests.postgres",
    "tests.disks",
    *(f"tests.{name}" for name in _OPTIONAL),
]

#: Fixtures that are costly to start: all tests that use one share an xdist worker.
SHARED = ("docker_engine", "postgres_server")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks."""
    config.addinivalue_line("markers", "bench: runs a benchmark in its short form, for crashes")
    config.addinivalue_line("markers", "other_platform: skipping is right here, on CI too")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bind the tests that share a costly part to one worker each."""
    for item in items:
        if " at 0x" in item.nodeid or "PK\\x05" in item.nodeid:
            # Another worker would know the test by another name.
            raise pytest.UsageError(f"{item.nodeid}: give the parameter an id that stays")
        for name in SHARED:
            if name in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group(name))
                break


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """On CI nothing may be left out: a skip becomes a failure that names its reason."""
    report = yield
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if skipped and on_ci() and item.get_closest_marker("other_platform") is None:
        report.outcome = "failed"
        report.longrepr = f"skipped on CI, where every part must be there: {report.longrepr}"
    return report
