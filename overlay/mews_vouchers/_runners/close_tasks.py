"""Closes an async client. Its twin is `close_threads.py`."""

import anyio

from .client_state import ClientState
from .waits import GRACE_PERIOD


async def close_all(state: ClientState) -> None:
    """Cancel all calls of a client, wait a few seconds for what is in flight, and disconnect.

    After a fork it leaves the connections alone, as they are the parent's.
    """
    runners = {*state.runners, *state.background.values()}
    for runner in runners:
        runner.cancel()
    with anyio.move_on_after(GRACE_PERIOD, shield=True):
        for runner in runners:
            await runner.wait_for_tasks()
    if not state.is_inherited:  # pragma: no branch - a fork has no event loop
        await _disconnect(state)


async def _disconnect(state: ClientState) -> None:
    """Close the connections, even in a task that is cancelled: half-closed, they could leak."""
    state.request_factory.limiter.close()
    with anyio.move_on_after(GRACE_PERIOD, shield=True):
        await state.api.aclose()
