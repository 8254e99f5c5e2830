"""The limit is kept by everyone in the process who uses the same token, and a 429 stops them all.

The gate itself is tested with a clock that only moves when it is told to; the clients with a real
one and windows of a fraction of a second.
"""

import asyncio
import heapq
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers import (
    AsyncVoucherClient,
    Credentials,
    RateLimit,
    RetryPolicy,
    ServerError,
    TooManyRequestsError,
    VoucherClient,
    _gate,
)
from mews_vouchers._gate import Gate, Token, _gates, shared_gate
from mews_vouchers.mock import Answer, MockMews
from mews_vouchers.mock.faults import Call, error

from tests.support.clients import Connect, credentials_of
from tests.support.seeding import nobodies
from tests.support.waiting import wait_until


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


limits = st.builds(RateLimit, requests=st.integers(1, 12), window=st.floats(0.001, 100))
#: Where monotonic clocks may stand: they often count from the start of the machine.
starts = st.floats(0, 1e7)


# --- the gate


@given(limits, starts, st.lists(st.floats(0, 1.5), max_size=50))
def test_never_more_than_the_limit_in_any_window(
    limit: RateLimit, start: float, gaps: list[float]
) -> None:
    """However requests arrive, no window of that length has more of them than allowed."""
    clock = Clock(start)
    gate = Gate(limit, clock)
    arrivals, moment = [], start
    for gap in gaps:
        moment += gap * limit.window
        arrivals.append(moment)
    passed = pass_all(gate, clock, arrivals)
    assert len(passed) == len(arrivals)
    for first, last in zip(passed, passed[limit.requests :], strict=False):
        assert last - first >= limit.window


def pass_all(gate: Gate, clock: Clock, arrivals: list[float]) -> list[float]:
    """Let requests arrive and wait what they are told to; return when each got through."""
    queue, passed = list(arrivals), []
    heapq.heapify(queue)
    asked = 0
    while queue:
        asked += 1
        assert asked <= 100 * (len(arrivals) + 1), "the gate never lets everyone through"
        clock.now = max(clock.now, heapq.heappop(queue))
        wait = gate.enter()
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
    """A burst takes hardly more windows than it must."""
    clock = Clock(start)
    passed = pass_all(Gate(limit, clock), clock, [start] * number)
    full_windows = (number - 1) // limit.requests
    assert passed[-1] - start <= full_windows * (limit.window * 1.011 + 0.004)


@given(limits, starts, st.floats(0, 1))
def test_who_waits_as_told_gets_through(limit: RateLimit, start: float, later: float) -> None:
    """After the wait that a gate asks for, it is open; rounding may cost one short wait more."""
    clock = Clock(start)
    gate = Gate(limit, clock)
    for _ in range(limit.requests):
        assert gate.enter() == 0
    clock.now += later * limit.window
    waits = 0
    while wait := gate.enter():
        assert wait <= limit.window * 1.011 + 0.002
        clock.now += wait
        waits += 1
        assert waits <= 2


def test_the_vendors_limit_is_the_default() -> None:
    """200 requests pass at once, and the next one after 30 seconds and a little.

    The little is for requests that travel at different speeds.
    """
    clock = Clock()
    gate = Gate(RateLimit(), clock)
    assert [gate.enter() for _ in range(200)] == [0.0] * 200
    assert 30.1 <= gate.enter() <= 31.0


def test_without_a_limit_nobody_waits() -> None:
    """A gate without a limit lets everyone through, until a 429 closes it."""
    clock = Clock()
    gate = Gate(None, clock)
    assert {gate.enter() for _ in range(1000)} == {0.0}
    gate.close(5.0)
    assert gate.enter() == 5.0


@given(limits | st.none(), starts, st.lists(st.floats(0, 1e4), min_size=1, max_size=5))
def test_a_closed_gate_opens_when_the_longest_wait_is_over(
    limit: RateLimit | None, start: float, closings: list[float]
) -> None:
    """Nobody passes a gate before the last `Retry-After` is over, and then it is open again."""
    clock = Clock(start)
    gate = Gate(limit, clock)
    for seconds in closings:
        gate.close(seconds)
    passed = pass_all(gate, clock, [start])
    assert passed[0] == pytest.approx(start + max(closings), abs=1e-6)


