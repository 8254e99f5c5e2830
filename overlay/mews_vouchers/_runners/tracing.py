"""When does httpx send the first byte of a request? Until then, nothing can have been applied."""

import httpx

#: Others may not report what they do: mocks, or wrappers of the user. Subclasses may be such.
_TRACED = (httpx.HTTPTransport, httpx.AsyncHTTPTransport)


def is_traced(client: httpx.Client | httpx.AsyncClient) -> bool:
    """Whether the transports of a client report what they do (the extension `trace` of httpcore).

    httpx does not publish its transports. If it keeps them elsewhere one day, this is False.
    """
    transport: object = getattr(client, "_transport", None)
    proxies: dict[object, object] = getattr(client, "_mounts", {})
    return all(type(one) in _TRACED for one in (transport, *filter(None, proxies.values())))


def is_first_byte(event: str) -> bool:
    """Whether an event of httpcore is the last one before the first byte of a request."""
    return event.endswith(".send_request_headers.started")
