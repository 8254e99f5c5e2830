"""Sends a request with httpx or httpx2 and returns the complete response.

Exceptions from here carry no request body, because it contains the tokens: neither in the frames of
their tracebacks, nor as an attribute.
"""

import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any, cast

from .decompression import ENCODINGS, Body, BodyTooLargeError
from .http_library import PACKAGES, is_instance
from .http_types import AsyncHttpClient, HttpClient, StreamedResponse, Url
from .types import Response

#: Bytes. A page of 1,000 vouchers with all extents has about 1 MB, and each of their codes takes
#: some 350 bytes: there is room for 180 codes of every voucher.
MAX_RESPONSE_SIZE = 64 * 1024 * 1024

#: Packages that handle the bytes that are sent or received.
_HANDLERS = PACKAGES | {"asyncio", "socket", "ssl", "truststore", __name__.partition(".")[0]}

# Any: the arguments of a request, which `get_kwargs()` of an operation returns, have many types.


class ResponseTooLargeError(Exception):
    """The body of a response is larger than it may be. The rest of it was not received."""


def send(
    client: HttpClient,
    kwargs: Mapping[str, Any],
    *,
    max_size: int = MAX_RESPONSE_SIZE,
    on_chunk: Callable[[], None] | None = None,
) -> Response[None]:
    """Send a request and return the complete response, with any status code.

    Args:
        client: The client of httpx or httpx2.
        kwargs: The arguments of its method `build_request`.
        max_size: Bytes, the maximum size of the body, as received and as decompressed.
        on_chunk: Called whenever a part of the body was received. It may raise an exception.

    Raises:
        httpx.TransportError: No complete response was received; or that of httpx2.
        ResponseTooLargeError: It is larger than `max_size`.
    """
    request = _build_request(client, kwargs)
    try:
        response = client.send(request, stream=True)
        try:
            if response.is_stream_consumed:  # as with mocks
                return _check_size(response, max_size)
            body = _read(response, max_size, on_chunk)
            if _has_unread_data(response):
                response.extensions["network_stream"].close()
        finally:
            response.close()
    except BodyTooLargeError as error:
        raise _too_large(error, max_size) from None
    except BaseException as error:
        if is_instance(error, "RequestError"):
            raise _without_request(error) from None
        _remove_libraries(error)
        raise
    return _with_body(response, body.content)


async def send_async(
    client: AsyncHttpClient, kwargs: Mapping[str, Any], *, max_size: int = MAX_RESPONSE_SIZE
) -> Response[None]:
    """Send a request and return the complete response, with any status code.

    Args:
        client: The client of httpx or httpx2.
        kwargs: The arguments of its method `build_request`.
        max_size: Bytes, the maximum size of the body, as received and as decompressed.

    Raises:
        httpx.TransportError: No complete response was received; or that of httpx2.
        ResponseTooLargeError: It is larger than `max_size`.
    """
    request = _build_request(client, kwargs)
    try:
        response = await client.send(request, stream=True)
        try:
            if response.is_stream_consumed:
                return _check_size(response, max_size)
            body = await _read_async(response, max_size)
            if _has_unread_data(response):
                await response.extensions["network_stream"].aclose()
        finally:
            await response.aclose()
    except BodyTooLargeError as error:
        raise _too_large(error, max_size) from None
    except BaseException as error:
        if is_instance(error, "RequestError"):
            raise _without_request(error) from None
        _remove_libraries(error)
        raise
    return _with_body(response, body.content)


# Functions of their own, as a traceback shows their variables, and the server may echo the tokens.
# Not `iter_raw()`: at its end the connection is free, and its buffer that of another request.
def _read(response: StreamedResponse, max_size: int, on_chunk: Callable[[], None] | None) -> Body:
    body = _create_body(response, max_size)
    for chunk in cast("Iterator[bytes]", response.stream):
        body.add(chunk)
        if on_chunk is not None:
            on_chunk()
    return body


