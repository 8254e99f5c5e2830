"""A checkpoint is a position in a listing: every later item follows, and no earlier one.

An arrangement is one way in which a listing is split into requests. Each promise is tested
on all arrangements.
"""

import pickle
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import MewsError, PaginationError, RetryPolicy
from mews_vouchers._pagination import partitions as client_partitions
from mews_vouchers.mock import MockMews
from mews_vouchers.mock.faults import Fault, drop_after, drop_before, edit, error, respond
from mews_vouchers_client.models import VoucherExtent

from tests.support.clients import Connect
from tests.support.documented import UNKNOWN
from tests.support.http_library import httpx
from tests.support.hypothesis_profiles import examples
from tests.support.seeding import (
    CODES,
    VOUCHERS,
    JsonObject,
    SetClock,
    add_codes,
    ids,
    listings,
    post,
    scattered,
    unknown_ids,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 1, 2, tzinfo=UTC)
#: Where a year is split; the last is its end, which is excluded.
BOUNDS = [NOW - relativedelta(months=months) for months in (12, 9, 6, 3, 0)]
UNKNOWN_IDS = unknown_ids(1001)


@dataclass
class Arrangement:
    """A listing, and how it is split."""

    mock: MockMews
    resource: str
    filters: dict[str, Any]
    #: The expected ids, in order.
    expected: list[str] = field(default_factory=list)

    @property
    def operation(self) -> str:
        """The operation of the listing."""
        return CODES if self.resource == "voucher_codes" else VOUCHERS

    def pager(self, connect: Connect, **more: Any) -> Any:
        """Return a pager of the listing. Any: of one client or the other."""
        client = connect(self.mock, retry=RetryPolicy(max_attempts=1))
        return getattr(client, self.resource).get_all(**self.filters | more)

    def fails(self, fault: Fault, call: int) -> None:
        """Make a request fail, counted from 1, and remove earlier faults."""
        self.mock.clear_faults()
        self.mock.inject(fault, self.operation, calls=call)

    def rest(self, connect: Connect, checkpoint: str | None, **more: Any) -> list[str]:
        """Return the ids of the items after a checkpoint."""
        return ids(self.pager(connect, checkpoint=checkpoint, **more))