def test_who_is_sent_away_takes_no_place() -> None:
    """Asking a closed or a full gate again and again does not make the wait any longer."""
    clock = Clock()
    gate = Gate(RateLimit(2, 10.0), clock)
    assert (gate.enter(), gate.enter()) == (0.0, 0.0)
    waits = [gate.enter() for _ in range(100)]
    assert len(set(waits)) == 1
    clock.now += waits[0]
    gate.close(5.0)
    assert {gate.enter() for _ in range(100)} == {5.0}
    clock.now += 5.0
    assert [gate.enter() for _ in range(3)][:2] == [0.0, 0.0]


def test_threads_do_not_take_the_same_place() -> None:
    """Many threads that ask one gate at once get exactly the places that there are."""
    gate = Gate(RateLimit(97, 10.0), Clock())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: gate.enter(), range(1000)))
    assert answers.count(0.0) == 97


@pytest.mark.parametrize("limit", [(0, 30.0), (-1, 30.0), (1, 0.0), (1, -1.0)])
def test_an_impossible_limit_is_refused(limit: tuple[int, float]) -> None:
    """A limit of no requests, or in no time, is a `ValueError`."""
    with pytest.raises(ValueError, match="rate limit"):
        RateLimit(*limit)


# --- who shares one


def of_token(access_token: str) -> Credentials:
    """Return credentials with this access token."""
    return Credentials(client_token="C" * 8, access_token=access_token, client="Tests 1.0")


def test_the_token_and_the_address_make_the_gate() -> None:
    """The same token at the same address shares a gate; another token or address has its own."""
    limit = RateLimit(3, 1.0)
    gate = shared_gate("http://one", of_token("TOKEN-A"), limit)
    assert shared_gate("http://one", of_token("TOKEN-A"), RateLimit(3, 1.0)) is gate
    assert shared_gate("http://one", of_token("TOKEN-B"), limit) is not gate
    assert shared_gate("http://two", of_token("TOKEN-A"), limit) is not gate


def test_no_token_is_kept_with_the_gates() -> None:
    """What gates are found by holds no token, as text or as bytes."""
    canary = "CANARY-0123456789"
    shared_gate("http://one", of_token(canary), RateLimit())
    kept = repr(_gates)
    assert "http://one" in kept
    assert canary not in kept
    assert canary.encode().hex() not in kept


# --- the clients

LIMIT = RateLimit(5, 0.2)
#: What a busy machine may shift a request by, in seconds.
SLACK = 0.1


class Arrivals:
    """Writes down when each request arrives, from whichever thread."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def __call__(self, call: Call) -> Answer:
        """See a call."""
        self.times.append(time.monotonic())
        return call.carry_out()


@pytest.fixture
def arrivals() -> Arrivals:
    """Give what writes down the requests of a test."""
    return Arrivals()


@pytest.fixture
def mock(arrivals: Arrivals) -> MockMews:
    """Give a watched mock with tokens that no other test has, and so with a gate of its own."""
    made = MockMews()
    made.inject(arrivals)
    return made


@pytest.fixture
def kinds() -> Iterator[dict[str, Connect]]:
    """Give both kinds of clients at once."""
    made = {"sync": Connect("sync"), "async": Connect("async")}
    yield made
    for connect in made.values():
        connect.close()


#: The first client meets something, and the second one is watched.
PAIRS = [
    ("sync", "sync"),
    ("sync", "async"),
    ("async", "sync"),
    ("async", "async"),
]


def ask(client: Any) -> None:
    """Make one request."""
    assert list(client.voucher_codes.get_all(voucher_ids=nobodies(1))) == []


def check_kept(times: list[float], limit: RateLimit) -> None:
    """Hold arrivals against a limit."""
    for first, last in zip(times, times[limit.requests :], strict=False):
        assert last - first >= limit.window - SLACK


def test_a_client_keeps_the_limit(connect: Connect, mock: MockMews, arrivals: Arrivals) -> None:
    """The server sees no more requests in a window than the client's limit."""
    client = connect(mock, rate_limit=LIMIT)
    for _ in range(12):
        ask(client)
    check_kept(arrivals.times, LIMIT)
    assert len(arrivals.times) == 12
    assert arrivals.times[4] - arrivals.times[0] < LIMIT.window


