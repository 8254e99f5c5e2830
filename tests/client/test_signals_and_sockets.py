"""Signals and cancellations while a real connection pool is in use: the client works on.

Each test has a socket of its own, as no mock has the locks and the waits of a connection pool.
"""

import asyncio
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

import anyio
import pytest
from mews_vouchers import (
    AsyncVoucherClient,
    BatchError,
    Credentials,
    MewsError,
    RetryPolicy,
    VoucherClient,
)
from mews_vouchers._http.effects import Cancelled, RequestCancelledError, SendRequest
from mews_vouchers._http.request import Request
from mews_vouchers._http.server_clock import ServerClock
from mews_vouchers._operations.table import LIST_CODES
from mews_vouchers._options import CallOptions
from mews_vouchers.mock import MockMews
from mews_vouchers_client.models import Limitation, VoucherCodeAddParameters

from tests.support.clients import credentials_of
from tests.support.harness import reported_by
from tests.support.http_library import httpx
from tests.support.interruptions import press_ctrl_c
from tests.support.waiting import TIMEOUT, background_threads, wait_until

CREDENTIALS = Credentials(client_token="TOKEN-1", access_token="TOKEN-2", client="Tests 1.0")
CODES = [VoucherCodeAddParameters("00000000-0000-0000-0000-000000000001", "A")]
both_concurrencies = pytest.mark.parametrize("concurrency", [1, 3])


class SoftTimeLimitError(Exception):
    """As task queues raise it in a signal handler: an `Exception`, and no error of httpx."""


@contextmanager
def signal_raises(kind: type[BaseException]) -> Iterator[None]:
    """Let the handler of SIGINT raise an exception in the main thread."""

    def handle(_: int, __: FrameType | None) -> None:
        raise kind

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def signal_soon(seconds: float) -> threading.Timer:
    """Send a signal to the main thread after a moment."""
    timer = threading.Timer(seconds, press_ctrl_c)
    timer.start()
    return timer


@contextmanager
def deaf_server() -> Iterator[str]:
    """Yield the URL of a socket that no connection reaches, as its queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        for _ in range(4):  # more than fit into the queue
            one = socket.socket()
            one.setblocking(False)  # noqa: FBT003
            with suppress(BlockingIOError):
                one.connect(listener.getsockname())
            waiting.append(one)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            for one in waiting:
                one.close()


@contextmanager
def mute_server() -> Iterator[tuple[str, threading.Event]]:
    """Yield the URL of a server that never responds, and an event for the first byte it gets."""
    received = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connections: list[socket.socket] = []

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    connections.append(connection)
                    if connection.recv(1):
                        received.set()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", received
        listener.shutdown(socket.SHUT_RDWR)
        for connection in connections:
            connection.close()
        thread.join(TIMEOUT)


def interrupted(call: Callable[[], object], by: type[BaseException]) -> BatchError[Any, Any]:
    """Make a call that is interrupted; return the report."""
    with pytest.raises(by) as caught:
        call()
    return reported_by(caught.value)


def client_of(url: str, **settings: Any) -> VoucherClient:
    """Return a client with a connection pool. Any: of the settings."""
    return VoucherClient(CREDENTIALS, base_url=url, rate_limit=None, **settings)


# --- signals


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", [KeyboardInterrupt, SoftTimeLimitError])
def test_after_an_interruption_at_any_moment_the_client_works(kind: type[BaseException]) -> None:
    """Whenever a signal handler raises: it ends the call, the next one works, no thread is left."""
    if sys.gettrace():
        pytest.skip("a tracer may be interrupted as well, while it holds a lock")
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(codes_per_voucher=3)
    delays = random.Random(7)  # noqa: S311 - a test repeats it
    interruptions = 0
    with mock.serve() as url, signal_raises(kind):
        client = VoucherClient(credentials_of(mock), base_url=url, rate_limit=None)

        def list_all(concurrency: int) -> int:
            codes = client.voucher_codes
            return len(list(codes.get_all(voucher_ids=voucher_ids, concurrency=concurrency)))

        for number in range(100):
            try:
                timer = signal_soon(delays.uniform(0, 0.008))
                try:
                    while True:
                        list_all(1 + number % 2)
                finally:
                    timer.join(TIMEOUT)
            except kind:
                interruptions += 1
            assert list_all(1 + number % 2) == 3
        client.close()
    assert interruptions == 100
    wait_until(lambda: not background_threads())


@both_concurrencies
@pytest.mark.parametrize("kind", [KeyboardInterrupt, SoftTimeLimitError])
def test_what_waits_for_a_connection_is_not_sent(
    concurrency: int, kind: type[BaseException]
) -> None:
    """If nothing has been sent when a signal handler raises, the report says so."""
    with deaf_server() as url, signal_raises(kind):
        client = client_of(url, timeout=httpx.Timeout(TIMEOUT, connect=1.0))
        signal_soon(0.2)
        report = interrupted(
            lambda: client.voucher_codes.add(CODES * 2_000, concurrency=concurrency), kind
        )
        assert not report.unknown
        assert len(report.not_sent) == 2_000
        client.close()
    wait_until(lambda: not background_threads())


@pytest.mark.parametrize("transport", [None, httpx.HTTPTransport()], ids=["none", "httpx"])
def test_what_waits_for_a_place_in_the_pool_is_not_sent(
    transport: httpx.HTTPTransport | None,
) -> None:
    """A request that waits for another one's connection is not sent; that one is unknown."""
    limits = httpx.Limits(max_connections=1)
    with mute_server() as (url, received), signal_raises(KeyboardInterrupt):
        client = client_of(
            url,
            transport=transport and httpx.HTTPTransport(limits=limits),
            timeout=httpx.Timeout(1.0, pool=TIMEOUT),
            retry=RetryPolicy(max_attempts=1),
        )
        if transport is None:
            client.api.set_httpx_client(httpx.Client(base_url=url, limits=limits, timeout=1.0))

        def interrupt() -> None:
            assert received.wait(TIMEOUT)
            signal_soon(0.1)

        threading.Thread(target=interrupt).start()
        report = interrupted(
            lambda: client.voucher_codes.add(CODES * 2_000, concurrency=2), KeyboardInterrupt
        )
        client.close()
    assert [len(report.unknown), len(report.not_sent)] == [1_000, 1_000]


def test_a_request_without_a_response_is_unknown() -> None:
    """From the first byte on, nobody knows whether it was applied."""
    with mute_server() as (url, received), signal_raises(KeyboardInterrupt):
        client = client_of(url, timeout=1.0)

        def interrupt() -> None:
            assert received.wait(TIMEOUT)
            signal_soon(0)

        threading.Thread(target=interrupt).start()
        report = interrupted(lambda: client.voucher_codes.add(CODES), KeyboardInterrupt)
        client.close()
    assert len(report.unknown) == 1


# --- threads


def test_an_idle_thread_ends(mock: MockMews) -> None:
    """A client that is not used, and not closed either, keeps no thread."""
    voucher_ids = mock.seed(codes_per_voucher=3)
    client = VoucherClient(
        credentials_of(mock), base_url="http://mock", transport=mock.transport, rate_limit=None
    )
    for _ in range(2):
        assert len(list(client.voucher_codes.get_all(voucher_ids=voucher_ids))) == 3
        wait_until(lambda: not background_threads())
    client.close()


def test_an_error_of_closing_is_raised() -> None:
    """What the `close()` of a transport raises is raised by that of the client."""

    class Broken(httpx.BaseTransport):
        def close(self) -> None:
            raise OSError("broken")

    client = client_of("http://mock", transport=Broken())
    with pytest.raises(OSError, match="broken"):
        client.close()
    assert not background_threads()


# --- cancellations


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@both_concurrencies
def test_a_cancelled_wait_for_a_connection_is_not_sent(backend: str, concurrency: int) -> None:
    """In both event loops: a request that was not sent is reported as such."""

    async def add(url: str) -> BatchError[Any, Any]:
        reports: list[BatchError[Any, Any]] = []
        async with AsyncVoucherClient(CREDENTIALS, base_url=url, rate_limit=None) as client:
            with anyio.move_on_after(0.2):
                try:
                    await client.voucher_codes.add(CODES * 2_000, concurrency=concurrency)
                except BaseException as error:
                    reports.append(reported_by(error))
                    raise
        return reports[0]

    with deaf_server() as url:
        report = anyio.run(add, url, backend=backend)
    assert not report.unknown
    assert len(report.not_sent) == 2_000


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_request_is_unknown(backend: str) -> None:
    """In both event loops: a request of which a byte was sent may have been applied."""

    async def add(url: str, received: threading.Event) -> BatchError[Any, Any]:
        reports: list[BatchError[Any, Any]] = []
        async with AsyncVoucherClient(CREDENTIALS, base_url=url, rate_limit=None) as client:

            async def call() -> None:
                try:
                    await client.voucher_codes.add(CODES)
                except BaseException as error:
                    reports.append(reported_by(error))
                    raise

            async with anyio.create_task_group() as group:
                group.start_soon(call)
                await anyio.to_thread.run_sync(received.wait, TIMEOUT)
                group.cancel_scope.cancel()
        return reports[0]

    with mute_server() as (url, received):
        report = anyio.run(add, url, received, backend=backend)
    assert len(report.unknown) == 1


