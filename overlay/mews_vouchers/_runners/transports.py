"""Which transports does a client have? Its own, those of proxies, and those that others wrap.

httpx does not publish them, and neither do wrappers, such as that of OpenTelemetry. If one keeps
them elsewhere one day, they are not found.
"""

from collections.abc import Iterator, Mapping, Sequence

from mews_vouchers_client.http_library import is_instance
from mews_vouchers_client.http_types import AsyncHttpClient, AsyncTransport, HttpClient, Transport

#: Wrappers of wrappers.
_MAX_DEPTH = 5


def transports_of(client: HttpClient | AsyncHttpClient) -> list[object]:
    """Return the transports of a client: its own, and those of proxies and other addresses.

    If httpx keeps them elsewhere one day, the list contains None.
    """
    transport: object = getattr(client, "_transport", None)
    others: dict[object, object] = getattr(client, "_mounts", {})
    return [transport, *filter(None, others.values())]


def network_transports(client: HttpClient | AsyncHttpClient) -> list[object]:
    """Return those with a connection pool, as httpx's own have, also within others."""
    found: list[object] = []
    known: set[int] = set()
    level = transports_of(client)
    for _ in range(_MAX_DEPTH):
        new = [one for one in level if id(one) not in known]
        known.update(map(id, new))
        found += [one for one in new if hasattr(one, "_pool")]
        level = [inner for one in new if not hasattr(one, "_pool") for inner in _within(one)]
    return found


def _within(wrapper: object) -> Iterator[object]:
    """Yield the transports in the attributes of another one, and in lists and dicts there."""
    attributes: dict[str, object] = getattr(wrapper, "__dict__", {})
    for value in attributes.values():
        values: list[object] = [value]
        if isinstance(value, Mapping):
            values = [*value.values()]
        elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
            values = [*value]
        for one in values:
            if isinstance(one, HttpClient | AsyncHttpClient) and is_instance(
                one, "Client", "AsyncClient"
            ):
                yield from transports_of(one)
            elif isinstance(one, Transport | AsyncTransport):
                yield one
