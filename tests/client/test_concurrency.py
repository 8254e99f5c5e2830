"""Concurrent requests give the same result as sequential ones: every item, each once."""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import (
    ForbiddenError,
    MewsError,
    PaginationError,
    Progress,
    RetryPolicy,
)
from mews_vouchers._batching import queue
from mews_vouchers._batching.batch_size import AdaptiveBatchSize
from mews_vouchers._operations.table import LIST_CODES, LIST_VOUCHERS
from mews_vouchers._pagination.partitions import Filters
from mews_vouchers._rate_limit.limiter import get_limiter
from mews_vouchers.mock import MockMews, MockResponse
from mews_vouchers.mock.faults import Fault, FaultedCall, error, slow, too_heavy
from mews_vouchers_client.models import (
    VoucherAddParameters,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
)

from tests.support.clients import Connect, credentials_of
from tests.support.harness import (
    ADD,
    FAULTS,
    Harness,
    attempted,
    check_report,
    failure,
    hold_until_concurrent,
    raising,
    reported_by,
)
from tests.support.hypothesis_profiles import examples
from tests.support.seeding import (
    CODES,
    VOUCHERS,
    SetClock,
    ids,
    listings,
    scattered,
    too_many_above,
    unknown_ids,
)
from tests.support.waiting import TIMEOUT, wait_until

START = datetime(2025, 1, 1, tzinfo=UTC)
END = datetime(2026, 1, 1, tzinfo=UTC)
#: A listing ends at a 204, without an error.
FAILING = [name for name in FAULTS if "204" not in name]
concurrencies = st.integers(2, 16)


def portfolio(vouchers: int, codes: int) -> MockMews:
    """Return a mock with codes that were added over a year, spread over its vouchers."""
    clock = SetClock()
    mock = MockMews(seed=7, clock=clock)
    voucher_ids = mock.seed(vouchers=vouchers)
    for number in range(codes):
        clock.now = START + (END - START) * number / codes
        mock.add_code(voucher_ids[number % vouchers], str(number))
    clock.now = END
    return mock


@pytest.fixture
def served(connect: Connect) -> Iterator[tuple[MockMews, Any]]:
    """Yield a mock on a socket, and a client of it. Any: of one kind or the other."""
    mock = MockMews(seed=7)
    with mock.serve() as base_url:
        yield mock, connect(mock, transport=None, base_url=base_url)
        connect.close()  # before the server, which waits for its connections


# --- partitions


@settings(max_examples=examples(100))
@given(
    target=st.integers(1, 64),
    vouchers=st.integers(0, 3000),
    enterprises=st.none() | st.integers(0, 60),
    span=st.none() | st.timedeltas(timedelta(0), timedelta(days=900)),
)
def test_partitions_cover_the_listing(
    target: int, vouchers: int, enterprises: int | None, span: timedelta | None
) -> None:
    """Each combination of ids, at each time, is in exactly one partition."""
    lists = {"voucher_ids": list(map(str, range(vouchers)))}
    if enterprises is not None:
        lists["enterprise_ids"] = list(map(str, range(enterprises)))
    start = START.replace(microsecond=0)
    end = None if span is None else (start + span).replace(microsecond=0)
    partitions = Filters(
        lists, None if end is None else (start, end), kinds=LIST_CODES.filters
    ).partitions(target)
    pairs: Counter[tuple[object, ...]] = Counter()
    intervals: dict[tuple[object, ...], list[tuple[datetime, datetime]]] = {}
    for partition in partitions:
        found = partition.properties
        ends = found.get("updated_utc")
        assert all(0 < len(found[name]) <= 1000 for name in lists)
        key = tuple(tuple(found[name]) for name in lists)
        pairs[key] += 1
        if ends is not None:
            intervals.setdefault(key, []).append((ends.start_utc, ends.end_utc))
            assert partition.before == (ends.end_utc if ends.start_utc < ends.end_utc else None)
    for position, name in enumerate(lists):
        chunks = {key[position] for key in pairs}
        values = [value for chunk in chunks for value in chunk]  # type: ignore[attr-defined]
        assert Counter(values) == Counter(lists[name] if pairs else ())
    for pieces in intervals.values():
        assert (pieces[0][1], pieces[-1][0]) == (end, start)
        assert all(later[0] == earlier[1] for later, earlier in pairwise(pieces))
    assert bool(partitions) == all(lists.values())


