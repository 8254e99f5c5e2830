"""A connection with data that nobody asked for is never used again, wherever the data is.

h11, TLS and the event loop read more from the socket than they return. None of them publishes what
is left: if one keeps it elsewhere one day, these tests fail. Then see `runtime/unread_data.py`.
"""

import json
import time
from collections.abc import Callable
from functools import partial
from threading import Semaphore
from typing import Any

import anyio
import pytest
from mews_vouchers_client import Response
from mews_vouchers_client.http import send, send_async

from tests.support.http_library import httpx
from tests.support.scripted_server import Peer, response, scripted_server
from tests.support.tls import client_context, server_context
from tests.support.waiting import TIMEOUT

KWARGS: dict[str, Any] = {"method": "post", "url": "/x", "headers": {}, "content": b"{}"}
UNASKED = response({"Message": "unasked"}, status=400)
#: Bytes. What httpx and anyio read at a time.
READ_SIZE = 65_536
#: Seconds that data takes on the loopback.
TRAVEL = 0.02
backends = pytest.mark.parametrize("backend", ["sync", "asyncio", "trio"])
schemes = pytest.mark.parametrize("scheme", ["http", "https"])


def send_three(
    backend: str, scheme: str, handle: Callable[[Peer, Semaphore], None]
) -> tuple[list[tuple[int, object]], int]:
    """Send three requests with one client, each after the server has sent all for the one before.

    Args:
        backend: "sync", or the event loop.
        scheme: Of the server.
        handle: Handles a connection; it releases the semaphore after each response.

    Returns:
        The status of each response and the number in its body; the number of connections.
    """
    sent = Semaphore(0)

    async def run(settings: dict[str, Any]) -> list[Response[None]]:
        found = []
        async with httpx.AsyncClient(**settings) as client:
            for _ in range(3):
                found.append(await send_async(client, KWARGS))
                await anyio.to_thread.run_sync(partial(sent.acquire, timeout=TIMEOUT))
                await anyio.sleep(TRAVEL)
        return found

    def run_sync(settings: dict[str, Any]) -> list[Response[None]]:
        found = []
        with httpx.Client(**settings) as client:
            for _ in range(3):
                found.append(send(client, KWARGS))
                sent.acquire(timeout=TIMEOUT)
                time.sleep(TRAVEL)
        return found

    tls = server_context() if scheme == "https" else None
    with scripted_server(lambda peer: handle(peer, sent), tls=tls) as server:
        settings = {"base_url": server.url, "verify": True if tls is None else client_context()}
        is_sync = backend == "sync"
        found = run_sync(settings) if is_sync else anyio.run(run, settings, backend=backend)
        count = len(server.connections)
    return [(one.status_code, json.loads(one.content or b"{}").get("At")) for one in found], count


def sized(number: int, size: int) -> bytes:
    """Return a response of a size in bytes, with its header."""
    small = response({"At": number, "Padding": ""})
    padding = "x" * (size - len(small) - 8)
    found = response({"At": number, "Padding": padding})
    found = response({"At": number, "Padding": padding + "x" * (size - len(found))})
    assert len(found) == size
    return found


@backends
@schemes
@pytest.mark.parametrize("delay", [None, 0.0, 0.05], ids=["at once", "apart", "later"])
def test_a_second_response_is_not_taken_for_the_next(
    backend: str, scheme: str, delay: float | None
) -> None:
    """In the same write as the first, in one of its own, or between two requests."""

    def handle(peer: Peer, sent: Semaphore) -> None:
        while True:
            peer.read()
            first = response({"At": peer.number})
            if delay is None:
                peer.send(first + UNASKED)
            else:
                peer.send(first)
                time.sleep(delay)
                peer.send(UNASKED)
            sent.release()

    found, connections = send_three(backend, scheme, handle)
    assert found == [(200, 1), (200, 2), (200, 3)]
    assert connections == 3


@backends
@schemes
@pytest.mark.parametrize("size", [READ_SIZE - 1, READ_SIZE, READ_SIZE + 1, 2 * READ_SIZE])
def test_a_second_response_behind_a_full_buffer_is_not_taken_for_the_next(
    backend: str, scheme: str, size: int
) -> None:
    """Nor if the first one ends where a read does."""

    def handle(peer: Peer, sent: Semaphore) -> None:
        while True:
            peer.read()
            peer.send(sized(peer.number, size) + UNASKED)
            sent.release()

    found, connections = send_three(backend, scheme, handle)
    assert found == [(200, 1), (200, 2), (200, 3)]
    assert connections == 3


@backends
@schemes
def test_a_success_without_a_body_that_has_one_is_not_the_last(backend: str, scheme: str) -> None:
    """A 204 with a body costs its connection; the client works on."""

    def handle(peer: Peer, sent: Semaphore) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 204 No Content\r\n\r\n{}")
        sent.release()
        peer.read()

    assert send_three(backend, scheme, handle) == ([(204, None)] * 3, 3)


@backends
@schemes
@pytest.mark.parametrize("size", [100, READ_SIZE, 5 * READ_SIZE])
def test_a_connection_without_such_data_is_used_again(backend: str, scheme: str, size: int) -> None:
    """Also over TLS, and if a response has many parts."""

    def handle(peer: Peer, sent: Semaphore) -> None:
        while True:
            peer.read()
            peer.send(sized(peer.number, size))
            sent.release()

    assert send_three(backend, scheme, handle) == ([(200, 1)] * 3, 1)
