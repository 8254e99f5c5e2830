"""The mock behind a loopback port."""

import asyncio
import gc
import http.client
import socket
import struct
import threading
import time
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from mews_vouchers.mock import MockMews

from tests.support.mock_api import PREFIX, MockApi, check_response

ADDRESS = PREFIX + "vouchers/getAll"
LARGEST = 32 * 1024 * 1024  # the largest body that is read


@pytest.fixture
def served() -> Iterator[MockApi]:
    """Yield a client that is connected to a served mock."""
    mock = MockMews(seed=7)
    with mock.serve() as base_url:
        api = MockApi(mock, base_url)
        yield api
        api.close()


@pytest.fixture
def port(served: MockApi) -> int:
    """Return the port that the mock is served on."""
    return served.base_url.port or 0


def talk(
    port: int, sent: bytes, *, half_close: bool = False
) -> tuple[http.client.HTTPResponse, bytes]:
    """Send raw bytes, and return the response and its body; the server must then disconnect."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(sent)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        response = http.client.HTTPResponse(connection)
        response.begin()
        body = response.read()
        assert connection.recv(1) == b""
        return response, body


def assert_refused(port: int, sent: bytes, status: int, *, half_close: bool = False) -> None:
    """Assert that raw bytes get an error in the usual format, and that the server disconnects."""
    response, body = talk(port, sent, half_close=half_close)
    assert response.status == status
    parsed = httpx.Response(status, headers=response.getheaders(), content=body)
    check_response("", parsed)


def threads_of_mocks() -> list[str]:
    """Return the names of the threads of served mocks."""
    names = (thread.name for thread in threading.enumerate())
    return sorted(name for name in names if name.startswith("mews-mock"))


# --- the same as in process


def test_responses_are_the_same_as_in_process(served: MockApi, mock_api: MockApi) -> None:
    """Over a connection, the same requests get the same responses as in process."""
    for api in (served, mock_api):
        api.add_codes(api.add_voucher(), "x", "y")
    assert served.vouchers() == mock_api.vouchers()
    assert served.mock.requests == mock_api.mock.requests
    prefer = {"Prefer": "return=minimal"}
    assert served.post("nothing", {}).status_code == 404
    empty = {"Limitation": {"Count": 1}, "VoucherIds": [served.service_id]}
    assert served.post("voucherCodes/getAll", empty, prefer).status_code == 204


@pytest.mark.parametrize("is_served", [True, False])
def test_async_clients_are_served_at_once(*, is_served: bool) -> None:
    """Many concurrent requests of an async client all get a response, and are applied once."""
    mock = MockMews(seed=7)
    api = MockApi(mock)
    voucher_id = api.add_voucher()

    async def add(client: httpx.AsyncClient, value: str) -> None:
        code = {"VoucherId": voucher_id, "Value": value}
        body = {**api.credentials, "VoucherCodeParameters": [code]}
        response = await client.post(PREFIX + "voucherCodes/add", json=body)
        check_response("voucherCodes/add", response)
        assert response.status_code == 200

    async def add_many(base_url: str, transport: httpx.AsyncBaseTransport | None) -> None:
        async with httpx.AsyncClient(
            base_url=base_url, transport=transport, trust_env=False
        ) as client:
            await asyncio.gather(*(add(client, str(number)) for number in range(50)))

    if is_served:
        with mock.serve() as base_url:
            asyncio.run(add_many(base_url, None))
    else:
        asyncio.run(add_many("http://mock", mock.transport))
    values = {code["Value"] for code in api.codes(VoucherIds=[voucher_id])}
    assert values == {str(number) for number in range(50)}


def test_threads_do_not_disturb_each_other(served: MockApi) -> None:
    """Concurrent requests of several threads keep all codes in order and all pages complete."""
    voucher_id = served.add_voucher()
    base_url = str(served.base_url)

    def add_many() -> None:
        api = MockApi(served.mock, base_url)
        for _ in range(10):
            api.add_codes(voucher_id, *"abcdefghij")
        api.close()

    threads = [threading.Thread(target=add_many) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    listed = [code["Value"] for code in served.codes(7, VoucherIds=[voucher_id])]
    assert "".join(reversed(listed)) == "abcdefghij" * 60


# --- HTTP


def test_connection_is_kept(served: MockApi, port: int) -> None:
    """A connection is used for many requests, errors included, without delays of 40 ms."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.connect()
    mine = connection.sock.getsockname()
    start = time.monotonic()
    for number in range(100):
        method, address = (("POST", ADDRESS), ("GET", "/nowhere"), ("HEAD", ADDRESS))[number % 3]
        connection.request(method, address, b"{}", {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        assert response.status == (400 if method == "POST" else 404)
        assert connection.sock.getsockname() == mine
    assert time.monotonic() - start < 100 * 0.04
    connection.close()
    assert len(served.mock.requests) == 100


def test_client_can_end_the_connection(port: int) -> None:
    """`Connection: close` is obeyed, and HTTP/1.0 closes the connection."""
    for head in ("HTTP/1.1\r\nHost: x\r\nConnection: close", "HTTP/1.0"):
        assert_refused(port, f"GET / {head}\r\n\r\n".encode(), 404)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "CONNECT", "post", "X-Y"])
