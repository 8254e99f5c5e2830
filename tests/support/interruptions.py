"""Interrupts the main thread or a task at a random moment. No test belongs here.

An interruption only arrives while code of the package is running: what a test does with the result
afterwards is not interrupted.
"""

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from random import Random
from types import FrameType
from typing import Any, TypeVar

import mews_vouchers

_PACKAGE = mews_vouchers.__path__[0]
#: Seconds until a signal is sent again that arrived outside of the package.
_AGAIN = 0.0002

#: Seconds until a destructor has been left.
_UNTIL_LEFT = 0.01
#: The argument of an interruption that no signal has caused.
_PLANTED = "planted"

Result = TypeVar("Result")

#: Whether this system can send a signal after some time.
HAS_TIMER = hasattr(signal, "setitimer")


@contextlib.contextmanager
def interruptions_in_destructors() -> Iterator[None]:
    """Press Ctrl-C again when Python has dropped it, as a user would.

    In a destructor, or in a callback of a weak reference, Python cannot raise an exception: it
    reports it and goes on. pytest would take that for a failure.
    """
    report = sys.unraisablehook

    def drop(dropped: "sys.UnraisableHookArgs") -> None:
        interruption = dropped.exc_value
        if not isinstance(interruption, KeyboardInterrupt):
            report(dropped)
        elif _PLANTED not in interruption.args:
            threading.Timer(_UNTIL_LEFT, press_ctrl_c).start()

    sys.unraisablehook = drop
    try:
        yield
    finally:
        sys.unraisablehook = report


def press_ctrl_c() -> None:
    """Send the signal of Ctrl-C to the main thread."""
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, signal.SIGINT)


@contextlib.contextmanager
def interrupted_by_signal(chance: Random) -> Iterator[None]:
    """Raise `KeyboardInterrupt` from a signal handler, up to three times."""
    left = [chance.choice((1, 1, 1, 2, 3))]
    is_over = [False]

    def handle(_: int, frame: FrameType | None) -> None:
        if is_over[0]:
            return
        if not _is_in_package(frame):
            signal.setitimer(signal.ITIMER_REAL, _AGAIN)
            return
        left[0] -= 1
        if left[0]:
            signal.setitimer(signal.ITIMER_REAL, _delay(chance))
        raise KeyboardInterrupt(_PLANTED)

    signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, _delay(chance))
    try:
        yield
    finally:
        is_over[0] = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        # Not the handler before: by default, a signal that is late would end the process.
        signal.signal(signal.SIGALRM, signal.SIG_IGN)


@contextlib.contextmanager
def interrupted_at_call(chance: Random) -> Iterator[None]:
    """Raise `KeyboardInterrupt` at a random call: see `interrupted_at`."""
    with interrupted_at(int(2 ** chance.uniform(0, 13))):
        yield


@contextlib.contextmanager
def interrupted_at(number: int, since: Callable[[], bool] = lambda: True) -> Iterator[list[int]]:
    """Raise `KeyboardInterrupt` at the n-th place where Python may look for signals, from 1.

    That is where a function begins, or one written in C has returned. Those before `since()` is
    true do not count. Yields the number of places that are left.
    """
    left = [number]

    def profile(frame: FrameType, event: str, _: Any) -> None:
        if event not in ("call", "c_return") or not _is_of_package(frame) or not since():
            return
        left[0] -= 1
        if left[0] <= 0 and _is_in_package(frame):
            sys.setprofile(None)
            raise KeyboardInterrupt(_PLANTED)

    sys.setprofile(profile)
    try:
        yield left
    finally:
        sys.setprofile(None)


async def cancelled(chance: Random, call: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Run a call in a task, and cancel it after some time or some rounds of the event loop."""
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(call())
    for _ in range(chance.choice((1, 1, 1, 2))):
        if chance.random() < 0.5:
            handle = loop.call_later(_delay(chance), task.cancel)
            await asyncio.wait([task])
            handle.cancel()
        else:
            for _ in range(int(2 ** chance.uniform(0, 10))):
                if task.done():
                    break
                await asyncio.sleep(0)
            task.cancel()
    await asyncio.wait([task])
    return task.result()


async def timed_out(chance: Random, call: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Run a call under `asyncio.timeout`."""
    async with asyncio.timeout(_delay(chance)):
        return await call()


def _delay(chance: Random) -> float:
    """Return seconds: as often below a millisecond as above ten."""
    return float(10 ** chance.uniform(-4, -1.7))


def _is_of_package(frame: FrameType) -> bool:
    name = frame.f_code.co_filename
    return name.startswith(_PACKAGE) or name.endswith("contextlib.py")


def _is_in_package(frame: FrameType | None) -> bool:
    """Return whether a function of the package is running that Python lets an exception leave.

    Of a finalizer, Python only prints exceptions.
    """
    is_in_package = False
    while frame is not None:
        if frame.f_code.co_name == "__del__":
            return False
        is_in_package |= frame.f_code.co_filename.startswith(_PACKAGE)
        frame = frame.f_back
    return is_in_package
