"""All users of a token in the process share the rate limit, and a 429 pauses all of them.

The clients use a real clock, with windows of a fraction of a second.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mews_vouchers import (
    ApiError,
    AsyncVoucherClient,
    RateLimit,
    RetryPolicy,
    TooManyRequestsError,
    VoucherClient,
)
from mews_vouchers._rate_limit import limiter as limiter_module
from mews_vouchers._rate_limit.limiter import get_limiter
from mews_vouchers.mock import MockMews, MockResponse
from mews_vouchers.mock.faults import FaultedCall, error

from tests.support.clients import Connect, credentials_of
from tests.support.harness import ask
from tests.support.seeding import unknown_ids
from tests.support.waiting import background_threads, wait_until

LIMIT = RateLimit(5, 0.2)
#: By how many seconds a busy machine may delay a request.
SLACK = 0.1


class Arrivals:
    """Records when each request arrives, from any thread."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def __call__(self, call: FaultedCall) -> MockResponse:
        """Record a call."""
        self.times.append(time.monotonic())
        return call.proceed()


@pytest.fixture
def arrivals() -> Arrivals:
    """Return what records the requests of a test."""
    return Arrivals()


@pytest.fixture
def mock(arrivals: Arrivals) -> MockMews:
    """Return a recorded mock with tokens of its own, and so with a rate limiter of its own."""
    made = MockMews()
    made.inject(arrivals)
    return made


@pytest.fixture
def kinds() -> Iterator[dict[str, Connect]]:
    """Yield both kinds of clients at once."""
    made = {"sync": Connect("sync"), "async": Connect("async")}
    yield made
    for connect in made.values():
        connect.close()


#: The client that gets the 429, and the client that is observed.
PAIRS = [
    ("sync", "sync"),
    ("sync", "async"),
    ("async", "sync"),
    ("async", "async"),
]


def check_kept(times: list[float], limit: RateLimit) -> None:
    """Assert that arrivals keep a limit."""
    for first, last in zip(times, times[limit.requests :], strict=False):
        assert last - first >= limit.window - SLACK


# --- the limit


def test_a_client_keeps_the_limit(connect: Connect, mock: MockMews, arrivals: Arrivals) -> None:
    """In no window does the server see more requests than the client's limit."""
    client = connect(mock, rate_limit=LIMIT)
    for _ in range(12):
        ask(client)
    check_kept(arrivals.times, LIMIT)
    assert len(arrivals.times) == 12
    assert arrivals.times[4] - arrivals.times[0] < LIMIT.window


def test_two_kinds_of_clients_share_the_limit(
    kinds: dict[str, Connect], mock: MockMews, arrivals: Arrivals
) -> None:
    """A sync and an async client with the same token share one limit."""
    clients = [connect(mock, rate_limit=LIMIT) for connect in kinds.values()]
    for number in range(12):
        ask(clients[number % 2])
    check_kept(arrivals.times, LIMIT)


def test_threads_and_event_loops_share_the_limit(mock: MockMews, arrivals: Arrivals) -> None:
    """Two threads with one client, one with its own, and two event loops share one limit."""
    settings: dict[str, Any] = {
        "base_url": "http://mock",
        "transport": mock.transport,
        "rate_limit": LIMIT,
    }

    def use_sync(client: VoucherClient) -> None:
        for _ in range(3):
            ask(client)

    def loop() -> None:
        asyncio.run(use_async())

    async def use_async() -> None:
        async with AsyncVoucherClient(credentials_of(mock), **settings) as client:

            async def ask_once() -> None:
                pager = client.voucher_codes.get_all(voucher_ids=unknown_ids(1))
                assert [code async for code in pager] == []

            await asyncio.gather(*[ask_once() for _ in range(3)])

    with (
        VoucherClient(credentials_of(mock), **settings) as shared,
        VoucherClient(credentials_of(mock), **settings) as own,
        ThreadPoolExecutor(5) as pool,
    ):
        jobs = [pool.submit(use_sync, client) for client in (shared, shared, own)]
        jobs += [pool.submit(loop) for _ in range(2)]
        for job in jobs:
            job.result(timeout=10)
    assert len(arrivals.times) == 15
    check_kept(sorted(arrivals.times), LIMIT)


def test_no_thread_is_left_behind(mock: MockMews) -> None:
    """No client starts a thread for the rate limit, and no thread remains afterwards.

    The threads of requests end by themselves.
    """
    settings: dict[str, Any] = {
        "base_url": "http://mock",
        "transport": mock.transport,
        "rate_limit": RateLimit(2, 0.02),
    }
    before = set(threading.enumerate())

    async def use_async() -> set[threading.Thread]:
        async with AsyncVoucherClient(credentials_of(mock), **settings) as client:
            for _ in range(5):
                pager = client.voucher_codes.get_all(voucher_ids=unknown_ids(1))
                assert [code async for code in pager] == []
            return set(threading.enumerate())

    with VoucherClient(credentials_of(mock), **settings) as client:
        for _ in range(5):
            ask(client)
        assert set(threading.enumerate()) - background_threads() <= before
    wait_until(lambda: not background_threads())
    assert asyncio.run(use_async()) <= before
    assert set(threading.enumerate()) <= before


def test_a_forked_process_has_new_locks(connect: Connect, mock: MockMews) -> None:
    """After a fork, limiters work whatever locks other threads of the parent held."""
    limit = RateLimit(100_000, 30.0)
    client = connect(mock, rate_limit=limit)
    limiter = get_limiter("http://mock", credentials_of(mock), limit)
    with limiter_module._registry_lock, limiter._state.lock:  # noqa: SLF001 - not held for long
        limiter_module._after_fork()  # noqa: SLF001 - what the system calls
        ask(client)
        assert get_limiter("http://mock", credentials_of(mock), limit) is not limiter


# --- a 429

WAIT = 0.2
TOO_MANY = error(429, retry_after=WAIT)


def test_a_429_is_waited_out(connect: Connect, mock: MockMews, arrivals: Arrivals) -> None:
    """The rejected request is retried after `Retry-After`, and not earlier."""
    mock.inject(TOO_MANY, calls=1)
    ask(connect(mock, retry=RetryPolicy(), rate_limit=RateLimit()))
    first, second = arrivals.times
    assert second - first >= WAIT


@pytest.mark.parametrize(
    ("first", "second", "attempts"), [(*pair, 1) for pair in PAIRS] + [(*PAIRS[1], 6)]
)
def test_a_429_pauses_all_clients_of_the_token(
    kinds: dict[str, Connect],
    mock: MockMews,
    arrivals: Arrivals,
    *,
    first: str,
    second: str,
    attempts: int,
) -> None:
    """A 429 of one client pauses the others, even if the first does not retry."""
    mock.inject(TOO_MANY, calls=1)
    limit, retry = RateLimit(100_000, 30.0), RetryPolicy(max_attempts=attempts)
    refused = kinds[first](mock, retry=retry, rate_limit=limit)
    other = kinds[second](mock, retry=RetryPolicy(), rate_limit=limit)
    limiter = get_limiter("http://mock", credentials_of(mock), limit)
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(ask, refused)
        wait_until(lambda: limiter.try_acquire() > 0)
        ask(other)
        failure = job.exception(timeout=10)
    assert isinstance(failure, TooManyRequestsError if attempts == 1 else type(None))
    refusal, *later = arrivals.times
    assert len(later) == (1 if attempts == 1 else 2)
    assert min(later) - refusal >= WAIT


def test_a_429_pauses_all_threads(mock: MockMews, arrivals: Arrivals) -> None:
    """If one thread gets a 429, all threads pause."""
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


