"""A checkpoint stands for a place in a listing: nothing after it is skipped, nothing before comes.

Each way to cut a listing into requests is an arrangement; what holds is tried on all of them.
"""

import pickle
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import httpx
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import MewsError, PaginationError, RetryPolicy
from mews_vouchers._pagination import partitions
from mews_vouchers.mock import MockMews
from mews_vouchers.mock.faults import Fault, drop_after, drop_before, edit, error, respond
from mews_vouchers_client.models import VoucherExtent

from tests.support.clients import Connect
from tests.support.documented import UNKNOWN
from tests.support.hypothesis_profiles import examples
from tests.support.seeding import (
    CODES,
    VOUCHERS,
    JsonObject,
    SetClock,
    add_codes,
    ids,
    listings,
    nobodies,
    post,
    scattered,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 1, 2, tzinfo=UTC)
#: Where a year is cut; the last is its end, and so is not in it.
EDGES = [NOW - relativedelta(months=months) for months in (12, 9, 6, 3, 0)]
STRANGERS = nobodies(1001)


@dataclass
class Arrangement:
    """Something to list, and how it is cut."""

    mock: MockMews
    resource: str
    filters: dict[str, Any]
    #: What comes, in this order.
    expected: list[str] = field(default_factory=list)

    @property
    def operation(self) -> str:
        """The operation that lists it."""
        return CODES if self.resource == "voucher_codes" else VOUCHERS

    def pager(self, connect: Connect, **more: Any) -> Any:
        """Return a pager of it. Any: of one client or the other."""
        client = connect(self.mock, retry=RetryPolicy(max_attempts=1))
        return getattr(client, self.resource).get_all(**self.filters | more)

    def fails(self, fault: Fault, call: int) -> None:
        """Let a coming request fail, counted from 1; none fails any more that was to before."""
        self.mock.clear_faults()
        self.mock.inject(fault, self.operation, calls=call)

    def rest(self, connect: Connect, checkpoint: str | None, **more: Any) -> list[str]:
        """Return the ids that come after a checkpoint."""
        return ids(self.pager(connect, checkpoint=checkpoint, **more))


