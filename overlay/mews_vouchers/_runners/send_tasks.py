"""Sends a request once in a task, within the time of an attempt. Its twin is `send_threads.py`."""

from collections.abc import Callable
from typing import Any

import anyio
from mews_vouchers_client.http import send_async
from mews_vouchers_client.http_library import is_instance
from mews_vouchers_client.http_types import AsyncHttpClient

from .._http.effects import SendRequest
from .attempt_time import AttemptTime
from .dead_connections import remove_dead_connections_async
from .event_loops import in_loop_time
from .tracing import is_first_byte


async def send(
    http: AsyncHttpClient, effect: SendRequest, *, check: Callable[[], None], is_traced: bool
) -> object:
    """Send a request; return the response.

    Args:
        http: The client of httpx or httpx2.
        effect: The request.
        check: Raises an exception if nothing more is to be sent.
        is_traced: Whether the transport reports what it does.
    """
    attempt = AttemptTime(effect, http)
    scope = anyio.CancelScope(deadline=in_loop_time(attempt.end))
    extensions: dict[str, object] = {"timeout": attempt.timeouts()}

    def begin() -> None:
        check()
        effect.on_sending()
        attempt.note_sending()
        scope.deadline = in_loop_time(attempt.end)

    async def trace(event: str, _: object) -> None:
        if is_first_byte(event):
            begin()

    if is_traced:
        extensions["trace"] = trace
    else:
        begin()
    kwargs = {**effect.kwargs, "extensions": extensions}
    try:
        with scope:
            return await _receive(http, kwargs, effect.max_response_size)
    except Exception as error:
        if not (attempt.is_over and is_instance(error, "TimeoutException")):
            raise
    raise attempt.error()


# Any: the arguments of a request.
async def _receive(http: AsyncHttpClient, kwargs: dict[str, Any], max_size: int) -> object:
    try:
        return await send_async(http, kwargs, max_size=max_size)
    except BaseException as error:
        is_cancelled = isinstance(error, anyio.get_cancelled_exc_class())
        if is_cancelled or is_instance(error, "PoolTimeout"):
            await remove_dead_connections_async(http)
        raise