def test_overlapping_filters_are_split_by_time() -> None:
    """Filters that an item can match several times are not split; the interval is."""
    filters = Filters(
        {"company_ids": ["a", "b"]},
        (START, START + timedelta(days=8)),
        kinds=LIST_VOUCHERS.filters,
    )
    partitions = filters.partitions(4)
    assert len(partitions) == 4
    assert all(partition.properties["company_ids"] == ["a", "b"] for partition in partitions)


def test_a_listing_has_few_partitions() -> None:
    """There are about four partitions per concurrent request: more would only cost requests."""
    filters = Filters(
        {"voucher_ids": list(unknown_ids(5000))}, (START, END), kinds=LIST_CODES.filters
    )
    assert [len(filters.partitions(target)) for target in (1, 8, 32, 64)] == [20, 20, 32, 64]


# --- listings


@settings(max_examples=examples(40))
@given(
    vouchers=st.integers(1, 20),
    codes=st.integers(0, 60),
    page_size=st.integers(1, 20),
    concurrency=concurrencies,
    timed=st.booleans(),
)
def test_each_item_is_listed_once(
    connect: Connect, vouchers: int, codes: int, page_size: int, concurrency: int, *, timed: bool
) -> None:
    """By ids and by time, with any page size and concurrency: every item, each once."""
    mock = portfolio(vouchers, codes)
    pager = connect(mock).voucher_codes.get_all(
        voucher_ids=ids(mock.vouchers),
        updated=(START, END) if timed else None,
        page_size=page_size,
        concurrency=concurrency,
    )
    assert sorted(ids(pager)) == sorted(ids(mock.codes))


@settings(max_examples=examples(40))
@given(
    taken=st.integers(0, 30),
    concurrencies=st.tuples(st.integers(1, 16), st.integers(1, 16)),
    page_sizes=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    timed=st.booleans(),
)
def test_a_checkpoint_continues_with_the_other_items(
    connect: Connect,
    taken: int,
    concurrencies: tuple[int, int],
    page_sizes: tuple[int, int],
    *,
    timed: bool,
) -> None:
    """After any item, with another concurrency or page size: no item is lost or repeated."""
    mock = portfolio(vouchers=5, codes=30)
    filters = {"voucher_ids": ids(mock.vouchers), "updated": (START, END) if timed else None}
    listing = partial(connect(mock).voucher_codes.get_all, **filters)
    pager = listing(concurrency=concurrencies[0], page_size=page_sizes[0])
    first = [item.id for _, item in zip(range(taken), pager, strict=False)]
    rest = listing(
        concurrency=concurrencies[1], page_size=page_sizes[1], checkpoint=pager.checkpoint
    )
    assert sorted(first + ids(rest)) == sorted(ids(mock.codes))


@settings(max_examples=examples(20))
@given(fault=st.sampled_from(FAILING), call=st.integers(1, 12), concurrency=concurrencies)
def test_the_checkpoint_of_an_error_continues_a_concurrent_listing(
    connect: Connect, fault: str, call: int, concurrency: int
) -> None:
    """Whichever request fails in whatever way: the error's checkpoint gives the other items."""
    mock = portfolio(vouchers=5, codes=30)
    mock.inject(FAULTS[fault][0], CODES, calls=call)
    client = connect(mock, retry=RetryPolicy(max_attempts=1))
    listing = partial(
        client.voucher_codes.get_all,
        voucher_ids=ids(mock.vouchers),
        page_size=2,
        concurrency=concurrency,
    )
    items: list[Any] = []
    pager = listing()
    try:
        items.extend(pager)
    except MewsError as failed:
        items.extend(listing(checkpoint=failed.checkpoint))
    assert sorted(ids(items)) == sorted(ids(mock.codes))