def one_listing() -> Arrangement:
    """Return seven codes that are one listing to the server as well."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(codes_per_voucher=7)
    return Arrangement(mock, "voucher_codes", {"voucher_ids": voucher_ids}, ids(mock.codes)[::-1])


def parts() -> Arrangement:
    """Return codes of three vouchers that stand far apart in a long filter."""
    mock = MockMews(seed=7)
    vouchers = mock.seed(vouchers=3)
    codes = [one for voucher_id in vouchers[:2] for one in add_codes(mock, voucher_id, "AB")]
    codes += add_codes(mock, vouchers[2], "ABC")
    filters = {"voucher_ids": scattered(vouchers, nobodies(2001))}
    return Arrangement(mock, "voucher_codes", filters, codes)


def time_windows() -> Arrangement:
    """Return codes where the interval is cut, on a server that includes the end of each part."""
    clock = SetClock()
    mock = MockMews(seed=7, clock=clock, time_filter_includes_end=True)
    voucher_id = mock.add_voucher()
    for edge in EDGES:
        clock.now = edge
        add_codes(mock, voucher_id, "AB")
    filters = {"voucher_ids": [voucher_id], "updated": (EDGES[0], NOW)}
    return Arrangement(mock, "voucher_codes", filters, ids(mock.codes)[-3::-1])


def windows_and_parts() -> Arrangement:
    """Return codes over a year, of two vouchers far apart in a long filter."""
    clock = SetClock()
    mock = MockMews(seed=7, clock=clock)
    vouchers = mock.seed(vouchers=2)
    for month in (2, 5, 8, 11):
        clock.now = datetime(2025, month, 22, tzinfo=UTC)
        for voucher_id in vouchers[::-1]:
            mock.add_code(voucher_id, "A")
    updated = (datetime(2025, 2, 1, tzinfo=UTC), datetime(2025, 12, 22, tzinfo=UTC))
    filters = {"voucher_ids": scattered(vouchers, STRANGERS), "updated": updated}
    return Arrangement(mock, "voucher_codes", filters, ids(mock.codes)[::-1])


def overlapping() -> Arrangement:
    """Return vouchers of which some match two parts of a long filter."""
    mock = MockMews(seed=7)
    vouchers = mock.seed(vouchers=7)[::-1]
    for number, voucher_id in enumerate(vouchers):
        add_codes(mock, voucher_id, [["EARLY"], ["LATE"], ["EARLY", "LATE"]][number % 3])
    filters = {
        "service_ids": mock.enterprises[0].service_ids,
        "voucher_code_values": scattered(["EARLY", "LATE"], STRANGERS),
    }
    late = vouchers[1::3]
    early = [one for one in vouchers if one not in late]
    return Arrangement(mock, "vouchers", filters, early + late)


def overlapping_in_windows() -> Arrangement:
    """Return vouchers where the interval is cut, which match two parts of a long filter."""
    clock = SetClock()
    mock = MockMews(seed=7, clock=clock)
    for edge in EDGES:
        clock.now = edge
        for voucher_id in mock.seed(vouchers=2):
            add_codes(mock, voucher_id, ["EARLY", "LATE"])
    filters = {
        "service_ids": mock.enterprises[0].service_ids,
        "voucher_code_values": scattered(["EARLY", "LATE"], STRANGERS),
        "updated": (EDGES[0], NOW),
    }
    return Arrangement(mock, "vouchers", filters, ids(mock.vouchers)[-3::-1])


ARRANGEMENTS = [
    one_listing,
    parts,
    time_windows,
    windows_and_parts,
    overlapping,
    overlapping_in_windows,
]
IN_PARTS = ARRANGEMENTS[1:]


def made(request: pytest.FixtureRequest) -> Arrangement:
    """Return the arrangement that a fixture is for."""
    make: Callable[[], Arrangement] = request.param
    return make()


@pytest.fixture(params=ARRANGEMENTS, ids=lambda make: make.__name__)
def listed(request: pytest.FixtureRequest) -> Arrangement:
    """Give something to list, cut in each way in turn."""
    return made(request)


@pytest.fixture(params=IN_PARTS, ids=lambda make: make.__name__)
def cut(request: pytest.FixtureRequest) -> Arrangement:
    """Give something to list that takes several listings of the server's."""
    return made(request)


def consume(pager: Any, number: int) -> list[Any]:
    """Return the first items of a pager, and leave it there."""
    return list(islice(iter(pager), number))


#: After how many items to stop, and how many items a page has before and after.
PLACES = {
    "number": st.integers(0, 8),
    "page_size": st.sampled_from([1, 2, 3, 4, 1000]),
    "other_size": st.sampled_from([1, 2, 3, 5, 1000]),
}


@settings(max_examples=examples(10))
@given(**PLACES)
def test_a_listing_goes_on_after_any_item(
    connect: Connect, listed: Arrangement, number: int, page_size: int, other_size: int
) -> None:
    """From a checkpoint come exactly the items after it, in the middle of a page or not."""
    pager = listed.pager(connect, page_size=page_size)
    assert ids(consume(pager, number)) == listed.expected[:number]
    rest = listed.rest(connect, pager.checkpoint, page_size=other_size)
    assert rest == listed.expected[number:]


@settings(max_examples=examples(6))
@given(page_size=PLACES["page_size"], take=st.integers(1, 3))
def test_a_listing_may_be_resumed_again_and_again(
    connect: Connect, listed: Arrangement, page_size: int, take: int
) -> None:
    """A listing in many small steps, each from the checkpoint before, gives each item once."""
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


def test_before_the_first_item_it_is_where_the_listing_began(
    connect: Connect, listed: Arrangement
) -> None:
    """A pager that was not iterated has the cursor that it was given, or None."""
    pager = listed.pager(connect)
    assert pager.checkpoint is None
    consume(pager, 2)
    second = listed.pager(connect, checkpoint=pager.checkpoint)
    assert second.checkpoint == pager.checkpoint
    assert listed.rest(connect, second.checkpoint) == listed.expected[2:]


