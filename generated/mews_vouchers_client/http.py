# Copied from openapi/runtime/http.py by `make generate`: do not edit.
"""Sends a request with httpx and returns the complete response.

Exceptions from here carry no request body, because it contains the tokens.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import httpx

# Any: the arguments of a request, which `get_kwargs()` of an operation returns, have many types.


def send(client: httpx.Client, kwargs: Mapping[str, Any]) -> httpx.Response:
    """Send a request and return the complete response, with any status code.

    Raises:
        httpx.TransportError: No response was received.
    """
    request = _build_request(client, kwargs)
    try:
        response = client.send(request, stream=True)
        try:
            if _is_identity(response):
                response.read()
                return response
            raw = b"".join(response.iter_raw())
        finally:
            response.close()
    except httpx.RequestError as error:
        raise _without_traceback(error) from None
    return _decompressed(response, raw)


async def send_async(client: httpx.AsyncClient, kwargs: Mapping[str, Any]) -> httpx.Response:
    """Send a request and return the complete response, with any status code.

    Raises:
        httpx.TransportError: No response was received.
    """
    request = _build_request(client, kwargs)
    try:
        response = await client.send(request, stream=True)
        try:
            if _is_identity(response):
                await response.aread()
                return response
            raw = b"".join([chunk async for chunk in response.aiter_raw()])
        finally:
            await response.aclose()
    except httpx.RequestError as error:
        raise _without_traceback(error) from None
    return _decompressed(response, raw)


def _build_request(
    client: httpx.Client | httpx.AsyncClient, kwargs: Mapping[str, Any]
) -> httpx.Request:
    absolute = {**kwargs, "url": _join(client.base_url, kwargs["url"])}
    return client.build_request(**absolute)


@lru_cache(maxsize=64)
def _join(base_url: httpx.URL, path: str) -> httpx.URL:
    """Join base URL and path as httpx does; httpx would repeat this for each request."""
    joined = base_url.raw_path + httpx.URL(path).raw_path.lstrip(b"/")
    return base_url.copy_with(raw_path=joined)


def _without_traceback(error: httpx.RequestError) -> httpx.RequestError:
    """Remove the frames of httpx from an exception: their variables hold the tokens."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _is_identity(response: httpx.Response) -> bool:
    """Return whether the body needs no decompression, or was already read, as with mocks."""
    return response.is_stream_consumed or "Content-Encoding" not in response.headers


def _decompressed(response: httpx.Response, raw: bytes) -> httpx.Response:
    """Return the response with its body decompressed, or with the raw body if that fails."""
    headers = httpx.Headers(response.headers)
    try:
        return httpx.Response(response.status_code, headers=headers, content=raw)
    except httpx.DecodingError:
        del headers["Content-Encoding"]
        return httpx.Response(response.status_code, headers=headers, content=raw)
