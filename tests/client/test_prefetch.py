"""The next page is on its way while one is worked on, and nobody notices but the clock.

All else holds with it as without it: `test_listing.py` and `test_checkpoints.py` run with it.
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
from mews_vouchers import AsyncVoucherClient, MewsError, RetryPolicy, _threads
from mews_vouchers.errors import ClosedError
from mews_vouchers.mock import Answer, MockMews
from mews_vouchers.mock.faults import Call, error, slow

from tests.support.clients import Connect, async_client
from tests.support.harness import FAULTS, raising
from tests.support.hypothesis_profiles import examples
from tests.support.seeding import CODES, ids
from tests.support.waiting import TIMEOUT


@pytest.fixture
def mock() -> MockMews:
    """Give a mock with a voucher of seven codes."""
    mock = MockMews(seed=7)
    mock.seed(codes_per_voucher=7)
    return mock


def listing(connect: Connect, mock: MockMews, **more: Any) -> Any:
    """Return a pager of pages of two. Any: of one client or the other."""
    voucher_ids = ids(mock.vouchers)
    codes = connect(mock).voucher_codes
    return codes.get_all(**{"voucher_ids": voucher_ids, "page_size": 2} | more)


def patient_listing(connect: Connect, mock: MockMews) -> Any:
    """Return a pager that waits after a 429, which is nobody else's."""
    address = f"http://{next(_numbers)}.{connect.kind}.mock"
    client = connect(mock, retry=RetryPolicy(), base_url=address)
    return client.voucher_codes.get_all(voucher_ids=ids(mock.vouchers), page_size=2)


_numbers = itertools.count()


class Arrivals:
    """Tells when requests arrive, and can hold them."""

    def __init__(self, mock: MockMews) -> None:
        self.threads: list[threading.Thread] = []
        self._arrived = threading.Condition()
        mock.inject(self._note, CODES)

    def _note(self, call: Call) -> Answer:
        with self._arrived:
            self.threads.append(threading.current_thread())
            self._arrived.notify_all()
        return call.carry_out()

    def wait_for(self, number: int) -> None:
        """Wait until so many requests have arrived."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.threads) >= number, TIMEOUT)


# --- ahead, by one page


def test_the_next_page_is_on_its_way_while_one_is_worked_on(
    connect: Connect, mock: MockMews
) -> None:
    """The second request arrives while the user still has the first item in his hands."""
    arrivals = Arrivals(mock)
    iterator = iter(listing(connect, mock))
    next(iterator)
    arrivals.wait_for(2)
    assert len(ids(iterator)) == 6


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_more_than_one_page_ahead(connect: Connect, mock: MockMews, concurrency: int) -> None:
    """However slow the user is, of each chain no page is asked for before the last was taken."""
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
def test_errors_and_checkpoints_are_as_without_it(
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
    """What the page ahead fails with is raised when it would be due, not before."""
    arrivals = Arrivals(mock)
    mock.inject(error(403), CODES, calls=2)
    iterator = iter(listing(connect, mock))
    next(iterator)
    arrivals.wait_for(1)
    next(iterator)
    with pytest.raises(MewsError):
        next(iterator)


def test_it_also_waits_for_the_limit_ahead(connect: Connect, mock: MockMews) -> None:
    """A page that must wait before it is sent does so, and is sent, while one is worked on."""
    arrivals = Arrivals(mock)
    mock.inject(error(429, retry_after="1"), CODES, calls=2)
    iterator = iter(patient_listing(connect, mock))
    next(iterator)
    arrivals.wait_for(2)
    assert len(ids(iterator)) == 6


# --- what it costs


def test_one_page_needs_no_thread(mock: MockMews) -> None:
    """A listing of one page is fetched by whoever asks for it."""
    connect = Connect("sync")
    arrivals = Arrivals(mock)
    assert len(ids(listing(connect, mock, page_size=1000))) == 7
    assert arrivals.threads == [threading.current_thread()]
    connect.close()


def test_off_it_asks_when_needed(connect: Connect, mock: MockMews) -> None:
    """With `prefetch=False` a page is asked for when its first item is wanted, and not before."""
    iterator = iter(listing(connect, mock, prefetch=False))
    made = []
    for _ in range(7):
        next(iterator)
        made.append(len(mock.requests))
    assert made == [1, 1, 2, 2, 3, 3, 4]


# --- what is given up half-way


@contextmanager
def held(mock: MockMews, call: int) -> Iterator[threading.Event]:
    """Hold the answer to a call until the block ends; give what is set when it has arrived."""
    arrived, free = threading.Event(), threading.Event()

    def hold(call: Call) -> Answer:
        arrived.set()
        free.wait(TIMEOUT)
        return call.carry_out()

    mock.inject(hold, CODES, calls=call)
    try:
        yield arrived
    finally:
        free.set()


def background() -> set[threading.Thread]:
    """Return the threads that drive flows."""
    return {one for one in threading.enumerate() if one.name == "mews_vouchers"}


def test_a_listing_that_is_given_up_does_not_wait_for_its_page(mock: MockMews) -> None:
    """`break` does not wait for the page ahead, and closing the client does; no thread stays."""
    connect = Connect("sync")
    with held(mock, 2) as arrived:
        for _ in listing(connect, mock):
            assert arrived.wait(TIMEOUT)
            assert background()
            break
    connect.close()
    assert not background()


def test_a_listing_that_is_given_up_asks_for_nothing_more(mock: MockMews) -> None:
    """After `break` a page ahead that fails is not asked for again, and its thread ends."""
    connect = Connect("sync")
    with held(mock, 2) as arrived:
        mock.inject(error(500), CODES, calls=range(2, 99))
        for _ in listing(connect, mock):
            assert arrived.wait(TIMEOUT)
            break
        threads = background()
    for thread in threads:
        thread.join(TIMEOUT)
    assert len(mock.requests) == 2
    connect.close()


def test_closing_waits_for_a_page_only_so_long(
    mock: MockMews, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that does not answer keeps nobody from closing the client."""
    monkeypatch.setattr(_threads, "_PATIENCE", 0.05)
    connect = Connect("sync")
    with held(mock, 2):
        iterator = iter(listing(connect, mock))
        next(iterator)
        connect.close()
        assert background()
    for thread in background():
        thread.join(TIMEOUT)


