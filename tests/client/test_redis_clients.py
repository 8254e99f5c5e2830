"""Clients in several processes that use the same token share one rate limit through Redis.

The processes and the Redis server are real. Without a Redis server, these tests are skipped.
"""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import anyio.from_thread
import anyio.to_thread
import pytest
from mews_vouchers import (
    AsyncVoucherClient,
    RateLimit,
    RetryPolicy,
    TooManyRequestsError,
    VoucherClient,
)
from mews_vouchers._rate_limit.limiter import RateLimiter
from mews_vouchers._rate_limit.redis_window import Question, RedisSlidingWindow, Reply
from mews_vouchers.mock import MockMews, MockResponse
from mews_vouchers.mock.faults import FaultedCall, error

from tests.support.clients import Connect, credentials_of
from tests.support.harness import ask
from tests.support.redis_members import LIMIT
from tests.support.redis_processes import CREDENTIALS, Arrivals, Process
from tests.support.redis_server import PASSWORD, RedisServer
from tests.support.seeding import unknown_ids
from tests.support.visible import visible, visible_in_frames
from tests.support.waiting import wait_until

# --- four processes


@contextmanager
def recorded_requests(server: RedisServer) -> Iterator[list[int]]:
    """Yield a list; at the end it has the times of the requests that Redis recorded, in ms."""
    taken: list[int] = []
    with server.connected() as connection, connection.monitor() as monitor:
        yield taken
        connection.echo("end")
        # Redis has buffered the commands.
        for name, *arguments in (one["command"].split() for one in monitor.listen()):
            if name == "ECHO":
                break
            if name == "ZADD" and arguments[0].endswith(":requests"):
                taken.append(int(arguments[1]))


def spans(times: list[float] | list[int], limit: RateLimit) -> list[float]:
    """Return the distance of each time to the one that must be at least a window later."""
    return [last - first for first, last in zip(times, times[limit.requests :], strict=False)]


@pytest.mark.parametrize(
    ("limit", "slack", "used"),
    [
        # A busy machine may delay a request by this many seconds.
        pytest.param(RateLimit(40, 0.5), 0.2, 0.5, id="short"),
        # The margin of the window, 1 %, is larger than such a delay.
        pytest.param(RateLimit(40, 8.0), 0.0, 0.95, id="long", marks=pytest.mark.slow),
    ],
)
def test_four_processes_keep_one_limit(
    server: RedisServer, limit: RateLimit, *, slack: float, used: float
) -> None:
    """No window has more requests of four processes than the limit, and 95 % of it are used."""
    arrivals = Arrivals()
    with arrivals.serving() as base_url, recorded_requests(server) as taken:
        process = Process(base_url, server.url, limit, count=limit.requests)
        assert process.run(["sync", "async"] * 2) == [""] * 4
    assert len(taken) == len(arrivals.times) == 4 * limit.requests
    assert min(spans(taken, limit)) >= 1_000 * limit.window
    between = spans(sorted(arrivals.times), limit)
    assert min(between) >= limit.window - slack
    assert limit.window / (sum(between) / len(between)) >= used


def test_a_429_of_one_process_pauses_another(server: RedisServer, connect: Connect) -> None:
    """A 429 of another process pauses a client before it sends anything."""
    mock = MockMews()
    mock.inject(error(429, retry_after=100), "voucherCodes/getAll", calls=1)
    with mock.serve() as base_url:
        process = Process(base_url, server.url, LIMIT, 1, credentials_of(mock))
        assert process.run(["sync"]) == ["TooManyRequestsError\n"]
        client = connect(
            mock,
            base_url=base_url,
            transport=None,
            redis_url=server.url,
            rate_limit=LIMIT,
            retry=RetryPolicy(max_wait=1.0),
        )
        with pytest.raises(TooManyRequestsError, match="not sent"):
            ask(client)
    assert [one.operation for one in mock.requests].count("voucherCodes/getAll") == 1


# --- one client


