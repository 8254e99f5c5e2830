"""What processes that share a limit do while Redis is unavailable.

Without a Redis server, most of these tests are skipped.
"""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mews_vouchers import RateLimit, RetryPolicy
from mews_vouchers._rate_limit import availability, redis_window
from mews_vouchers._rate_limit.availability import Attempt, Availability
from mews_vouchers._rate_limit.redis_limiter import RedisRateLimiter
from mews_vouchers.mock import MockMews

from tests.support.clients import Connect
from tests.support.clocks import Clock
from tests.support.harness import ask
from tests.support.redis_members import LIMIT, STAGGER, Members, acquire, own_clock
from tests.support.redis_server import RedisServer, warnings_of


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Yield the clock of Redis and of all members."""
    with own_clock() as clock:
        yield clock


def test_without_redis_a_process_keeps_to_half(
    frail: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """While Redis is unavailable, half of the limit is let through; earlier requests count."""
    caplog.set_level(logging.INFO)
    with Members(frail.url, clock) as members:
        limiter, other = members(), members()
        assert acquire(limiter, 2) == [True, True]
        frail.kill()
        assert acquire(limiter, 3) == [True, False, False]
        assert acquire(other, 4) == [True, True, True, False]
        (warning, _) = warnings_of(caplog)
        assert "ConnectionError" in warning
        assert "3 requests per 30 s" in warning
        clock.now += 31
        assert acquire(limiter, 4) == [True, True, True, False]
        frail.start()
        assert acquire(limiter) == [False]
        clock.now += 6
        assert acquire(limiter) == [True]
        for _ in range(2):  # after an outage, requests are spread
            assert acquire(limiter) == [False]
            clock.now += 5
            assert acquire(limiter) == [True]
        clock.now += 5
        assert acquire(limiter) == [False]
        assert [one.levelname for one in caplog.records] == ["WARNING", "WARNING", "INFO"]
        frail.kill()
        acquire(limiter)
        assert len(warnings_of(caplog)) == 3


def test_a_limit_of_one_is_not_halved(clock: Clock) -> None:
    """A limit of one request is the same without Redis."""
    with Members("unix:///nowhere", clock) as members:
        assert acquire(members(RateLimit(1, 30.0)), 2) == [True, False]


def test_a_restarted_redis_is_recognised(
    frail: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """If Redis has lost its data, the members restore what they have let through."""
    with Members(frail.url, clock) as members:
        limiter, other = members(), members()
        assert acquire(limiter, 3) == [True] * 3
        clock.now += 10
        assert acquire(limiter, 3) == [True] * 3
        frail.kill()
        frail.start()
        assert acquire(limiter) == [False]
        assert acquire(other) == [False]
        assert 20.3 <= limiter.try_acquire() <= 20.3 + STAGGER + 0.01
    assert not warnings_of(caplog)


def test_any_error_of_redis_is_a_fallback(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is wrong with Redis or its URL: requests are let through, and nothing is raised."""
    urls = [
        server.url.replace("0123", "wrong"),
        f"{server.url}?unheard=of",
        "redis://127.0.0.1:1/0",
        "unix:///nowhere/at/all",
    ]
    for url in urls:
        with Members(url) as members:
            limiter = members()
            assert acquire(limiter, 4) == [True, True, True, False]
            limiter.pause(60.0)
            assert limiter.try_acquire() > 30
    assert len(warnings_of(caplog)) == len(urls)
    assert "CANARY" not in caplog.text


def test_a_redis_that_does_not_respond_is_a_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Redis that accepts a connection and does not respond is waited for until a timeout."""
    monkeypatch.setattr(redis_window, "_TIMEOUT", 0.05)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        Members(f"redis://127.0.0.1:{silent.getsockname()[1]}") as members,
    ):
        started = time.monotonic()
        assert acquire(members(), 4) == [True, True, True, False]
        assert time.monotonic() - started < 5


class Stuck:
    """Replaces the window of a Redis that fails, and later hangs until it is released."""

    def __init__(self) -> None:
        self.was_called = threading.Event()
        self.released = threading.Event()
        self.released.set()

    # Any: what a window is asked.
    def try_acquire(self, _: Any) -> float:
        """Hang, then fail."""
        self.was_called.set()
        self.released.wait(10)
        raise TimeoutError

    def disconnect(self) -> None:
        """Do nothing."""


def test_one_thread_tries_redis_and_the_others_continue() -> None:
    """While one thread checks whether Redis is back, the others do not wait."""
    clock, window = Clock(), Stuck()
    # Any: it replaces a window.
    replacement: Any = window
    limiter = RedisRateLimiter(LIMIT, replacement, clock)
    assert limiter.try_acquire() == 0
    clock.now += 6
    window.was_called.clear()
    window.released.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(limiter.try_acquire)
        assert window.was_called.wait(5)
        second = pool.submit(limiter.try_acquire)
        try:
            assert second.result(timeout=5) == 0.0
            assert not first.done()
        finally:
            window.released.set()
        assert first.result(timeout=5) == 0.0


def test_threads_ask_redis_concurrently() -> None:
    """A slow Redis does not make threads wait for one another; all of them fall back at once."""
    window = Stuck()
    window.released.clear()
    replacement: Any = window
    limiter = RedisRateLimiter(LIMIT, replacement, Clock())
    barrier = threading.Barrier(3, action=window.released.set)

    def wait_for_all(_: Any) -> float:
        barrier.wait(10)
        raise TimeoutError

    replacement.try_acquire = wait_for_all
    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(limiter.try_acquire) for _ in range(3)]
        assert [job.result(timeout=10) for job in jobs] == [0.0] * 3
    assert limiter.try_acquire() > 0


def test_a_late_reply_does_not_end_the_fallback() -> None:
    """A reply to a question from before Redis became unavailable does not mean that it is back."""
    redis = Availability()
    first, second = redis.begin(0.0), redis.begin(0.0)
    assert redis.fail(1.0)
    assert not redis.fail(1.0)
    assert not redis.succeed(first)
    assert redis.begin(2.0) is Attempt.SKIP
    assert second is Attempt.ASK
    probe = redis.begin(7.0)
    assert redis.begin(7.0) is Attempt.SKIP
    assert redis.succeed(probe)
    assert redis.begin(7.0) is Attempt.ASK


def test_requests_continue_while_redis_comes_and_goes(
    frail: RedisServer,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Redis is unavailable, starts, is killed and starts again: no request fails."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(availability, "RETRY_INTERVAL", 0.0)
    mock = MockMews()
    frail.kill()
    client = connect(mock, redis_url=frail.url, rate_limit=RateLimit(8, 0.2), retry=RetryPolicy())
    for change in (None, frail.start, frail.kill, frail.start):
        if change:
            change()
        for _ in range(10):
            ask(client)
    assert len(mock.requests) == 40
    levels = [one.levelname for one in caplog.records if "Redis" in one.getMessage()]
    assert levels == ["WARNING", "INFO", "WARNING", "INFO"]
    with frail.connected() as connection:
        assert connection.dbsize() == 3


def test_a_client_works_without_a_redis_server(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """A client is created, used and closed without its Redis; the only sign is one warning."""
    mock = MockMews()
    client = connect(mock, redis_url="unix:///nowhere", rate_limit=RateLimit(100, 30.0))
    for _ in range(5):
        ask(client)
    client.close()
    assert len(mock.requests) == 5
    assert len(warnings_of(caplog)) == 1
