"""What happens before the first byte of a request is no doubt about it, over real sockets.

A proxy that is asked for a connection, a pool that has none, a hook that fails, a certificate.
"""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anyio
import pytest
from mews_vouchers import (
    AsyncVoucherClient,
    BatchError,
    CircuitBreaker,
    ConnectionFailedError,
    Credentials,
    MewsError,
    OutcomeUnknownError,
    RetryPolicy,
    VoucherClient,
    batch_error_of,
)
from mews_vouchers._http.effects import SendRequest
from mews_vouchers._runners.attempt_time import AttemptTime
from mews_vouchers._runners.tracing import AttemptTrace
from mews_vouchers._runners.transports import network_transports
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.clients import Connect
from tests.support.http_library import httpx
from tests.support.mock_api import UNKNOWN_ID
from tests.support.scripted_server import Peer, response, scripted_server
from tests.support.tls import client_context, server_context

CREDENTIALS = Credentials(client_token="TOKEN-1", access_token="TOKEN-2", client="Tests 1.0")
CODES = [VoucherCodeAddParameters(UNKNOWN_ID, "A")]
ADDED = response({"VoucherCodes": [{"Id": UNKNOWN_ID, "VoucherId": UNKNOWN_ID, "Value": "A"}]})
PAGE = response({"VoucherCodes": [], "Cursor": None})
ONCE = RetryPolicy(max_attempts=1)
#: Seconds: the timeout of the tests, and how much later an attempt may end on a busy machine.
TIMEOUT, MARGIN = 0.5, 2.0
backends = pytest.mark.parametrize("backend", ["sync", "asyncio", "trio"])


def add(backend: str, url: str, transport: Any = None, **settings: Any) -> None:
    """Add a code with a client of its own. Any: of either kind, or of the settings.

    Args:
        backend: "sync", or the event loop.
        url: The base URL.
        transport: Settings of a transport of httpx; None for no transport.
        settings: Of the client.
    """
    full: dict[str, Any] = {"base_url": url, "rate_limit": None, "circuit_breaker": None}
    full |= settings

    async def run() -> None:
        if transport is not None:
            full["transport"] = httpx.AsyncHTTPTransport(**transport)
        async with AsyncVoucherClient(CREDENTIALS, **full) as client:
            await client.voucher_codes.add(CODES)

    if backend != "sync":
        anyio.run(run, backend=backend)
        return
    if transport is not None:
        full["transport"] = httpx.HTTPTransport(**transport)
    with VoucherClient(CREDENTIALS, **full) as client:
        client.voucher_codes.add(CODES)


# --- a proxy


