"""Sends a request once in a thread, within the time of an attempt. Its twin is `send_tasks.py`."""

from collections.abc import Callable

from mews_vouchers_client import http as sending
from mews_vouchers_client.http_library import is_instance
from mews_vouchers_client.http_types import HttpClient

from .._http.effects import AttemptTimeoutError, SendRequest
from .attempt_time import AttemptTime
from .dead_connections import remove_dead_connections
from .timed_network import limited_by
from .tracing import is_first_byte


def send(
    http: HttpClient, effect: SendRequest, *, check: Callable[[], None], is_traced: bool
) -> object:
    """Send a request; return the response.

    Args:
        http: The client of httpx or httpx2.
        effect: The request.
        check: Raises an exception if nothing more is to be sent.
        is_traced: Whether the transport reports what it does.
    """
    attempt = AttemptTime(effect, http)
    extensions: dict[str, object] = {"timeout": attempt.timeouts()}

    def begin() -> None:
        # In this order: a thread that cancels, and then asks, must see that it is being sent.
        effect.on_sending()
        check()
        attempt.note_sending()

    def trace(event: str, _: object) -> None:
        if is_first_byte(event):
            begin()

    if is_traced:
        extensions["trace"] = trace
    else:
        begin()
    try:
        with limited_by(attempt):
            return sending.send(
                http,
                {**effect.kwargs, "extensions": extensions},
                max_size=effect.max_response_size,
                on_chunk=attempt.check,
            )
    except Exception as error:
        if is_instance(error, "PoolTimeout"):
            remove_dead_connections(http)
        is_timeout = is_instance(error, "TimeoutException")
        if attempt.is_over and (is_timeout or isinstance(error, AttemptTimeoutError)):
            raise attempt.error() from None
        raise
