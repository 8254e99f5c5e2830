"""Blocks the caller of the async client: for a function, a time, or requests of another call.

Its twin is `block_threads.py`.
"""

import sys
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from .client_state import ClientState, discard
from .waits import GRACE_PERIOD, MAX_WAIT

#: Seconds between two looks at a function whose caller is cancelled.
_POLL_INTERVAL = 0.01

#: Threads of one event loop that run functions at a time.
_MAX_THREADS = 40

Result = TypeVar("Result")

#: Not anyio's own limiter of threads: a web framework may use all of its threads for functions that
#: wait for this client.
_thread_limiter: RunVar[anyio.CapacityLimiter] = RunVar("mews_vouchers_thread_limiter")


async def wait_for_abandoned(state: ClientState) -> None:
    """Do nothing: an interrupted call leaves no request in flight, they are cancelled."""


async def run_in_thread(_: ClientState, function: Callable[[], Result]) -> Result:
    """Call a function that may block, to its end; return its result."""
    return await call(function, shield=True)


async def finish(_: ClientState, function: Callable[[], None]) -> None:
    """Call a short function that must be called, whatever interrupts its caller.

    If its thread cannot be started, or not be waited for, this blocks the event loop meanwhile.
    """
    once = _Once(function)
    try:
        # A coroutine that is being closed must not wait for anything.
        if isinstance(sys.exception(), GeneratorExit):
            once.run()
            return
        with anyio.CancelScope(shield=True):
            await _call_in_thread(once.run)
    except BaseException:
        once.run()
        once.ended.wait(GRACE_PERIOD)
        raise


async def call(function: Callable[[], Result], *, shield: bool) -> Result:
    """Call a function in a thread; return its result.

    Args:
        function: The function.
        shield: Whether a cancellation waits for its end. Before its begin, it is not called at all.
    """
    if not shield:
        return await _call_in_thread(function)
    once = _Once(function)
    try:
        with anyio.CancelScope(shield=True):
            await _call_in_thread(once.run)
    except anyio.get_cancelled_exc_class():  # asyncio's own cancellation knows no shield
        if not once.claim():
            await _wait(once.ended)
        for one in once.results:  # nobody will have it
            discard(one)
        raise
    return once.results[0]


class _Once(Generic[Result]):
    """Calls a function at most once, in whichever thread comes first."""

    def __init__(self, function: Callable[[], Result]) -> None:
        self._function = function
        self._unclaimed = [None]
        self.results: list[Result] = []
        #: Whether the function has returned or raised.
        self.ended = threading.Event()

    def claim(self) -> bool:
        """Take the right to call the function; return False if somebody has it."""
        try:
            self._unclaimed.pop()
        except IndexError:
            return False
        return True

    def run(self) -> None:
        """Call the function, if nobody else does."""
        if self.claim():
            try:
                self.results.append(self._function())
            finally:
                self.ended.set()


async def _call_in_thread(function: Callable[[], Result]) -> Result:
    """Call a function in one of the threads that the clients of this event loop share."""
    try:
        limiter = _thread_limiter.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(_MAX_THREADS)
        _thread_limiter.set(limiter)
    return await anyio.to_thread.run_sync(function, limiter=limiter)


async def _wait(ended: threading.Event) -> None:
    """Wait for a thread that was started, at most a few seconds."""
    with anyio.move_on_after(GRACE_PERIOD, shield=True):
        while not ended.is_set():  # noqa: ASYNC110 - a thread sets it
            await anyio.sleep(_POLL_INTERVAL)


async def pause(state: ClientState, seconds: float) -> None:
    """Sleep, unless the client is closed meanwhile.

    Raises:
        ClosedError: It is closed.
    """
    while seconds > 0:
        state.check()
        await anyio.sleep(min(seconds, MAX_WAIT))
        seconds -= MAX_WAIT
    state.check()