def test_a_partition_whose_first_page_is_in_flight_is_in_the_checkpoint(
    served: tuple[MockMews, Any],
) -> None:
    """A checkpoint in a later partition includes all of an earlier one that is in flight."""
    mock, client = served
    mock.seed(vouchers=2, codes_per_voucher=5)
    voucher_ids = ids(mock.vouchers)
    free = threading.Event()

    def held(call: FaultedCall) -> MockResponse:
        assert call.body["VoucherIds"] != voucher_ids[:1] or free.wait(TIMEOUT)
        return call.proceed()

    mock.inject(held, CODES)
    listing = partial(client.voucher_codes.get_all, voucher_ids=voucher_ids, page_size=2)
    pager = listing(concurrency=2)
    codes = iter(pager)
    first = next(codes)
    checkpoint = pager.checkpoint
    free.set()
    assert len(ids(codes)) == 9
    rest = listing(concurrency=2, checkpoint=checkpoint)
    assert sorted([first.id, *ids(rest)]) == sorted(ids(mock.codes))


def test_a_checkpoint_at_the_end_has_nothing_left(connect: Connect) -> None:
    """The checkpoint of a finished listing costs at most one request and gives no items."""
    mock = portfolio(vouchers=20, codes=20)
    listing = partial(connect(mock).voucher_codes.get_all, voucher_ids=ids(mock.vouchers))
    pager = listing(concurrency=4)
    assert len(ids(pager)) == 20
    before = len(listings(mock))
    assert len(pager.checkpoint) < 200
    assert not ids(listing(checkpoint=pager.checkpoint))
    assert len(listings(mock)) <= before + 1


def test_requests_are_concurrent(served: tuple[MockMews, Any]) -> None:
    """With `concurrency=4` four requests are in flight at the same time."""
    mock, client = served
    mock.seed(vouchers=4, codes_per_voucher=1)
    mock.inject(hold_until_concurrent(4), CODES)
    pager = client.voucher_codes.get_all(voucher_ids=ids(mock.vouchers), concurrency=4)
    assert sorted(ids(pager)) == sorted(ids(mock.codes))


def test_concurrency_is_bounded(served: tuple[MockMews, Any]) -> None:
    """There are never more requests in flight than `concurrency` allows."""
    mock, client = served
    mock.seed(vouchers=30, codes_per_voucher=3)
    lock, in_flight, most = threading.Lock(), Counter[str](), Counter[str]()

    def counted(call: FaultedCall) -> MockResponse:
        with lock:
            in_flight["now"] += 1
            most["now"] = max(most["now"], in_flight["now"])
        try:
            return call.proceed()
        finally:
            with lock:
                in_flight["now"] -= 1

    mock.inject(counted, CODES)
    found = ids(
        client.voucher_codes.get_all(voucher_ids=ids(mock.vouchers), page_size=2, concurrency=3)
    )
    assert len(found) == 90
    assert 1 <= most["now"] <= 3


def test_partitions_take_turns(connect: Connect) -> None:
    """No partition is far behind the others: at the end it would be read alone, and slowly."""
    mock = portfolio(vouchers=8, codes=40)
    mock.inject(slow(0.01), CODES)  # longer than the start of a thread
    pager = connect(mock).voucher_codes.get_all(
        voucher_ids=ids(mock.vouchers), page_size=1, concurrency=2, prefetch=False
    )
    listed = Counter[str]()
    for code in pager:
        listed[code.voucher_id] += 1
        assert max(listed.values()) <= 2 + min(listed[one] for one in ids(mock.vouchers))


def test_a_429_pauses_all_requests(served: tuple[MockMews, Any], connect: Connect) -> None:
    """A 429 of one request pauses all: only pages in flight still arrive."""
    mock, client = served
    mock.seed(vouchers=8, codes_per_voucher=5)
    base_url = client.api.base_url
    limiter = get_limiter(base_url, credentials_of(mock), None)
    arrivals: list[float] = []

    def until_paused(call: FaultedCall) -> MockResponse:
        wait_until(limiter.paused_for, TIMEOUT)
        return call.proceed()

    def arrive(call: FaultedCall) -> MockResponse:
        arrivals.append(time.monotonic())
        return call.proceed()

    mock.inject(arrive, CODES)
    mock.inject(hold_until_concurrent(4), CODES, calls=range(1, 5))
    mock.inject(error(429, retry_after="0.3"), CODES, calls=[3])
    mock.inject(until_paused, CODES, calls=[1, 2, 4])
    pager = connect(
        mock, transport=None, base_url=base_url, retry=RetryPolicy()
    ).voucher_codes.get_all(voucher_ids=ids(mock.vouchers), page_size=1, concurrency=4)
    assert sorted(ids(pager)) == sorted(ids(mock.codes))
    arrivals.sort()
    assert arrivals[4] - arrivals[3] >= 0.3