def test_closing_ends_a_wait(connect: Connect, mock: MockMews) -> None:
    """A page ahead that has to wait for a minute does not keep the client from closing."""
    arrivals = Arrivals(mock)
    mock.inject(error(429, retry_after="60"), CODES, calls=range(2, 99))
    iterator = iter(patient_listing(connect, mock))
    next(iterator)
    arrivals.wait_for(1)
    started = time.monotonic()
    connect.close()
    assert time.monotonic() - started < TIMEOUT / 2
    assert not background()
    with suppress(ClosedError, RuntimeError):  # the facade of the async client has ended, too
        list(iterator)


def test_whoever_waits_for_a_page_hears_that_the_client_was_closed(mock: MockMews) -> None:
    """A thread that waits for the page ahead does not hang when another closes the client."""
    connect, heard = Connect("sync"), list[type[Exception]]()
    with held(mock, 2) as arrived:
        pager = listing(connect, mock)

        def consume() -> None:
            try:
                list(pager)
            except Exception as failed:  # noqa: BLE001 - it is looked at below
                heard.append(type(failed))

        consumer = threading.Thread(target=consume)
        consumer.start()
        assert arrived.wait(TIMEOUT)
        closer = threading.Thread(target=connect.close)
        closer.start()
    consumer.join(TIMEOUT)
    closer.join(TIMEOUT)
    assert heard == [ClosedError]


def under_way(client: AsyncVoucherClient) -> dict[Any, Any]:
    """Return what a client has in the background. Any: that is nobody's business."""
    return client._background  # noqa: SLF001


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("concurrency", [1, 3])
def test_a_listing_that_is_given_up_leaves_no_task(
    mock: MockMews, backend: str, concurrency: int
) -> None:
    """In either kind of event loop: `break` in the middle of a page ahead leaves nothing behind."""
    mock.seed(vouchers=3, codes_per_voucher=7)
    mock.inject(slow(TIMEOUT), CODES, calls=range(4, 99))
    voucher_ids = ids(mock.vouchers)

    async def give_up() -> None:
        started = time.monotonic()
        async with async_client(mock) as client:
            pager = client.voucher_codes.get_all(
                voucher_ids=voucher_ids, page_size=2, concurrency=concurrency
            )
            if backend == "trio":  # which insists on it
                async with aclosing(aiter(pager)) as items:
                    await anext(items)
            else:
                async for _ in pager:
                    break
        await anyio.sleep(0.01)  # what is left of the iterator is closed by the event loop
        assert not under_way(client)
        if backend == "asyncio":
            assert asyncio.all_tasks() == {asyncio.current_task()}
        assert time.monotonic() - started < TIMEOUT / 2

    anyio.run(give_up, backend=backend)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("concurrency", [1, 3])
def test_any_event_loop_lists_all(mock: MockMews, backend: str, concurrency: int) -> None:
    """Under asyncio and under trio come the same items."""
    mock.seed(vouchers=3, codes_per_voucher=7)

    async def list_all() -> list[str]:
        async with async_client(mock) as client:
            pager = client.voucher_codes.get_all(
                voucher_ids=ids(mock.vouchers), page_size=2, concurrency=concurrency
            )
            return [code.id async for code in pager]

    assert sorted(anyio.run(list_all, backend=backend)) == sorted(ids(mock.codes))


def test_a_loop_that_ends_first_leaves_nothing_to_wait_for(mock: MockMews) -> None:
    """A task that is cancelled in mid-listing ends at once, and so does its page ahead."""
    mock.inject(slow(TIMEOUT), CODES, calls=range(2, 99))

    async def cancelled() -> None:
        async with async_client(mock) as client:
            with anyio.move_on_after(0.05) as scope:
                async for _ in client.voucher_codes.get_all(
                    voucher_ids=ids(mock.vouchers), page_size=2
                ):
                    pass
            assert scope.cancelled_caught
            assert not under_way(client)

    started = time.monotonic()
    anyio.run(cancelled)
    assert time.monotonic() - started < TIMEOUT / 2


# --- in the background


def test_what_is_set_for_the_caller_holds_ahead(mock: MockMews) -> None:
    """Context variables, such as those of tracing, are the caller's in the page ahead, too."""
    connect, name = Connect("sync"), contextvars.ContextVar("name", default="nobody")
    seen: list[str] = []

    def note(call: Call) -> Answer:
        seen.append(name.get())
        return call.carry_out()

    mock.inject(note, CODES)
    token = name.set("the caller")
    assert len(ids(listing(connect, mock))) == 7
    name.reset(token)
    assert seen == ["the caller"] * 4
    connect.close()


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, MemoryError])
def test_what_breaks_a_thread_reaches_whoever_waits(
    mock: MockMews, kind: type[BaseException]
) -> None:
    """Even what ends a program is raised where the page is awaited; nobody waits for ever."""
    connect = Connect("sync")

    mock.inject(raising(lambda: kind("broken")), CODES, calls=range(2, 99))
    with pytest.raises((kind, MewsError)):
        list(listing(connect, mock))
    connect.close()
