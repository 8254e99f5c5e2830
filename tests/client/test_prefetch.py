"""The next page is prefetched while the current one is processed; nothing else changes.

Everything else holds with and without it: `test_paging.py` and `test_checkpoints.py` run with it.
"""

import asyncio
import contextvars
import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager, suppress
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import AsyncVoucherClient, MewsError, RetryPolicy
from mews_vouchers._runners import waits
from mews_vouchers.errors import ClosedError
from mews_vouchers.mock import MockMews, MockResponse
from mews_vouchers.mock.faults import FaultedCall, error, slow

from tests.support.clients import Connect, async_client
from tests.support.harness import FAULTS, raising
from tests.support.http_library import httpx
from tests.support.hypothesis_profiles import examples
from tests.support.seeding import CODES, ids
from tests.support.waiting import TIMEOUT, background_threads


@pytest.fixture
def mock() -> MockMews:
    """Return a mock with a voucher of seven codes."""
    mock = MockMews(seed=7)
    mock.seed(codes_per_voucher=7)
    return mock


def listing(connect: Connect, mock: MockMews, **more: Any) -> Any:
    """Return a pager with pages of two items. Any: of one client or the other."""
    voucher_ids = ids(mock.vouchers)
    codes = connect(mock).voucher_codes
    return codes.get_all(**{"voucher_ids": voucher_ids, "page_size": 2} | more)


def patient_listing(connect: Connect, mock: MockMews) -> Any:
    """Return a pager that waits after a 429, with a rate limiter of its own."""
    address = f"http://{next(_numbers)}.{connect.kind}.mock"
    client = connect(mock, retry=RetryPolicy(), base_url=address)
    return client.voucher_codes.get_all(voucher_ids=ids(mock.vouchers), page_size=2)


_numbers = itertools.count()