def one_listing() -> Arrangement:
    """Return seven codes that need a single listing of the API."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(codes_per_voucher=7)
    return Arrangement(mock, "voucher_codes", {"voucher_ids": voucher_ids}, ids(mock.codes)[::-1])


def partitions() -> Arrangement:
    """Return codes of three vouchers that are far apart in a long filter."""
    mock = MockMews(seed=7)
    vouchers = mock.seed(vouchers=3)
    codes = [one for voucher_id in vouchers[:2] for one in add_codes(mock, voucher_id, "AB")]
    codes += add_codes(mock, vouchers[2], "ABC")
    filters = {"voucher_ids": scattered(vouchers, unknown_ids(2001))}
    return Arrangement(mock, "voucher_codes", filters, codes)


def time_windows() -> Arrangement:
    """Return codes at the split points of the interval; the server includes the end."""
    clock = SetClock()
    mock = MockMews(seed=7, clock=clock, time_filter_includes_end=True)
    voucher_id = mock.add_voucher()
    for bound in BOUNDS:
        clock.now = bound
        add_codes(mock, voucher_id, "AB")
    filters = {"voucher_ids": [voucher_id], "updated": (BOUNDS[0], NOW)}
    return Arrangement(mock, "voucher_codes", filters, ids(mock.codes)[-3::-1])


def without_end() -> Arrangement:
    """Return codes at the bounds of an interval without an end, and in the time since."""
    clock = SetClock()
    mock = MockMews(seed=7, clock=clock)
    voucher_id = mock.add_voucher()
    for bound in (*BOUNDS, NOW, LATER, datetime.now(UTC) - relativedelta(days=70)):
        clock.now = bound
        add_codes(mock, voucher_id, "A")
    filters = {"voucher_ids": [voucher_id], "updated": (BOUNDS[1], None)}
    return Arrangement(mock, "voucher_codes", filters, ids(mock.codes)[:0:-1])


def without_start() -> Arrangement:
    """Return codes of two vouchers before an end; the server includes it."""
    clock = SetClock()
    mock = MockMews(seed=7, clock=clock, time_filter_includes_end=True)
    vouchers = mock.seed(vouchers=2)
    for bound in BOUNDS:
        clock.now = bound
        for voucher_id in vouchers[::-1]:
            add_codes(mock, voucher_id, "A")
    filters = {"voucher_ids": vouchers, "updated": (None, BOUNDS[-2])}
    return Arrangement(mock, "voucher_codes", filters, ids(mock.codes)[5::-1])


def windows_and_partitions() -> Arrangement:
    """Return codes over a year, of two vouchers that are far apart in a long filter."""
    clock = SetClock()
    mock = MockMews(seed=7, clock=clock)
    vouchers = mock.seed(vouchers=2)
    for month in (2, 5, 8, 11):
        clock.now = datetime(2025, month, 22, tzinfo=UTC)
        for voucher_id in vouchers[::-1]:
            mock.add_code(voucher_id, "A")
    updated = (datetime(2025, 2, 1, tzinfo=UTC), datetime(2025, 12, 22, tzinfo=UTC))
    filters = {"voucher_ids": scattered(vouchers, UNKNOWN_IDS), "updated": updated}
    return Arrangement(mock, "voucher_codes", filters, ids(mock.codes)[::-1])


def overlapping() -> Arrangement:
    """Return vouchers of which some match two partitions of a long filter."""
    mock = MockMews(seed=7)
    vouchers = mock.seed(vouchers=7)[::-1]
    for number, voucher_id in enumerate(vouchers):
        add_codes(mock, voucher_id, [["EARLY"], ["LATE"], ["EARLY", "LATE"]][number % 3])
    filters = {
        "service_ids": mock.enterprises[0].service_ids,
        "voucher_code_values": scattered(["EARLY", "LATE"], UNKNOWN_IDS),
    }
    late = vouchers[1::3]
    early = [one for one in vouchers if one not in late]
    return Arrangement(mock, "vouchers", filters, early + late)


def overlapping_in_windows() -> Arrangement:
    """Return vouchers at the split points of the interval that match two partitions."""
    clock = SetClock()
    mock = MockMews(seed=7, clock=clock)
    for bound in BOUNDS:
        clock.now = bound
        for voucher_id in mock.seed(vouchers=2):
            add_codes(mock, voucher_id, ["EARLY", "LATE"])
    filters = {
        "service_ids": mock.enterprises[0].service_ids,
        "voucher_code_values": scattered(["EARLY", "LATE"], UNKNOWN_IDS),
        "updated": (BOUNDS[0], NOW),
    }
    return Arrangement(mock, "vouchers", filters, ids(mock.vouchers)[-3::-1])


ARRANGEMENTS = [
    one_listing,
    partitions,
    time_windows,
    without_end,
    windows_and_partitions,
    overlapping,
    overlapping_in_windows,
]
PARTITIONED = ARRANGEMENTS[1:]
ARRANGEMENTS.append(without_start)


def create(request: pytest.FixtureRequest) -> Arrangement:
    """Return the arrangement of a fixture."""
    make: Callable[[], Arrangement] = request.param
    return make()


@pytest.fixture(params=ARRANGEMENTS, ids=lambda make: make.__name__)
def listed(request: pytest.FixtureRequest) -> Arrangement:
    """Return each arrangement in turn."""
    return create(request)


@pytest.fixture(params=PARTITIONED, ids=lambda make: make.__name__)
def partitioned(request: pytest.FixtureRequest) -> Arrangement:
    """Return each arrangement with several partitions in turn."""
    return create(request)


def consume(pager: Any, number: int) -> list[Any]:
    """Return the first items of a pager, and stop there."""
    return list(islice(iter(pager), number))


#: After how many items to stop, and the page sizes before and after.
STOPS = {
    "number": st.integers(0, 8),
    "page_size": st.sampled_from([1, 2, 3, 4, 1000]),
    "other_size": st.sampled_from([1, 2, 3, 5, 1000]),
}


@settings(max_examples=examples(10))
@given(**STOPS)
def test_a_listing_continues_after_any_item(
    connect: Connect, listed: Arrangement, number: int, page_size: int, other_size: int
) -> None:
    """A checkpoint continues with exactly the items after it, also in the middle of a page."""
    pager = listed.pager(connect, page_size=page_size)
    assert ids(consume(pager, number)) == listed.expected[:number]
    rest = listed.rest(connect, pager.checkpoint, page_size=other_size)
    assert rest == listed.expected[number:]


@settings(max_examples=examples(6))
@given(page_size=STOPS["page_size"], take=st.integers(1, 3))
def test_a_listing_may_be_continued_many_times(
    connect: Connect, listed: Arrangement, page_size: int, take: int
) -> None:
    """A listing in small steps, each from the last checkpoint, gives each item once."""
    found: list[str] = []
    checkpoint: str | None = None
    while True:
        pager = listed.pager(connect, checkpoint=checkpoint, page_size=page_size, max_items=take)
        some = ids(pager)
        if not some:
            break
        found += some
        checkpoint = pager.checkpoint
        assert isinstance(checkpoint, str)
    assert found == listed.expected


def test_before_the_first_item_the_checkpoint_is_the_given_one(
    connect: Connect, listed: Arrangement
) -> None:
    """A pager that was not iterated has the checkpoint that was passed, or None."""
    pager = listed.pager(connect)
    assert pager.checkpoint is None
    consume(pager, 2)
    second = listed.pager(connect, checkpoint=pager.checkpoint)
    assert second.checkpoint == pager.checkpoint
    assert listed.rest(connect, second.checkpoint) == listed.expected[2:]


@settings(max_examples=examples(10))
@given(**STOPS)
def test_after_a_page_the_checkpoint_is_its_end(
    connect: Connect, listed: Arrangement, number: int, page_size: int, other_size: int
) -> None:
    """If pages are iterated, the checkpoint is after the last item of the page."""
    pager = listed.pager(connect, page_size=page_size)
    seen = [one for page in islice(pager.pages(), number) for one in ids(page.items)]
    assert seen == listed.expected[: len(seen)]
    rest = listed.rest(connect, pager.checkpoint, page_size=other_size)
    assert rest == listed.expected[len(seen) :]


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_pages_without_items_have_a_checkpoint(connect: Connect, number: int) -> None:
    """A listing of related items alone continues after the last page as well."""
    mock = MockMews(seed=7)
    for rate_id in mock.enterprises[0].rate_ids[:3]:
        mock.add_voucher(AssignedRateIds=[rate_id])
    rates = list(mock.enterprises[0].rate_ids[2::-1])
    filters = {
        "service_ids": mock.enterprises[0].service_ids,
        "extent": VoucherExtent(rates=True),
        "page_size": 1,
    }
    vouchers = connect(mock).vouchers

    def found(pages: Iterator[Any]) -> list[str]:
        return [one for page in pages for one in ids(page.result.rates or ())]

    pager = vouchers.get_all(**filters)
    assert found(islice(pager.pages(), number)) == rates[:number]
    rest = vouchers.get_all(**filters, checkpoint=pager.checkpoint)
    assert found(rest.pages()) == rates[number:]


def test_a_cursor_of_the_vendor_continues_a_listing(connect: Connect) -> None:
    """`cursor=` takes the id of any item; later checkpoints are ours."""
    listed = one_listing()
    for number, item_id in enumerate(listed.expected, start=1):
        pager = listed.pager(connect, cursor=item_id, page_size=4)
        assert listed.rest(connect, pager.checkpoint) == listed.expected[number:]
        assert ids(pager) == listed.expected[number:]


@pytest.mark.parametrize("make", [partitions, time_windows], ids=lambda make: make.__name__)
def test_a_cursor_does_not_continue_a_listing_in_partitions(
    connect: Connect, make: Callable[[], Arrangement]
) -> None:
    """A cursor does not name a partition, so it is rejected; so is an empty one."""
    listed = make()
    for pager in (
        listed.pager(connect, cursor=listed.expected[0]),
        one_listing().pager(connect, cursor=""),
    ):
        with pytest.raises(PaginationError, match="pass a checkpoint"):
            list(pager)


def test_a_checkpoint_and_a_cursor_exclude_each_other(connect: Connect) -> None:
    """Passing both is a `ValueError`."""
    with pytest.raises(ValueError, match="pass checkpoint or cursor, not both"):
        one_listing().pager(connect, cursor="a", checkpoint="b")


def test_a_finished_listing_has_nothing_left(connect: Connect, listed: Arrangement) -> None:
    """After the last item, the checkpoint gives no items."""
    pager = listed.pager(connect)
    assert ids(pager) == listed.expected
    assert listed.rest(connect, pager.checkpoint) == []


def test_a_finished_partition_is_not_requested_again(connect: Connect) -> None:
    """A listing that continues in its last partition requests only that partition."""
    listed = partitions()
    pager = listed.pager(connect)
    consume(pager, 5)
    before = len(listings(listed.mock))
    assert listed.rest(connect, pager.checkpoint) == listed.expected[5:]
    assert len(listings(listed.mock)) - before == 1


def test_max_items_counts_from_the_checkpoint(connect: Connect, listed: Arrangement) -> None:
    """`max_items` limits the items after the checkpoint, not those before it."""
    pager = listed.pager(connect)
    consume(pager, 2)
    assert listed.rest(connect, pager.checkpoint, max_items=3) == listed.expected[2:5]


def test_a_listing_without_an_end_continues_as_it_was_split(connect: Connect) -> None:
    """An interval without an end is split by the time; a checkpoint has the time of its start."""
    clock = SetClock()
    mock = MockMews(seed=7, clock=clock)
    voucher_id = mock.add_voucher()
    for month in (1, 2, 4):
        clock.now = datetime(2025, month, 25, tzinfo=UTC)
        add_codes(mock, voucher_id, "AB")
    clock.now = datetime(2025, 5, 1, tzinfo=UTC)
    listed = Arrangement(
        mock,
        "voucher_codes",
        {"voucher_ids": [voucher_id], "updated": (datetime(2025, 1, 1, tzinfo=UTC), None)},
        ids(mock.codes)[::-1],
    )
    client = connect(mock)
    list(client.vouchers.get_all(service_ids=unknown_ids(1)))  # tells the time of the server
    pager = client.voucher_codes.get_all(**listed.filters)
    assert ids(consume(pager, 3)) == listed.expected[:3]
    assert listed.rest(connect, pager.checkpoint) == listed.expected[3:]


# --- invalid checkpoints


def test_a_checkpoint_of_other_filters_is_refused(
    connect: Connect, partitioned: Arrangement
) -> None:
    """A checkpoint of other filters is an error when the pager is iterated."""
    pager = partitioned.pager(connect)
    consume(pager, 3)
    before = len(listings(partitioned.mock))
    for name, values in partitioned.filters.items():
        other_values = (values[0], LATER) if name == "updated" else [*values, unknown_ids(9999)[-1]]
        more: dict[str, Any] = {name: other_values}
        other = partitioned.pager(connect, checkpoint=pager.checkpoint, **more)
        with pytest.raises(PaginationError, match="different filters"):
            list(other)
    assert len(listings(partitioned.mock)) == before


def test_a_checkpoint_of_other_intervals_is_refused(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another release may split an interval in another way: then it has other partitions."""
    listed = time_windows()
    pager = listed.pager(connect)
    consume(pager, 3)
    checkpoint: str = pager.checkpoint
    monkeypatch.setattr(client_partitions, "split_for_example", lambda interval: [interval])
    with pytest.raises(PaginationError, match="different filters"):
        list(listed.pager(connect, checkpoint=checkpoint))


