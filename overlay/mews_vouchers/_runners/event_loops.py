"""What differs between event loops: their clocks, and which connections belong to them."""

import math
import time

import anyio
from anyio.lowlevel import current_token

from ..errors import ClosedError
from .client_state import ClientState


def check_event_loop(state: ClientState) -> None:
    """Note the event loop of a client, or check that it is the same one.

    Raises:
        ClosedError: It is another one, which cannot use the connections of the first.
    """
    current: object = current_token()
    if state.lifetime.event_loop is None:
        state.lifetime.event_loop = current
    if state.lifetime.event_loop != current:
        raise ClosedError(
            "this client was used in another event loop, to which its connections belong: "
            "create a client in each event loop"
        )


def in_loop_time(end: float) -> float:
    """Return a time of the monotonic clock as one of the event loop, whose zero may differ."""
    return end if end == math.inf else end - time.monotonic() + anyio.current_time()
