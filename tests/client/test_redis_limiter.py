"""Processes that use the same token keep one limit between them, through a real Redis.

A member here is a gate of its own, as another process has it; four real ones are in the first test,
their program is `redis_limiter_process.py`. Where no Redis can be started, these tests are skipped.
"""

import heapq
import http.server
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import (
    Credentials,
    RateLimit,
    RetryPolicy,
    TooManyRequestsError,
    VoucherClient,
    _fleet,
    _window,
)
from mews_vouchers._fleet import FleetGate
from mews_vouchers._gate import Gate, shared_gate
from mews_vouchers._window import Window
from mews_vouchers.mock import Answer, MockMews
from mews_vouchers.mock.faults import Call, error
from mews_vouchers_client import Secret

from tests.support import redis_limiter_process
from tests.support.clients import Connect, credentials_of
from tests.support.hypothesis_profiles import examples
from tests.support.redis_server import PASSWORD, RedisServer, redis_server
from tests.support.seeding import nobodies
from tests.support.visible import visible, visible_in_frames
from tests.support.waiting import wait_until

PROCESS = Path(redis_limiter_process.__file__)
LIMIT = RateLimit(6, 30.0)
#: By so much of a window of 30 seconds the waits of members differ.
TURNS = 0.303
CREDENTIALS = Credentials(client_token="C" * 8, access_token="A" * 8, client="Fleet 1.0")


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    """Give a Redis that stays."""
    with redis_server() as running:
        yield running


@pytest.fixture
def frail() -> Iterator[RedisServer]:
    """Give a Redis that may be killed."""
    with redis_server() as running:
        yield running


class Clock:
    """A clock that stands still until it is moved: of Redis, and of all members."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self._now

    @property
    def now(self) -> float:
        """The time in seconds."""
        return self._now

    @now.setter
    def now(self, now: float) -> None:
        self._now = now
        _window._NOW = int(now * 1_000)  # noqa: SLF001


@contextmanager
def own_clock() -> Iterator[Clock]:
    """Let windows go by a clock of the test: their script is told that no time is to be moved."""
    with pytest.MonkeyPatch.context() as patch:
        script, now = _window._SCRIPT, _window._NOW  # noqa: SLF001
        of_redis = "redis.call('TIME')"
        assert of_redis in script
        script = script.replace(of_redis, f"{{{now // 1_000}, 0}}")
        patch.setattr(_window, "_SCRIPT", script)
        patch.setattr(_window, "_NOW", 0)
        yield Clock()


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Give the clock that Redis and all members go by."""
    with own_clock() as clock:
        yield clock


class Members:
    """Makes members of one fleet."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = f"{id(self)}-{time.monotonic_ns()}"
        self._url = url
        self._clock = clock
        self._made: list[FleetGate] = []

    def __call__(self, limit: RateLimit = LIMIT) -> FleetGate:
        """Return one more member."""
        window = Window(Secret(self._url), self.name, limit)
        self._made.append(FleetGate(limit, window, self._clock))
        return self._made[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for gate in self._made:
            gate.release()


def enter(gate: Gate, times: int = 1) -> list[bool]:
    """Ask a gate so often; return each time whether it let the request through.

    The short waits, after which it wants to be asked again because of others, do not count.
    """
    answers = []
    for _ in range(times):
        while 0 < (wait := gate.enter()) <= 0.005:
            pass
        answers.append(not wait)
    return answers


# --- four processes


class Arrivals(http.server.ThreadingHTTPServer):
    """A server that writes down when each request arrives, and answers an empty page."""

    def __init__(self) -> None:
        self.times: list[float] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve; give the URL."""
        with self:
            thread = threading.Thread(target=self.serve_forever, args=(0.01,))
            thread.start()
            yield f"http://127.0.0.1:{self.server_port}"
            self.shutdown()
            thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        now = time.monotonic()
        assert isinstance(self.server, Arrivals)
        self.server.times.append(now)
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(b'{"VoucherCodes": [], "Cursor": null}')

    def do_GET(self) -> None:
        self._answer(b"")

    def _answer(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Process:
    """What a process of a fleet is told; see its program."""

    base_url: str
    redis_url: str
    limit: RateLimit
    count: int
    credentials: Credentials = CREDENTIALS

    def start(self, kind: str) -> Any:
        """Start it. Any: a Popen of texts."""
        numbers = (str(self.limit.requests), str(self.limit.window), str(self.count))
        command = [sys.executable, str(PROCESS), kind, self.base_url, self.redis_url, *numbers]
        tokens = {
            "MEWS_CLIENT_TOKEN": self.credentials.client_token.reveal(),
            "MEWS_ACCESS_TOKEN": self.credentials.access_token.reveal(),
            "MEWS_CLIENT": self.credentials.client,
        }
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, env=os.environ | tokens, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )

    def run(self, kinds: list[str]) -> list[str]:
        """Let processes begin at the same time; return what each has printed."""
        with ExitStack() as stack:
            members = [stack.enter_context(self.start(kind)) for kind in kinds]
            for member in members:
                stack.callback(member.kill)
            for member in members:
                assert member.stdout.readline() == "ready\n", member.stderr.read()
            with ThreadPoolExecutor(len(members)) as pool:
                outputs = list(pool.map(lambda member: member.communicate("go\n"), members))
        return ["".join(output) for output in outputs]