@pytest.mark.parametrize("limit", [RateLimit(200, 2.0), RateLimit(400, 2.0)], ids=str)
def test_200_calls_that_wait_after_a_429_come_back_over_time(
    mock: MockMews, arrivals: Arrivals, limit: RateLimit
) -> None:
    """After a pause, 200 calls arrive at the rate of the limit, not in the same instant."""
    mock.inject(TOO_MANY, calls=1)

    async def use() -> None:
        async with AsyncVoucherClient(
            credentials_of(mock),
            base_url="http://mock",
            transport=mock.transport,
            rate_limit=limit,
            retry=RetryPolicy(),
        ) as client:

            async def ask_once() -> None:
                pager = client.voucher_codes.get_all(voucher_ids=unknown_ids(1))
                assert [code async for code in pager] == []

            first = asyncio.create_task(ask_once())
            while not arrivals.times:  # noqa: ASYNC110 - the mock sets it
                await asyncio.sleep(0.001)
            await asyncio.gather(first, *[ask_once() for _ in range(199)])

    asyncio.run(use())
    refusal, *later = sorted(arrivals.times)
    assert len(later) == 200
    assert later[0] - refusal >= WAIT
    assert later[-1] - later[0] >= 199 * limit.window / limit.requests
    check_kept(later, RateLimit(limit.requests // 10, limit.window / 10))


@pytest.mark.parametrize("other_limit", [RateLimit(100, 10.0), None], ids=["another", "none"])
def test_a_429_pauses_clients_with_another_limit(
    connect: Connect, mock: MockMews, arrivals: Arrivals, other_limit: RateLimit | None
) -> None:
    """A 429 pauses all clients of the token, whatever their limits."""
    mock.inject(TOO_MANY, calls=1)
    refused = connect(mock, retry=RetryPolicy(max_attempts=1), rate_limit=RateLimit())
    with pytest.raises(TooManyRequestsError):
        ask(refused)
    ask(connect(mock, retry=RetryPolicy(), rate_limit=other_limit))
    refusal, later = arrivals.times
    assert later - refusal >= WAIT


@pytest.mark.parametrize("other", ["token", "address"])
def test_a_429_does_not_pause_other_tokens_and_servers(
    connect: Connect, mock: MockMews, arrivals: Arrivals, other: str
) -> None:
    """A client with another token, or of another server, does not wait."""
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
def test_a_wait_above_the_maximum_pauses_all_clients(
    kinds: dict[str, Connect], mock: MockMews, arrivals: Arrivals, first: str, second: str
) -> None:
    """A 429 of minutes is an error at once, of all of them; only one has asked the server."""
    mock.inject(error(429, retry_after=500), calls=1)
    settings: dict[str, Any] = {"retry": RetryPolicy(), "rate_limit": RateLimit()}
    refused, other = (kinds[kind](mock, **settings) for kind in (first, second))
    with pytest.raises(TooManyRequestsError) as caught:
        ask(refused)
    assert caught.value.retry_after == 500
    for client in (refused, other):
        with pytest.raises(TooManyRequestsError, match="not sent") as caught:
            ask(client)
        assert 490 < (caught.value.retry_after or 0) <= 500
    assert len(arrivals.times) == 1


@pytest.mark.parametrize("seconds", [3_601, 86_400, 1e300])
def test_no_429_pauses_for_more_than_an_hour(
    connect: Connect, mock: MockMews, seconds: float
) -> None:
    """An absurd `Retry-After` does not stop a process for ever; the error has it all the same."""
    mock.inject(error(429, retry_after=seconds), calls=1)
    client = connect(mock, retry=RetryPolicy(), rate_limit=RateLimit())
    with pytest.raises(TooManyRequestsError) as caught:
        ask(client)
    assert caught.value.retry_after == seconds
    with pytest.raises(TooManyRequestsError, match="not sent") as caught:
        ask(client)
    assert 3_590 < (caught.value.retry_after or 0) <= 3_600


def test_without_sleep_a_429_pauses_nobody(
    connect: Connect, mock: MockMews, arrivals: Arrivals
) -> None:
    """With `sleep=False` a 429 is retried at once, and pauses no other client."""
    mock.inject(error(429, retry_after=60), calls=[1, 2])
    retry = RetryPolicy(sleep=False)
    ask(connect(mock, retry=retry, rate_limit=RateLimit()))
    assert len(arrivals.times) == 3
    assert arrivals.times[-1] - arrivals.times[0] < 5


@pytest.mark.parametrize("status", [503, 429])
def test_a_pause_counts_in_the_total_time(connect: Connect, mock: MockMews, status: int) -> None:
    """A request is not retried if another's 429 lasts beyond its total time."""
    client = connect(mock, retry=RetryPolicy(total_timeout=30.0))

    def meanwhile(call: FaultedCall) -> MockResponse:
        with (
            VoucherClient(
                credentials_of(mock),
                base_url="http://mock",
                transport=mock.transport,
                retry=RetryPolicy(max_attempts=1),
            ) as other,
            pytest.raises(TooManyRequestsError),
        ):
            list(other.vouchers.get_all(service_ids=unknown_ids(1)))
        return error(status, retry_after=0)(call)

    mock.inject(error(429, retry_after=100), calls=2)
    mock.inject(meanwhile, calls=1)
    with pytest.raises(ApiError) as caught:
        list(client.vouchers.get_all(service_ids=unknown_ids(1)))
    assert caught.value.status_code == status
    assert len(mock.requests) == 2


def test_a_long_pause_is_an_error_at_once(connect: Connect, mock: MockMews) -> None:
    """Another's 429 does not hold a client back longer than its own policy allows."""
    mock.inject(error(429, retry_after=500), calls=1)
    patient = connect(mock, retry=RetryPolicy(max_attempts=1, max_wait=1_000.0))
    with pytest.raises(TooManyRequestsError):
        list(patient.vouchers.get_all(service_ids=unknown_ids(1)))
    hasty = connect(mock, retry=RetryPolicy(max_wait=1.0))
    with pytest.raises(TooManyRequestsError, match="not sent") as caught:
        list(hasty.vouchers.get_all(service_ids=unknown_ids(1)))
    assert 490 < (caught.value.retry_after or 0) <= 500
    assert len(mock.requests) == 1
