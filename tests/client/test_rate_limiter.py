"""The rate limiter: never more requests than the limit in any window, none during a pause.

Its clock moves only when a test moves it.
"""

import heapq
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers import Credentials, RateLimit
from mews_vouchers._rate_limit.limiter import RateLimiter, TokenState, _limiters, get_limiter


class Clock:
    """A clock that moves only when it is set."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


limits = st.builds(RateLimit, requests=st.integers(1, 12), window=st.floats(0.001, 100))
#: Values of monotonic clocks: they often count from the start of the machine.
starts = st.floats(0, 1e7)


# --- the limiter


@given(limits, starts, st.lists(st.floats(0, 1.5), max_size=50))
def test_never_more_than_the_limit_in_any_window(
    limit: RateLimit, start: float, gaps: list[float]
) -> None:
    """However requests arrive, no window has more of them than the limit."""
    clock = Clock(start)
    limiter = RateLimiter(limit, clock)
    arrivals, now = [], start
    for gap in gaps:
        now += gap * limit.window
        arrivals.append(now)
    passed = pass_all(limiter, clock, arrivals)
    assert len(passed) == len(arrivals)
    for first, last in zip(passed, passed[limit.requests :], strict=False):
        assert last - first >= limit.window


def pass_all(limiter: RateLimiter, clock: Clock, arrivals: list[float]) -> list[float]:
    """Let requests arrive and wait as told; return when each was let through."""
    queue, passed = list(arrivals), []
    heapq.heapify(queue)
    tries = 0
    while queue:
        tries += 1
        assert tries <= 100 * (len(arrivals) + 1), "some requests are never let through"
        clock.now = max(clock.now, heapq.heappop(queue))
        wait = limiter.try_acquire()
        assert wait >= 0
        if wait:
            heapq.heappush(queue, clock.now + wait)
        else:
            passed.append(clock.now)
    return passed


@given(limits, starts, st.integers(1, 40))
def test_a_burst_passes_as_fast_as_the_limit_allows(
    limit: RateLimit, start: float, number: int
) -> None:
    """A burst takes hardly more windows than necessary."""
    clock = Clock(start)
    passed = pass_all(RateLimiter(limit, clock), clock, [start] * number)
    full_windows = (number - 1) // limit.requests
    assert passed[-1] - start <= full_windows * (limit.window * 1.011 + 0.004)


@given(limits, starts, st.floats(0, 1))
def test_who_waits_as_told_gets_through(limit: RateLimit, start: float, later: float) -> None:
    """After the returned wait a request is let through; rounding may cost one more short wait."""
    clock = Clock(start)
    limiter = RateLimiter(limit, clock)
    for _ in range(limit.requests):
        assert limiter.try_acquire() == 0
    clock.now += later * limit.window
    waits = 0
    while wait := limiter.try_acquire():
        assert wait <= limit.window * 1.011 + 0.002
        clock.now += wait
        waits += 1
        assert waits <= 2


def test_the_vendors_limit_is_the_default() -> None:
    """200 requests are let through at once, the next one after 30 seconds and a margin.

    The margin is for requests that travel at different speeds.
    """
    clock = Clock()
    limiter = RateLimiter(RateLimit(), clock)
    assert [limiter.try_acquire() for _ in range(200)] == [0.0] * 200
    assert 30.1 <= limiter.try_acquire() <= 31.0


def test_without_a_limit_nobody_waits() -> None:
    """A limiter without a limit lets all requests through, except during a pause."""
    clock = Clock()
    limiter = RateLimiter(None, clock)
    assert {limiter.try_acquire() for _ in range(1000)} == {0.0}
    limiter.pause(5.0)
    assert limiter.try_acquire() == 5.0


@given(limits | st.none(), starts, st.lists(st.floats(0, 1e4), min_size=1, max_size=5))
def test_a_pause_ends_with_the_longest_wait(
    limit: RateLimit | None, start: float, pauses: list[float]
) -> None:
    """No request is let through before the last `Retry-After` has passed."""
    clock = Clock(start)
    limiter = RateLimiter(limit, clock)
    for seconds in pauses:
        limiter.pause(seconds)
    passed = pass_all(limiter, clock, [start])
    assert passed[0] == pytest.approx(start + max(pauses), abs=1e-6)


def test_a_request_that_must_wait_does_not_count() -> None:
    """Asking a full or paused limiter repeatedly does not make the wait longer."""
    clock = Clock()
    limiter = RateLimiter(RateLimit(2, 10.0), clock)
    assert (limiter.try_acquire(), limiter.try_acquire()) == (0.0, 0.0)
    waits = [limiter.try_acquire() for _ in range(100)]
    assert len(set(waits)) == 1
    clock.now += waits[0]
    limiter.pause(5.0)
    assert {limiter.try_acquire() for _ in range(100)} == {5.0}
    clock.now += 5.0
    assert [limiter.try_acquire() for _ in range(3)][:2] == [0.0, 0.0]


def test_the_limiter_is_thread_safe() -> None:
    """Concurrent threads get exactly as many permits as the limit has."""
    limiter = RateLimiter(RateLimit(97, 10.0), Clock())
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: limiter.try_acquire(), range(1000)))
    assert waits.count(0.0) == 97


@pytest.mark.parametrize("limit", [(0, 30.0), (-1, 30.0), (1, 0.0), (1, -1.0)])
def test_an_impossible_limit_is_refused(limit: tuple[int, float]) -> None:
    """A limit of no requests, or without a window, is a `ValueError`."""
    with pytest.raises(ValueError, match="rate limit"):
        RateLimit(*limit)


def test_clients_with_different_limits_count_in_one_window() -> None:
    """Requests of a client with no limit or another one count for the limited client."""
    clock, token = Clock(0.0), TokenState()
    small = RateLimiter(RateLimit(3, 30.0), clock, token)
    others = [RateLimiter(RateLimit(200, 30.0), clock, token), RateLimiter(None, clock, token)]
    assert [limiter.try_acquire() for limiter in (*others, small)] == [0.0] * 3
    assert small.try_acquire() > 0
    assert [limiter.try_acquire() for limiter in others] == [0.0] * 2


# --- sharing


def of_token(access_token: str) -> Credentials:
    """Return credentials with this access token."""
    return Credentials(client_token="C" * 8, access_token=access_token, client="Tests 1.0")


def test_a_limiter_belongs_to_a_token_at_a_base_url() -> None:
    """The same token at the same base URL shares a limiter; otherwise each has its own."""
    limit = RateLimit(3, 1.0)
    limiter = get_limiter("http://one", of_token("TOKEN-A"), limit)
    assert get_limiter("http://one", of_token("TOKEN-A"), RateLimit(3, 1.0)) is limiter
    assert get_limiter("http://one", of_token("TOKEN-B"), limit) is not limiter
    assert get_limiter("http://two", of_token("TOKEN-A"), limit) is not limiter


def test_the_registry_of_limiters_has_no_token() -> None:
    """The keys of the registry contain no token, as string or as bytes."""
    canary = "CANARY-0123456789"
    get_limiter("http://one", of_token(canary), RateLimit())
    kept = repr(_limiters)
    assert "http://one" in kept
    assert canary not in kept
    assert canary.encode().hex() not in kept


FORKING = """
import os, sys
from mews_vouchers import Credentials, RateLimit
from mews_vouchers._rate_limit import limiter as module

def shared():
    credentials = Credentials(client_token="client", access_token="access", client="Forking 1.0")
    return module.get_limiter("http://fork", credentials, RateLimit(1, 30.0))

limiter = shared()
with module._registry_lock, limiter._state.lock:  # as another thread may hold them
    child = os.fork()
    if not child:
        assert shared() is limiter
        assert limiter.try_acquire() == 0
        os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system knows no fork")
def test_a_forked_process_does_not_wait_for_its_parent() -> None:
    """A process that was forked while a thread held the locks can use the limiter."""
    command = [sys.executable, "-c", FORKING]
    done = subprocess.run(command, check=False, capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr
