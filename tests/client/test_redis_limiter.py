"""The rate limiter that processes share through a real Redis server.

A member is a limiter of its own, as in another process. Without a Redis server, these tests are
skipped.
"""

import heapq
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import RateLimit
from mews_vouchers._rate_limit.limiter import RateLimiter
from mews_vouchers._rate_limit.redis_window import RedisSlidingWindow
from mews_vouchers._rate_limit.token_state import TokenState

from tests.support.clocks import Clock
from tests.support.hypothesis_profiles import examples
from tests.support.redis_members import STAGGER, Members, acquire, own_clock
from tests.support.redis_server import RedisServer, warnings_of


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
        key = f"mews-vouchers:{{{members.name}}}:requests"
        ((_, score),) = connection.zrange(key, 0, -1, withscores=True)
        assert before <= score / 1_000 <= connection.time()[0] + 1


def test_a_clock_that_is_set_back_stops_nobody_for_long(server: RedisServer, clock: Clock) -> None:
    """If the clock of Redis is set back by an hour, no member waits longer than a window."""
    with Members(server.url) as members:
        limiter = members()
        assert all(acquire(limiter, 6))
        clock.now -= 3600
        assert all(acquire(members(), 6))
        assert 29 < limiter.try_acquire() <= 30.3 + STAGGER + 0.01


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
        assert len(keys) == 3
        for key in keys:
            windows = 10 if key.endswith("processes") else 2
            assert 0 < connection.pttl(key) <= windows * 30_300


# --- several limits, two priorities


def test_the_strictest_limit_of_a_process_holds_for_its_members(server: RedisServer) -> None:
    """Clients of one process with different limits keep all of them, also in Redis."""
    with Members(server.url) as members:
        state = TokenState()
        large, small = members(RateLimit(4, 30.0), state), members(RateLimit(2, 60.0), state)
        assert acquire(large, 3) == [True, True, False]
        assert acquire(small) == [False]
        assert acquire(members(RateLimit(4, 30.0)), 3) == [True, True, False]
        small.close()
        assert large.try_acquire() > 20


def test_the_longest_window_of_any_process_is_kept(server: RedisServer, clock: Clock) -> None:
    """A process with a short window does not make Redis forget what another one counts."""
    with Members(server.url, clock) as members:
        short, long = members(RateLimit(2, 1.0)), members(RateLimit(3, 100.0))
        assert acquire(long, 2) == [True, True]
        clock.now += 50
        assert acquire(short) == [True]
        assert acquire(members(RateLimit(3, 100.0))) == [False]


@settings(max_examples=examples(20))
@given(
    st.integers(1, 60),
    st.lists(st.tuples(st.floats(0, 0.1), st.integers(0, 2), st.booleans()), max_size=60),
)
def test_redis_decides_as_a_process_does(
    server: RedisServer, requests: int, asked: list[tuple[float, int, bool]]
) -> None:
    """For requests of any priority and member, Redis and the limiter of one process agree."""
    limit = RateLimit(requests, 30.0)
    with own_clock() as clock, Members(server.url, clock) as members:
        limiters, alone = [members(limit) for _ in range(3)], RateLimiter(limit, clock)
        for gap, which, is_background in asked:
            clock.now += round(gap * limit.window, 3)
            waits = [
                one.try_acquire(is_background=is_background) for one in (limiters[which], alone)
            ]
            assert waits[0] == pytest.approx(waits[1], abs=STAGGER + 0.01)
            assert bool(waits[0]) == bool(waits[1])


def test_members_come_back_evenly_after_a_pause(server: RedisServer, clock: Clock) -> None:
    """After a 429, requests of all members follow each other at about the limit's rate."""
    with Members(server.url, clock) as members:
        limiters = [members(RateLimit(60, 30.0)) for _ in range(3)]
        limiters[0].pause(5.0)
        queue, passed = [(clock.now, number % 3) for number in range(60)], []
        while queue:
            clock.now, which = heapq.heappop(queue)
            if wait := limiters[which].try_acquire():
                heapq.heappush(queue, (clock.now + wait, which))
            else:
                passed.append(clock.now)
    gaps = [last - first for first, last in pairwise(passed)]
    assert min(gaps) >= 0.8 * 0.5
    assert passed[-1] - passed[0] <= 45


# --- a Redis that forgets


@pytest.mark.parametrize("loss", ["all", "the last"])
def test_what_a_process_knows_is_not_sent_again(
    server: RedisServer, clock: Clock, loss: str
) -> None:
    """After FLUSHALL or a failover to a replica that lags, a process restores its requests."""
    with Members(server.url, clock) as members, server.connected() as connection:
        limiter, other = members(), members()
        key = f"mews-vouchers:{{{members.name}}}:requests"
        assert acquire(limiter, 4) == [True] * 4
        clock.now += 1
        if loss == "all":
            connection.delete(key, key.replace("requests", "state"))
        else:
            connection.zpopmax(key, 2)
        assert acquire(limiter) == [False]
        assert connection.zcard(key) == 4
        clock.now += 10
        assert acquire(limiter) == [True]
        clock.now += 10
        assert acquire(other) == [True]
        assert acquire(other) == [False]
        assert connection.zcard(key) == 6


def test_a_redis_that_forgets_at_once_is_a_fallback(
    server: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """If Redis forgets requests again and again, a process keeps to half of the limit."""
    with Members(server.url, clock) as members, server.connected() as connection:
        limiter = members()
        key = f"mews-vouchers:{{{members.name}}}:requests"
        assert acquire(limiter, 2) == [True, True]
        connection.rename(key, f"{key}-elsewhere")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(RedisSlidingWindow, "restore", lambda *_: None)
            assert acquire(limiter, 2) == [True, False]
    (warning,) = warnings_of(caplog)
    assert "RuntimeError" in warning


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