class Arrivals:
    """Records when requests arrive."""

    def __init__(self, mock: MockMews) -> None:
        self.threads: list[threading.Thread] = []
        self._arrived = threading.Condition()
        mock.inject(self._note, CODES)

    def _note(self, call: FaultedCall) -> MockResponse:
        with self._arrived:
            self.threads.append(threading.current_thread())
            self._arrived.notify_all()
        return call.proceed()

    def wait_for(self, number: int) -> None:
        """Wait until this many requests have arrived."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.threads) >= number, TIMEOUT)


# --- one page


def test_the_next_page_is_prefetched(connect: Connect, mock: MockMews) -> None:
    """The second request arrives while the caller still processes the first item."""
    arrivals = Arrivals(mock)
    iterator = iter(listing(connect, mock))
    next(iterator)
    arrivals.wait_for(2)
    assert len(ids(iterator)) == 6


@pytest.mark.parametrize("concurrency", [1, 3])
def test_at_most_one_page_is_prefetched(connect: Connect, mock: MockMews, concurrency: int) -> None:
    """However slow the caller is, each partition has at most one prefetched page."""
    mock.seed(vouchers=2, codes_per_voucher=7)
    arrivals = Arrivals(mock)
    iterator = iter(listing(connect, mock, concurrency=concurrency).pages())
    for taken, _ in enumerate(iterator, start=1):
        time.sleep(0.01)
        assert len(arrivals.threads) <= taken + concurrency


@settings(max_examples=examples(30))
@given(
    fault=st.sampled_from(list(FAULTS)),
    call=st.integers(1, 5),
    by_page=st.booleans(),
    max_items=st.none() | st.integers(0, 8),
)
def test_errors_and_checkpoints_do_not_depend_on_prefetch(
    connect: Connect, fault: str, call: int, max_items: int | None, *, by_page: bool
) -> None:
    """With and without: the same items, the same error in the same place, the same checkpoints."""

    def run(*, prefetch: bool) -> list[object]:
        mock = MockMews(seed=7)
        mock.seed(codes_per_voucher=7)
        mock.inject(FAULTS[fault][0], CODES, calls=range(call, 99))
        pager = listing(connect, mock, prefetch=prefetch, max_items=max_items)
        seen: list[object] = []
        try:
            for one in pager.pages() if by_page else pager:
                seen += [ids(one.items) if by_page else one.id, pager.checkpoint]
        except MewsError as failed:
            seen += [type(failed), str(failed), failed.checkpoint]
        return [*seen, pager.checkpoint]

    assert run(prefetch=True) == run(prefetch=False)


def test_an_error_waits_for_its_turn(connect: Connect, mock: MockMews) -> None:
    """An error of a prefetched page is raised when the caller reaches it."""
    arrivals = Arrivals(mock)
    mock.inject(error(403), CODES, calls=2)
    iterator = iter(listing(connect, mock))
    next(iterator)
    arrivals.wait_for(1)
    next(iterator)
    with pytest.raises(MewsError):
        next(iterator)


def test_the_rate_limit_is_waited_for_in_the_background(connect: Connect, mock: MockMews) -> None:
    """A prefetched page waits for the rate limit while the caller processes the current one."""
    arrivals = Arrivals(mock)
    mock.inject(error(429, retry_after="1"), CODES, calls=2)
    iterator = iter(patient_listing(connect, mock))
    next(iterator)
    arrivals.wait_for(2)
    assert len(ids(iterator)) == 6


# --- cost


def test_the_transport_is_never_used_in_the_callers_thread(mock: MockMews) -> None:
    """A signal handler that raises can therefore never leave one of its locks locked."""
    connect = Connect("sync")
    arrivals = Arrivals(mock)
    assert len(ids(listing(connect, mock, page_size=1000))) == 7
    assert threading.current_thread() not in arrivals.threads
    connect.close()


def test_without_prefetch_pages_are_requested_when_needed(connect: Connect, mock: MockMews) -> None:
    """With `prefetch=False` a page is requested when its first item is needed."""
    iterator = iter(listing(connect, mock, prefetch=False))
    made = []
    for _ in range(7):
        next(iterator)
        made.append(len(mock.requests))
    assert made == [1, 1, 2, 2, 3, 3, 4]


# --- abandoned listings


@contextmanager
def held(mock: MockMews, call: int) -> Iterator[threading.Event]:
    """Hold the response to a call until the block ends; yield an event for its arrival."""
    arrived, free = threading.Event(), threading.Event()

    def hold(call: FaultedCall) -> MockResponse:
        arrived.set()
        free.wait(TIMEOUT)
        return call.proceed()

    mock.inject(hold, CODES, calls=call)
    try:
        yield arrived
    finally:
        free.set()


def test_an_abandoned_listing_does_not_wait_for_its_prefetched_page(mock: MockMews) -> None:
    """`break` does not wait for the prefetched page; closing the client does. No thread remains."""
    connect = Connect("sync")
    with held(mock, 2) as arrived:
        for _ in listing(connect, mock):
            assert arrived.wait(TIMEOUT)
            assert background_threads()
            break
    connect.close()
    assert not background_threads()


def test_an_abandoned_listing_requests_nothing_more(mock: MockMews) -> None:
    """After `break` a failed prefetch is not retried, and its thread ends."""
    connect = Connect("sync")
    with held(mock, 2) as arrived:
        mock.inject(error(500), CODES, calls=range(2, 99))
        for _ in listing(connect, mock):
            assert arrived.wait(TIMEOUT)
            break
        threads = background_threads()
    for thread in threads:
        thread.join(TIMEOUT)
    assert len(mock.requests) == 2
    connect.close()


def test_closing_waits_for_a_page_for_a_limited_time(
    mock: MockMews, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that does not respond cannot keep the client from closing."""
    monkeypatch.setattr(waits, "GRACE_PERIOD", 0.05)
    connect = Connect("sync")
    with held(mock, 2) as arrived:
        iterator = iter(listing(connect, mock))
        next(iterator)
        assert arrived.wait(TIMEOUT)
        connect.close()
        assert background_threads()
    for thread in background_threads():
        thread.join(TIMEOUT)


def test_closing_ends_a_wait(connect: Connect, mock: MockMews) -> None:
    """A prefetched page that waits for a minute does not keep the client from closing."""
    arrivals = Arrivals(mock)
    mock.inject(error(429, retry_after="60"), CODES, calls=range(2, 99))
    iterator = iter(patient_listing(connect, mock))
    next(iterator)
    arrivals.wait_for(1)
    started = time.monotonic()
    connect.close()
    assert time.monotonic() - started < TIMEOUT / 2
    assert not background_threads()
    with suppress(ClosedError, RuntimeError):  # the facade of the async client is closed, too
        list(iterator)


def test_closing_raises_in_a_thread_that_waits_for_a_page(mock: MockMews) -> None:
    """A thread that waits for the prefetched page does not hang when another closes the client."""
    connect, raised = Connect("sync"), list[type[Exception]]()
    with held(mock, 2) as arrived:
        pager = listing(connect, mock)

        def consume() -> None:
            try:
                list(pager)
            except Exception as failed:  # noqa: BLE001 - it is looked at below
                raised.append(type(failed))

        consumer = threading.Thread(target=consume)
        consumer.start()
        assert arrived.wait(TIMEOUT)
        closer = threading.Thread(target=connect.close)
        closer.start()
    consumer.join(TIMEOUT)
    closer.join(TIMEOUT)
    assert raised == [ClosedError]