def test_vouchers_are_listed_concurrently(served: tuple[MockMews, Any]) -> None:
    """Listings of vouchers are split by their services."""
    mock, client = served
    services = mock.enterprises[0].service_ids
    for service_id in services:
        mock.add_voucher(ServiceId=service_id)
    mock.inject(hold_until_concurrent(len(services)), "vouchers/getAll")
    found = client.vouchers.get_all(service_ids=services, concurrency=16)
    assert sorted(ids(found)) == sorted(ids(mock.vouchers))


def test_pages_that_are_too_heavy_shrink(connect: Connect) -> None:
    """A 408 makes the pages of all partitions smaller, and loses nothing."""
    mock = portfolio(vouchers=6, codes=60)
    mock.inject(too_heavy(above=3), CODES)
    pager = connect(mock).voucher_codes.get_all(
        voucher_ids=ids(mock.vouchers), page_size=10, concurrency=3
    )
    assert sorted(ids(pager)) == sorted(ids(mock.codes))


def test_filters_that_overlap_are_listed_in_order(connect: Connect) -> None:
    """Overlapping partitions are listed one after the other, also if the first takes longer."""
    mock = MockMews(seed=7)
    vouchers = mock.seed(vouchers=5)
    for value, holders in (("EARLY", vouchers[:3]), ("LATE", vouchers[2:])):
        for voucher_id in holders:
            mock.add_code(voucher_id, value)
    mock.inject(slow(0.1), VOUCHERS, calls=1)
    pager = connect(mock).vouchers.get_all(
        service_ids=mock.enterprises[0].service_ids,
        voucher_code_values=scattered(["EARLY", "LATE"], unknown_ids(1001)),
        concurrency=4,
    )
    assert ids(pager) == [*vouchers[2::-1], *vouchers[:2:-1]]
    assert len(listings(mock)) == 2


def test_filters_that_overlap_are_listed_one_at_a_time(connect: Connect) -> None:
    """The second partition waits for the first, even if its page would arrive earlier."""
    mock = MockMews(seed=7)
    vouchers = mock.seed(vouchers=4)
    for number, voucher_id in enumerate(vouchers):
        mock.add_code(voucher_id, "EARLY" if number % 2 else "LATE")
    mock.inject(slow(0.1), "vouchers/getAll", calls=1)
    pager = connect(mock).vouchers.get_all(
        service_ids=mock.enterprises[0].service_ids,
        voucher_code_values=["EARLY", *unknown_ids(1000), "LATE"],
        concurrency=4,
    )
    assert ids(pager) == [vouchers[3], vouchers[1], vouchers[2], vouchers[0]]


@pytest.mark.parametrize("concurrency", [0, -1, 17])
def test_an_impossible_concurrency_is_refused_at_once(connect: Connect, concurrency: int) -> None:
    """It must be from 1 to 16, for listings and for adds; otherwise nothing is sent."""
    harness = Harness(connect)
    with pytest.raises(ValueError, match="concurrency"):
        harness.client.voucher_codes.get_all(voucher_ids=unknown_ids(1), concurrency=concurrency)
    with pytest.raises(ValueError, match="concurrency"):
        harness.client.vouchers.get_all(service_ids=unknown_ids(1), concurrency=concurrency)
    with pytest.raises(ValueError, match="concurrency"):
        harness.client.voucher_codes.add([], concurrency=concurrency)
    with pytest.raises(ValueError, match="concurrency"):
        harness.client.vouchers.add([], concurrency=concurrency)