def test_a_checkpoint_of_the_release_before_is_refused(connect: Connect) -> None:
    """A checkpoint of 0.1.0 is rejected: its partitions may be different."""
    listed = time_windows()
    written = f"256f554c3b86.1.2.1:0:{listed.expected[2]}"
    with pytest.raises(PaginationError, match="different filters"):
        list(listed.pager(connect, checkpoint=written))


@pytest.mark.parametrize(
    "text",
    ["a.b.c.d", "...", "nonsense", "", "0.0.0.", "f4e17bf3-2bc2-4fee-a3f8-9c1dfa9f2d5a"],
)
def test_an_arbitrary_string_is_no_checkpoint(connect: Connect, text: str) -> None:
    """A string that is no checkpoint at all is rejected in the same way."""
    with pytest.raises(PaginationError):
        list(partitions().pager(connect, checkpoint=text))


@pytest.mark.parametrize("make", [time_windows, overlapping], ids=lambda make: make.__name__)
def test_a_damaged_checkpoint_is_a_pagination_error(
    connect: Connect, make: Callable[[], Arrangement]
) -> None:
    """A checkpoint that lost a character raises an error of this package, or still works."""
    partitioned = make()
    pager = partitioned.pager(connect)
    consume(pager, 3)
    checkpoint: str = pager.checkpoint
    for place in range(len(checkpoint)):
        rest = partitioned.pager(connect, checkpoint=checkpoint[:place] + checkpoint[place + 1 :])
        with suppress(MewsError):
            found = ids(rest)
            assert found == partitioned.expected[len(partitioned.expected) - len(found) :]


