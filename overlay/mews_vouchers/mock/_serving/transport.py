"""The mock as an httpx transport, for sync and async clients: no connection is opened.

Broken connections and late responses become the exceptions that httpx raises over a socket.
"""

import time
from collections.abc import AsyncIterator, Iterator

import anyio
import httpx

from mews_vouchers.mock._contract.responses import DroppedError, Handler, MockResponse

_INCOMPLETE_BODY = "peer closed connection without sending complete message body"


class InProcessTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport for `httpx.Client` and for `httpx.AsyncClient`."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request of a sync client."""
        request.read()
        response = self._respond(request)
        seconds, times_out = _delay(response, request)
        if seconds:
            time.sleep(seconds)
        return _to_httpx(response, request, times_out=times_out)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request of an async client."""
        await request.aread()
        response = self._respond(request)
        seconds, times_out = _delay(response, request)
        if seconds:
            await anyio.sleep(seconds)
        return _to_httpx(response, request, times_out=times_out)

    def _respond(self, request: httpx.Request) -> MockResponse:
        path = request.url.raw_path.decode("ascii")
        try:
            return self._handler(request.method, path, request.headers, request.content)
        except DroppedError as error:
            dropped = error
        # Outside of `except`: the frames of the other exception hold the body, and so the tokens.
        raise dropped.error(dropped.message, request=request)


class _IncompleteStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The part of a body that is received before the connection breaks."""

    def __init__(self, content: bytes, request: httpx.Request) -> None:
        self._content = content
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        yield self._content
        raise httpx.RemoteProtocolError(_INCOMPLETE_BODY, request=self._request)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


def _delay(response: MockResponse, request: httpx.Request) -> tuple[float, bool]:
    """Return the seconds to wait, and whether the read timeout of the client ends the wait."""
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    if timeout is not None and timeout < response.delay:
        return timeout, True
    return response.delay, False


def _to_httpx(response: MockResponse, request: httpx.Request, *, times_out: bool) -> httpx.Response:
    if times_out:
        raise httpx.ReadTimeout("The read operation timed out", request=request)
    headers = response.raw_headers
    if response.disconnect_after is None:
        return httpx.Response(response.status, headers=headers, content=response.body)
    stream = _IncompleteStream(response.body[: response.disconnect_after], request)
    headers.append((b"Content-Length", b"%d" % len(response.body)))
    return httpx.Response(response.status, headers=headers, stream=stream)
