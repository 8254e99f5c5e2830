"""The rate limiter: never more requests than the limit in any window, none during a pause.

Its clock moves only when a test moves it.
"""

import gc
import heapq
import itertools
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers import Credentials, RateLimit
from mews_vouchers._rate_limit import limiter as limiter_module
from mews_vouchers._rate_limit import token_state
from mews_vouchers._rate_limit.limiter import RateLimiter, get_limiter
from mews_vouchers._rate_limit.token_state import TokenState

from tests.support.clocks import Clock

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


def pass_all(
    limiter: RateLimiter,
    clock: Clock,
    arrivals: list[float],
    *,
    is_background: bool = False,
    most_tries: int = 100,
) -> list[float]:
    """Let requests arrive and wait as told; return when each was let through."""
    queue, passed = list(arrivals), []
    heapq.heapify(queue)
    tries = 0
    while queue:
        tries += 1
        assert tries <= most_tries * (len(arrivals) + 1), "some requests are never let through"
        clock.now = max(clock.now, heapq.heappop(queue))
        wait = limiter.try_acquire(is_background=is_background)
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
    assert limiter.try_acquire() == 0.0
    clock.now += 5.05
    assert [limiter.try_acquire() for _ in range(2)][:1] == [0.0]


def test_the_limiter_is_thread_safe() -> None:
    """Concurrent threads get exactly as many permits as the limit has."""
    limiter = RateLimiter(RateLimit(97, 10.0), Clock())
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: limiter.try_acquire(), range(1000)))
    assert waits.count(0.0) == 97


@pytest.mark.parametrize("limit", [(0, 30.0), (-1, 30.0), (1, 0.0), (1, -1.0)])
def test_an_impossible_limit_is_refused(limit: tuple[int, float]) -> None:
    """A limit of no requests, or without a window, is a `ValueError`."""
    with pytest.raises(ValueError, match=r"^(requests|window) must be "):
        RateLimit(*limit)


# --- several limits of one token


def test_the_strictest_limit_of_a_token_holds_for_all() -> None:
    """A request counts for all clients of the token; only one without a limit is not held back."""
    clock, token = Clock(0.0), TokenState()
    small = RateLimiter(RateLimit(3, 30.0), clock, token)
    large, unlimited = (
        RateLimiter(RateLimit(200, 30.0), clock, token),
        RateLimiter(None, clock, token),
    )
    assert [one.try_acquire() for one in (large, unlimited, small)] == [0.0] * 3
    assert small.try_acquire() == large.try_acquire() > 30
    assert unlimited.try_acquire() == 0.0


def test_clients_that_are_made_one_after_the_other_stay_within_their_limits() -> None:
    """A client that is made later counts what others sent before, also closed ones."""
    clock, token = Clock(), TokenState()
    sent = []
    for requests in (200, 190, 180):
        limiter = RateLimiter(RateLimit(requests, 30.0), clock, token)
        while not limiter.try_acquire():
            sent.append(clock.now)
        limiter.close()
    assert len(sent) == 200


@given(
    st.lists(limits, min_size=1, max_size=4),
    starts,
    st.lists(st.tuples(st.floats(0, 0.5), st.integers(0, 3), st.booleans()), max_size=60),
)
def test_all_limits_of_a_token_hold_at_once(
    several: list[RateLimit], start: float, requests: list[tuple[float, int, bool]]
) -> None:
    """However requests of all priorities arrive, no limit of a living client is exceeded."""
    clock, token = Clock(start), TokenState()
    limiters = [RateLimiter(limit, clock, token) for limit in several]
    passed = []
    for gap, which, is_background in requests:
        clock.now += gap * several[which % len(several)].window
        if not limiters[which % len(several)].try_acquire(is_background=is_background):
            passed.append(clock.now)
    for limit in several:
        for first, last in zip(passed, passed[limit.requests :], strict=False):
            assert last - first >= limit.window


