"""Removes connections from a pool that nobody will ever open: they would keep their place for ever.

If a request is cancelled at the moment when it gets a new connection, httpcore forgets the request,
but keeps the connection, which stays "connecting". With as many as the pool may have, no request
gets one any more.

httpx does not publish its pools. If it keeps them elsewhere one day, nothing is removed.
"""

from collections.abc import Iterator
from typing import Any

from mews_vouchers_client.http_types import AsyncHttpClient, HttpClient

from .transports import network_transports

# Any, in this module: pools and connections of httpcore, which is not imported.


def remove_dead_connections(client: HttpClient) -> None:
    """Remove the dead connections of a client, and let other requests have their places."""
    for pool in _pools(client):
        pool._close_connections(_assign_places(pool))  # noqa: SLF001 - see above


async def remove_dead_connections_async(client: AsyncHttpClient) -> None:
    """Remove the dead connections of a client, and let other requests have their places."""
    for pool in _pools(client):
        await pool._close_connections(_assign_places(pool))  # noqa: SLF001 - see above


def _pools(client: HttpClient | AsyncHttpClient) -> Iterator[Any]:
    """Yield the connection pools that are as expected."""
    names = ("_assign_requests_to_connections", "_close_connections", "_connections", "_requests")
    for transport in network_transports(client):
        pool: Any = getattr(transport, "_pool", None)
        if all(hasattr(pool, name) for name in (*names, "_optional_thread_lock")):
            yield pool


def _assign_places(pool: Any) -> list[Any]:
    """Assign the places of dead connections to waiting requests; return connections to close."""
    with pool._optional_thread_lock:  # noqa: SLF001 - see above
        used = {id(request.connection) for request in pool._requests}  # noqa: SLF001
        dead = [
            one for one in pool.connections if one.info() == "CONNECTING" and id(one) not in used
        ]
        for one in dead:
            pool._connections.remove(one)  # noqa: SLF001
        closing: list[Any] = pool._assign_requests_to_connections() if dead else []  # noqa: SLF001
        return closing
