"""Closes a sync client. Its twin is `close_tasks.py`."""

import time
from contextvars import copy_context
from queue import SimpleQueue

from . import waits
from .client_state import ClientState

#: Seconds between two looks at what has not ended.
_POLL_INTERVAL = 0.001


def close_all(state: ClientState) -> None:
    """Cancel all calls of a client, wait a few seconds for what is in flight, and disconnect.

    After a fork it leaves the connections alone, as they are the parent's.
    """
    deadline = time.monotonic() + waits.GRACE_PERIOD
    runners = {*state.runners, *state.background.values()}
    for runner in runners:
        runner.cancel()
    for runner in runners:
        runner.wait_for_threads(deadline)
    if not state.is_inherited:
        _disconnect(state)


def _disconnect(state: ClientState) -> None:
    """Close the connections of a client, and let its threads end."""
    results: SimpleQueue[Exception | None] = SimpleQueue()

    def disconnect(_: object = None) -> None:
        try:
            state.request_factory.limiter.close()
            state.api.close()
        except Exception as error:  # of a transport of the user
            results.put(error)
        else:
            results.put(None)

    context = copy_context()
    if not state.workers.start(lambda release: context.run(disconnect, release)):
        disconnect()
    state.workers.close()
    deadline = time.monotonic() + waits.GRACE_PERIOD
    while time.monotonic() < deadline and (
        results.empty() or state.workers.are_ending(busy=state.background)
    ):
        time.sleep(_POLL_INTERVAL)
    if not results.empty() and (error := results.get()) is not None:
        raise error