@both_concurrencies
def test_a_coroutine_can_be_closed(concurrency: int) -> None:
    """Closing the coroutine of an `add` ends it without an error, and leaves no task."""

    async def abandon(url: str) -> None:
        async with AsyncVoucherClient(CREDENTIALS, base_url=url, rate_limit=None) as client:
            add = client.voucher_codes.add(CODES * 2_000, concurrency=concurrency)
            add.send(None)
            await asyncio.sleep(0)
            add.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    with deaf_server() as url:
        asyncio.run(abandon(url))


# --- after a fork

FORKING = """
import os, sys
from mews_vouchers import Credentials, VoucherClient
from mews_vouchers.mock import MockMews

mock = MockMews()
voucher_ids = mock.seed(codes_per_voucher=9)
credentials = Credentials(
    client_token=mock.client_token, access_token=mock.access_token, client="Forking 1.0"
)
with VoucherClient(credentials, base_url="http://mock", transport=mock.transport) as client:
    assert len(list(client.voucher_codes.get_all(voucher_ids=voucher_ids))) == 9
    child = os.fork()
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="this system knows no fork")
def test_closing_in_a_forked_process_ends() -> None:
    """The threads of the parent are not waited for."""
    done = subprocess.run(
        [sys.executable, "-c", FORKING], check=False, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


# --- clocks


def test_the_clock_of_the_server_is_that_of_its_last_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on after a response; a missing or malformed date changes nothing."""
    elapsed = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: elapsed[0])
    clock = ServerClock()
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert (clock.now, clock.offset) == (None, None)
    for malformed in (None, "", "yesterday", "Thu, 99 Jan 2026 12:00:00 GMT"):
        clock.observe(malformed, now)
    assert (clock.now, clock.offset) == (None, None)
    for date in ("Thu, 01 Jan 2026 12:00:05 GMT", "Thu, 01 Jan 2026 12:00:05 -0000"):
        clock.observe(date, now)
        assert (clock.now, clock.offset) == (now + timedelta(seconds=5), timedelta(seconds=5))
    clock.observe("Thu, 01 Jan 2026 13:00:04 +0100", now)
    elapsed[0] += 60
    assert clock.now == now + timedelta(seconds=64)


def test_a_request_knows_when_it_was_sent() -> None:
    """By the local clock, and by the date of an earlier response; not if no byte was sent."""
    client = client_of("https://mock", retry=RetryPolicy(max_attempts=1))
    page = httpx.Response(
        200,
        content=b'{"VoucherCodes": [], "Cursor": null}',
        headers={"Date": "Thu, 01 Jan 2026 12:00:00 GMT"},
    )

    def send(response: httpx.Response | Exception, *, sends: bool) -> Request[Any]:
        request: Request[Any] = client._state.request_factory.request(  # noqa: SLF001
            LIST_CODES, CallOptions(), voucher_ids=["1"], limitation=Limitation(1)
        )
        steps = request.steps()
        effect = next(steps)
        assert isinstance(effect, SendRequest)
        if sends:
            effect.on_sending()
        with suppress(StopIteration, MewsError, Cancelled):
            if isinstance(response, Exception):
                steps.throw(response)
            steps.send(response)
        return request

    start = datetime.now(UTC)
    first = send(page, sends=True)
    assert (first.server_time, first.is_in_doubt) == (None, True)
    sent: list[tuple[httpx.Response | Exception, bool, bool]] = [
        (page, False, True),  # a transport that does not report it
        (httpx.ReadTimeout("late"), True, True),
        (httpx.ReadTimeout("late"), False, True),
        (RequestCancelledError(), True, True),
    ]
    for response, sends, is_in_doubt in sent:
        later = send(response, sends=sends)
        assert first.sent_at is not None
        assert later.sent_at is not None
        assert start <= first.sent_at <= later.sent_at <= datetime.now(UTC)
        assert later.server_time is not None
        assert datetime(2026, 1, 1, 12, tzinfo=UTC) <= later.server_time
        assert later.server_time - datetime(2026, 1, 1, 12, tzinfo=UTC) < timedelta(minutes=1)
        assert later.is_in_doubt == is_in_doubt
    not_sent: list[tuple[Exception, bool]] = [
        (httpx.ConnectError("refused"), True),
        (Cancelled(), True),
        (RequestCancelledError(), False),
    ]
    for failure, sends in not_sent:
        unsent = send(failure, sends=sends)
        assert (unsent.sent_at, unsent.server_time, unsent.is_in_doubt) == (None, None, False)
    client.close()
