"""When does httpx send the first byte of a request? Until then, nothing can have been applied."""

from typing import get_args

from mews_vouchers_client.http_library import HttpLibraryName, is_instance
from mews_vouchers_client.http_types import AsyncHttpClient, HttpClient


def transports_of(client: HttpClient | AsyncHttpClient) -> list[object]:
    """Return the transports of a client: its own, and those of proxies.

    httpx does not publish them. If it keeps them elsewhere one day, the list contains None.
    """
    transport: object = getattr(client, "_transport", None)
    proxies: dict[object, object] = getattr(client, "_mounts", {})
    return [transport, *filter(None, proxies.values())]


def is_traced(client: HttpClient | AsyncHttpClient) -> bool:
    """Return whether the transports of a client report what they do, by the extension `trace`."""
    return all(_is_traced(one) for one in transports_of(client))


def _is_traced(transport: object) -> bool:
    """Return whether it is one of httpx or httpx2. Others may not report what they do.

    Others are those of mocks, and wrappers; subclasses may be such.
    """
    is_network = is_instance(transport, "HTTPTransport", "AsyncHTTPTransport")
    return is_network and type(transport).__module__ in get_args(HttpLibraryName)


def is_first_byte(event: str) -> bool:
    """Return whether an event of httpcore is the last one before the first byte of a request."""
    return event.endswith(".send_request_headers.started")