@contextmanager
def places(server: RedisServer) -> Iterator[list[int]]:
    """Fill a list at the end: when places were taken meanwhile, in milliseconds by Redis."""
    taken: list[int] = []
    with server.connected() as connection, connection.monitor() as monitor:
        yield taken
        connection.echo("end")
        # Redis has kept its account until somebody reads it.
        for name, *arguments in (one["command"].split() for one in monitor.listen()):
            if name == "ECHO":
                break
            if name == "ZADD":
                taken.append(int(arguments[1]))


def spans(times: list[float] | list[int], limit: RateLimit) -> list[float]:
    """Return how far each one is from the one that has to be a window later."""
    return [last - first for first, last in zip(times, times[limit.requests :], strict=False)]


@pytest.mark.parametrize(
    ("limit", "slack", "used"),
    [
        # A busy machine holds a request up for so many seconds, on its way or before.
        pytest.param(RateLimit(40, 0.5), 0.2, 0.5, id="short"),
        # The margin of the window, 1 %, is more than that.
        pytest.param(RateLimit(40, 8.0), 0.0, 0.95, id="long", marks=pytest.mark.slow),
    ],
)
def test_four_processes_keep_one_limit(
    server: RedisServer, limit: RateLimit, *, slack: float, used: float
) -> None:
    """No window has more requests of four processes than the limit, and 95 % of it are used."""
    arrivals = Arrivals()
    with arrivals.serving() as base_url, places(server) as taken:
        process = Process(base_url, server.url, limit, count=limit.requests)
        assert process.run(["sync", "async"] * 2) == [""] * 4
    assert len(taken) == len(arrivals.times) == 4 * limit.requests
    assert min(spans(taken, limit)) >= 1_000 * limit.window
    between = spans(sorted(arrivals.times), limit)
    assert min(between) >= limit.window - slack
    assert limit.window / (sum(between) / len(between)) >= used


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


def test_a_429_of_one_process_stops_another(server: RedisServer, connect: Connect) -> None:
    """A client hears of the 429 that another process has met, before it sends anything."""
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
        with pytest.raises(TooManyRequestsError, match="was not sent"):
            ask(client)
    assert [one.operation for one in mock.requests].count("voucherCodes/getAll") == 1


# --- Redis is away


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the warnings about Redis."""
    return [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]


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


# --- the clients


def ask(client: Any) -> None:
    """Make one request."""
    assert list(client.voucher_codes.get_all(voucher_ids=nobodies(1))) == []


def test_a_client_goes_through_redis(
    server: RedisServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both clients count in Redis; the awaiting one asks it in a thread that is not the loop's."""
    mock, threads = MockMews(), set[int]()
    real = Window.enter

    def watched(window: Window) -> float:
        threads.add(threading.get_ident())
        return real(window)

    def note(call: Call) -> Answer:
        loops.add(threading.get_ident())
        return call.carry_out()

    loops = set[int]()
    mock.inject(note)
    monkeypatch.setattr(Window, "enter", watched)
    client = connect(mock, redis_url=server.url, rate_limit=RateLimit(100, 30.0))
    with server.connected() as connection:
        before = set(connection.keys("*"))
        for _ in range(3):
            ask(client)
        (key,) = set(connection.keys("*")) - before
        assert connection.zcard(key) == 3
    assert (threads == loops) == (connect.kind == "sync")


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


def test_a_closed_client_leaves_no_connection(frail: RedisServer, connect: Connect) -> None:
    """Closing a client closes its connection to Redis; another one that shares it goes on."""
    mock = MockMews()
    shared: dict[str, Any] = {"redis_url": frail.url, "rate_limit": RateLimit(100, 30.0)}
    with frail.connected() as connection:

        def connections() -> int:
            return len(connection.client_list()) - 1  # but for this one

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
        return client._session.gate

gate = ask()
with gate._asking, gate._token.lock:  # as another thread of this process may have them just now
    child = os.fork()
    if not child:
        ask()
        os._exit(0)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