def test_two_kinds_of_clients_share_the_limit(
    kinds: dict[str, Connect], mock: MockMews, arrivals: Arrivals
) -> None:
    """A blocking and an awaiting client of the same token have one limit between them."""
    clients = [connect(mock, rate_limit=LIMIT) for connect in kinds.values()]
    for number in range(12):
        ask(clients[number % 2])
    check_kept(arrivals.times, LIMIT)


def test_threads_and_event_loops_share_the_limit(mock: MockMews, arrivals: Arrivals) -> None:
    """Two threads with one client, one with its own, and two event loops keep one limit."""
    settings: dict[str, Any] = {
        "base_url": "http://mock",
        "transport": mock.transport,
        "rate_limit": LIMIT,
    }

    def blocking(client: VoucherClient) -> None:
        for _ in range(3):
            ask(client)

    def loop() -> None:
        asyncio.run(awaiting())

    async def awaiting() -> None:
        async with AsyncVoucherClient(credentials_of(mock), **settings) as client:

            async def ask_once() -> None:
                pager = client.voucher_codes.get_all(voucher_ids=nobodies(1))
                assert [code async for code in pager] == []

            await asyncio.gather(*[ask_once() for _ in range(3)])

    with (
        VoucherClient(credentials_of(mock), **settings) as shared,
        VoucherClient(credentials_of(mock), **settings) as own,
        ThreadPoolExecutor(5) as pool,
    ):
        jobs = [pool.submit(blocking, client) for client in (shared, shared, own)]
        jobs += [pool.submit(loop) for _ in range(2)]
        for job in jobs:
            job.result(timeout=10)
    assert len(arrivals.times) == 15
    check_kept(sorted(arrivals.times), LIMIT)


def test_no_thread_is_left_behind(mock: MockMews) -> None:
    """Neither kind of client starts a thread for the limit, and none is there afterwards."""
    settings: dict[str, Any] = {
        "base_url": "http://mock",
        "transport": mock.transport,
        "rate_limit": RateLimit(2, 0.02),
    }
    before = set(threading.enumerate())

    async def awaiting() -> set[threading.Thread]:
        async with AsyncVoucherClient(credentials_of(mock), **settings) as client:
            for _ in range(5):
                pager = client.voucher_codes.get_all(voucher_ids=nobodies(1))
                assert [code async for code in pager] == []
            return set(threading.enumerate())

    with VoucherClient(credentials_of(mock), **settings) as client:
        for _ in range(5):
            ask(client)
        assert set(threading.enumerate()) <= before
    assert asyncio.run(awaiting()) <= before
    assert set(threading.enumerate()) <= before


