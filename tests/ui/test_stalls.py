"""How late the window's own timer comes, and that nobody pays for it unasked."""

from PySide6.QtCore import QThread, QTimer

from ui.stalls import KEPT_SECONDS, TICK_MILLISECONDS, Stalls

STALL_MILLISECONDS = 60


def ticking(stalls: Stalls) -> bool:
    return any(timer.isActive() for timer in stalls.findChildren(QTimer))


def test_it_samples_only_while_somebody_watches(qtbot):
    stalls = Stalls()
    assert not ticking(stalls)
    first, second = object(), object()
    stalls.watch(first)
    stalls.watch(second)
    stalls.unwatch(first)
    assert ticking(stalls)
    stalls.unwatch(second)
    assert not ticking(stalls)


def test_a_loop_that_stood_still_is_told(qtbot):
    stalls = Stalls()
    assert stalls.percentile_ms(99) == 0
    stalls.watch(stalls)
    qtbot.waitUntil(lambda: bool(stalls.late_ms))
    QThread.msleep(STALL_MILLISECONDS)
    qtbot.waitUntil(lambda: stalls.percentile_ms(100) >= STALL_MILLISECONDS - 2 * TICK_MILLISECONDS)
    assert min(stalls.late_ms) >= 0
    stalls.unwatch(stalls)


def test_only_the_last_seconds_count(qtbot):
    stalls = Stalls()
    kept = KEPT_SECONDS * 1000 // TICK_MILLISECONDS
    stalls.watch(stalls)
    for _ in range(kept + 50):
        stalls._tick()
    assert len(stalls.late_ms) == kept
    stalls.unwatch(stalls)


def test_whoever_watches_again_begins_anew(qtbot):
    stalls = Stalls()
    stalls.watch(stalls)
    stalls._tick()
    stalls.unwatch(stalls)
    stalls.watch(stalls)
    assert stalls.late_ms == []
    stalls.unwatch(stalls)
