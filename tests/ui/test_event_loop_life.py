"""The console's loop from start to end: files, processes, RPCs, signals, quitting, closing."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
import weakref

import grpc
import grpc.aio
import pytest
from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.qt_loop import bounded, in_slot, live_timers_when_idle, loop
from ui.event_loop import EventLoop, run

__all__ = ["loop"]

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")


def test_streams_and_a_process(loop):
    async def echo(reader, writer):
        writer.write(await reader.read(-1))
        await writer.drain()
        writer.close()

    async def main():
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"x" * 200_000)
            writer.write_eof()
            echoed = await reader.read(-1)
            writer.close()
            await writer.wait_closed()
        command = [sys.executable, "-c", "print(input() + '!')"]
        process = await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        said, _ = await process.communicate(b"hello\n")
        return len(echoed), said.strip(), process.returncode

    length, said, status = loop.run_until_complete(main())
    assert length == 200_000
    assert (said, status) == (b"hello!", 0)


async def serve_rpcs() -> tuple[grpc.aio.Server, int]:
    async def double(number: bytes, _context: object) -> bytes:
        await asyncio.wait_for(asyncio.sleep(0), 60)
        return number * 2

    async def count(_request: bytes, _context: object):
        for number in range(100):
            yield b"%d" % number

    server = grpc.aio.server()
    handlers = {
        "Double": grpc.unary_unary_rpc_method_handler(double),
        "Count": grpc.unary_stream_rpc_method_handler(count),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Loop", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, port


def test_grpc_serves_and_calls_in_the_loop(qapp):
    async def main():
        before = await live_timers_when_idle()
        server, port = await serve_rpcs()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            double = channel.unary_unary("/test.Loop/Double")
            answers = await asyncio.gather(*(double(b"%d" % n, timeout=60) for n in range(200)))
            counted = [answer async for answer in channel.unary_stream("/test.Loop/Count")(b"")]
            timers = await live_timers_when_idle() - before
        await server.stop(None)
        return answers, counted, timers

    answers, counted, timers = run(main())
    assert answers == [b"%d" % n * 2 for n in range(200)]
    assert counted == [b"%d" % n for n in range(100)]
    assert timers <= 1


@POSIX
def test_a_signal_wakes_an_idle_loop_and_its_handler_runs(loop):
    loop.add_signal_handler(signal.SIGUSR1, loop.stop)
    loop.call_soon(in_slot, lambda: os.kill(os.getpid(), signal.SIGUSR1))
    loop.run_forever()
    assert loop.remove_signal_handler(signal.SIGUSR1)


def interrupt_when_idle(loop: EventLoop) -> threading.Thread:
    """A thread that sends SIGINT while the loop waits."""
    idle = threading.Event()

    def send():
        idle.wait()
        # Qt looks once more for what to do before it waits. Too short a time only tests less.
        threading.Event().wait(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=send)
    thread.start()
    loop.call_soon(in_slot, idle.set)
    return thread


@POSIX
@pytest.mark.parametrize("removed", [False, True], ids=["plain", "after a handler was removed"])
def test_an_interrupt_ends_an_idle_loop(loop, removed):
    def prepare():
        if removed:
            loop.add_signal_handler(signal.SIGUSR1, int)
            loop.remove_signal_handler(signal.SIGUSR1)

    loop.call_soon(prepare)
    # Wakes a loop that heard nothing.
    alarm = loop.call_later(10, loop.stop)
    thread = interrupt_when_idle(loop)
    with pytest.raises(KeyboardInterrupt):
        loop.run_forever()
    thread.join()
    assert loop.time() < alarm.when()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@POSIX
def test_a_second_interrupt_goes_through_a_callback_that_does_not_end(loop):
    went_on = []

    def spin():
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGINT)
            went_on.append(1)

    loop.call_soon(spin)
    with pytest.raises(KeyboardInterrupt):
        loop.run_forever()
    assert went_on == [1]


@POSIX
def test_an_interrupt_lets_main_clean_up(qapp):
    steps = []

    async def main():
        thread = interrupt_when_idle(asyncio.get_running_loop())
        try:
            await bounded(asyncio.Event().wait())
        finally:
            await asyncio.sleep(0.001)
            steps.append("cleaned")
            thread.join()

    with pytest.raises(KeyboardInterrupt):
        run(main())
    assert steps == ["cleaned"]


def test_run_returns_and_raises_what_main_does(qapp):
    async def fail():
        await asyncio.sleep(0)
        raise LookupError

    assert run(asyncio.sleep(0.001, "result")) == "result"
    with pytest.raises(LookupError):
        run(fail())


def test_quitting_lets_main_clean_up_however_often(qapp):
    steps = []

    async def main():
        in_slot(QApplication.quit)
        try:
            await bounded(asyncio.Event().wait())
        finally:
            for _ in range(3):
                in_slot(QApplication.quit)
                await asyncio.sleep(0.005)
                steps.append("cleaned")

    assert run(main()) is None
    assert steps == ["cleaned"] * 3


def test_main_may_answer_the_wish_to_quit_with_a_result(qapp):
    async def main():
        in_slot(QApplication.quit)
        try:
            await bounded(asyncio.Event().wait())
        except asyncio.CancelledError:
            return "saved"

    assert run(main()) == "saved"


def test_closing_the_last_window_quits(qapp):
    window = QWidget()

    async def main():
        window.show()
        in_slot(window.close)
        await bounded(asyncio.Event().wait())

    was = QApplication.quitOnLastWindowClosed()
    QApplication.setQuitOnLastWindowClosed(True)
    try:
        assert run(main()) is None
    finally:
        QApplication.setQuitOnLastWindowClosed(was)
    assert not window.isVisible()


def test_another_cancellation_of_main_is_raised(qapp):
    async def main():
        asyncio.current_task().cancel()
        await asyncio.sleep(0)

    with pytest.raises(asyncio.CancelledError):
        run(main())


def test_run_ends_what_main_left(qapp):
    ended = []
    kept = []

    async def leftover():
        try:
            await asyncio.Event().wait()
        finally:
            in_slot(QApplication.quit)
            await asyncio.sleep(0.001)
            ended.append("task")

    async def numbers():
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            ended.append("generator")

    async def main():
        loop = asyncio.get_running_loop()
        kept.extend((loop, loop.create_task(leftover()), numbers()))
        await anext(kept[2])
        kept.append(await loop.run_in_executor(None, threading.current_thread))

    run(main())
    loop, task, _, thread = kept
    assert sorted(ended) == ["generator", "task"]
    assert task.cancelled()
    assert loop.is_closed()
    assert not thread.is_alive()


def test_a_loop_stopped_before_its_future_says_so(loop):
    loop.call_soon(loop.stop)
    with pytest.raises(RuntimeError, match="before Future completed"):
        loop.run_until_complete(loop.create_future())


def test_a_running_loop_is_not_closed_and_a_closed_one_not_run(loop):
    async def main():
        with pytest.raises(RuntimeError, match="running"):
            loop.close()
        with pytest.raises(RuntimeError, match="running"):
            loop.run_forever()

    loop.run_until_complete(main())
    loop.close()
    loop.close()
    for use in (loop.call_soon, loop.call_soon_threadsafe):
        with pytest.raises(RuntimeError, match="closed"):
            use(int)
    with pytest.raises(RuntimeError, match="closed"):
        loop.run_forever()


def test_what_is_called_between_two_runs_waits_for_the_second(loop):
    seen = []
    loop.run_until_complete(asyncio.sleep(0))
    loop.call_soon_threadsafe(seen.append, "soon")
    loop.call_later(0, seen.append, "later")
    QCoreApplication.processEvents()
    assert seen == []
    loop.run_until_complete(asyncio.sleep(0.001))
    assert seen == ["soon", "later"]


def test_the_loop_is_not_run_inside_qts_own(loop, qapp):
    errors = []

    def inside():
        try:
            loop.run_forever()
        except RuntimeError as error:
            errors.append(str(error))
        qapp.exit()

    in_slot(inside)
    qapp.exec()
    assert "await instead" in errors[0]


def test_a_closed_loop_is_freed(qapp):
    loop = EventLoop()
    loop.call_later(60, int)
    loop.run_until_complete(asyncio.sleep(0.001))
    loop.close()
    freed = weakref.ref(loop)
    del loop
    gc.collect()
    assert freed() is None


def destroyed_in() -> list[int]:
    """Grows by the thread in which a QObject is destroyed that only a cycle holds."""
    threads: list[int] = []
    made = QObject()
    made.itself = made
    now = Qt.ConnectionType.DirectConnection
    made.destroyed.connect(lambda: threads.append(threading.get_ident()), now)
    return threads


def make_much() -> list[list]:
    """Enough objects, kept, that Python would collect in the thread that makes them."""
    return [[] for _ in range(20 * gc.get_threshold()[0])]


def test_pythons_own_collection_destroys_what_is_qts_in_any_thread(qapp):
    # From here on the next collection is far, and not this thread's.
    gc.collect()
    threads = destroyed_in()
    gc.enable()
    other = threading.Thread(target=make_much)
    other.start()
    other.join()
    gc.disable()
    assert threads == [other.ident]


def test_in_the_loop_what_is_qts_is_destroyed_in_its_thread(qapp):
    async def main() -> list[int]:
        threads = destroyed_in()
        loop = asyncio.get_running_loop()
        while not threads:
            assert await loop.run_in_executor(None, make_much)
        return threads

    gc.enable()
    destroyed = run(main())
    gc.disable()
    assert destroyed == [threading.get_ident()]


def test_without_an_application_it_says_what_is_missing():
    code = "from ui.event_loop import EventLoop\nEventLoop()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd="."
    )
    assert "make the QApplication" in done.stderr
