"""Blocks the caller of the sync client: for a function, a time, or requests of another call.

Its twin is `block_tasks.py`.
"""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

from .client_state import ClientState, discard
from .waits import GRACE_PERIOD, MAX_WAIT

Result = TypeVar("Result")


def wait_for_abandoned(state: ClientState) -> None:
    """Wait for requests that an interrupted call of this client left in flight."""
    for runner in {*state.background.values()} - state.runners:
        runner.wait_for_threads(None)


def run_in_thread(state: ClientState, function: Callable[[], Result]) -> Result:
    """Call a function that may block, where no signal interrupts it; return its result."""
    results: SimpleQueue[Result] = SimpleQueue()
    errors: SimpleQueue[BaseException] = SimpleQueue()
    ended: SimpleQueue[None] = SimpleQueue()

    def job(release: Callable[[], None]) -> None:
        try:
            results.put(function())
        except BaseException as error:
            errors.put(error)
        release()
        ended.put(None)

    # At the end of the program, or if the system has no more threads, there is none to wait for.
    if sys.is_finalizing() or not state.workers.start(job):
        return function()
    try:
        while True:
            with suppress(Empty):
                ended.get(timeout=MAX_WAIT)
                break
    except BaseException:  # nobody will have the result
        with suppress(Empty):
            ended.get(timeout=GRACE_PERIOD)
        if not results.empty():  # pragma: no branch - it may have failed as well
            discard(results.get())
        raise
    if not errors.empty():
        raise errors.get()
    return results.get()


def finish(state: ClientState, function: Callable[[], None]) -> None:
    """Call a short function that must be called, whatever interrupts its caller."""
    unclaimed = [function]

    def once() -> None:
        try:
            claimed = unclaimed.pop()
        except IndexError:  # the other thread has it
            return
        claimed()

    try:
        run_in_thread(state, once)
    except BaseException:
        once()
        raise


def pause(state: ClientState, seconds: float) -> None:
    """Sleep, unless the client is closed meanwhile.

    Raises:
        ClosedError: It is closed.
    """
    while seconds > 0:  # not by the clock: tests may freeze it
        state.check()
        time.sleep(min(seconds, MAX_WAIT))
        seconds -= MAX_WAIT
    state.check()