def test_any_method_is_not_found(served: MockApi, port: int, method: str) -> None:
    """A method other than `POST`, known or not, gets the 404 of the API."""
    sent = f"{method} {ADDRESS} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert_refused(port, sent.encode(), 404)
    assert [one.status for one in served.mock.requests] == [404]


def test_head_has_no_body(port: int) -> None:
    """The response to `HEAD` has no body, so that the connection can be reused."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    assert received.startswith(b"HTTP/1.1 404 ")
    assert received.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"POST / HTTP/9.9\r\n\r\n", 505),
        (b"POST / HTTP/x\r\n\r\n", 400),
        (b"POST /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"POST / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
    ],
)
def test_garbage_is_refused(port: int, sent: bytes, status: int) -> None:
    """Invalid HTTP gets an error in the API's format, not an HTML page or no response."""
    assert_refused(port, sent, status)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Content-Length: x", 400),
        ("Content-Length: -1", 400),
        ("Content-Length: +1", 400),
        ("Content-Length: \u00b2", 400),
        ("Content-Length:", 400),
        ("Content-Length: 1, 1", 400),
        ("Content-Length: 1\r\nContent-Length: 2", 400),
        (f"Content-Length: {LARGEST + 1}", 413),
        ("Content-Length: " + "9" * 5000, 413),
        ("Transfer-Encoding: chunked", 400),
        ("Transfer-Encoding: chunked\r\nContent-Length: 2", 400),
    ],
)
def test_body_of_unknown_length_is_refused(port: int, header: str, status: int) -> None:
    """A body whose length is missing, invalid or huge is refused without waiting for it."""
    assert_refused(port, f"POST {ADDRESS} HTTP/1.1\r\n{header}\r\n\r\n".encode("latin-1"), status)


def test_request_without_a_body_gets_a_response(port: int) -> None:
    """A request without length and body has an empty body, which is not JSON."""
    head = f"POST {ADDRESS} HTTP/1.1\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    assert_refused(port, head.encode(), 400)


def test_short_body_is_refused(served: MockApi, port: int) -> None:
    """A body that ends before its length is refused, even if it is JSON."""
    sent = f"POST {ADDRESS} HTTP/1.1\r\nContent-Length: 10\r\n\r\n{{}}".encode()
    assert_refused(port, sent, 400, half_close=True)
    assert served.mock.requests == []


def test_client_that_stalls_is_disconnected() -> None:
    """A client that stalls within a body gets an error; an idle one is disconnected."""
    with MockMews().serve(idle_timeout=0.1) as base_url:
        port = httpx.URL(base_url).port or 0
        assert_refused(
            port, f"POST {ADDRESS} HTTP/1.1\r\nContent-Length: 9\r\n\r\n{{}}".encode(), 400
        )
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            assert connection.recv(1) == b""


@pytest.mark.parametrize("is_chunked", [False, True])
def test_client_that_sends_too_much_gets_the_response(served: MockApi, *, is_chunked: bool) -> None:
    """A client that sends its whole body first receives the error, and not a reset."""
    size = 3_000_000 if is_chunked else LARGEST + 1
    content = b"x" * size
    parts = (content[start : start + 65536] for start in range(0, size, 65536))
    response = httpx.post(
        served.base_url.join(ADDRESS),
        content=parts if is_chunked else content,
        headers={"Content-Type": "application/json"},
        trust_env=False,
    )
    check_response("", response)
    assert response.status_code == (400 if is_chunked else 413)


def test_expectation_is_met(port: int) -> None:
    """A client that sends `Expect: 100-continue` gets 100, and then the response."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        head = "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
        connection.sendall(f"POST {ADDRESS} HTTP/1.1\r\n{head}\r\n".encode())
        assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        assert connection.recv(4096).startswith(b"HTTP/1.1 400 ")


def test_client_that_goes_away_is_no_error(
    served: MockApi, port: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """A connection that is reset within a response prints nothing on standard error."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(f"POST {ADDRESS} HTTP/1.1\r\nContent-Length: 2\r\n\r\n".encode())
    while "mews-mock-connection" in threads_of_mocks():
        time.sleep(0.01)
    served.add_voucher()
    assert capfd.readouterr() == ("", "")


def test_fault_of_the_mock_is_a_500(capfd: pytest.CaptureFixture[str]) -> None:
    """A bug in the mock, or in the caller's clock, is a 500 and printed on standard error."""

    def broken_clock() -> datetime:
        raise ZeroDivisionError

    with MockMews(clock=broken_clock).serve() as base_url:
        sent = f"POST {ADDRESS} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        assert_refused(httpx.URL(base_url).port or 0, sent, 500)
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_server_is_quiet(served: MockApi, capfd: pytest.CaptureFixture[str]) -> None:
    """Serving valid and invalid requests prints nothing."""
    served.add_voucher()
    served.post("nothing", {})
    assert capfd.readouterr() == ("", "")


# --- shutdown


def test_shutdown_leaves_nothing_behind() -> None:
    """After the `with` block no thread and no socket is left, even with open connections."""
    mock = MockMews(seed=7)
    with mock.serve() as base_url:
        clients = [MockApi(mock, base_url) for _ in range(5)]
        vouchers = [client.add_voucher() for client in clients]
        port = httpx.URL(base_url).port or 0
        idle = socket.create_connection(("127.0.0.1", port), timeout=5)
        assert len(clients[0].vouchers()) == len(vouchers)
        while len(threads_of_mocks()) < len(clients) + 2:  # until the idle one is accepted
            time.sleep(0.01)
        start = time.monotonic()
    assert time.monotonic() - start < 5
    assert threads_of_mocks() == []
    assert idle.recv(1) == b""
    idle.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(base_url, trust_env=False)
    while clients:
        clients.pop().close()
    with mock.serve(port) as again:
        assert again == base_url
    gone = weakref.ref(mock)
    del mock
    gc.collect()
    assert gone() is None


def test_shutdown_waits_for_responses() -> None:
    """A request that is in flight when the mock shuts down still gets its response."""
    begun = threading.Event()

    def slow_clock() -> datetime:
        begun.set()
        time.sleep(0.2)
        return datetime(2026, 1, 1, tzinfo=UTC)

    mock = MockMews(clock=slow_clock)
    statuses: list[int] = []
    with mock.serve() as base_url:
        request = threading.Thread(
            target=lambda: statuses.append(httpx.get(base_url, trust_env=False).status_code)
        )
        request.start()
        begun.wait(5)
    request.join()
    assert statuses == [404]


def test_only_this_machine_is_served(port: int) -> None:
    """The mock listens on 127.0.0.1, and on no other address of the machine."""
    with socket.socket() as connection:
        connection.settimeout(1)
        assert connection.connect_ex(("127.0.0.2", port)) != 0


def test_two_mocks_are_served_at_once() -> None:
    """Two served mocks have different ports, tokens and vouchers."""
    one, other = MockMews(seed=1), MockMews(seed=2)
    with one.serve() as one_url, other.serve() as other_url:
        api = MockApi(one, one_url)
        api.add_voucher()
        api.close()
        strange = MockApi(one, other_url)
        assert strange.post("vouchers/getAll", {}).status_code == 401
        strange.close()
    assert (len(one.requests), len(other.requests)) == (1, 1)
