"""Real processes share a limit through a Redis that is far away, restarted, flushed or stopped.

A server counts when requests arrive, in any window. Without a Redis server, these tests are
skipped.
"""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from mews_vouchers import RateLimit
from mews_vouchers._rate_limit.limiter import RateLimiter

from tests.support.redis_members import Members
from tests.support.redis_processes import Arrivals, Process
from tests.support.redis_proxy import far_away
from tests.support.redis_server import RedisServer

QUICK = pytest.param(RateLimit(40, 1.0), id="quick")
SLOW = pytest.param(RateLimit(200, 10.0), marks=pytest.mark.slow, id="slow")
#: By how many seconds a busy machine may delay a request.
SLACK = 0.2

Fault = Callable[[RedisServer], None]


def flush(server: RedisServer) -> None:
    """Make Redis forget everything."""
    with server.connected() as connection:
        connection.flushall()


def restart(server: RedisServer) -> None:
    """Kill Redis, and start it without data."""
    server.kill()
    server.start()


def stop(server: RedisServer) -> None:
    """Make Redis hang until its commands time out."""
    server.send_signal(signal.SIGSTOP)
    time.sleep(1.5)
    server.send_signal(signal.SIGCONT)


def become_replica(server: RedisServer) -> None:
    """Make Redis refuse to write for a while, as after a failover."""
    with server.connected() as connection:
        connection.replicaof("127.0.0.1", 1)
        time.sleep(1.0)
        connection.replicaof("NO", "ONE")


@contextmanager
def during(fault: Fault, server: RedisServer, seconds: float) -> Iterator[None]:
    """Let a fault happen again and again."""
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(seconds):
            fault(server)

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(repeat)
        try:
            yield
        finally:
            ended.set()
            job.result(timeout=20)


def most_in_a_window(times: list[float], window: float) -> int:
    """Return the largest number of arrivals in any window."""
    times, first, most = sorted(times), 0, 0
    for last, end in enumerate(times):
        while times[first] <= end - window:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.parametrize("limit", [QUICK, SLOW])
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_process_keeps_the_limit_while_redis_forgets(
    frail: RedisServer, limit: RateLimit, kind: str
) -> None:
    """FLUSHALL several times in each window: a process never sends again what it has sent."""
    arrivals = Arrivals()
    with arrivals.serving() as base_url, during(flush, frail, limit.window / 4.3):
        process = Process(base_url, frail.url, limit, count=3 * limit.requests)
        assert process.run([kind]) == [""]
    assert len(arrivals.times) == 3 * limit.requests
    assert most_in_a_window(arrivals.times, limit.window - SLACK) <= limit.requests


@pytest.mark.parametrize("limit", [QUICK, SLOW])
def test_four_processes_restore_what_redis_forgets(frail: RedisServer, limit: RateLimit) -> None:
    """After FLUSHALL each process restores its requests: four keep the limit together."""
    arrivals = Arrivals()
    with arrivals.serving() as base_url, during(flush, frail, 1.7 * limit.window):
        process = Process(base_url, frail.url, limit, count=limit.requests)
        assert process.run(["sync", "async"] * 2) == [""] * 4
    assert len(arrivals.times) == 4 * limit.requests
    assert most_in_a_window(arrivals.times, limit.window - SLACK) <= limit.requests


@pytest.mark.slow
@pytest.mark.parametrize("limit", [QUICK, SLOW])
@pytest.mark.parametrize("fault", [restart, stop, become_replica], ids=lambda one: one.__name__)
def test_four_processes_keep_the_limit_without_redis(
    frail: RedisServer, limit: RateLimit, fault: Fault
) -> None:
    """While Redis restarts, hangs or refuses to write, four processes keep about the limit.

    A process that has not noticed the loss uses Redis while others use their shares. Together they
    may send twice the limit.
    """
    arrivals = Arrivals()
    with arrivals.serving() as base_url, during(fault, frail, limit.window / 2):
        process = Process(base_url, frail.url, limit, count=limit.requests)
        for output in process.run(["sync", "async"] * 2):
            assert output.count("\n") == output.count("Redis is unavailable")
    assert len(arrivals.times) == 4 * limit.requests
    assert most_in_a_window(arrivals.times, limit.window - SLACK) <= 2 * limit.requests


@pytest.mark.parametrize("is_background", [False, True], ids=["ordinary", "background"])
@pytest.mark.parametrize(
    ("limit", "used"),
    [
        # One question after the other would use 0.25; a busy machine may use little more than half.
        pytest.param(RateLimit(40, 1.0), 0.4, id="quick"),
        pytest.param(RateLimit(200, 30.0), 0.95, id="slow", marks=pytest.mark.slow),
    ],
)
def test_threads_use_the_limit_of_a_far_redis(
    server: RedisServer, limit: RateLimit, used: float, *, is_background: bool
) -> None:
    """With Redis 100 ms away, 16 threads use almost the whole limit, and not more."""
    passed: list[float] = []
    with (
        far_away(str(server.socket), 0.1) as port,
        Members(server.far_url(port)) as members,
        ThreadPoolExecutor(16) as pool,
    ):
        limiter = members(limit)
        limiter.try_acquire()
        windows = 3
        end = time.monotonic() + windows * limit.window
        for job in [
            pool.submit(acquire_until, end, limiter, passed, is_background=is_background)
            for _ in range(16)
        ]:
            job.result(timeout=120)
    assert most_in_a_window(passed, limit.window - SLACK) <= limit.requests
    later = [one for one in passed if one > end - (windows - 1) * limit.window]
    assert used <= len(later) / (windows - 1) / limit.requests <= 1.0 + SLACK / limit.window


def acquire_until(
    end: float, limiter: RateLimiter, passed: list[float], *, is_background: bool
) -> None:
    """Acquire until a time, and note when a request could be sent."""
    while time.monotonic() < end:
        if wait := limiter.try_acquire(is_background=is_background):
            time.sleep(min(wait, max(0.0, end - time.monotonic())))
        else:
            passed.append(time.monotonic())