def test_max_items_needs_an_order(connect: Connect) -> None:
    """`max_items` with `concurrency` is rejected: concurrent listings have no order."""
    with pytest.raises(ValueError, match="max_items"):
        connect(MockMews()).voucher_codes.get_all(
            voucher_ids=unknown_ids(1), max_items=1, concurrency=2
        )


def test_a_damaged_checkpoint_is_refused(connect: Connect) -> None:
    """A checkpoint of a concurrent listing that lost a character is rejected."""
    mock = portfolio(vouchers=5, codes=30)
    listing = partial(connect(mock).voucher_codes.get_all, voucher_ids=ids(mock.vouchers))
    pager = listing(concurrency=3, page_size=2)
    next(iter(pager))
    checkpoint: str = pager.checkpoint
    for index in range(len(checkpoint)):
        with pytest.raises(PaginationError):
            list(listing(checkpoint=checkpoint[:index] + checkpoint[index + 1 :]))


# --- writes


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the largest batch three items, so that a few items need many requests."""
    monkeypatch.setattr(queue, "AdaptiveBatchSize", partial(AdaptiveBatchSize, 3))


@settings(max_examples=examples(30))
@given(number=st.integers(0, 40), concurrency=concurrencies, limit=st.integers(1, 3))
@pytest.mark.usefixtures("small")
def test_all_are_added_once_and_in_order(
    connect: Connect, number: int, concurrency: int, limit: int
) -> None:
    """Any number of codes, even if requests must shrink: each is added once; results in order."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(limit), ADD)
    codes = harness.numbered(number)
    added = harness.client.voucher_codes.add(iter(codes), concurrency=concurrency)
    assert [code.value for code in added] == [code.value for code in codes]
    assert harness.values() == Counter(code.value for code in codes)


@settings(max_examples=examples(60))
@given(
    fault=st.sampled_from(list(FAULTS)),
    calls=st.sets(st.integers(1, 12), min_size=1, max_size=4),
    concurrency=concurrencies,
)
@pytest.mark.usefixtures("small")
def test_the_report_is_complete_and_can_be_resumed(
    connect: Connect, fault: str, calls: set[int], concurrency: int
) -> None:
    """Whichever requests fail in whatever way: each code is reported once, and added once."""
    harness = Harness(connect)
    harness.mock.inject(FAULTS[fault][0], ADD, calls=calls)
    codes = harness.numbered(30)
    add = partial(harness.client.voucher_codes.add, concurrency=concurrency)
    added, failed = attempted(add, codes)
    if failed is not None:
        check_report(failed, codes)
        succeeded = Counter(one.item.value for one in failed.succeeded)
        maybe = Counter(one.item.value for one in failed.unknown)
        assert succeeded <= harness.values() <= succeeded + maybe
        harness.mock.clear_faults()
        added = harness.client.voucher_codes.resume(failed, settle=0)
    assert [code.value for code in added] == [code.value for code in codes]
    assert harness.values() == Counter(code.value for code in codes)


def test_requests_in_flight_are_waited_for(served: tuple[MockMews, Any]) -> None:
    """If one request is rejected, the others complete, and their codes are reported as added."""
    mock, client = served
    (voucher_id,) = mock.seed()
    mock.inject(_refuse_first_of(3), ADD)
    codes = [VoucherCodeAddParameters(voucher_id, str(number)) for number in range(9000)]
    with pytest.raises(MewsError) as caught:
        client.voucher_codes.add(codes, concurrency=3)
    failed: Any = caught.value
    check_report(failed, codes)
    assert isinstance(failed.__cause__, ForbiddenError)
    assert len(failed.rejected) == 1000
    assert not failed.unknown
    assert len(mock.codes) == len(failed.succeeded) >= 2000
    assert failed.not_sent


def _refuse_first_of(number: int) -> Fault:
    """Reject the first of several concurrent calls; the others are applied after it."""
    barrier, numbers, refused = threading.Barrier(number), count(), threading.Event()

    def fault(call: FaultedCall) -> MockResponse:
        index = next(numbers)
        if index < number:
            barrier.wait(TIMEOUT)
        if not index:
            refused.set()
            return error(403)(call)
        refused.wait(TIMEOUT)
        return call.proceed()

    return fault


