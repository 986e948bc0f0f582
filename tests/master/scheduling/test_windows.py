"""Windows: every queued task is in memory or will be read, and none is lost between."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.master.scheduling import windows as module
from app.master.scheduling.windows import WINDOW_LOW, WINDOW_MAX, Windows

BUCKET = 7


def test_a_full_window_leaves_the_rest_to_the_store() -> None:
    windows = Windows()
    admitted = [windows.admits(BUCKET, number) for number in range(1, WINDOW_MAX + 3)]
    assert admitted == [True] * WINDOW_MAX + [False] * 2
    assert windows.running_low() == []
    for _ in range(WINDOW_MAX - WINDOW_LOW):
        windows.left(BUCKET)
    assert windows.running_low() == [(BUCKET, WINDOW_MAX)]
    assert windows.running_low() == [], "it is being read"


def test_what_was_left_out_during_a_refill_is_read_by_the_next() -> None:
    windows = Windows()
    windows.expect(BUCKET)
    assert windows.running_low() == [(BUCKET, 0)]
    assert not windows.admits(BUCKET, 9)
    windows.loaded(BUCKET, 5, 5, more=False)
    assert windows.running_low() == [(BUCKET, 5)]


class WindowMachine(RuleBasedStateMachine):
    """A store and a memory beside it, with refills that read an old state of the store."""

    def __init__(self) -> None:
        super().__init__()
        self.windows = Windows()
        self.store: list[int] = []
        self.memory: set[int] = set()
        self.reading: list[int] | None = None
        self.last = 0

    @rule(count=st.integers(1, 6))
    def submit(self, count: int) -> None:
        for _ in range(count):
            self.last += 1
            self.store.append(self.last)
            if self.windows.admits(BUCKET, self.last):
                self.memory.add(self.last)

    @rule()
    def place(self) -> None:
        if self.memory:
            first = min(self.memory)
            self.memory.remove(first)
            self.store.remove(first)
            self.windows.left(BUCKET)

    @rule()
    def begin_refill(self) -> None:
        if self.reading is None:
            for _, horizon in self.windows.running_low():
                self.reading = [number for number in self.store if number > horizon][:4]

    @rule()
    def end_refill(self) -> None:
        if self.reading is not None:
            fresh = [number for number in self.reading if number not in self.memory]
            self.memory.update(fresh)
            last = self.reading[-1] if self.reading else None
            self.windows.loaded(BUCKET, last, len(fresh), more=len(self.reading) == 4)
            self.reading = None

    @rule()
    def drain(self) -> None:
        """With nothing new, placing and refilling reaches every task."""
        for _ in range(len(self.store) * 2 + 2):
            self.end_refill()
            self.begin_refill()
            self.place()
        self.end_refill()
        assert self.store == sorted(self.memory)

    @invariant()
    def memory_holds_only_what_is_queued(self) -> None:
        assert self.memory <= set(self.store)


def test_no_task_is_lost_between_store_and_memory(monkeypatch) -> None:
    monkeypatch.setattr(module, "WINDOW_MAX", 6)
    monkeypatch.setattr(module, "WINDOW_LOW", 2)
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        WindowMachine, settings=settings(max_examples=150, stateful_step_count=40, deadline=None)
    )