@pytest.mark.parametrize("end", ["closed", "garbage"])
def test_the_limit_of_a_client_ends_with_it(end: str) -> None:
    """The limit of a closed or forgotten client no longer applies; its requests still count."""
    clock, token = Clock(), TokenState()
    large, small = (RateLimiter(RateLimit(number, 30.0), clock, token) for number in (5, 2))
    assert [small.try_acquire() for _ in range(3)][:2] == [0.0, 0.0]
    assert large.try_acquire() > 0
    if end == "closed":
        small.close()
        assert small.try_acquire() > 0, "it keeps its own limit"
    else:
        del small
        gc.collect()
    assert [large.try_acquire() for _ in range(4)][:3] == [0.0] * 3
    assert large.try_acquire() > 0


def test_the_record_of_a_token_without_a_limit_does_not_grow_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Old requests are forgotten, and those of a client without a limit beyond a number."""
    monkeypatch.setattr(token_state, "_MAX_RECORDED", 50)
    clock, token = Clock(), TokenState()
    limiter = RateLimiter(None, clock, token)
    for _ in range(100):
        limiter.try_acquire()
    assert len(token.times) == len(token.numbers) == 50
    clock.now += 60
    limiter.try_acquire()
    assert len(token.times) == len(token.numbers) == 1


# --- two priorities


@given(limits, starts, st.lists(st.tuples(st.floats(0, 0.2), st.booleans()), max_size=60))
def test_who_waits_in_the_background_gets_through(
    limit: RateLimit, start: float, requests: list[tuple[float, bool]]
) -> None:
    """A background request is let through after a few waits, whatever was sent before."""
    clock = Clock(start)
    limiter = RateLimiter(limit, clock)
    for gap, is_background in requests:
        clock.now += gap * limit.window
        limiter.try_acquire(is_background=is_background)
    began, waits = clock.now, 0
    while wait := limiter.try_acquire(is_background=True):
        clock.now += wait
        waits += 1
        assert waits <= limit.requests + 3
    assert clock.now - began <= limit.window * 1.011 + 0.005 * (waits + 1)


def test_a_background_request_leaves_a_reserve() -> None:
    """With the vendor's limit, five places of a window are for ordinary requests only."""
    clock = Clock()
    limiter = RateLimiter(RateLimit(), clock)
    assert [limiter.try_acquire() for _ in range(195)] == [0.0] * 195
    clock.now += 30.0
    assert 0.0 < limiter.try_acquire(is_background=True) < 0.31
    assert [limiter.try_acquire() for _ in range(6)][:5] == [0.0] * 5
    assert limiter.try_acquire() > 0


def test_background_requests_are_spread() -> None:
    """An export of an idle token begins at full speed, and is then spread over the window."""
    clock = Clock()
    limiter = RateLimiter(RateLimit(), clock)
    passed = pass_all(limiter, clock, [clock.now] * 400, is_background=True)
    gaps = [last - first for first, last in itertools.pairwise(passed)]
    assert passed[96] == passed[0]
    assert max(gaps) < 3
    assert 60 <= passed[-1] - passed[0] <= 66


# --- after a pause


@pytest.mark.parametrize("limit", [RateLimit(), RateLimit(50, 10.0), None], ids=str)
def test_those_who_waited_for_a_pause_come_back_evenly(limit: RateLimit | None) -> None:
    """200 requests that wait for the end of a 429 follow each other at the limit's rate."""
    clock = Clock()
    limiter = RateLimiter(limit, clock)
    limiter.pause(5.0)
    passed = pass_all(limiter, clock, [clock.now] * 200, most_tries=300)
    gap = (limit or RateLimit()).window / (limit or RateLimit()).requests
    assert passed[0] == 1005.0
    assert min(last - first for first, last in itertools.pairwise(passed)) >= gap
    assert passed[-1] - passed[0] <= 199 * gap * 1.03
    clock.now += 40.0
    assert [limiter.try_acquire() for _ in range(20)] == [0.0] * 20


