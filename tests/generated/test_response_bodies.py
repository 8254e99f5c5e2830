"""The body of a response is read in pieces, up to a size, and never that of another request."""

import gzip
import itertools
import json
import time
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers_client import Response
from mews_vouchers_client.decompression import Body, BodyTooLargeError
from mews_vouchers_client.http import ResponseTooLargeError, send, send_async

from tests.support.http_library import httpx
from tests.support.hypothesis_profiles import examples
from tests.support.scripted_server import Peer, response, scripted_server

LIMIT = 1_000_000
KWARGS: dict[str, Any] = {"method": "post", "url": "/x", "headers": {}, "content": b"{}"}
#: Contents that compress well, badly, and not at all.
contents = st.binary(max_size=2_000) | st.builds(bytes.__mul__, st.binary(max_size=9), st.just(999))
kinds = pytest.mark.parametrize("kind", ["sync", "async"])


def raw_deflate(data: bytes) -> bytes:
    """Return deflate without the header of zlib, as some servers send it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


#: The value of `Content-Encoding`, and how a body is encoded.
CODECS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "X-GZIP": gzip.compress,
    "deflate": zlib.compress,
    "identity, deflate": raw_deflate,
    "gzip, gzip": lambda data: gzip.compress(gzip.compress(data)),
    "deflate, gzip": lambda data: gzip.compress(zlib.compress(data)),
    "": bytes,
    "identity": bytes,
}


def responses(kind: str, url: str, times: int = 1, max_size: int = LIMIT) -> list[Response[None]]:
    """Send requests one after the other with one client; return the responses."""

    async def run() -> list[Response[None]]:
        async with httpx.AsyncClient(base_url=url) as client:
            return [await send_async(client, KWARGS, max_size=max_size) for _ in range(times)]

    if kind == "async":
        return anyio.run(run)
    with httpx.Client(base_url=url) as client:
        return [send(client, KWARGS, max_size=max_size) for _ in range(times)]


def always(reply: bytes) -> Callable[[Peer], None]:
    """Send the same bytes in reply to each request."""

    def handle(peer: Peer) -> None:
        while True:
            peer.read()
            peer.send(reply)

    return handle


@cache
def bomb(size: int, layers: int = 1) -> bytes:
    """Return gzip that decompresses to a JSON object of a size."""
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(b'{"X": "')]
    parts += [packer.compress(bytes(2**20)) for _ in range(size >> 20)]
    data = b"".join([*parts, packer.compress(b'"}'), packer.flush()])
    for _ in range(layers - 1):
        data = gzip.compress(data)
    return data


# --- decompression


@settings(max_examples=examples(30))
@given(
    name=st.sampled_from(sorted(CODECS)),
    data=contents,
    sizes=st.lists(st.integers(1, 99), min_size=1),
)
def test_a_body_is_what_was_encoded(name: str, data: bytes, sizes: list[int]) -> None:
    """Whatever the encoding is, and however the body is split into chunks."""
    encoded = CODECS[name](data)
    body = Body(name, LIMIT)
    position = 0
    for size in itertools.cycle(sizes):
        if position >= len(encoded):
            break
        body.add(encoded[position : position + size])
        position += size
    assert body.content == data


@settings(max_examples=examples(30))
@given(parts=st.lists(contents, min_size=1, max_size=5), step=st.integers(1, 5_000))
def test_a_body_of_several_members_is_read(parts: list[bytes], step: int) -> None:
    """Members of gzip are read one after the other; what follows the last one is ignored."""
    encoded = b"".join(map(gzip.compress, parts)) + bytes(8)
    body = Body("gzip", LIMIT)
    for start in range(0, len(encoded), step):
        body.add(encoded[start : start + step])
    assert body.content == b"".join(parts)


@pytest.mark.parametrize("name", ["br", "gzip, br", ", ".join(["gzip"] * 5), "gzip", "deflate"])
def test_a_body_that_cannot_be_decoded_stays_as_it_is(name: str) -> None:
    """An unknown encoding, too many of them, or other data than the header says."""
    body = Body(name, LIMIT)
    body.add(b"<html>")
    body.add(b"</html>")
    assert body.content == b"<html></html>"


@settings(max_examples=examples(30))
@given(name=st.sampled_from(sorted(CODECS)), data=contents, size=st.integers(0, 9_999))
def test_the_size_is_exact(name: str, data: bytes, size: int) -> None:
    """A body is refused if it, or what it is encoded as, is larger than the limit."""
    encoded, body = CODECS[name](data), Body(name, size)
    between = zlib.compress(data) if name == "deflate, gzip" else b""
    between = gzip.compress(data) if name == "gzip, gzip" else between
    if max(len(encoded), len(data), len(between)) > size:
        with pytest.raises(BodyTooLargeError):
            body.add(encoded)
    else:
        body.add(encoded)
        assert body.content == data


# --- over a socket


@kinds
@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("layers", [1, 2])
def test_a_compressed_body_does_not_fill_the_memory(kind: str, status: int, layers: int) -> None:
    """Gzip of 512 MB, once or twice, with any status, is an error and takes little memory."""
    headers = f"Content-Encoding: {', '.join(['gzip'] * layers)}"
    reply = response(bomb(512 * 2**20, layers), headers, status=status)
    with scripted_server(always(reply)) as server:
        tracemalloc.start()
        try:
            with pytest.raises(ResponseTooLargeError, match=f"larger than {LIMIT} bytes"):
                responses(kind, server.url)
            assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
        finally:
            tracemalloc.stop()


@kinds
def test_a_large_body_is_not_received(kind: str) -> None:
    """The rest of a body that is too large is not waited for."""

    def handle(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 200 X\r\nContent-Length: 99999999999\r\n\r\n")
        while True:
            peer.send(bytes(65536))

    with scripted_server(handle) as server, pytest.raises(ResponseTooLargeError) as caught:
        responses(kind, server.url)
    assert str(caught.value) == f"the response is larger than {LIMIT} bytes"


@kinds
def test_a_body_that_was_read_before_is_checked_as_well(kind: str) -> None:
    """The responses of a mock have no stream, but a size."""

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=bytes(11))

    async def run(size: int) -> bytes:
        transport = httpx.MockTransport(respond)
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
            return (await send_async(client, KWARGS, max_size=size)).content

    def fetch(size: int) -> bytes:
        if kind == "async":
            return anyio.run(run, size)
        with httpx.Client(transport=httpx.MockTransport(respond), base_url="http://mock") as client:
            return send(client, KWARGS, max_size=size).content

    assert fetch(11) == bytes(11)
    with pytest.raises(ResponseTooLargeError):
        fetch(10)


@kinds
@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_connection_is_used_again(kind: str, encoding: str) -> None:
    """A response that was read to its end leaves the connection to the next request."""
    content = json.dumps({"A": 1}).encode()
    body = gzip.compress(content) if encoding else content
    headers = [f"Content-Encoding: {encoding}"] * bool(encoding)
    with scripted_server(always(response(body, *headers))) as server:
        found = responses(kind, server.url, times=3)
        assert [one.content for one in found] == [content] * 3
        assert len(server.connections) == 1


@kinds
@pytest.mark.parametrize("delay", [0.0, 0.01])
def test_a_response_that_nobody_asked_for_is_not_taken_for_the_next(
    kind: str, delay: float
) -> None:
    """A server that sends two responses to one request: the next one has its own connection."""

    def handle(peer: Peer) -> None:
        while True:
            asked = peer.read()
            first = response({"Connection": peer.number, "Asked": asked.decode()})
            unasked = response({"Message": "unasked"}, status=400)
            if delay:
                peer.send(first)
                time.sleep(delay)
                peer.send(unasked)
            else:
                peer.send(first + unasked)

    async def run(url: str) -> list[Response[None]]:
        found = []
        async with httpx.AsyncClient(base_url=url) as client:
            for _ in range(3):
                found.append(await send_async(client, KWARGS))
                await anyio.sleep(delay * 5)
        return found

    def run_sync(url: str) -> list[Response[None]]:
        found = []
        with httpx.Client(base_url=url) as client:
            for _ in range(3):
                found.append(send(client, KWARGS))
                time.sleep(delay * 5)
        return found

    with scripted_server(handle) as server:
        found = anyio.run(run, server.url) if kind == "async" else run_sync(server.url)
    assert [(one.status_code, json.loads(one.content)["Connection"]) for one in found] == [
        (200, 1),
        (200, 2),
        (200, 3),
    ]