def head_of(peer: Peer) -> bytes:
    """Read the head of a `CONNECT`, which has no body."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += peer.socket.recv(65_536)
    assert head.startswith(b"CONNECT ")
    return head


def tunnel(peer: Peer) -> None:
    """Connect a client with the server that it asks for."""
    host, _, port = head_of(peer).split()[1].partition(b":")
    with socket.create_connection((host.decode(), int(port))) as server:
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n")

        def copy(source: socket.socket, target: socket.socket) -> None:
            with suppress(OSError):
                while data := source.recv(65_536):
                    target.sendall(data)
                target.shutdown(socket.SHUT_WR)

        threading.Thread(target=copy, args=(server, peer.socket), daemon=True).start()
        copy(peer.socket, server)


def sends(data: bytes) -> Callable[[Peer], None]:
    """Return a proxy that sends some bytes, and closes the connection."""

    def handle(peer: Peer) -> None:
        head_of(peer)
        peer.send(data)

    return handle


def drip(peer: Peer) -> None:
    """Send a header without end."""
    head_of(peer)
    peer.send(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        peer.send(b"y")
        time.sleep(TIMEOUT / 5)


def be_silent(peer: Peer) -> None:
    """Read the request, and wait until the client closes the connection."""
    head_of(peer)
    peer.socket.recv(1)


PROXIES: dict[str, Callable[[Peer], None]] = {
    "closes": sends(b""),
    "407": sends(b"HTTP/1.1 407 X\r\nContent-Length: 0\r\n\r\n"),
    "503": sends(b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n"),
    "no HTTP": sends(b"SSH-2.0-OpenSSH\r\n\r\n"),
    "half a header": sends(b"HTTP/1.1 200 "),
    "closes the tunnel": sends(b"HTTP/1.1 200 OK\r\n\r\n"),
    "drips": drip,
    "is silent": be_silent,
}


@backends
@pytest.mark.parametrize("name", PROXIES)
def test_without_a_connection_through_a_proxy_nothing_was_sent(backend: str, name: str) -> None:
    """Whatever the proxy does: an add is not sent, and not unknown; and it ends in time."""
    timeout = httpx.Timeout(30.0, connect=TIMEOUT)
    started = time.monotonic()
    policy = RetryPolicy(max_attempts=1, total_timeout=10.0)
    with scripted_server(PROXIES[name]) as proxy, pytest.raises(BatchError) as caught:
        add(backend, "https://127.0.0.1:9", {"proxy": proxy.url}, timeout=timeout, retry=policy)
    assert time.monotonic() - started < TIMEOUT + MARGIN
    assert len(caught.value.not_sent) == 1
    assert not caught.value.unknown
    assert isinstance(caught.value.cause, ConnectionFailedError)


@backends
def test_an_add_is_sent_after_a_proxy_has_failed_once(backend: str) -> None:
    """Then it is added, once; the time of the response counts from its own first byte."""
    requests: list[bytes] = []

    def handle(peer: Peer) -> None:
        requests.append(peer.read())
        peer.send(ADDED)

    def proxy(peer: Peer) -> None:
        if peer.number == 1:
            sends(b"")(peer)
        else:
            tunnel(peer)

    with scripted_server(handle, tls=server_context()) as server, scripted_server(proxy) as between:
        settings = {"proxy": between.url, "verify": client_context()}
        timeout = httpx.Timeout(30.0, connect=5.0)
        add(backend, server.url, settings, timeout=timeout, retry=RetryPolicy(sleep=False))
    assert len(requests) == 1


@backends
def test_an_add_that_was_sent_through_a_proxy_is_unknown(backend: str) -> None:
    """Its response may be slower than a connection, and if there is none, it may be added."""
    timeout = httpx.Timeout(30.0, connect=1.0)

    def handle(peer: Peer) -> None:
        peer.read()
        time.sleep(1.3)

    with scripted_server(handle, tls=server_context()) as server, scripted_server(tunnel) as proxy:
        settings = {"proxy": proxy.url, "verify": client_context()}
        with pytest.raises(BatchError) as caught:
            add(backend, server.url, settings, timeout=timeout, retry=RetryPolicy(sleep=False))
    assert isinstance(caught.value.cause, OutcomeUnknownError)
    assert "no complete response" not in str(caught.value.cause)
    assert len(caught.value.unknown) == 1


class _Request:
    method = b"POST"


@pytest.mark.parametrize(
    ("events", "is_connecting"),
    [
        (["connection.connect_tcp.started"], True),
        (["connection.connect_tcp.started", "connection.connect_tcp.complete"], True),
        (["socks.connect_tcp.started", "socks.setup_socks5_connection.started"], True),
        (["connection.connect_tcp.started", "http2.send_connection_init.started"], True),
        (["connection.connect_tcp.started", "http11.send_request_headers.started"], False),
        (["connection.connect_tcp.started", "http11.another_name.started"], False),
        (["http11.send_request_headers.started", "connection.connect_tcp.started"], False),
        ([], False),
    ],
)
def test_events_that_are_unknown_leave_it_unknown(
    events: list[str], *, is_connecting: bool
) -> None:
    """If httpcore has another name for an event one day, no add is taken for one not sent."""
    effect = SendRequest({}, lambda: None, deadline=time.monotonic() + 60)
    with httpx.Client() as client:
        trace = AttemptTrace(AttemptTime(effect, client), lambda: None)
    for event in events:
        trace.on_event(event, {"request": _Request()} if event.endswith("started") else {})
    assert trace.is_connecting is is_connecting


# --- certificates and protocols


@backends
@pytest.mark.parametrize("is_tls", [True, False], ids=["certificate", "protocol"])
def test_what_fails_again_is_tried_once_with_its_reason(backend: str, *, is_tls: bool) -> None:
    """On trio as well, where the error of httpx has no message."""

    def handle(peer: Peer) -> None:
        peer.socket.recv(65_536)
        peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    with scripted_server(handle, tls=server_context() if is_tls else None) as server:
        with pytest.raises(BatchError) as caught:
            add(backend, server.url.replace("http:", "https:"), retry=RetryPolicy(sleep=False))
        assert len(server.connections) == 1
    reason = "CERTIFICATE_VERIFY_FAILED" if is_tls else "SSL: "
    assert reason in str(caught.value.cause)
    assert len(caught.value.not_sent) == 1
    assert getattr(caught.value.cause, "is_permanent", False)


@backends
def test_a_refused_connection_has_a_reason(backend: str) -> None:
    """It is no error of TLS that the program was handling meanwhile."""
    with pytest.raises(BatchError, match=r"(?i)connect|refused|failed") as caught:
        add(backend, "http://127.0.0.1:9", retry=ONCE)
    assert str(caught.value.cause).rpartition("ConnectError")[2].startswith(": ")


# --- hooks of the program


@backends
@pytest.mark.parametrize("mistake", [OSError("disk"), TimeoutError("slow"), ValueError("wrong")])
def test_a_hook_that_fails_before_a_byte_was_sent_is_no_doubt(
    backend: str, mistake: Exception
) -> None:
    """It comes up as it is, and nothing is unknown; it is not tried again."""
    calls: list[None] = []

    def fail(_: object) -> None:
        calls.append(None)
        raise mistake

    async def fail_async(_: object) -> None:
        fail(_)

    if backend == "sync":
        client: Any = httpx.Client(event_hooks={"request": [fail]})
    else:
        client = httpx.AsyncClient(event_hooks={"request": [fail_async]})
    with scripted_server(be_silent) as server, pytest.raises((OSError, ValueError)) as caught:
        add(backend, server.url, http_client=client)
    report = batch_error_of(caught.value)
    assert caught.value is mistake
    assert len(calls) == 1
    assert report is None or (len(report.not_sent) == 1 and not report.unknown)


# --- the pool and the circuit breaker


def test_a_full_pool_is_no_outage(connect: Connect) -> None:
    """The server has no part in it: it neither opens the circuit nor ends a row of failures."""
    is_busy = threading.Event()

    def handle(peer: Peer) -> None:
        peer.read()
        is_busy.set()
        peer.read()

    kind = httpx.HTTPTransport if connect.kind == "sync" else httpx.AsyncHTTPTransport
    breaker = CircuitBreaker(failures=2, duration=0.0, pause=60.0)
    with scripted_server(handle) as server:
        client = connect.to(
            CREDENTIALS,
            base_url=server.url,
            transport=kind(limits=httpx.Limits(max_connections=1)),
            circuit_breaker=breaker,
            timeout=httpx.Timeout(3.0, pool=0.1),
            retry=ONCE,
        )

        def keep_busy() -> None:
            with suppress(MewsError):
                client.call("x/getAll", {})

        thread = threading.Thread(target=keep_busy)
        thread.start()
        assert is_busy.wait(5)
        for policy in (ONCE, RetryPolicy(max_attempts=1, total_timeout=0.05)):
            view = client.with_options(retry=policy)
            for _ in range(3):
                with pytest.raises(ConnectionFailedError):
                    view.call("x/getAll", {})
        thread.join()
        with pytest.raises(OutcomeUnknownError):  # the second failure in a row
            client.with_options(timeout=0.3).call("x/getAll", {})
        with pytest.raises(MewsError, match="nothing is sent until"):
            client.call("x/getAll", {})


def test_a_transport_with_a_pool_of_another_kind(connect: Connect) -> None:
    """Its pool is left alone, and its errors come as they are."""

    class Pooled(httpx.BaseTransport, httpx.AsyncBaseTransport):
        _pool = object()

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.PoolTimeout("no connection is free", request=request)

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return self.handle_request(request)

    client = connect.to(CREDENTIALS, base_url="http://pooled", transport=Pooled(), retry=ONCE)
    with pytest.raises(ConnectionFailedError, match="no connection is free"):
        client.call("x/getAll", {})


# --- transports within others


def wrapped(kind: str) -> dict[str, Any]:
    """Return settings of a sync client whose network is hidden."""

    class Wrapper(httpx.BaseTransport):
        def __init__(self, inner: Any) -> None:
            self.anything = inner

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            inner: Any = self.anything
            while isinstance(inner, list | dict):
                inner = inner[0]
            if isinstance(inner, httpx.Client):
                return inner.send(request, stream=True)
            response: httpx.Response = inner.handle_request(request)
            return response

    network = httpx.HTTPTransport()
    if kind == "opentelemetry":
        module = pytest.importorskip("opentelemetry.instrumentation.httpx")
        suffix = "Httpx2" if httpx.__name__ == "httpx2" else ""
        return {"transport": getattr(module, f"SyncOpenTelemetryTransport{suffix}")(network)}
    found: dict[str, dict[str, Any]] = {
        "attribute": {"transport": Wrapper(network)},
        "two wrappers": {"transport": Wrapper(Wrapper(network))},
        "list": {"transport": Wrapper([network])},
        "dict": {"transport": Wrapper({0: network})},
        "client": {"transport": Wrapper(httpx.Client(transport=network))},
        "mounts": {"http_client": httpx.Client(mounts={"http://": Wrapper(network)})},
    }
    return found[kind]


KINDS = ["attribute", "two wrappers", "list", "dict", "client", "mounts", "opentelemetry"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_slow_header_ends_in_time_through_any_wrapper(kind: str) -> None:
    """Nothing is received between its bytes that could be checked: the network has to be found."""

    def handle(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 200 OK\r\nX: ")
        for _ in range(50):
            peer.send(b"y")
            time.sleep(TIMEOUT / 5)

    with (
        scripted_server(handle) as server,
        VoucherClient(
            CREDENTIALS,
            base_url=server.url,
            rate_limit=None,
            timeout=TIMEOUT,
            retry=ONCE,
            **wrapped(kind),
        ) as client,
    ):
        started = time.monotonic()
        with pytest.raises(OutcomeUnknownError, match="no complete response within"):
            client.call("x/getAll", {})
        assert time.monotonic() - started < TIMEOUT + MARGIN


def test_wrappers_of_themselves_end() -> None:
    """A cycle is looked at once."""

    class Wrapper(httpx.BaseTransport):
        def __init__(self) -> None:
            self.inner = self
            self.network = httpx.HTTPTransport()

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            raise NotImplementedError

    wrapper = Wrapper()
    with httpx.Client(transport=wrapper) as client:
        assert network_transports(client) == [wrapper.network]