def in_flight(client: AsyncVoucherClient) -> dict[Any, Any]:
    """Return what a client has in the background. Any: its keys depend on the runner."""
    return client._state.background  # noqa: SLF001


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("concurrency", [1, 3])
def test_an_abandoned_listing_leaves_no_task(
    mock: MockMews, backend: str, concurrency: int
) -> None:
    """In both event loops, `break` during a prefetch leaves no task behind."""
    mock.seed(vouchers=3, codes_per_voucher=7)
    mock.inject(slow(TIMEOUT), CODES, calls=range(4, 99))
    voucher_ids = ids(mock.vouchers)

    async def abandon() -> None:
        started = time.monotonic()
        async with async_client(mock) as client:
            pager = client.voucher_codes.get_all(
                voucher_ids=voucher_ids, page_size=2, concurrency=concurrency
            )
            if backend == "trio":  # it demands that
                async with aclosing(aiter(pager)) as items:
                    await anext(items)
            else:
                async for _ in pager:
                    break
        await anyio.sleep(0.01)  # the event loop closes the abandoned iterator
        assert not in_flight(client)
        if backend == "asyncio":
            assert asyncio.all_tasks() == {asyncio.current_task()}
        assert time.monotonic() - started < TIMEOUT / 2

    anyio.run(abandon, backend=backend)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("concurrency", [1, 3])
def test_any_event_loop_lists_all(mock: MockMews, backend: str, concurrency: int) -> None:
    """With asyncio and with trio, a listing gives the same items."""
    mock.seed(vouchers=3, codes_per_voucher=7)

    async def list_all() -> list[str]:
        async with async_client(mock) as client:
            pager = client.voucher_codes.get_all(
                voucher_ids=ids(mock.vouchers), page_size=2, concurrency=concurrency
            )
            return [code.id async for code in pager]

    assert sorted(anyio.run(list_all, backend=backend)) == sorted(ids(mock.codes))


def test_a_cancelled_listing_ends_at_once(mock: MockMews) -> None:
    """A task that is cancelled during a listing ends at once, and so does its prefetched page."""
    mock.inject(slow(TIMEOUT), CODES, calls=range(2, 99))

    async def cancelled() -> None:
        async with async_client(mock) as client:
            with anyio.move_on_after(0.05) as scope:
                async for _ in client.voucher_codes.get_all(
                    voucher_ids=ids(mock.vouchers), page_size=2
                ):
                    pass
            assert scope.cancelled_caught
            assert not in_flight(client)

    started = time.monotonic()
    anyio.run(cancelled)
    assert time.monotonic() - started < TIMEOUT / 2


# --- in the background


def test_context_variables_reach_the_background(mock: MockMews) -> None:
    """Context variables, such as those of tracing, have the caller's values in the background."""
    connect, name = Connect("sync"), contextvars.ContextVar("name", default="nobody")
    seen: list[str] = []

    def note(call: FaultedCall) -> MockResponse:
        seen.append(name.get())
        return call.proceed()

    mock.inject(note, CODES)
    token = name.set("the caller")
    assert len(ids(listing(connect, mock))) == 7
    name.reset(token)
    assert seen == ["the caller"] * 4
    connect.close()


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, MemoryError])
def test_any_exception_in_a_thread_reaches_the_caller(
    mock: MockMews, kind: type[BaseException]
) -> None:
    """Even an exception that ends programs is raised in the caller, which never hangs."""
    connect = Connect("sync")

    mock.inject(raising(lambda: kind("broken")), CODES, calls=range(2, 99))
    with pytest.raises((kind, MewsError)):
        list(listing(connect, mock))
    connect.close()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_exit_in_a_background_task_reaches_the_caller(backend: str) -> None:
    """What is no error, such as `SystemExit`, ends the iteration, and not the event loop."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(codes_per_voucher=9)

    async def respond(request: httpx.Request) -> httpx.Response:
        if mock.requests:
            raise SystemExit(3)
        response: httpx.Response = await mock.transport.handle_async_request(request)
        return response

    async def consume() -> int:
        async with async_client(mock, transport=httpx.MockTransport(respond)) as client:
            pager = client.voucher_codes.get_all(voucher_ids=voucher_ids, page_size=2)
            number = 0
            try:
                async for _ in pager:
                    number += 1
            except SystemExit:
                return number
            raise AssertionError

    assert anyio.run(consume, backend=backend) == 2
