"""An attempt ends in time, over real sockets: from the first byte sent to the last byte read.

And no request is answered from what is left of another one, or waits for a place that is dead.
"""

import random
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpcore
import pytest
from mews_vouchers import (
    AsyncVoucherClient,
    BadRequestError,
    BatchError,
    ClosedError,
    ConnectionFailedError,
    Credentials,
    MewsError,
    OutcomeUnknownError,
    ResponseTooLargeError,
    RetryPolicy,
    VoucherClient,
)
from mews_vouchers._http.effects import AttemptTimeoutError
from mews_vouchers._http.responses import error_from_exception
from mews_vouchers_client.http import MAX_RESPONSE_SIZE
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.clients import Connect
from tests.support.http_library import httpx
from tests.support.mock_api import UNKNOWN_ID
from tests.support.scripted_server import Peer, response, scripted_server
from tests.support.waiting import background_threads, wait_until

CREDENTIALS = Credentials(client_token="TOKEN-1", access_token="TOKEN-2", client="Tests 1.0")
CODES = [VoucherCodeAddParameters(UNKNOWN_ID, "A")]
PAGE = response({"VoucherCodes": [], "Cursor": None})
ONCE = RetryPolicy(max_attempts=1)
#: Seconds: the timeout of the tests, and how much later an attempt may end on a busy machine.
TIMEOUT, MARGIN = 0.6, 2.0
backends = pytest.mark.parametrize("backend", ["asyncio", "trio"])


def drip(data: bytes) -> Callable[[Peer], None]:
    """Send data one byte after the other, slower than any timeout."""

    def handle(peer: Peer) -> None:
        peer.read()
        for at in range(len(data)):
            peer.send(data[at : at + 1])
            time.sleep(TIMEOUT / 5)

    return handle


def drip_body(peer: Peer) -> None:
    """Send a header at once, and then the body byte by byte."""
    peer.read()
    head, _, body = PAGE.partition(b"\r\n\r\n")
    peer.send(head + b"\r\n\r\n")
    for at in range(len(body)):
        peer.send(body[at : at + 1])
        time.sleep(TIMEOUT / 5)


def drip_chunks(peer: Peer) -> None:
    """Send chunks without end."""
    peer.read()
    peer.send(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        peer.send(b"1\r\n \r\n")
        time.sleep(TIMEOUT / 5)


def drip_interim(peer: Peer) -> None:
    """Send interim responses without end."""
    peer.read()
    while True:
        peer.send(b"HTTP/1.1 102 X\r\n\r\n")
        time.sleep(TIMEOUT / 5)


def be_silent(peer: Peer) -> None:
    """Read a request, and wait until the client closes the connection."""
    peer.read()
    peer.read()


SLOW: dict[str, Callable[[Peer], None]] = {
    "header": drip(PAGE),
    "body": drip_body,
    "chunks": drip_chunks,
    "interim responses": drip_interim,
    "nothing": be_silent,
}


def list_codes(client: Any) -> list[Any]:
    """Send one request. Any: of either client, behind the facade."""
    return list(client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID]))


def check_closed(connections: list[socket.socket]) -> None:
    """Assert that the client closes all connections of a server."""
    wait_until(lambda: all(one.fileno() == -1 for one in connections))


# --- the timeout


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_response_ends_in_time(connect: Connect, name: str) -> None:
    """Whatever a server sends byte by byte: `timeout` is the time for the whole of it."""
    with scripted_server(SLOW[name]) as server:
        client = connect.to(CREDENTIALS, base_url=server.url, timeout=TIMEOUT, retry=ONCE)
        started = time.monotonic()
        with pytest.raises(OutcomeUnknownError, match=r"no complete response within 0\.6 s"):
            list_codes(client)
        assert TIMEOUT * 0.9 < time.monotonic() - started < TIMEOUT + MARGIN
        check_closed(server.connections)
        client.close()
    assert not background_threads()


def test_an_add_without_a_response_in_time_is_unknown(connect: Connect) -> None:
    """It was sent, and is not sent again."""
    with scripted_server(drip_body) as server:
        client = connect.to(CREDENTIALS, base_url=server.url, timeout=TIMEOUT)
        with pytest.raises(BatchError) as caught:
            client.voucher_codes.add(CODES)
        assert [one.item for one in caught.value.unknown] == CODES
        assert len(server.connections) == 1


