"""The limiter that members of a fleet share through a real Redis.

A member here is a gate of its own, as another process has it. Where no Redis can be started, these
tests are skipped.
"""

import heapq
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import RateLimit
from mews_vouchers._gate import Gate

from tests.support.hypothesis_profiles import examples
from tests.support.redis_members import TURNS, Clock, Members, enter, own_clock
from tests.support.redis_server import RedisServer


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Give the clock that Redis and all members go by."""
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
    """However the requests of three members arrive, no window has more of them than allowed."""
    limit = RateLimit(requests, window)
    with own_clock() as clock, Members(server.url, clock) as members:
        gates = [members(limit) for _ in range(3)]
        queue, moment, passed = [], clock.now, []
        for gap, which in gaps:
            moment += gap * window
            queue.append((moment, which))
        heapq.heapify(queue)
        asked = 0
        while queue:
            asked += 1
            assert asked <= 100 * (len(gaps) + 1), "somebody never gets through"
            moment, which = heapq.heappop(queue)
            clock.now = max(clock.now, moment)
            wait = gates[which].enter()
            assert 0 <= wait <= 1.01 * 1.01 * window + 0.002
            if wait:
                heapq.heappush(queue, (clock.now + wait, which))
            else:
                passed.append(clock.now)
    assert len(passed) == len(gaps)
    for first, last in zip(passed, passed[requests:], strict=False):
        assert last - first >= window


def test_who_waits_as_told_gets_through(server: RedisServer, clock: Clock) -> None:
    """The wait is until the oldest request of any member leaves the window.

    It is a little longer for one than for another: nobody is the first whenever there is a place.
    """
    with Members(server.url, clock) as members:
        first, second = members(), members()
        for gate in (first, second) * 3:
            assert enter(gate) == [True]
            clock.now += 1
        waits = {second.enter() for _ in range(20)}
        assert 30.3 - 6 <= min(waits) < max(waits) <= 30.3 - 6 + TURNS + 0.01
        clock.now += 30.3 - 6 - 0.01
        assert enter(second) == [False]
        clock.now += 0.011
        assert enter(second) == [True]
        assert enter(first) == [False]


def test_the_clock_is_that_of_redis(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is put in has the time of Redis, wherever the clock of the machine stands."""
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    with Members(server.url) as members, server.connected() as connection:
        before = connection.time()[0]
        members().enter()
        ((_, score),) = connection.zrange(
            f"mews-vouchers:{members.name}:30300", 0, -1, withscores=True
        )
        assert before <= score / 1_000 <= connection.time()[0] + 1


def test_a_clock_that_is_set_back_stops_nobody_for_long(server: RedisServer, clock: Clock) -> None:
    """When the clock of Redis is set back by an hour, nobody waits for longer than a window."""
    with Members(server.url, clock) as members:
        gate = members()
        assert all(enter(gate, 6))
        clock.now -= 3600
        assert all(enter(members(), 6))
        assert 0 < gate.enter() <= 30.3 + TURNS + 0.01


def test_members_with_other_numbers_share_the_window(server: RedisServer) -> None:
    """A member that wants less of the same window counts what the others do, and they count it."""
    with Members(server.url) as members:
        small, large = members(RateLimit(2, 30.0)), members(RateLimit(4, 30.0))
        assert enter(small, 3) == [True, True, False]
        assert enter(large, 3) == [True, True, False]


def test_threads_do_not_take_the_same_place(server: RedisServer) -> None:
    """Threads of several members that ask at once get exactly the places that there are."""
    with Members(server.url) as members, ThreadPoolExecutor(8) as pool:
        gates = [members(RateLimit(37, 30.0)) for _ in range(4)]
        answers = list(pool.map(lambda number: enter(gates[number % 4])[0], range(80)))
    assert answers.count(True) == 37


def test_what_is_in_redis_goes_by_itself(server: RedisServer) -> None:
    """Nothing stays in Redis when a token is no longer used."""
    with Members(server.url) as members, server.connected() as connection:
        gate = members()
        gate.enter()
        gate.close(5.0)
        keys = connection.keys(f"*{members.name}*")
        assert len(keys) == 2
        for key in keys:
            assert 0 < connection.pttl(key) <= 2 * 30_300
        assert connection.ttl(f"mews-vouchers:{members.name}:closed") <= 5


def test_it_has_a_lock_of_its_own(server: RedisServer) -> None:
    """After a fork a gate asks Redis, also if another thread of the parent was just asking."""
    with Members(server.url) as members:
        gate = members()
        with gate._asking:  # noqa: SLF001 - nobody else holds it for long
            gate.after_fork()
            assert enter(gate) == [True]


# --- a 429


def test_a_429_closes_the_gates_of_all(server: RedisServer) -> None:
    """A 429 of one member keeps the others waiting as long, and a shorter one shortens nothing."""
    with Members(server.url) as members:
        refused, other, third = members(), members(), members(RateLimit(1, 7.0))
        refused.close(60.0)
        other.close(5.0)
        for gate in (refused, third):
            assert 55 < gate.enter() <= 60
            assert 55 < gate.closed_for() <= 60
        assert enter_anyway(third) == 0


def enter_anyway(gate: Gate) -> float:
    """Ask a gate as a client that does not wait."""
    return gate.enter(ignore_closing=True)


def test_a_429_that_nobody_waits_for_closes_nothing(server: RedisServer) -> None:
    """A pause of no length is none."""
    with Members(server.url) as members:
        gate = members()
        gate.close(0.0)
        assert gate.enter() == members().enter() == 0.0
