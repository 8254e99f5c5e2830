"""The limit holds for all processes together while Redis is lost and comes back.

Time is simulated, so that minutes of many processes take a moment. Without a Redis server, these
tests are skipped. Real processes are in `test_redis_faults.py`.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import RateLimit
from mews_vouchers._rate_limit.redis_window import RedisSlidingWindow
from redis.commands.core import Script

from tests.support.clocks import Clock
from tests.support.hypothesis_profiles import examples
from tests.support.redis_members import Members, acquire, own_clock
from tests.support.redis_server import RedisServer

WINDOW = 30.0


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Yield the clock of Redis and of all members."""
    with own_clock() as clock:
        yield clock


class Simulation:
    """Processes that send when they want to and may, and a Redis that is lost and comes back."""

    def __init__(self, server: RedisServer, members: Members, clock: Clock, seed: int) -> None:
        self.server = server
        self.clock = clock
        self.random = random.Random(seed)  # noqa: S311 - a simulation
        self.limit = RateLimit(self.random.randint(8, 40), WINDOW)
        self.processes = [members(self.limit) for _ in range(self.random.randint(2, 5))]
        self.is_down = False
        self.passed: list[float] = []
        self.next_try = [clock.now] * len(self.processes)

    @contextmanager
    def controlled(self) -> Iterator[None]:
        """Let commands fail while Redis is down."""
        run = RedisSlidingWindow._run  # noqa: SLF001

        # Any: the reply of a script.
        def run_if_up(window: RedisSlidingWindow, script: Script, *arguments: str | float) -> Any:
            if self.is_down:
                raise ConnectionError
            return run(window, script, *arguments)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(RedisSlidingWindow, "_run", run_if_up)
            yield

    def ask(self, which: int) -> float:
        """Let a process ask now; return the wait, or 0.0 if it has sent."""
        wait = self.processes[which].try_acquire()
        if not wait:
            self.passed.append(self.clock.now)
        return wait

    def ask_all(self) -> None:
        """Let all processes ask, in any order."""
        for which in self.random.sample(range(len(self.processes)), len(self.processes)):
            self.ask(which)
            self.clock.now += 0.01

    def run(self, seconds: float) -> None:
        """Let processes send, in bursts and with long breaks."""
        end = self.clock.now + seconds
        while (now := min(self.next_try)) < end:
            self.clock.now = max(self.clock.now, now)
            which = self.next_try.index(now)
            wait = self.ask(which)
            pause = 0.01 if self.random.random() < 0.95 else self.random.uniform(0, 2 * WINDOW)
            self.next_try[which] = self.clock.now + (wait or pause)
        self.clock.now = end

    def forget(self) -> None:
        """Make Redis lose its data."""
        with self.server.connected() as connection:
            connection.flushall()

    def lose(self) -> None:
        """Make Redis unavailable, with or without its data, or empty."""
        kind = self.random.choice(["flushed", "restarted", "read-only"])
        if kind != "read-only":
            self.forget()
        if kind != "flushed":
            self.is_down = True
            if kind == "read-only":
                # Or else nobody knows that a process has noticed it, until that one asks again.
                self.ask_all()
            self.run(self.random.choice([1, 10, 2 * WINDOW]) * self.random.random())
            self.is_down = False


def most_in_a_window(times: list[float]) -> int:
    """Return the largest number of requests in any window."""
    return max(sum(start <= one < start + WINDOW for one in times) for start in times)


@settings(max_examples=examples(25))
@given(st.integers(0, 2**32))
def test_the_sum_is_never_above_the_limit(server: RedisServer, seed: int) -> None:
    """However Redis is lost and comes back, no window has more requests of all than the limit."""
    with own_clock() as clock, Members(server.url, clock) as members:
        simulation = Simulation(server, members, clock, seed)
        with simulation.controlled():
            for _ in range(2):
                simulation.ask_all()
            for _ in range(6):
                simulation.run(simulation.random.choice([1, 10, 3 * WINDOW]))
                simulation.lose()
            simulation.run(3 * WINDOW)
    assert most_in_a_window(simulation.passed) <= simulation.limit.requests


# --- what each rule is for


def test_processes_share_the_limit_without_redis(frail: RedisServer, clock: Clock) -> None:
    """Each of four processes has a quarter; at first, only as much as it had when Redis was lost.

    What it had counts, so that the window of the loss has no more than the limit.
    """
    with Members(frail.url, clock) as members:
        limit = RateLimit(12, WINDOW)
        busy, slow, *idle = processes = [members(limit) for _ in range(4)]
        for process in processes:
            process.try_acquire()
        clock.now += 40
        for process in (*idle, slow, busy):  # now each knows the others
            process.try_acquire()
        clock.now += 31
        assert acquire(slow, 2) == [True, True]
        assert acquire(busy, 10) == [True] * 10
        frail.kill()
        for process in processes:
            assert acquire(process) == [False]
        clock.now += 31
        for process in processes:
            assert acquire(process, 4) == [True, True, True, False]


def test_a_process_waits_no_longer_than_redis_is_lost(frail: RedisServer, clock: Clock) -> None:
    """While its share has no place, a process asks again as often as Redis may be back."""
    with Members(frail.url, clock) as members:
        busy, idle = members(), members()
        for process in (busy, idle, busy):
            process.try_acquire()
        clock.now += 31
        assert acquire(busy, 4) == [True] * 4
        frail.kill()
        assert 0 < idle.try_acquire() <= 5
        frail.start()
        clock.now += 5
        assert 0 < idle.try_acquire() <= 1
        assert acquire(busy) == [True]  # now Redis knows all requests
        clock.now += 6
        assert acquire(idle) == [True]


def test_a_process_that_missed_a_recovery_expects_that_others_have_sent(
    frail: RedisServer, clock: Clock
) -> None:
    """If Redis may have been back between two failures, the second one is another loss."""
    with Members(frail.url, clock) as members:
        busy, idle = members(), members()
        for process in (busy, idle, busy):
            process.try_acquire()
        clock.now += 31
        frail.kill()
        for process in (busy, idle):
            assert acquire(process) == [False]
        frail.start()
        clock.now += 31
        assert acquire(busy) == [True]
        clock.now += 100  # the recovery ends without the other process
        assert acquire(busy, 6) == [True] * 6
        frail.kill()
        assert acquire(idle) == [False]
        clock.now += 31
        assert acquire(idle, 4) == [True, True, True, False]


def test_a_flush_is_noticed_by_a_process_without_recent_requests(
    server: RedisServer, clock: Clock
) -> None:
    """A process that Redis no longer knows leaves the others their requests."""
    with Members(server.url, clock) as members, server.connected() as connection:
        busy, idle = members(), members()
        for process in (busy, idle, busy):
            process.try_acquire()
        clock.now += 31
        assert acquire(busy, 6) == [True] * 6
        connection.flushall()
        assert acquire(idle) == [False]
        assert acquire(busy) == [False]
        clock.now += 31
        assert acquire(idle) == [True]


def test_a_recovery_ends_without_those_that_have_ended(server: RedisServer, clock: Clock) -> None:
    """Processes that do not ask again are waited for, but not for long."""
    with Members(server.url, clock) as members, server.connected() as connection:
        limiter, ended = members(), members()
        for process in (limiter, ended, limiter):
            process.try_acquire()
        clock.now += 31
        connection.flushall()
        limiter.try_acquire()
        clock.now += 40
        assert acquire(limiter, 4) == [True, True, True, False]
        clock.now += 40
        assert acquire(limiter, 6) == [True] * 6