FORKING = """
import os, sys
from mews_vouchers import Credentials, RateLimit, _gate

def shared():
    credentials = Credentials(client_token="client", access_token="access", client="Forking 1.0")
    return _gate.shared_gate("http://fork", credentials, RateLimit(1, 30.0))

gate = shared()
with _gate._gates_lock, gate._token.lock:  # as another thread may have them at the moment
    child = os.fork()
    if not child:
        assert shared() is gate
        assert gate.enter() == 0
        os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system knows no fork")
def test_a_forked_process_does_not_wait_for_its_parent() -> None:
    """A process that was forked while a thread was in a gate goes through it all the same."""
    command = [sys.executable, "-c", FORKING]
    done = subprocess.run(command, check=False, capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr


def test_it_has_locks_of_its_own(connect: Connect, mock: MockMews) -> None:
    """After a fork gates work whatever other threads of the parent held at that moment."""
    limit = RateLimit(100_000, 30.0)
    client = connect(mock, rate_limit=limit)
    gate = shared_gate("http://mock", credentials_of(mock), limit)
    with _gate._gates_lock, gate._token.lock:  # noqa: SLF001 - nobody else holds them for long
        _gate._after_fork()  # noqa: SLF001 - what the system calls
        ask(client)
        assert shared_gate("http://mock", credentials_of(mock), limit) is gate


# --- a 429

WAIT = 0.2
TOO_MANY = error(429, retry_after=WAIT)


def test_a_429_is_waited_out(connect: Connect, mock: MockMews, arrivals: Arrivals) -> None:
    """The request that was refused is sent again when `Retry-After` is over, and not before."""
    mock.inject(TOO_MANY, calls=1)
    ask(connect(mock, retry=RetryPolicy(), rate_limit=RateLimit()))
    first, second = arrivals.times
    assert second - first >= WAIT


@pytest.mark.parametrize(
    ("first", "second", "attempts"), [(*pair, 1) for pair in PAIRS] + [(*PAIRS[1], 6)]
)
def test_a_429_closes_the_gate_for_all_clients_of_the_token(
    kinds: dict[str, Connect],
    mock: MockMews,
    arrivals: Arrivals,
    *,
    first: str,
    second: str,
    attempts: int,
) -> None:
    """One client's 429 keeps another one waiting, also if the first does not try again."""
    mock.inject(TOO_MANY, calls=1)
    limit, retry = RateLimit(100_000, 30.0), RetryPolicy(max_attempts=attempts)
    refused = kinds[first](mock, retry=retry, rate_limit=limit)
    other = kinds[second](mock, retry=RetryPolicy(), rate_limit=limit)
    gate = shared_gate("http://mock", credentials_of(mock), limit)
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(ask, refused)
        wait_until(lambda: gate.enter() > 0)
        ask(other)
        failure = job.exception(timeout=10)
    assert isinstance(failure, TooManyRequestsError if attempts == 1 else type(None))
    refusal, *later = arrivals.times
    assert len(later) == (1 if attempts == 1 else 2)
    assert min(later) - refusal >= WAIT


def test_a_429_stops_all_threads(mock: MockMews, arrivals: Arrivals) -> None:
    """Threads in the middle of their work all pause when one of them meets a 429."""
    mock.inject(TOO_MANY, calls=11)
    settings: dict[str, Any] = {"base_url": "http://mock", "rate_limit": RateLimit(1000, 30.0)}

    def work() -> None:
        with VoucherClient(credentials_of(mock), transport=mock.transport, **settings) as client:
            for _ in range(10):
                ask(client)

    with ThreadPoolExecutor(4) as pool:
        for job in [pool.submit(work) for _ in range(4)]:
            job.result(timeout=10)
    refusal = arrivals.times[10]
    assert len(arrivals.times) == 41
    assert not [one for one in arrivals.times if refusal + SLACK < one < refusal + WAIT]


@pytest.mark.parametrize("other_limit", [RateLimit(100, 10.0), None], ids=["another", "none"])
def test_a_429_counts_for_clients_with_another_limit_too(
    connect: Connect, mock: MockMews, arrivals: Arrivals, other_limit: RateLimit | None
) -> None:
    """What the server says about a token holds for all who use it, whatever limit they set."""
    mock.inject(TOO_MANY, calls=1)
    refused = connect(mock, retry=RetryPolicy(max_attempts=1), rate_limit=RateLimit())
    with pytest.raises(TooManyRequestsError):
        ask(refused)
    ask(connect(mock, retry=RetryPolicy(), rate_limit=other_limit))
    refusal, later = arrivals.times
    assert later - refusal >= WAIT


