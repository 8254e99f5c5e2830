"""Blocks the caller of the async client: for a function, a time, or requests of another call.

Its twin is `block_threads.py`.
"""

import threading
from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

from .client_state import ClientState, discard

#: Seconds between two looks at whether the client was closed.
_MAX_WAIT = 1.0

#: Seconds that a function gets when its caller is cancelled, and between two looks at it.
_GRACE_PERIOD = 5.0
_POLL_INTERVAL = 0.01

Result = TypeVar("Result")


async def wait_for_abandoned(state: ClientState) -> None:
    """Do nothing: an interrupted call leaves no request in flight, they are cancelled."""


async def run_in_thread(_: ClientState, function: Callable[[], Result]) -> Result:
    """Call a function that may block, to its end; return its result."""
    return await call(function, shield=True)


async def call(function: Callable[[], Result], *, shield: bool) -> Result:
    """Call a function in a thread; return its result.

    Args:
        function: The function.
        shield: Whether a cancellation waits for its end.
    """
    if not shield:
        return await anyio.to_thread.run_sync(function)
    results: list[Result] = []
    started, ended = threading.Event(), threading.Event()

    def run() -> None:
        started.set()
        try:
            results.append(function())
        finally:
            ended.set()

    try:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(run)
    except anyio.get_cancelled_exc_class():  # asyncio's own cancellation knows no shield
        if started.is_set():
            await _wait(ended)
        for one in results:  # nobody will have it
            discard(one)
        raise
    return results[0]


async def _wait(ended: threading.Event) -> None:
    """Wait for a thread that was started, at most a few seconds."""
    with anyio.move_on_after(_GRACE_PERIOD, shield=True):
        while not ended.is_set():  # noqa: ASYNC110 - a thread sets it
            await anyio.sleep(_POLL_INTERVAL)


async def pause(state: ClientState, seconds: float) -> None:
    """Sleep, unless the client is closed meanwhile.

    Raises:
        ClosedError: It is closed.
    """
    while seconds > 0:
        state.check()
        await anyio.sleep(min(seconds, _MAX_WAIT))
        seconds -= _MAX_WAIT
    state.check()