@pytest.mark.usefixtures("small")
def test_a_mistake_in_the_first_items_sends_nothing(connect: Connect) -> None:
    """An item that must not be sent is rejected, with its batch nothing is sent."""
    harness = Harness(connect)
    naive = VoucherCodeAddParameters(harness.voucher_id, "A", datetime(2026, 1, 1))  # noqa: DTZ001
    codes = [naive, *harness.numbered(20)]
    failed = failure(harness.client.voucher_codes.add, codes, concurrency=4)
    check_report(failed, codes)
    assert [one.position for one in failed.rejected] == [0]
    assert harness.sent == []


@pytest.mark.usefixtures("small")
def test_input_and_progress_stay_with_the_caller(connect: Connect) -> None:
    """Input and callback run in the caller's thread; progress only grows."""
    harness = Harness(connect)
    threads: set[str] = set()
    progress: list[Progress] = []

    def note(reported: Progress) -> None:
        threads.add(threading.current_thread().name)
        progress.append(reported)

    def codes() -> Iterable[VoucherCodeAddParameters]:
        for code in harness.numbered(30):
            threads.add(threading.current_thread().name)
            yield code

    harness.client.voucher_codes.add(codes(), on_progress=note, concurrency=4)
    assert "mews_vouchers" not in threads
    assert len(threads) == 1
    assert [reported.done for reported in progress] == list(range(3, 31, 3))
    assert progress[-1].requests == 10


@pytest.mark.usefixtures("small")
def test_vouchers_are_added_concurrently(connect: Connect) -> None:
    """Vouchers, too, are added once each; the results are in order."""
    harness = Harness(connect)
    vouchers = [
        VoucherAddParameters(harness.service_id, str(number), VoucherTypeEnum.PUBLIC)
        for number in range(20)
    ]
    added = harness.client.vouchers.add(vouchers, concurrency=5)
    assert [voucher.name for voucher in added] == [str(number) for number in range(20)]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
@pytest.mark.usefixtures("small")
def test_an_interruption_reports_all_items(
    interruption: type[BaseException],
) -> None:
    """The report of an interruption has every code, and can be resumed."""
    connect = Connect("sync")
    harness = Harness(connect)
    harness.mock.inject(raising(interruption, applied=True), ADD, calls=5)
    codes = harness.numbered(60)
    with pytest.raises(interruption) as caught:
        harness.client.voucher_codes.add(codes, concurrency=3)
    report = reported_by(caught.value)
    check_report(report, codes)
    assert len(report.succeeded) >= 3
    harness.mock.clear_faults()
    finished = harness.client.voucher_codes.resume(report, settle=0)
    assert [code.value for code in finished] == [code.value for code in codes]
    assert max(harness.values().values()) == 1
    connect.close()


def test_closing_during_an_add_reports_every_item(served: tuple[MockMews, Any]) -> None:
    """If another thread closes the client during an `add`, every code is reported."""
    mock, client = served
    (voucher_id,) = mock.seed()
    arrived, free = threading.Event(), threading.Event()

    def hold(call: FaultedCall) -> MockResponse:
        arrived.set()
        free.wait(TIMEOUT)
        return call.proceed()

    mock.inject(hold, ADD)
    codes = [VoucherCodeAddParameters(voucher_id, str(number)) for number in range(4000)]
    raised: list[BaseException] = []

    def add() -> None:
        try:
            client.voucher_codes.add(codes, concurrency=2)
        except BaseException as failed:  # noqa: BLE001 - it is looked at below
            raised.append(failed)

    adder = threading.Thread(target=add)
    adder.start()
    assert arrived.wait(TIMEOUT)
    closer = threading.Thread(target=client.close)
    closer.start()
    free.set()
    adder.join(TIMEOUT)
    closer.join(TIMEOUT)
    (failed,) = raised
    assert isinstance(failed, MewsError), failed
    reported = [*failed.succeeded, *failed.unknown, *failed.not_sent]  # type: ignore[attr-defined]
    assert sorted(one.position for one in reported) == list(range(4000))
