"""The rate limiter that processes share through a real Redis server.

A member is a limiter of its own, as in another process. Without a Redis server, these tests are
skipped.
"""

import heapq
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import RateLimit
from mews_vouchers._rate_limit.limiter import RateLimiter

from tests.support.hypothesis_profiles import examples
from tests.support.redis_members import STAGGER, Clock, Members, acquire, own_clock
from tests.support.redis_server import RedisServer


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Yield the clock of Redis and of all members."""
    with own_clock() as clock:
        yield clock


# --- the window in Redis


@settings(max_examples=examples(20))
@given(
    st.integers(1, 8),
    st.floats(10, 100),
    st.lists(st.tuples(st.floats(0, 0.8), st.integers(0, 2)), max_size=30),
)
def test_never_more_than_the_limit_in_any_window(
    server: RedisServer, requests: int, window: float, gaps: list[tuple[float, int]]
) -> None:
    """However requests of three members arrive, no window has more of them than the limit."""
    limit = RateLimit(requests, window)
    with own_clock() as clock, Members(server.url, clock) as members:
        limiters = [members(limit) for _ in range(3)]
        queue, now, passed = [], clock.now, []
        for gap, which in gaps:
            now += gap * window
            queue.append((now, which))
        heapq.heapify(queue)
        tries = 0
        while queue:
            tries += 1
            assert tries <= 100 * (len(gaps) + 1), "some requests are never let through"
            now, which = heapq.heappop(queue)
            clock.now = max(clock.now, now)
            wait = limiters[which].try_acquire()
            assert 0 <= wait <= 1.01 * 1.01 * window + 0.002
            if wait:
                heapq.heappush(queue, (clock.now + wait, which))
            else:
                passed.append(clock.now)
    assert len(passed) == len(gaps)
    for first, last in zip(passed, passed[requests:], strict=False):
        assert last - first >= window


def test_who_waits_as_told_gets_through(server: RedisServer, clock: Clock) -> None:
    """The wait ends when the oldest request of any member leaves the window.

    It is a little longer for some members than for others, so that none always comes first.
    """
    with Members(server.url, clock) as members:
        first, second = members(), members()
        for limiter in (first, second) * 3:
            assert acquire(limiter) == [True]
            clock.now += 1
        waits = {second.try_acquire() for _ in range(20)}
        assert 30.3 - 6 <= min(waits) < max(waits) <= 30.3 - 6 + STAGGER + 0.01
        clock.now += 30.3 - 6 - 0.01
        assert acquire(second) == [False]
        clock.now += 0.011
        assert acquire(second) == [True]
        assert acquire(first) == [False]


def test_the_clock_is_that_of_redis(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recorded times are those of Redis, whatever the clock of the machine says."""
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    with Members(server.url) as members, server.connected() as connection:
        before = connection.time()[0]
        members().try_acquire()
        ((_, score),) = connection.zrange(
            f"mews-vouchers:{members.name}:30300", 0, -1, withscores=True
        )
        assert before <= score / 1_000 <= connection.time()[0] + 1


def test_a_clock_that_is_set_back_stops_nobody_for_long(server: RedisServer, clock: Clock) -> None:
    """If the clock of Redis is set back by an hour, no member waits longer than a window."""
    with Members(server.url, clock) as members:
        limiter = members()
        assert all(acquire(limiter, 6))
        clock.now -= 3600
        assert all(acquire(members(), 6))
        assert 0 < limiter.try_acquire() <= 30.3 + STAGGER + 0.01


def test_members_with_different_limits_share_the_window(server: RedisServer) -> None:
    """A member with a lower limit for the same window counts all requests, and is counted."""
    with Members(server.url) as members:
        small, large = members(RateLimit(2, 30.0)), members(RateLimit(4, 30.0))
        assert acquire(small, 3) == [True, True, False]
        assert acquire(large, 3) == [True, True, False]


def test_members_are_thread_safe(server: RedisServer) -> None:
    """Concurrent threads of several members get exactly as many permits as the limit has."""
    with Members(server.url) as members, ThreadPoolExecutor(8) as pool:
        limiters = [members(RateLimit(37, 30.0)) for _ in range(4)]
        results = list(pool.map(lambda number: acquire(limiters[number % 4])[0], range(80)))
    assert results.count(True) == 37


def test_what_is_in_redis_goes_by_itself(server: RedisServer) -> None:
    """Nothing stays in Redis once a token is no longer used."""
    with Members(server.url) as members, server.connected() as connection:
        limiter = members()
        limiter.try_acquire()
        limiter.pause(5.0)
        keys = connection.keys(f"*{members.name}*")
        assert len(keys) == 2
        for key in keys:
            assert 0 < connection.pttl(key) <= 2 * 30_300
        assert connection.ttl(f"mews-vouchers:{members.name}:closed") <= 5


def test_a_forked_process_has_a_new_lock(server: RedisServer) -> None:
    """After a fork, a limiter can call Redis even if a thread of the parent was doing so."""
    with Members(server.url) as members:
        limiter = members()
        with limiter._redis_lock:  # noqa: SLF001 - held for a short time
            limiter.after_fork()
            assert acquire(limiter) == [True]


# --- a 429


def test_a_429_pauses_the_limiters_of_all(server: RedisServer) -> None:
    """A 429 of one member pauses all others; a shorter one does not shorten the pause."""
    with Members(server.url) as members:
        refused, other, third = members(), members(), members(RateLimit(1, 7.0))
        refused.pause(60.0)
        other.pause(5.0)
        for limiter in (refused, third):
            assert 55 < limiter.try_acquire() <= 60
            assert 55 < limiter.paused_for() <= 60
        assert acquire_despite_pause(third) == 0


def acquire_despite_pause(limiter: RateLimiter) -> float:
    """Acquire as a client that does not wait."""
    return limiter.try_acquire(ignore_pause=True)


def test_a_pause_of_zero_seconds_is_none(server: RedisServer) -> None:
    """A pause of zero seconds pauses no member."""
    with Members(server.url) as members:
        limiter = members()
        limiter.pause(0.0)
        assert limiter.try_acquire() == members().try_acquire() == 0.0