@pytest.mark.parametrize("other", ["token", "address"])
def test_a_429_is_nobody_elses_business(
    connect: Connect, mock: MockMews, arrivals: Arrivals, other: str
) -> None:
    """A client with another token, or at another address, does not wait for it."""
    mock.inject(error(429, retry_after=30), calls=1)
    refused = connect(mock, retry=RetryPolicy(max_attempts=1), rate_limit=RateLimit())
    with pytest.raises(TooManyRequestsError):
        ask(refused)
    settings: dict[str, Any] = (
        {"portfolio": True} if other == "token" else {"base_url": "http://other"}
    )
    ask(connect(mock, retry=RetryPolicy(), rate_limit=RateLimit(), **settings))
    refusal, later = arrivals.times
    assert later - refusal < 5


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_wait_above_the_cap_stalls_nobody(
    kinds: dict[str, Connect], mock: MockMews, arrivals: Arrivals, first: str, second: str
) -> None:
    """A 429 that asks for hours is an error for who met it; others hear it from the server."""
    mock.inject(error(429, retry_after=7200), calls=1)
    settings: dict[str, Any] = {"retry": RetryPolicy(), "rate_limit": RateLimit()}
    refused, other = (kinds[kind](mock, **settings) for kind in (first, second))
    with pytest.raises(TooManyRequestsError):
        ask(refused)
    ask(other)
    refusal, later = arrivals.times
    assert later - refusal < 5


def test_tests_need_not_wait(connect: Connect, mock: MockMews, arrivals: Arrivals) -> None:
    """Without waiting a 429 is repeated at once, and closes the gate for nobody."""
    mock.inject(error(429, retry_after=60), calls=[1, 2])
    retry = RetryPolicy(waiting=False)
    ask(connect(mock, retry=retry, rate_limit=RateLimit()))
    assert len(arrivals.times) == 3
    assert arrivals.times[-1] - arrivals.times[0] < 5


def test_clients_with_different_limits_count_in_one_window() -> None:
    """The requests of a client without a limit, or with another one, count for the limited one."""
    clock, token = Clock(0.0), Token()
    small = Gate(RateLimit(3, 30.0), clock, token)
    others = [Gate(RateLimit(200, 30.0), clock, token), Gate(None, clock, token)]
    assert [gate.enter() for gate in (*others, small)] == [0.0] * 3
    assert small.enter() > 0
    assert [gate.enter() for gate in others] == [0.0] * 2


def test_a_429_of_another_counts_in_the_total_time(connect: Connect, mock: MockMews) -> None:
    """A request whose total time would end while another one's 429 lasts is not sent again."""
    client = connect(mock, retry=RetryPolicy(total_timeout=30.0))

    def meanwhile(call: Call) -> Answer:
        with (
            VoucherClient(
                credentials_of(mock),
                base_url="http://mock",
                transport=mock.transport,
                retry=RetryPolicy(max_attempts=1),
            ) as other,
            pytest.raises(TooManyRequestsError),
        ):
            list(other.vouchers.get_all(service_ids=["s"]))
        return error(503, retry_after=0)(call)

    mock.inject(error(429, retry_after=100), calls=2)
    mock.inject(meanwhile, calls=1)
    with pytest.raises(ServerError):
        list(client.vouchers.get_all(service_ids=["s"]))
    assert len(mock.requests) == 2


def test_a_long_429_of_another_is_an_error_at_once(connect: Connect, mock: MockMews) -> None:
    """A client is not held back longer than its own policy says because of another one's 429."""
    mock.inject(error(429, retry_after=500), calls=1)
    patient = connect(mock, retry=RetryPolicy(max_attempts=1, max_wait=1_000.0))
    with pytest.raises(TooManyRequestsError):
        list(patient.vouchers.get_all(service_ids=["s"]))
    hasty = connect(mock, retry=RetryPolicy(max_wait=1.0))
    with pytest.raises(TooManyRequestsError, match="was not sent") as caught:
        list(hasty.vouchers.get_all(service_ids=["s"]))
    assert 490 < (caught.value.retry_after or 0) <= 500
    assert len(mock.requests) == 1