# --- errors


PERMANENT = {
    "no connection": drop_before(httpx.ConnectError),
    "no response received": drop_after(httpx.ReadError),
    "an error of the server": error(500),
    "a refusal": error(403),
    "a wait that is too long": error(503, retry_after=9999),
    "an HTML page": respond(200, "<html>"),
    "no list": edit(lambda body: (body.pop("VoucherCodes", 0), body.pop("Vouchers", 0))),
    "no cursor": edit(lambda body: body.update(Cursor=5)),
}


@settings(max_examples=examples(10))
@given(fault=st.sampled_from(list(PERMANENT)), call=st.integers(1, 4), by_page=st.booleans())
def test_the_checkpoint_of_an_error_continues_the_listing(
    connect: Connect, listed: Arrangement, fault: str, call: int, *, by_page: bool
) -> None:
    """Whichever request fails in whatever way: the error's checkpoint gives the missing items."""
    listed.fails(PERMANENT[fault], call)
    pager = listed.pager(connect, page_size=2)
    received: list[Any] = []
    some_at_a_time = (page.items for page in pager.pages()) if by_page else ([one] for one in pager)
    with pytest.raises(MewsError) as caught:
        received.extend(some_at_a_time)
    found = [one for some in received for one in ids(some)]
    assert found == listed.expected[: len(found)]
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.checkpoint == caught.value.checkpoint == pager.checkpoint
    assert listed.rest(connect, again.checkpoint) == listed.expected[len(found) :]