ask()
sys.exit(status)
"""


def test_a_forked_process_is_one_more(server: RedisServer) -> None:
    """A process that was forked, even in the middle of a request, counts in the same window."""
    with server.connected() as connection:
        before = set(connection.keys("*"))
        command = [sys.executable, "-c", FORKING, server.url]
        done = subprocess.run(command, check=False, capture_output=True, timeout=30)
        assert done.returncode == 0, done.stderr
        (key,) = set(connection.keys("*")) - before
        assert connection.zcard(key) == 3


def test_it_has_a_lock_of_its_own(server: RedisServer) -> None:
    """After a fork a gate asks Redis, also if another thread of the parent was just asking."""
    with Members(server.url) as members:
        gate = members()
        with gate._asking:  # noqa: SLF001 - nobody else holds it for long
            gate.after_fork()
            assert enter(gate) == [True]


# --- who shares one, and what is hidden


def gate_of(client: VoucherClient) -> Gate:
    """Return the gate of a client."""
    return client._session.gate  # noqa: SLF001 - nobody else needs it


def test_redis_shares_a_limit_so_there_must_be_one() -> None:
    """A Redis without a limit is a `ValueError`."""
    with pytest.raises(ValueError, match="redis_url shares a rate limit"):
        VoucherClient(CREDENTIALS, base_url="http://x", redis_url="redis://x", rate_limit=None)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, the error at construction says how to get it."""
    for name in ("_fleet", "_window"):
        monkeypatch.delitem(sys.modules, f"mews_vouchers.{name}")
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ImportError, match=r'pip install "mews-vouchers\[redis\]"'):
        VoucherClient(CREDENTIALS, base_url="http://x", redis_url="redis://x")


def test_the_redis_is_part_of_what_is_shared(server: RedisServer) -> None:
    """Clients with the same token, limit and Redis share a gate; those without Redis another."""

    def gate_with(**settings: Any) -> Gate:
        with VoucherClient(CREDENTIALS, base_url="http://shared", **settings) as client:
            return gate_of(client)

    gate = gate_with(redis_url=server.url)
    assert gate is gate_with(redis_url=server.url)
    assert gate is not gate_with(redis_url="redis://127.0.0.1:1")
    assert gate is not gate_with(redis_url=server.url, rate_limit=LIMIT)
    assert gate_with() is shared_gate("http://shared", CREDENTIALS, RateLimit())


@pytest.mark.parametrize(
    "url", ["redis://:CANARY/one@x", "CANARY", "", "redis://x:CANARY", "redis://x?db=CANARY"]
)
def test_an_impossible_url_is_not_shown(url: str) -> None:
    """What is no URL of a Redis is a `ValueError` that shows nothing of it."""
    with pytest.raises(ValueError, match="redis_url must look like") as caught:
        VoucherClient(CREDENTIALS, base_url="http://x", redis_url=url)
    shown = "\n".join([*visible(caught.value), *visible_in_frames(caught.value)])
    assert "CANARY" not in shown


def test_neither_token_nor_password_is_shown(
    frail: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in Redis, in a log, in what a client or gate holds, or in our frames when it fails."""
    caplog.set_level(logging.DEBUG)
    mock = MockMews()
    mock.inject(error(400), calls=3)
    with VoucherClient(
        credentials_of(mock), base_url="http://mock", transport=mock.transport, redis_url=frail.url
    ) as client:
        ask(client)
        gate_of(client).close(0.001)
        with frail.connected() as connection:
            stored = repr([(key, dump(connection, key)) for key in connection.keys("*")])
        frail.kill()
        ask(client)
        with pytest.raises(Exception, match="400") as caught:
            ask(client)
        shown = [*visible(client), *visible(gate_of(client)), *visible_in_frames(caught.value)]
    for secret in (PASSWORD, "CANARY", mock.access_token, mock.client_token):
        assert secret not in "\n".join([*shown, stored, caplog.text])
    assert "mews-vouchers:" in stored


def dump(connection: Any, key: str) -> object:
    """Return what a key of Redis holds."""
    kind = connection.type(key)
    return connection.zrange(key, 0, -1, withscores=True) if kind == "zset" else connection.get(key)


def test_redis_is_imported_by_those_who_use_it() -> None:
    """A client without a `redis_url` does not import Redis' client, and one with it does."""
    program = """
import sys
from mews_vouchers import Credentials, VoucherClient
credentials = Credentials(client_token="c", access_token="a", client="Light 1.0")
VoucherClient(credentials, base_url="http://x").close()
assert not {"redis", "mews_vouchers._fleet"} & set(sys.modules)
VoucherClient(credentials, base_url="http://x", redis_url="redis://127.0.0.1:1").close()
assert "redis" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