async def _read_async(response: StreamedResponse, max_size: int) -> Body:
    body = _create_body(response, max_size)
    async for chunk in cast("AsyncIterator[bytes]", response.stream):
        body.add(chunk)
    return body


# Any: a request of the client's library.
def _build_request(client: HttpClient | AsyncHttpClient, kwargs: Mapping[str, Any]) -> Any:
    absolute = {**kwargs, "url": _join(client.base_url, kwargs["url"])}
    absolute["headers"] = {**kwargs["headers"], "Accept-Encoding": ENCODINGS}
    return client.build_request(**absolute)


@lru_cache(maxsize=64)
def _join(base_url: Url, path: str) -> Url:
    """Join base URL and path as httpx does; httpx would repeat this for each request."""
    joined = base_url.raw_path + path.lstrip("/").encode("ascii")
    return base_url.copy_with(raw_path=joined)


def _without_request(error: BaseException) -> BaseException:
    """Remove the request and the frames of httpx from an exception: they contain the tokens."""
    vars(error)["_request"] = None
    if _is_of_certificate(error) and not str(error).startswith("[SSL"):
        error.args = (f"[SSL: CERTIFICATE_VERIFY_FAILED] {error}",)  # as OpenSSL says it
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _is_of_certificate(error: BaseException) -> bool:
    """Return whether a certificate does not hold. Each trust store has other words for it."""
    of_httpcore = error.__cause__
    reason = None if of_httpcore is None else of_httpcore.__context__
    return isinstance(reason, ssl.SSLCertVerificationError)


def _remove_libraries(error: BaseException) -> None:
    """Remove the frames of httpx from any exception, and from those before it.

    The exceptions stay: event loops recognize a cancellation by the one before it. So do the frames
    of a transport of the user.
    """
    chain, known = [error], set[int]()
    while chain:
        link = chain.pop()
        known.add(id(link))
        link.__traceback__ = _without_libraries(link.__traceback__)
        if is_instance(link, "RequestError"):
            vars(link)["_request"] = None
        others = (link.__cause__, link.__context__)
        chain += [other for other in others if other is not None and id(other) not in known]


def _without_libraries(traceback: TracebackType | None) -> TracebackType | None:
    """Remove the frames whose variables hold the bytes that are sent or received."""
    kept: list[TracebackType] = []
    while traceback is not None:
        module: str = traceback.tb_frame.f_globals.get("__name__", "")
        if module.partition(".")[0] not in _HANDLERS:
            kept.append(traceback)
        traceback = traceback.tb_next
    for one, following in zip(kept, [*kept[1:], None], strict=False):
        one.tb_next = following
    return kept[0] if kept else None


def _create_body(response: StreamedResponse, max_size: int) -> Body:
    return Body(response.headers.get("Content-Encoding", ""), max_size)


def _check_size(response: StreamedResponse, max_size: int) -> Response[None]:
    if len(response.content) > max_size:
        raise BodyTooLargeError
    return Response(response.status_code, response.content, response.headers, None)


def _too_large(error: BodyTooLargeError, max_size: int) -> ResponseTooLargeError:
    _remove_libraries(error)  # it will be the context
    return ResponseTooLargeError(f"the response is larger than {max_size} bytes")


def _has_unread_data(response: StreamedResponse) -> bool:
    """Return whether a complete response is followed by data that nobody asked for.

    The connection must not be used again: h11 would take the data for the next response. httpx does
    not publish its connections; if it keeps them elsewhere one day, this is False.
    """
    found: object = response.stream
    for name in ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state"):
        found = getattr(found, name, None)
    data, _ = getattr(found, "trailing_data", (b"", False))
    return bool(data)


def _with_body(response: StreamedResponse, content: bytes) -> Response[None]:
    """Return a response with a body that is decompressed."""
    headers: Any = response.headers  # the `Headers` of its library
    if "Content-Encoding" in headers:
        headers = headers.copy()
        del headers["Content-Encoding"]
    return Response(response.status_code, content, headers, None)