def test_an_error_before_the_first_item_has_the_given_checkpoint(
    connect: Connect, listed: Arrangement
) -> None:
    """An error in the first request has the checkpoint that the listing started with."""
    before = listed.pager(connect, prefetch=False)  # a prefetched page could be the one to fail
    consume(before, 2)
    for cursor in (None, before.checkpoint):
        listed.fails(error(500), 1)
        pager = listed.pager(connect, checkpoint=cursor)
        with pytest.raises(MewsError) as caught:
            list(pager)
        assert caught.value.checkpoint == cursor


def test_an_error_of_a_second_iteration_is_not_about_the_first(connect: Connect) -> None:
    """A second iteration that fails at once has the checkpoint of its own start."""
    listed = one_listing()
    listed.fails(error(500), 2)
    pager = listed.pager(connect)
    assert ids(pager) == listed.expected
    with pytest.raises(MewsError) as caught:
        list(pager)
    assert listed.rest(connect, caught.value.checkpoint) == listed.expected


# --- data that changes


@settings(max_examples=examples(10))
@given(number=st.integers(1, 6), page_size=st.sampled_from([1, 2, 3]))
def test_new_items_do_not_affect_a_paused_listing(
    connect: Connect, number: int, page_size: int
) -> None:
    """Items that are added while a listing is paused are not listed, and nothing is lost."""
    others = set(unknown_ids(2001))
    for make in (one_listing, partitions):
        listed = make()
        pager = listed.pager(connect, page_size=page_size)
        iterator = iter(pager)
        consumed = [next(iterator).id for _ in range(number)]
        real = next(one for one in listed.filters["voucher_ids"] if one not in others)
        add_codes(listed.mock, real, "XYZ")
        rest = [item.id for item in iterator]
        assert consumed + rest == listed.expected
        assert listed.rest(connect, pager.checkpoint) == []


