"""What a tunnel does by itself is told once, and not for one packet that was lost."""

from app.master.vpn.events import Told, TunnelEvent


def told(*looks: int) -> list[TunnelEvent | None]:
    """Looks by their failures in a row; 0: up."""
    made = Told()
    return [made.take(up=failures == 0, failures=failures) for failures in looks]


def test_broken_and_repaired_are_told_once():
    broke, repaired = TunnelEvent.BROKE, TunnelEvent.REPAIRED
    assert told(0, 1, 2, 3, 4, 0, 0) == [None, None, broke, None, None, repaired, None]
    assert told(0, 1, 0, 1, 0) == [None] * 5


def test_a_device_that_was_gone_for_less_than_a_look_is_told():
    made = Told()
    looks = [made.take(up=True, failures=0, repairs=repairs) for repairs in (0, 1, 1, 2)]
    assert looks == [None, TunnelEvent.REPAIRED, None, TunnelEvent.REPAIRED]


def test_a_tunnel_that_was_never_up_did_not_break():
    assert told(1, 2, 3, 0, 1, 2) == [None, None, None, None, None, TunnelEvent.BROKE]