def test_a_request_that_is_read_slowly_ends_in_time(connect: Connect) -> None:
    """A server that never reads the body of a large request does not stop the client."""

    def handle(peer: Peer) -> None:
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        while True:
            peer.socket.recv(4096)
            time.sleep(TIMEOUT / 5)

    ids = [UNKNOWN_ID] * 400_000
    with scripted_server(handle) as server:
        client = connect.to(CREDENTIALS, base_url=server.url, timeout=TIMEOUT, retry=ONCE)
        started = time.monotonic()
        with pytest.raises(MewsError):
            list(client.voucher_codes.get_all(voucher_ids=set(ids) | {"x" * 30_000_000}))
        assert time.monotonic() - started < TIMEOUT + MARGIN * 2


def test_a_response_in_time_is_read(connect: Connect) -> None:
    """The next request on the same connection has the whole time again."""

    def handle(peer: Peer) -> None:
        while True:
            peer.read()
            time.sleep(TIMEOUT * 0.6)
            peer.send(PAGE)

    with scripted_server(handle) as server:
        client = connect.to(CREDENTIALS, base_url=server.url, timeout=TIMEOUT, retry=ONCE)
        for _ in range(3):
            assert list_codes(client) == []
        assert len(server.connections) == 1


def test_a_transport_of_the_user_ends_in_time(connect: Connect) -> None:
    """The time is also that of a transport that the client knows nothing about."""

    class Slow(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                time.sleep(0.05)
                yield b" "

        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                await anyio.sleep(0.05)
                yield b" "

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Slow()))
    client = connect.to(
        CREDENTIALS, base_url="http://mock", transport=transport, timeout=0.3, retry=ONCE
    )
    with pytest.raises(OutcomeUnknownError, match=r"no complete response within 0\.3 s"):
        list_codes(client)


def test_a_transport_that_is_late_and_times_out_by_itself(connect: Connect) -> None:
    """The error is that of the attempt, however it ends."""

    def late(_: Any) -> Any:
        time.sleep(0.3)  # also the event loop
        raise httpx.ReadTimeout("its own timeout")

    client = connect.to(
        CREDENTIALS,
        base_url="http://mock",
        transport=httpx.MockTransport(late),
        timeout=0.2,
        retry=ONCE,
    )
    with pytest.raises(OutcomeUnknownError, match="the outcome is unknown"):
        list_codes(client)


@pytest.mark.parametrize(
    ("was_sent", "kind"), [(True, OutcomeUnknownError), (False, ConnectionFailedError)]
)
def test_the_error_says_whether_anything_was_sent(kind: type, *, was_sent: bool) -> None:
    """Before the first byte, a request that ran out of time was certainly not applied."""
    ended = AttemptTimeoutError("no time is left", was_sent=was_sent)
    found = error_from_exception("voucherCodes/add", ended, ())
    assert type(found) is kind


