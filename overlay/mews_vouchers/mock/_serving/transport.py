"""The mock as a transport of httpx or httpx2, for sync and async clients: nothing is connected.

Broken connections and late responses become the exceptions that the library raises over a socket.
"""

import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, Self

import anyio

from mews_vouchers.mock._contract.responses import DroppedError, Handler, MockResponse

if TYPE_CHECKING:
    import httpx
    import httpx2

    class _Transport(
        httpx.BaseTransport,
        httpx.AsyncBaseTransport,
        httpx2.BaseTransport,
        httpx2.AsyncBaseTransport,
    ):
        def handle_request(self, request: Any) -> Any: ...
        async def handle_async_request(self, request: Any) -> Any: ...

else:
    _Transport = object

_INCOMPLETE_BODY = "peer closed connection without sending complete message body"

# Any, in this module: requests and responses of httpx or httpx2.


class InProcessTransport(_Transport):
    """A transport for the sync and async clients of httpx and httpx2.

    It responds with the library of the request, and so extends no class of either: only for type
    checkers.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def handle_request(self, request: Any) -> Any:
        """Respond to a request of a sync client."""
        request.read()
        response = self._respond(request)
        seconds, times_out = _delay(response, request)
        if seconds:
            time.sleep(seconds)
        return _to_library(response, request, iter, times_out=times_out)

    async def handle_async_request(self, request: Any) -> Any:
        """Respond to a request of an async client."""
        await request.aread()
        response = self._respond(request)
        seconds, times_out = _delay(response, request)
        if seconds:
            await anyio.sleep(seconds)
        return _to_library(response, request, _in_parts, times_out=times_out)

    def _respond(self, request: Any) -> MockResponse:
        path = request.url.raw_path.decode("ascii")
        try:
            return self._handler(request.method, path, request.headers, request.content)
        except DroppedError as error:
            dropped = error
        # Outside of `except`: the frames of the other exception hold the body, and so the tokens.
        library = _library_of(request)
        kind: Any = library.RemoteProtocolError
        if dropped.error is not None:
            kind = getattr(library, dropped.error.__name__, dropped.error)
        raise kind(dropped.message, request=request)

    def close(self) -> None:
        """Do nothing: the mock stays as it is."""

    async def aclose(self) -> None:
        """Do nothing: the mock stays as it is."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: the mock stays as it is."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Do nothing: the mock stays as it is."""


def _library_of(request: Any) -> Any:
    return sys.modules[type(request).__module__.partition(".")[0]]


def _delay(response: MockResponse, request: Any) -> tuple[float, bool]:
    """Return the seconds to wait, and whether the read timeout of the client ends the wait."""
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    if timeout is not None and timeout < response.delay:
        return timeout, True
    return response.delay, False


def _to_library(
    response: MockResponse,
    request: Any,
    to_stream: Callable[[Iterator[bytes]], object],
    *,
    times_out: bool,
) -> Any:
    library = _library_of(request)
    if times_out:
        raise library.ReadTimeout("The read operation timed out", request=request)
    headers = response.raw_headers
    if response.disconnect_after is None:
        return library.Response(response.status, headers=headers, content=response.body)
    error = library.RemoteProtocolError(_INCOMPLETE_BODY, request=request)
    parts = _incomplete(response.body[: response.disconnect_after], error)
    headers.append((b"Content-Length", b"%d" % len(response.body)))
    return library.Response(response.status, headers=headers, content=to_stream(parts))


def _incomplete(content: bytes, error: Exception) -> Iterator[bytes]:
    """Yield the part of a body that is received before the connection breaks."""
    yield content
    raise error


async def _in_parts(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