def test_who_ignores_a_pause_is_not_spread() -> None:
    """A client that does not wait after a 429 is let through at once, and delays nobody."""
    clock = Clock()
    limiter = RateLimiter(RateLimit(), clock)
    limiter.pause(5.0)
    assert [limiter.try_acquire(ignore_pause=True) for _ in range(20)] == [0.0] * 20
    clock.now += 5.0
    assert limiter.try_acquire() == 0.0


# --- sharing


def of_token(access_token: str) -> Credentials:
    """Return credentials with this access token."""
    return Credentials(client_token="C" * 8, access_token=access_token, client="Tests 1.0")


def test_a_limit_belongs_to_a_token_at_a_base_url() -> None:
    """The same token at the same base URL shares the places; otherwise each has its own."""
    limit = RateLimit(3, 30.0)
    limiter, same = (get_limiter("http://one", of_token("TOKEN-A"), limit) for _ in range(2))
    assert [limiter.try_acquire(), same.try_acquire(), limiter.try_acquire()] == [0.0] * 3
    assert same.try_acquire() > 0
    assert get_limiter("http://one", of_token("TOKEN-B"), limit).try_acquire() == 0.0
    assert get_limiter("http://two", of_token("TOKEN-A"), limit).try_acquire() == 0.0


def test_the_registry_of_tokens_has_no_token() -> None:
    """The keys of the registry contain no token, as string or as bytes."""
    canary = "CANARY-0123456789"
    get_limiter("http://one", of_token(canary), RateLimit())
    kept = repr(limiter_module._states)  # noqa: SLF001
    assert "http://one" in kept
    assert canary not in kept
    assert canary.encode().hex() not in kept


def test_tokens_that_are_no_longer_used_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of thousands of tokens that come and go, those in use and the recent ones are kept."""
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    states = limiter_module._states  # noqa: SLF001
    monkeypatch.setattr(limiter_module, "_next_sweep", 0.0)
    kept = get_limiter("http://many", of_token("KEPT"), RateLimit(1, 30.0))
    used = get_limiter("http://many", of_token("USED"), RateLimit(1, 30.0), made_with(clock))
    assert used.try_acquire() == 0.0
    used.close()
    for number in range(20_000):
        get_limiter("http://many", of_token(f"TOKEN-{number}"), RateLimit()).close()
    assert sum(url == "http://many" for url, _ in states) < 300
    again = get_limiter("http://many", of_token("USED"), RateLimit(1, 30.0), made_with(clock))
    assert again.try_acquire() > 0
    again.close()
    clock.now += 100
    get_limiter("http://many", of_token("LAST"), RateLimit())
    assert kept.try_acquire() == 0.0
    assert {state for (url, _), state in states.items() if url == "http://many"} >= {kept._state}  # noqa: SLF001
    assert used._state not in states.values()  # noqa: SLF001
    assert sum(url == "http://many" for url, _ in states) == 2


def made_with(clock: Clock) -> limiter_module.LimiterFactory:
    """Return what makes limiters with a clock of the test."""
    return lambda limit, state, _: RateLimiter(limit, clock, state)


FORKING = """
import os, sys
from mews_vouchers import Credentials, RateLimit
from mews_vouchers._rate_limit import limiter as module

from tests.support.clocks import Clock

def shared():
    credentials = Credentials(client_token="client", access_token="access", client="Forking 1.0")
    return module.get_limiter("http://fork", credentials, RateLimit(1, 30.0))

limiter = shared()
with module._registry_lock, limiter._state.lock:  # as another thread may hold them
    child = os.fork()
    if not child:
        assert shared().try_acquire() == 0
        assert limiter.try_acquire() > 0
        os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system knows no fork")
def test_a_forked_process_does_not_wait_for_its_parent() -> None:
    """A process that was forked while a thread held the locks can use the limiter."""
    command = [sys.executable, "-c", FORKING]
    done = subprocess.run(command, check=False, capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr
