"""What the members of a fleet do while their Redis is away.

Where no Redis can be started, most of these tests are skipped.
"""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mews_vouchers import RateLimit, RetryPolicy, _fleet, _window
from mews_vouchers._fleet import FleetGate
from mews_vouchers.mock import MockMews

from tests.support.clients import Connect
from tests.support.harness import ask
from tests.support.redis_members import LIMIT, TURNS, Clock, Members, enter, own_clock
from tests.support.redis_server import RedisServer, warnings_of


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Give the clock that Redis and all members go by."""
    with own_clock() as clock:
        yield clock


def test_without_redis_a_process_keeps_to_half(
    frail: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """While Redis is away, half of the limit is let through, and what was before is counted."""
    caplog.set_level(logging.INFO)
    with Members(frail.url, clock) as members:
        gate, other = members(), members()
        assert enter(gate, 2) == [True, True]
        frail.kill()
        assert enter(gate, 3) == [True, False, False]
        assert enter(other, 4) == [True, True, True, False]
        (warning, _) = warnings_of(caplog)
        assert "ConnectionError" in warning
        assert "3 requests in 30 s" in warning
        clock.now += 31
        assert enter(gate, 4) == [True, True, True, False]
        frail.start()
        assert enter(gate) == [False]
        clock.now += 6
        assert enter(gate, 4) == [True, True, True, False]
        assert [one.levelname for one in caplog.records] == ["WARNING", "WARNING", "INFO"]
        frail.kill()
        enter(gate)
        assert len(warnings_of(caplog)) == 3


def test_a_limit_of_one_is_not_halved(clock: Clock) -> None:
    """Somebody who may send one request at a time may do so also without Redis."""
    with Members("unix:///nowhere", clock) as members:
        assert enter(members(RateLimit(1, 30.0)), 2) == [True, False]


def test_a_redis_that_began_anew_is_told(
    frail: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """When Redis has lost what it knew, the members put in again what they let through."""
    with Members(frail.url, clock) as members:
        gate, other = members(), members()
        assert enter(gate, 3) == [True] * 3
        clock.now += 10
        assert enter(gate, 3) == [True] * 3
        frail.kill()
        frail.start()
        wait = gate.enter()
        assert enter(gate) == [False]
        assert enter(other) == [False]
        assert 20.3 <= gate.enter() <= 20.3 + TURNS + 0.01
        assert 0 < wait <= 20.31
    assert not warnings_of(caplog)


def test_a_redis_that_refuses_is_away(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is wrong with Redis or its URL, requests are let through, and nothing is raised."""
    urls = [
        server.url.replace("0123", "wrong"),
        f"{server.url}?unheard=of",
        "redis://127.0.0.1:1/0",
        "unix:///nowhere/at/all",
    ]
    for url in urls:
        with Members(url) as members:
            gate = members()
            assert enter(gate, 4) == [True, True, True, False]
            gate.close(60.0)
            assert gate.enter() > 30
    assert len(warnings_of(caplog)) == len(urls)
    assert "CANARY" not in caplog.text


def test_a_redis_that_does_not_answer_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Redis that is connected to and silent is waited for as long as it takes to know that."""
    monkeypatch.setattr(_window, "_TIMEOUT", 0.05)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        Members(f"redis://127.0.0.1:{silent.getsockname()[1]}") as members,
    ):
        started = time.monotonic()
        assert enter(members(), 4) == [True, True, True, False]
        assert time.monotonic() - started < 1


class Stuck:
    """Stands in for the window of a Redis that fails, and later hangs until it is let go."""

    def __init__(self) -> None:
        self.is_joined = True
        self.asked = threading.Event()
        self.let_go = threading.Event()
        self.let_go.set()

    def closed_for(self) -> float:
        """Hang, then fail."""
        self.asked.set()
        self.let_go.wait(10)
        raise TimeoutError

    def leave(self) -> None:
        """Do nothing."""


def test_one_thread_finds_out_and_the_others_go_on() -> None:
    """While one thread sees whether Redis is back, the others need not wait for what it finds."""
    clock, window = Clock(), Stuck()
    # Any: it stands in for a window.
    stand_in: Any = window
    gate = FleetGate(LIMIT, stand_in, clock)
    assert gate.enter() == 0
    clock.now += 6
    window.asked.clear()
    window.let_go.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(gate.enter)
        assert window.asked.wait(5)
        second = pool.submit(gate.enter)
        try:
            assert second.result(timeout=5) == 0.0
            assert not first.done()
        finally:
            window.let_go.set()
        assert first.result(timeout=5) == 0.0


def test_who_waited_while_another_asked_in_vain_does_not_ask_again() -> None:
    """Threads that stand behind one another when Redis goes away wait for it once, not in turn."""
    # Any: it stands in for a window.
    window: Any = Stuck()
    gate = FleetGate(LIMIT, window, Clock())

    class Behind:
        """A lock that another thread has had first."""

        def __enter__(self) -> None:
            gate._asking = threading.Lock()  # noqa: SLF001
            assert gate.enter() == 0.0
            window.asked.clear()

        def __exit__(self, *_: object) -> None:
            """Let go."""

    lock: Any = Behind()
    gate._asking = lock  # noqa: SLF001 - so that it happens every time
    assert gate.enter() == 0.0
    assert not window.asked.is_set()


def test_work_goes_on_while_redis_comes_and_goes(
    frail: RedisServer,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Redis may be away from the start, come, be killed and come back: every request arrives."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(_fleet, "_PAUSE", 0.0)
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
        assert connection.dbsize() == 1


def test_a_client_works_where_no_redis_ever_was(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """A client is made, used and closed without its Redis; one warning is all that shows."""
    mock = MockMews()
    client = connect(mock, redis_url="unix:///nowhere", rate_limit=RateLimit(100, 30.0))
    for _ in range(5):
        ask(client)
    client.close()
    assert len(mock.requests) == 5
    assert len(warnings_of(caplog)) == 1