@settings(max_examples=examples(10))
@given(**PLACES)
def test_after_a_page_it_is_the_end_of_the_page(
    connect: Connect, listed: Arrangement, number: int, page_size: int, other_size: int
) -> None:
    """Iterated by pages, a checkpoint stands after the last item of the page."""
    pager = listed.pager(connect, page_size=page_size)
    seen = [one for page in islice(pager.pages(), number) for one in ids(page.items)]
    assert seen == listed.expected[: len(seen)]
    rest = listed.rest(connect, pager.checkpoint, page_size=other_size)
    assert rest == listed.expected[len(seen) :]


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_pages_without_items_have_an_end_too(connect: Connect, number: int) -> None:
    """Where only related items are asked for, a listing goes on after the last page as well."""
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
    """The id of any item is a cursor, which `cursor=` takes; from there on a checkpoint is ours."""
    listed = one_listing()
    for number, item_id in enumerate(listed.expected, start=1):
        pager = listed.pager(connect, cursor=item_id, page_size=4)
        assert listed.rest(connect, pager.checkpoint) == listed.expected[number:]
        assert ids(pager) == listed.expected[number:]


@pytest.mark.parametrize("make", [parts, time_windows], ids=lambda make: make.__name__)
def test_a_cursor_does_not_continue_a_listing_in_partitions(
    connect: Connect, make: Callable[[], Arrangement]
) -> None:
    """A cursor does not say in which partition it is, so that it is refused; so is an empty one."""
    listed = make()
    for pager in (
        listed.pager(connect, cursor=listed.expected[0]),
        one_listing().pager(connect, cursor=""),
    ):
        with pytest.raises(PaginationError, match="pass a checkpoint"):
            list(pager)


def test_a_checkpoint_and_a_cursor_exclude_each_other(connect: Connect) -> None:
    """Both at once contradict each other."""
    with pytest.raises(ValueError, match="pass checkpoint or cursor, not both"):
        one_listing().pager(connect, cursor="a", checkpoint="b")


def test_finished_it_stands_at_the_end(connect: Connect, listed: Arrangement) -> None:
    """After the last item nothing is left."""
    pager = listed.pager(connect)
    assert ids(pager) == listed.expected
    assert listed.rest(connect, pager.checkpoint) == []


def test_a_finished_part_is_not_asked_for_again(connect: Connect) -> None:
    """A listing that goes on in its last part asks for that part alone."""
    listed = parts()
    pager = listed.pager(connect)
    consume(pager, 5)
    before = len(listings(listed.mock))
    assert listed.rest(connect, pager.checkpoint) == listed.expected[5:]
    assert len(listings(listed.mock)) - before == 1


def test_max_items_counts_from_the_checkpoint(connect: Connect, listed: Arrangement) -> None:
    """`max_items` limits what comes now, not what came before."""
    pager = listed.pager(connect)
    consume(pager, 2)
    assert listed.rest(connect, pager.checkpoint, max_items=3) == listed.expected[2:5]


# --- checkpoints that do not belong


def test_a_checkpoint_of_other_filters_is_refused(connect: Connect, cut: Arrangement) -> None:
    """A checkpoint of a listing in parts fits no other filters; that shows when it is iterated."""
    pager = cut.pager(connect)
    consume(pager, 3)
    before = len(listings(cut.mock))
    for name, values in cut.filters.items():
        changed = (values[0], LATER) if name == "updated" else [*values, nobodies(9999)[-1]]
        more: dict[str, Any] = {name: changed}
        other = cut.pager(connect, checkpoint=pager.checkpoint, **more)
        with pytest.raises(PaginationError, match="different filters"):
            list(other)
    assert len(listings(cut.mock)) == before