def test_a_transport_that_keeps_its_network_elsewhere_works(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If httpx changes inside, requests are still sent, and the time is checked between parts."""
    monkeypatch.setattr("mews_vouchers._runners.timed_network.transports_of", lambda _: [None])
    with scripted_server(drip_chunks) as server:
        client = connect.to(CREDENTIALS, base_url=server.url, timeout=TIMEOUT, retry=ONCE)
        with pytest.raises(OutcomeUnknownError, match="no complete response"):
            list_codes(client)


def own_transport(connect: Connect, **settings: Any) -> Any:
    """Return a transport of httpx with settings, for this kind of client. Any: of either kind."""
    kind = httpx.HTTPTransport if connect.kind == "sync" else httpx.AsyncHTTPTransport
    return kind(**settings)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="the system has no such sockets")
def test_a_request_through_a_unix_socket_ends_in_time(connect: Connect, tmp_path: Path) -> None:
    """`uds` of a transport of httpx."""
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        client = connect.to(
            CREDENTIALS,
            base_url="http://localhost",
            transport=own_transport(connect, uds=path),
            timeout=0.3,
            retry=ONCE,
        )
        with pytest.raises(OutcomeUnknownError, match="no complete response"):
            list_codes(client)


def test_a_transport_may_retry_to_connect(connect: Connect) -> None:
    """`retries` of a transport of httpx."""
    client = connect.to(
        CREDENTIALS,
        base_url="http://127.0.0.1:9",
        transport=own_transport(connect, retries=1),
        retry=ONCE,
    )
    with pytest.raises(ConnectionFailedError):
        list_codes(client)


def test_a_mistake_before_anything_was_sent_comes_up_as_it_is(connect: Connect) -> None:
    """Also from an `add`: there is nothing to report."""

    def hook(_: httpx.Request) -> None:
        raise TypeError("a bug")

    async def async_hook(request: httpx.Request) -> None:
        hook(request)

    client = connect.to(CREDENTIALS, base_url="http://127.0.0.1:9")
    api = getattr(client, "_target", client).api
    if connect.kind == "sync":
        api.get_http_client().event_hooks = {"request": [hook]}
    else:
        api.get_async_http_client().event_hooks = {"request": [async_hook]}
    for call in (lambda: client.voucher_codes.add(CODES), lambda: list_codes(client)):
        with pytest.raises(TypeError, match="a bug"):
            call()


# --- the deadline of a call


def test_a_deadline_ends_an_attempt_before_its_timeout(connect: Connect) -> None:
    """The earlier one of `total_timeout` and `timeout` counts."""
    once = RetryPolicy(max_attempts=1, total_timeout=0.4)
    with scripted_server(drip_body) as server:
        client = connect.to(CREDENTIALS, base_url=server.url, timeout=60.0, retry=once)
        started = time.monotonic()
        with pytest.raises(OutcomeUnknownError, match="no complete response"):
            list_codes(client)
        assert 0.3 < time.monotonic() - started < 0.4 + MARGIN


def test_a_timeout_of_a_call_replaces_that_of_the_client(connect: Connect) -> None:
    """`timeout` of `with_options()`, in seconds."""
    with scripted_server(drip_body) as server:
        client = connect.to(CREDENTIALS, base_url=server.url, timeout=60.0, retry=ONCE)
        with pytest.raises(OutcomeUnknownError, match=r"no complete response within 0\.4 s"):
            list_codes(client.with_options(timeout=0.4))


@pytest.mark.parametrize("total_timeout", [0.0, 0.3])
def test_a_deadline_ends_a_wait_for_a_connection(connect: Connect, total_timeout: float) -> None:
    """Nothing was sent then."""
    once = RetryPolicy(max_attempts=1, total_timeout=total_timeout)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)  # noqa: FBT003
            one.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        client = connect.to(CREDENTIALS, base_url=url, retry=once)
        started = time.monotonic()
        with pytest.raises(ConnectionFailedError, match="no connection"):
            list_codes(client)
        assert time.monotonic() - started < total_timeout + MARGIN
        for one in waiting:
            one.close()


# --- sizes


def test_a_response_that_is_too_large(connect: Connect) -> None:
    """It is an error that says so, and is not requested again; an add is unknown."""
    body = b'{"VoucherCodes": [], "X": "' + bytes(MAX_RESPONSE_SIZE) + b'"}'
    requests: list[bytes] = []

    def handle(peer: Peer) -> None:
        requests.append(peer.read())
        peer.send(response(body))

    with scripted_server(handle) as server:
        client = connect.to(CREDENTIALS, base_url=server.url)
        with pytest.raises(ResponseTooLargeError, match=f"larger than {MAX_RESPONSE_SIZE} bytes"):
            list_codes(client)
        with pytest.raises(BatchError) as caught:
            client.voucher_codes.add(CODES)
    assert len(caught.value.unknown) == 1
    assert len(requests) == 2


def test_an_add_is_not_told_by_the_response_to_another_request(connect: Connect) -> None:
    """An unasked error in the buffer of a connection does not reject what comes next."""

    def handle(peer: Peer) -> None:
        peer.read()
        peer.send(PAGE + response({"Message": "unasked"}, status=400))
        peer.read()

    def add(peer: Peer) -> None:
        peer.read()
        peer.send(response({"Message": "asked"}, status=400))

    with scripted_server(lambda peer: (handle if peer.number == 1 else add)(peer)) as server:
        client = connect.to(CREDENTIALS, base_url=server.url)
        list_codes(client)
        with pytest.raises(BatchError, match="asked") as caught:
            client.voucher_codes.add(CODES)
    assert isinstance(caught.value.__cause__, BadRequestError)
    assert "unasked" not in str(caught.value)


# --- the pool


def respond(peer: Peer) -> None:
    """Respond to each request, sometimes a little later."""
    while True:
        peer.read()
        time.sleep(random.random() * 0.004)  # noqa: S311 - the time does not matter
        peer.send(PAGE)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpx with trio
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@backends
def test_cancelled_calls_leave_no_dead_places(backend: str) -> None:
    """However many calls are cancelled, a small pool has places for the next ones."""

    async def run(url: str) -> None:
        transport = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=2))
        async with AsyncVoucherClient(
            CREDENTIALS,
            base_url=url,
            transport=transport,
            rate_limit=None,
            retry=ONCE,
            timeout=httpx.Timeout(5.0),
        ) as client:

            async def ask() -> None:
                assert not [
                    one async for one in client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID])
                ]

            for _ in range(150):
                async with anyio.create_task_group() as group:
                    for _ in range(6):
                        group.start_soon(ask)
                    await anyio.sleep(random.random() * 0.01)  # noqa: S311 - as above
                    group.cancel_scope.cancel()
            async with anyio.create_task_group() as group:
                for _ in range(4):
                    group.start_soon(ask)

    with scripted_server(respond) as server:
        anyio.run(run, server.url, backend=backend)


def test_a_place_that_was_assigned_too_late_is_not_dead() -> None:
    """A thread whose wait for a connection ended leaves its place to others."""
    transport = httpx.HTTPTransport(limits=httpx.Limits(max_connections=1))
    pool: Any = transport._pool  # noqa: SLF001
    with (
        scripted_server(respond) as server,
        VoucherClient(
            CREDENTIALS,
            base_url=server.url,
            transport=transport,
            rate_limit=None,
            retry=RetryPolicy(max_attempts=2, sleep=False),
            timeout=httpx.Timeout(5.0, pool=0.2),
        ) as client,
    ):
        # As if it had been assigned right after that wait: nobody opens it.
        dead = pool.create_connection(httpcore.URL(server.url).origin)
        pool._connections.append(dead)  # noqa: SLF001
        assert list_codes(client) == []


@backends
def test_a_client_belongs_to_one_event_loop(backend: str) -> None:
    """A second event loop gets a clear error, and can close the client."""
    client = AsyncVoucherClient(CREDENTIALS, base_url="http://127.0.0.1:9", retry=ONCE)

    async def ask() -> None:
        for _ in range(2):
            with pytest.raises(BatchError, match="ConnectError"):
                await client.voucher_codes.delete([UNKNOWN_ID])

    async def ask_again() -> None:
        with pytest.raises(ClosedError, match="another event loop"):
            await client.voucher_codes.delete([UNKNOWN_ID])
        await client.close()

    anyio.run(ask, backend=backend)
    anyio.run(ask_again, backend=backend)


# --- what is not tried again


@contextmanager
def tls_server(folder: Path) -> Iterator[str]:
    """Yield the URL of a server with a certificate that nobody trusts."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    command += ["-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def handle(peer: Peer) -> None:
        context.wrap_socket(peer.socket, server_side=True)

    with scripted_server(handle) as server:
        yield server.url.replace("http:", "https:")


def test_a_certificate_that_does_not_hold_is_tried_once(connect: Connect, tmp_path: Path) -> None:
    """It does not hold the next time either, and nothing was sent."""
    with tls_server(tmp_path) as url:
        client = connect.to(CREDENTIALS, base_url=url)
        with pytest.raises(ConnectionFailedError, match="CERTIFICATE_VERIFY_FAILED") as caught:
            list_codes(client)
        with pytest.raises(BatchError) as failed:
            client.voucher_codes.add(CODES)
    assert caught.value.is_permanent
    assert len(failed.value.not_sent) == 1


class SystemStore(ssl.SSLContext):
    """Verifies certificates with the trust store of a system, as httpx2 does on some."""

    def wrap_bio(self, *_: Any, **__: Any) -> ssl.SSLObject:
        """Find none that holds."""
        raise ssl.SSLCertVerificationError("not trusted by the system")

    def wrap_socket(self, *_: Any, **__: Any) -> ssl.SSLSocket:
        """Find none that holds."""
        raise ssl.SSLCertVerificationError("not trusted by the system")


def test_a_certificate_that_a_system_does_not_trust_is_tried_once(connect: Connect) -> None:
    """Its error has other words than that of OpenSSL."""
    with scripted_server(lambda peer: None) as server:
        client = connect.to(
            CREDENTIALS,
            base_url=server.url.replace("http:", "https:"),
            transport=own_transport(connect, verify=SystemStore(ssl.PROTOCOL_TLS_CLIENT)),
        )
        with pytest.raises(ConnectionFailedError, match="not trusted by the system") as caught:
            list_codes(client)
        wait_until(lambda: server.connections)  # accepted in another thread, perhaps later
        assert len(server.connections) == 1
    assert caught.value.is_permanent


def test_a_wrong_protocol_is_tried_once(connect: Connect) -> None:
    """A server without TLS has none the next time either."""
    plain = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"

    def handle(peer: Peer) -> None:
        peer.socket.recv(99_999)
        peer.send(plain)

    with scripted_server(handle) as server:
        client = connect.to(CREDENTIALS, base_url=server.url.replace("http:", "https:"))
        with pytest.raises(ConnectionFailedError) as caught:
            list_codes(client)
        assert len(server.connections) == 1
    assert caught.value.is_permanent