def test_an_item_that_matches_no_more_is_still_a_position(connect: Connect) -> None:
    """A checkpoint stays valid if its item has changed and the filters do not match it any more."""
    mock = MockMews(seed=7)
    enterprise = mock.enterprises[0]
    company_id, other = enterprise.company_ids[:2]
    for _ in range(5):
        mock.add_voucher(Type="PartnerCompany", CompanyId=company_id)
    vouchers = ids(mock.vouchers)[::-1]
    for companies in ([company_id], [company_id, *UNKNOWN_IDS]):
        filters = {"service_ids": [enterprise.service_ids[0]], "company_ids": companies}
        listed = Arrangement(mock, "vouchers", filters, vouchers)
        pager = listed.pager(connect)
        consume(pager, 2)
        update = {"VoucherId": vouchers[1], "CompanyId": {"Value": other}}
        post(mock, "vouchers/update", VoucherUpdates=[update])
        assert listed.rest(connect, pager.checkpoint) == vouchers[2:]
        post(
            mock, "vouchers/update", VoucherUpdates=[update | {"CompanyId": {"Value": company_id}}]
        )


# --- items without an id


def without_ids(chosen: set[str]) -> Fault:
    """Remove the `Id` from items, as in the vendor's own examples."""

    def take_ids(body: JsonObject) -> None:
        for item in body.get("VoucherCodes") or body.get("Vouchers") or ():
            if item["Id"] in chosen:
                item[UNKNOWN] = item.pop("Id")  # tells the test which item it is

    return edit(take_ids)


def names(items: list[Any]) -> list[str]:
    """Return which items these are, with or without an id."""
    return [item.id if isinstance(item.id, str) else item[UNKNOWN] for item in items]


@pytest.mark.parametrize(
    "make",
    [one_listing, partitions, time_windows, windows_and_partitions],
    ids=lambda make: make.__name__,
)
@settings(max_examples=examples(10))
@given(**STOPS, without=st.sets(st.integers(0, 6)))
def test_items_without_an_id_are_positions_too(
    connect: Connect,
    make: Callable[[], Arrangement],
    *,
    number: int,
    page_size: int,
    other_size: int,
    without: set[int],
) -> None:
    """A checkpoint is exact even after items without an id, wherever they are."""
    listed = make()
    check_without_ids(connect, listed, without, number, (page_size, other_size))


@settings(max_examples=examples(10))
@given(**STOPS, without=st.sets(st.sampled_from([0, 2, 4, 5, 6])))
def test_items_without_an_id_are_positions_in_overlapping_partitions(
    connect: Connect, number: int, page_size: int, other_size: int, without: set[int]
) -> None:
    """The same for overlapping partitions, if each item is in one of them.

    An item without an id cannot be recognised in a second partition.
    """
    check_without_ids(connect, overlapping(), without, number, (page_size, other_size))


def check_without_ids(
    connect: Connect,
    listed: Arrangement,
    without: set[int],
    number: int,
    page_sizes: tuple[int, int],
) -> None:
    """Stop after some items, and continue; the items at the positions in `without` have no id."""
    listed.mock.inject(without_ids({listed.expected[place] for place in without}))
    pager = listed.pager(connect, page_size=page_sizes[0])
    assert names(consume(pager, number)) == listed.expected[:number]
    rest = listed.pager(connect, checkpoint=pager.checkpoint, page_size=page_sizes[1])
    assert names(list(rest)) == listed.expected[number:]