def test_a_checkpoint_of_other_intervals_is_refused(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another release may split an interval in another way: then it has other partitions."""
    listed = time_windows()
    pager = listed.pager(connect)
    consume(pager, 3)
    checkpoint: str = pager.checkpoint
    monkeypatch.setattr(partitions, "split_by_months", lambda *interval: [interval])
    with pytest.raises(PaginationError, match="different filters"):
        list(listed.pager(connect, checkpoint=checkpoint))


def test_a_checkpoint_of_the_release_before_is_refused(connect: Connect) -> None:
    """0.1.0 may have cut an interval in another way: its parts are not those of today."""
    listed = time_windows()
    written = f"256f554c3b86.1.2.1:0:{listed.expected[2]}"
    with pytest.raises(PaginationError, match="different filters"):
        list(listed.pager(connect, checkpoint=written))


@pytest.mark.parametrize(
    "text",
    ["a.b.c.d", "...", "nonsense", "", "0.0.0.", "f4e17bf3-2bc2-4fee-a3f8-9c1dfa9f2d5a"],
)
def test_nonsense_is_no_checkpoint(connect: Connect, text: str) -> None:
    """A text that is no checkpoint at all is refused in the same way."""
    with pytest.raises(PaginationError):
        list(parts().pager(connect, checkpoint=text))


@pytest.mark.parametrize("make", [time_windows, overlapping], ids=lambda make: make.__name__)
def test_a_damaged_checkpoint_is_an_error_of_ours(
    connect: Connect, make: Callable[[], Arrangement]
) -> None:
    """A checkpoint that lost a letter is an error of the package, or still works; never another."""
    cut = make()
    pager = cut.pager(connect)
    consume(pager, 3)
    checkpoint: str = pager.checkpoint
    for place in range(len(checkpoint)):
        rest = cut.pager(connect, checkpoint=checkpoint[:place] + checkpoint[place + 1 :])
        with suppress(MewsError):
            found = ids(rest)
            assert found == cut.expected[len(cut.expected) - len(found) :]


# --- errors


PERMANENT = {
    "no connection": drop_before(httpx.ConnectError),
    "a lost answer": drop_after(httpx.ReadError),
    "an error of the server": error(500),
    "a refusal": error(403),
    "a wait that is too long": error(429, retry_after=9999),
    "an HTML page": respond(200, "<html>"),
    "no list": edit(lambda body: (body.pop("VoucherCodes", 0), body.pop("Vouchers", 0))),
    "no cursor": edit(lambda body: body.update(Cursor=5)),
}


@settings(max_examples=examples(10))
@given(fault=st.sampled_from(list(PERMANENT)), call=st.integers(1, 4), by_page=st.booleans())
def test_an_error_says_where_to_go_on(
    connect: Connect, listed: Arrangement, fault: str, call: int, *, by_page: bool
) -> None:
    """Whatever fails in whichever request: from the error's checkpoint come the items missing."""
    listed.fails(PERMANENT[fault], call)
    pager = listed.pager(connect, page_size=2)
    came: list[Any] = []
    some_at_a_time = (page.items for page in pager.pages()) if by_page else ([one] for one in pager)
    with pytest.raises(MewsError) as caught:
        came.extend(some_at_a_time)
    found = [one for some in came for one in ids(some)]
    assert found == listed.expected[: len(found)]
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.checkpoint == caught.value.checkpoint == pager.checkpoint
    assert listed.rest(connect, again.checkpoint) == listed.expected[len(found) :]


def test_an_error_before_the_first_item_says_to_begin_there(
    connect: Connect, listed: Arrangement
) -> None:
    """An error in the first request has the checkpoint that the listing was started with."""
    before = listed.pager(connect, prefetch=False)  # else a request of it may be the one to fail
    consume(before, 2)
    for cursor in (None, before.checkpoint):
        listed.fails(error(500), 1)
        pager = listed.pager(connect, checkpoint=cursor)
        with pytest.raises(MewsError) as caught:
            list(pager)
        assert caught.value.checkpoint == cursor


def test_an_error_of_a_second_iteration_is_not_about_the_first(connect: Connect) -> None:
    """Iterated anew, a pager that fails at once stands at its beginning, not where it once was."""
    listed = one_listing()
    listed.fails(error(500), 2)
    pager = listed.pager(connect)
    assert ids(pager) == listed.expected
    with pytest.raises(MewsError) as caught:
        list(pager)
    assert listed.rest(connect, caught.value.checkpoint) == listed.expected


# --- a world that moves on


@settings(max_examples=examples(10))
@given(number=st.integers(1, 6), page_size=st.sampled_from([1, 2, 3]))
def test_new_items_do_not_disturb(connect: Connect, number: int, page_size: int) -> None:
    """Items that are added while a listing stands still are neither listed nor in its way."""
    strangers = set(nobodies(2001))
    for make in (one_listing, parts):
        listed = make()
        pager = listed.pager(connect, page_size=page_size)
        iterator = iter(pager)
        consumed = [next(iterator).id for _ in range(number)]
        real = next(one for one in listed.filters["voucher_ids"] if one not in strangers)
        add_codes(listed.mock, real, "XYZ")
        rest = [item.id for item in iterator]
        assert consumed + rest == listed.expected
        assert listed.rest(connect, pager.checkpoint) == []


def test_an_item_that_matches_no_more_is_still_a_place(connect: Connect) -> None:
    """A checkpoint holds when its item has changed since, and the filters do not match it now."""
    mock = MockMews(seed=7)
    enterprise = mock.enterprises[0]
    company_id, other = enterprise.company_ids[:2]
    for _ in range(5):
        mock.add_voucher(Type="PartnerCompany", CompanyId=company_id)
    vouchers = ids(mock.vouchers)[::-1]
    for companies in ([company_id], [company_id, *STRANGERS]):
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


def nameless(chosen: set[str]) -> Fault:
    """Take the `Id` from items, as the vendor's own examples do."""

    def take_ids(body: JsonObject) -> None:
        for item in body.get("VoucherCodes") or body.get("Vouchers") or ():
            if item["Id"] in chosen:
                item[UNKNOWN] = item.pop("Id")  # a property that tells a test which one it is

    return edit(take_ids)


def names(items: list[Any]) -> list[str]:
    """Return which items these are, with or without an id."""
    return [item.id if isinstance(item.id, str) else item[UNKNOWN] for item in items]


@pytest.mark.parametrize(
    "make", [one_listing, parts, time_windows, windows_and_parts], ids=lambda make: make.__name__
)
@settings(max_examples=examples(10))
@given(**PLACES, without=st.sets(st.integers(0, 6)))
def test_items_without_an_id_are_places_too(
    connect: Connect,
    make: Callable[[], Arrangement],
    *,
    number: int,
    page_size: int,
    other_size: int,
    without: set[int],
) -> None:
    """A checkpoint is exact also after items that the server gives no id, wherever they stand."""
    listed = make()
    check_nameless(connect, listed, without, number, (page_size, other_size))


@settings(max_examples=examples(10))
@given(**PLACES, without=st.sets(st.sampled_from([0, 2, 4, 5, 6])))
def test_items_without_an_id_are_places_among_overlapping_parts(
    connect: Connect, number: int, page_size: int, other_size: int, without: set[int]
) -> None:
    """The same where parts overlap, for items that are in one part alone.

    Nothing could tell that one without an id was in another part before.
    """
    check_nameless(connect, overlapping(), without, number, (page_size, other_size))


def check_nameless(
    connect: Connect,
    listed: Arrangement,
    without: set[int],
    number: int,
    page_sizes: tuple[int, int],
) -> None:
    """Stop after so many items, and go on; items at the places in `without` have no id."""
    listed.mock.inject(nameless({listed.expected[place] for place in without}))
    pager = listed.pager(connect, page_size=page_sizes[0])
    assert names(consume(pager, number)) == listed.expected[:number]
    rest = listed.pager(connect, checkpoint=pager.checkpoint, page_size=page_sizes[1])
    assert names(list(rest)) == listed.expected[number:]