def test_a_client_goes_through_redis(
    server: RedisServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both clients count in Redis; the async client calls it in another thread."""
    mock, threads = MockMews(), set[int]()
    real = RedisSlidingWindow.try_acquire

    def watched(window: RedisSlidingWindow, question: Question) -> Reply:
        threads.add(threading.get_ident())
        return real(window, question)

    def note(call: FaultedCall) -> MockResponse:
        loops.add(threading.get_ident())
        return call.proceed()

    loops = set[int]()
    mock.inject(note)
    monkeypatch.setattr(RedisSlidingWindow, "try_acquire", watched)
    client = connect(mock, redis_url=server.url, rate_limit=RateLimit(100, 30.0))
    with server.connected() as connection:
        before = set(connection.keys("*"))
        for _ in range(3):
            ask(client)
        (key,) = set(connection.keys("*:requests")) - before
        assert connection.zcard(key) == 3
    assert (threads == loops) == (connect.kind == "sync")


@pytest.mark.parametrize("requests", [1, 60])
def test_a_framework_that_uses_all_threads_is_no_deadlock(
    server: RedisServer, requests: int
) -> None:
    """Endpoints in all threads of anyio's default limiter may wait for the async client."""
    mock = MockMews()

    async def serve() -> int:
        async with AsyncVoucherClient(
            credentials_of(mock),
            base_url="http://mock",
            transport=mock.transport,
            redis_url=server.url,
            rate_limit=RateLimit(1_000, 30.0),
        ) as client:

            async def use_client() -> None:
                pager = client.voucher_codes.get_all(voucher_ids=unknown_ids(1))
                assert [code async for code in pager] == []

            done: list[None] = []

            async def respond() -> None:
                await anyio.to_thread.run_sync(anyio.from_thread.run, use_client)
                done.append(None)

            with anyio.move_on_after(10):
                async with anyio.create_task_group() as tasks:
                    for _ in range(requests):
                        tasks.start_soon(respond)
        return len(done)

    assert anyio.run(serve) == requests


def test_a_closed_client_leaves_no_connection(frail: RedisServer, connect: Connect) -> None:
    """A closed client closes its connection to Redis; another client that shares it continues."""
    mock = MockMews()
    shared: dict[str, Any] = {"redis_url": frail.url, "rate_limit": RateLimit(100, 30.0)}
    with frail.connected() as connection:

        def connections() -> int:
            return len(connection.client_list()) - 1  # without this one

        client, other = (connect(mock, **shared) for _ in range(2))
        ask(client)
        assert connections() == 1
        client.close()
        wait_until(lambda: connections() == 0)
        ask(other)
        assert connections() == 1
        other.close()
        wait_until(lambda: connections() == 0)


FORKING = """
import os, sys
from mews_vouchers import Credentials, RateLimit, VoucherClient
from mews_vouchers.mock import MockMews

mock = MockMews(seed=1)
credentials = Credentials(
    client_token=mock.client_token, access_token=mock.access_token, client="Forking 1.0"
)

def ask():
    with VoucherClient(
        credentials, base_url="http://fork", transport=mock.transport,
        rate_limit=RateLimit(100, 30.0), redis_url=sys.argv[1],
    ) as client:
        assert list(client.vouchers.get_all(service_ids=mock.enterprises[0].service_ids)) == []
        return client._state.request_factory.limiter

limiter = ask()
with limiter._state.lock:  # as another thread may hold them
    child = os.fork()
    if not child:
        ask()
        os._exit(0)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
ask()
sys.exit(status)
"""


def test_a_forked_process_shares_the_window(server: RedisServer) -> None:
    """A process that was forked, even during a request, counts in the same window."""
    with server.connected() as connection:
        before = set(connection.keys("*"))
        command = [sys.executable, "-c", FORKING, server.url]
        done = subprocess.run(command, check=False, capture_output=True, timeout=30)
        assert done.returncode == 0, done.stderr
        (key,) = set(connection.keys("*:requests")) - before
        assert connection.zcard(key) == 3


# --- sharing, and secrets


def limiter_of(client: VoucherClient) -> RateLimiter:
    """Return the limiter of a client."""
    return client._state.request_factory.limiter  # noqa: SLF001 - nobody else needs it


def test_redis_needs_a_limit() -> None:
    """A `redis_url` without a limit is a `ValueError`."""
    with pytest.raises(ValueError, match="redis_url requires a rate_limit"):
        VoucherClient(CREDENTIALS, base_url="https://x", redis_url="redis://x", rate_limit=None)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, the constructor raises an error that says what to install."""
    for name in ("redis_limiter", "redis_window"):
        monkeypatch.delitem(sys.modules, f"mews_vouchers._rate_limit.{name}")
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ImportError, match=r'pip install "mews-vouchers\[redis\]"'):
        VoucherClient(CREDENTIALS, base_url="https://x", redis_url="redis://x")


def test_clients_of_a_token_share_their_requests(server: RedisServer) -> None:
    """Clients with the same token count each other's requests, through Redis or not."""

    def limiter_with(**settings: Any) -> RateLimiter:
        limit = RateLimit(3, 30.0)
        client = VoucherClient(CREDENTIALS, base_url="https://shared", rate_limit=limit, **settings)
        return limiter_of(client)

    limiter, same = limiter_with(redis_url=server.url), limiter_with(redis_url=server.url)
    local = limiter_with()
    assert [one.try_acquire() for one in (limiter, same, local)] == [0.0] * 3
    assert all(one.try_acquire() > 0 for one in (limiter, same, local))


@pytest.mark.parametrize(
    "url", ["redis://:CANARY/one@x", "CANARY", "", "redis://x:CANARY", "redis://x?db=CANARY"]
)
def test_an_impossible_url_is_not_shown(url: str) -> None:
    """An invalid URL is a `ValueError` that does not contain it."""
    with pytest.raises(ValueError, match="redis_url must look like") as caught:
        VoucherClient(CREDENTIALS, base_url="https://x", redis_url=url)
    shown = "\n".join([*visible(caught.value), *visible_in_frames(caught.value)])
    assert "CANARY" not in shown


def test_neither_token_nor_password_is_shown(
    frail: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in Redis, in a log, in an attribute of a client, or in a frame of a traceback."""
    caplog.set_level(logging.DEBUG)
    mock = MockMews()
    mock.inject(error(400), calls=3)
    with VoucherClient(
        credentials_of(mock), base_url="http://mock", transport=mock.transport, redis_url=frail.url
    ) as client:
        ask(client)
        limiter_of(client).pause(0.001)
        with frail.connected() as connection:
            stored = repr([(key, dump(connection, key)) for key in connection.keys("*")])
        frail.kill()
        ask(client)
        with pytest.raises(Exception, match="400") as caught:
            ask(client)
        shown = [*visible(client), *visible(limiter_of(client)), *visible_in_frames(caught.value)]
    for secret in (PASSWORD, "CANARY", mock.access_token, mock.client_token):
        assert secret not in "\n".join([*shown, stored, caplog.text])
    assert "mews-vouchers:" in stored


def dump(connection: Any, key: str) -> object:
    """Return the content of a key of Redis."""
    kind = connection.type(key)
    if kind == "zset":
        return connection.zrange(key, 0, -1, withscores=True)
    return connection.hgetall(key)


def test_redis_is_imported_on_use() -> None:
    """Only a client with a `redis_url` imports the package redis."""
    program = """
import sys
from mews_vouchers import Credentials, VoucherClient
credentials = Credentials(client_token="c", access_token="a", client="Light 1.0")
VoucherClient(credentials, base_url="https://x").close()
assert not {"redis", "mews_vouchers._rate_limit.redis_limiter"} & set(sys.modules)
VoucherClient(credentials, base_url="https://x", redis_url="redis://127.0.0.1:1").close()
assert "redis" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
