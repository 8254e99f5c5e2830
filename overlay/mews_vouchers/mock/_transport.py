"""The mock as a transport of httpx, for both kinds of clients: no connection is opened.

Broken connections and late answers become what httpx makes of them over a socket.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterator

import anyio
import httpx

from ._answers import Answer, DroppedError

_CUT = "peer closed connection without sending complete message body"


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport for `httpx.Client` and for `httpx.AsyncClient`."""

    def __init__(self, handle: Callable[[httpx.Request], Answer]) -> None:
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a blocking client."""
        request.read()
        answer = self._answer(request)
        seconds, is_late = _wait(answer, request)
        if seconds:
            time.sleep(seconds)
        return _response(answer, request, is_late=is_late)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an awaiting client."""
        await request.aread()
        answer = self._answer(request)
        seconds, is_late = _wait(answer, request)
        if seconds:
            await anyio.sleep(seconds)
        return _response(answer, request, is_late=is_late)

    def _answer(self, request: httpx.Request) -> Answer:
        try:
            return self._handle(request)
        except DroppedError as dropped:
            lost = dropped
        # Not in the `except`: the frames of the other error hold the body, and so the tokens.
        raise lost.error(lost.message, request=request)


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The part of a body that comes before the connection breaks."""

    def __init__(self, content: bytes, request: httpx.Request) -> None:
        self._content = content
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        yield self._content
        raise httpx.RemoteProtocolError(_CUT, request=self._request)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


def _wait(answer: Answer, request: httpx.Request) -> tuple[float, bool]:
    """Return for how many seconds to wait, and whether the client has given up by then."""
    limit: float | None = request.extensions.get("timeout", {}).get("read")
    if limit is not None and limit < answer.delay:
        return limit, True
    return answer.delay, False


def _response(answer: Answer, request: httpx.Request, *, is_late: bool) -> httpx.Response:
    if is_late:
        raise httpx.ReadTimeout("The read operation timed out", request=request)
    headers = answer.raw_headers
    if answer.cut is None:
        return httpx.Response(answer.status, headers=headers, content=answer.body)
    part = _Body(answer.body[: answer.cut], request)
    headers.append((b"Content-Length", b"%d" % len(answer.body)))
    return httpx.Response(answer.status, headers=headers, stream=part)
