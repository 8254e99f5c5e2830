"""A listing gives everything, each item once, with no more requests than it needs."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mews_vouchers import (
    Page,
    PaginationError,
    RequestTooHeavyError,
    UnexpectedResponseError,
)
from mews_vouchers.mock import MockMews
from mews_vouchers.mock.faults import answer, edit, error, missing_property, too_heavy
from mews_vouchers_client.models import (
    ActivityState,
    VoucherCodeResult,
    VoucherExtent,
    VoucherResult,
)

from tests.support.clients import Connect
from tests.support.hypothesis_profiles import examples
from tests.support.seeding import (
    JsonObject,
    SetClock,
    add_codes,
    asked_otherwise,
    counts,
    ids,
    listings,
    nobodies,
    scattered,
)

#: What a listing needs at least, for either resource.
NEEDED: dict[str, dict[str, Any]] = {
    "voucher_codes": {"voucher_ids": ["a"]},
    "vouchers": {"service_ids": ["a"]},
}
LIST_FILTERS = [
    ("voucher_codes", "voucher_ids"),
    ("voucher_codes", "voucher_code_ids"),
    ("voucher_codes", "enterprise_ids"),
    ("vouchers", "service_ids"),
    ("vouchers", "voucher_ids"),
    ("vouchers", "company_ids"),
    ("vouchers", "voucher_code_values"),
    ("vouchers", "external_identifiers"),
    ("vouchers", "activity_states"),
    ("vouchers", "enterprise_ids"),
]
#: How many items there are, and how many a page has.
SIZES = {"number": st.integers(0, 30), "page_size": st.integers(1, 35)}


@pytest.fixture
def mock() -> MockMews:
    """Give a mock without vouchers."""
    return MockMews(seed=7)


@pytest.fixture
def clock() -> SetClock:
    """Give the clock of `timed`."""
    return SetClock()


@pytest.fixture(params=[False, True], ids=["ends excluded", "ends included"])
def timed(clock: SetClock, request: pytest.FixtureRequest) -> MockMews:
    """Give a mock in which items can have any time, with a time filter of each kind in turn."""
    return MockMews(seed=7, clock=clock, time_filter_includes_end=request.param)


@pytest.fixture
def full(mock: MockMews) -> MockMews:
    """Give a mock with a voucher of five codes."""
    mock.seed(codes_per_voucher=5)
    return mock


def only_voucher(mock: MockMews) -> str:
    """Return the id of the one voucher that a mock has."""
    (voucher_id,) = ids(mock.vouchers)
    return voucher_id


# --- what comes, and what it costs


def test_nothing_is_asked_before_iteration(connect: Connect, mock: MockMews) -> None:
    """Making a pager, its pages and their iterators makes no request."""
    client = connect(mock)
    for pager in (
        client.voucher_codes.get_all(voucher_ids=["a"]),
        client.vouchers.get_all(service_ids=["a"]),
    ):
        iter(pager)
        iter(pager.pages())
    assert mock.requests == []


def test_iterating_twice_begins_anew(connect: Connect, full: MockMews) -> None:
    """A pager gives the same items again when it is iterated again, also after a break."""
    pager = connect(full).voucher_codes.get_all(voucher_ids=[only_voucher(full)], page_size=2)
    first = ids(pager)
    next(iter(pager))
    assert len(first) == 5
    assert ids(pager) == first
    assert [one for page in pager.pages() for one in ids(page.items)] == first


@settings(max_examples=examples(30))
@given(**SIZES)
@example(number=0, page_size=1)
@example(number=6, page_size=3)
@example(number=7, page_size=3)
@example(number=3, page_size=3)
def test_every_code_comes_once_and_no_request_is_wasted(
    connect: Connect, number: int, page_size: int
) -> None:
    """Codes come from new to old, each once; a last page that is full costs one more request."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(codes_per_voucher=number)
    pager = connect(mock).voucher_codes.get_all(voucher_ids=voucher_ids, page_size=page_size)
    assert ids(pager) == ids(mock.codes)[::-1]
    assert len(listings(mock)) == ceil(number / page_size) + (number % page_size == 0)


@settings(max_examples=examples(20))
@given(**SIZES)
def test_every_voucher_comes_once_and_no_request_is_wasted(
    connect: Connect, number: int, page_size: int
) -> None:
    """Vouchers come from new to old, each once; a last page that is full costs one more request."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(vouchers=number)
    services = mock.enterprises[0].service_ids
    pager = connect(mock).vouchers.get_all(service_ids=services, page_size=page_size)
    assert ids(pager) == voucher_ids[::-1]
    assert len(listings(mock)) == ceil(number / page_size) + (number % page_size == 0)


@settings(max_examples=examples(20))
@given(**SIZES, vouchers=st.sampled_from([False, None]))
def test_without_the_vouchers_only_the_cursor_tells_the_end(
    connect: Connect, number: int, page_size: int, *, vouchers: bool | None
) -> None:
    """Where vouchers are not asked for, pages go on until the cursor is null, and not shorter."""
    mock = MockMews(seed=7)
    rates = mock.enterprises[0].rate_ids[:2]
    for _ in range(number):
        mock.add_voucher(AssignedRateIds=rates)
    pager = connect(mock).vouchers.get_all(
        service_ids=mock.enterprises[0].service_ids,
        extent=VoucherExtent(vouchers=vouchers, voucher_assignments=True),
        page_size=page_size,
    )
    assignments = [one for page in pager.pages() for one in page.result.voucher_assignments or ()]
    assert len(assignments) == 2 * number
    assert len(listings(mock)) == ceil(number / page_size) + 1


def test_nothing_is_a_listing_of_one_request(connect: Connect, full: MockMews) -> None:
    """A listing that matches nothing asks once, and has no item and no page."""
    codes = connect(full).voucher_codes
    assert list(codes.get_all(voucher_ids=nobodies(1))) == []
    assert list(codes.get_all(voucher_ids=nobodies(1)).pages()) == []
    assert counts(listings(full)) == [1000, 1000]


@pytest.mark.parametrize(("full_pages", "items"), [(0, 0), (1, 2), (2, 4)])
def test_a_204_is_an_empty_page(
    connect: Connect, full: MockMews, full_pages: int, items: int
) -> None:
    """An answer without a body ends the listing, as an empty page does."""
    full.inject(answer(204), calls=range(full_pages + 1, 99))
    codes = connect(full).voucher_codes
    pager = codes.get_all(voucher_ids=[only_voucher(full)], page_size=2)
    assert len(list(pager)) == items
    assert len(full.requests) == full_pages + 1


def test_without_extent_the_vouchers_alone_are_asked_for(connect: Connect, mock: MockMews) -> None:
    """A voucher listing asks for no look-up that nobody wants; one that is given is sent as is."""
    vouchers, service_ids = connect(mock).vouchers, mock.enterprises[0].service_ids
    list(vouchers.get_all(service_ids=service_ids))
    list(vouchers.get_all(service_ids=service_ids, extent=VoucherExtent(rates=True)))
    assert [body["Extent"] for body in listings(mock)] == [{"Vouchers": True}, {"Rates": True}]


def test_pages_of_codes_are_what_the_server_gave(connect: Connect, full: MockMews) -> None:
    """A page has its items, the vendor's cursor, and the result as a generated model."""
    voucher_id = only_voucher(full)
    found = connect(full).voucher_codes.get_all(voucher_ids=[voucher_id], page_size=3).pages()
    pages: list[Page[Any]] = list(found)
    assert [len(page.items) for page in pages] == [3, 2]
    for page in pages:
        assert isinstance(page, Page)
        assert isinstance(page.result, VoucherCodeResult)
        assert list(page.items) == page.result.voucher_codes
        assert page.cursor == page.result.cursor == page.items[-1].id


def test_what_users_do_with_a_page_changes_no_other(connect: Connect, full: MockMews) -> None:
    """A page that was emptied, also in its result, has its items behind it all the same."""
    voucher_id = only_voucher(full)
    pager = connect(full).voucher_codes.get_all(voucher_ids=[voucher_id], page_size=2)
    found: list[str] = []
    for page in pager.pages():
        found += ids(page.items)
        page.items.clear()
        page.result.voucher_codes.clear()
    assert sorted(found) == sorted(ids(full.codes))
    assert pager.checkpoint == found[-1]


def test_pages_of_vouchers_bring_the_related_items(connect: Connect, mock: MockMews) -> None:
    """What else an extent asks for is in each page's result."""
    rate_id = mock.enterprises[0].rate_ids[0]
    for _ in range(3):
        mock.add_voucher(AssignedRateIds=[rate_id])
    found = connect(mock).vouchers.get_all(
        service_ids=mock.enterprises[0].service_ids,
        extent=VoucherExtent(vouchers=True, rates=True),
        page_size=2,
    )
    pages: list[Page[Any]] = list(found.pages())
    assert all(isinstance(page.result, VoucherResult) for page in pages)
    assert [(len(page.items), ids(page.result.rates)) for page in pages] == [
        (2, [rate_id]),
        (1, [rate_id]),
    ]


@pytest.mark.parametrize(
    ("max_items", "page_size", "asked_for"),
    [
        (0, 2, []),
        (1, 2, [1]),
        (2, 2, [2]),
        (3, 2, [2, 1]),
        (5, 2, [2, 2, 1]),
        (5, 5, [5]),
        (5, 1000, [5]),
        (6, 2, [2, 2, 2]),
        (7, 5, [5, 2]),
        (99, 1000, [99]),
    ],
)
def test_max_items_ends_the_listing(
    connect: Connect, full: MockMews, max_items: int, page_size: int, asked_for: list[int]
) -> None:
    """At most so many items come, and never are more asked for than that."""
    codes = connect(full).voucher_codes
    filters: dict[str, Any] = {"voucher_ids": [only_voucher(full)], "page_size": page_size}
    every = ids(full.codes)[::-1]
    assert ids(codes.get_all(**filters, max_items=max_items)) == every[:max_items]
    assert counts(listings(full)) == asked_for
    pages = codes.get_all(**filters, max_items=max_items).pages()
    assert [one for page in pages for one in ids(page.items)] == every[:max_items]


@pytest.mark.parametrize("max_items", [None, 1, 3, 5])
def test_a_page_larger_than_asked_for_is_no_harm(
    connect: Connect, full: MockMews, max_items: int | None
) -> None:
    """From a server that gives more than asked for nothing is lost, and not too much taken."""
    filters = {"voucher_ids": [only_voucher(full)]}
    every = ids(full.codes)[::-1]

    def ask_for_more(body: JsonObject) -> None:
        body["Limitation"]["Count"] += 1

    full.inject(asked_otherwise(ask_for_more))
    codes = connect(full).voucher_codes
    pager = codes.get_all(**filters, page_size=2, max_items=max_items)
    assert ids(pager) == every[:max_items]
    rest = codes.get_all(**filters, page_size=2, cursor=pager.checkpoint)
    assert ids(rest) == ([] if max_items is None else every[max_items:])


@pytest.mark.parametrize("resource", ["voucher_codes", "vouchers"])
@pytest.mark.parametrize(
    "sizes", [{"page_size": 0}, {"page_size": -1}, {"page_size": 1001}, {"max_items": -1}]
)
def test_impossible_sizes_are_refused_at_once(
    connect: Connect, mock: MockMews, resource: str, sizes: dict[str, int]
) -> None:
    """A page size outside of 1 to 1,000, or a negative `max_items`, is an error at the call."""
    listing = getattr(connect(mock), resource).get_all
    with pytest.raises(ValueError, match=next(iter(sizes))):
        listing(**NEEDED[resource], **sizes)


def test_items_that_are_not_asked_for_cannot_be_counted(connect: Connect, mock: MockMews) -> None:
    """`max_items` without the vouchers themselves is refused: there would be nothing to count."""
    with pytest.raises(ValueError, match="max_items"):
        connect(mock).vouchers.get_all(
            service_ids=["a"], extent=VoucherExtent(rates=True), max_items=1
        )


# --- answers that lead astray


def failing(
    connect: Connect, mock: MockMews, kind: type[Exception], **filters: Any
) -> tuple[list[Any], Any]:
    """List codes until it fails; return the items that came, and the error."""
    pager = connect(mock).voucher_codes.get_all(**filters)
    items: list[Any] = []
    with pytest.raises(kind) as caught:
        items.extend(pager)  # keeps what came before the error
    return items, caught.value


def rest(connect: Connect, mock: MockMews, checkpoint: str | None, **filters: Any) -> list[str]:
    """Return the ids that a listing gives from a checkpoint on, without faults."""
    mock.clear_faults()
    return ids(connect(mock).voucher_codes.get_all(**filters, cursor=checkpoint))


def forget_cursor(body: JsonObject) -> None:
    """Make a request one for the first page."""
    body["Limitation"].pop("Cursor", None)


@pytest.mark.parametrize(("good", "calls"), [(1, 2), (2, 3)], ids=["the same", "a cycle of two"])
def test_a_server_that_pages_in_circles_is_found_out(
    connect: Connect, full: MockMews, good: int, calls: int
) -> None:
    """A cursor that came before is an error, not an endless loop; no item is given twice."""
    filters = {"voucher_ids": [only_voucher(full)], "page_size": 2}
    every = ids(full.codes)[::-1]
    full.inject(asked_otherwise(forget_cursor), calls=range(good + 1, 99))
    items, caught = failing(connect, full, PaginationError, **filters)
    assert len(full.requests) == calls
    assert ids(items) == every[: 2 * good]
    assert rest(connect, full, caught.checkpoint, **filters) == every[2 * good :]


@pytest.mark.parametrize("nothing", [[], None], ids=["empty", "null"])
def test_an_empty_page_with_a_cursor_is_not_the_end(
    connect: Connect, mock: MockMews, nothing: list[Any] | None
) -> None:
    """A page without items but with a cursor goes on behind it, and loses nothing."""
    voucher_id, other = mock.seed(vouchers=2)
    old = add_codes(mock, voucher_id, "ABC")
    between = mock.add_code(other, "D")
    new = add_codes(mock, voucher_id, "EF")
    empty = edit(lambda body: body.update(VoucherCodes=nothing, Cursor=between))
    mock.inject(empty, calls=2)
    pager = connect(mock).voucher_codes.get_all(voucher_ids=[voucher_id], page_size=2)
    assert ids(pager) == new + old
    pages = list(pager.pages())
    assert [len(page.items) for page in pages] == [2, 2, 1]


@pytest.mark.parametrize(
    "odd", [{}, {"VoucherCodes": {}}, {"VoucherCodes": "text"}, {"VoucherCodes": 5}]
)
def test_a_page_without_a_list_is_an_error(
    connect: Connect, full: MockMews, odd: JsonObject
) -> None:
    """A list that is missing or something else is an error with a checkpoint, not the end."""
    filters = {"voucher_ids": [only_voucher(full)], "page_size": 2}
    every = ids(full.codes)[::-1]

    def break_it(body: JsonObject) -> None:
        del body["VoucherCodes"]
        body.update(odd)

    full.inject(edit(break_it), calls=range(2, 99))
    items, caught = failing(connect, full, UnexpectedResponseError, **filters)
    assert ids(items) == every[:2]
    assert rest(connect, full, caught.checkpoint, **filters) == every[2:]


@pytest.mark.parametrize("good", [0, 1])
def test_a_full_page_with_neither_cursor_nor_ids_is_an_error(
    connect: Connect, full: MockMews, good: int
) -> None:
    """Where nothing says how to go on after a full page, that is an error, and not the end."""
    filters = {"voucher_ids": [only_voucher(full)], "page_size": 2}
    every = ids(full.codes)[::-1]

    def forget(body: JsonObject) -> None:
        del body["Cursor"]
        for code in body["VoucherCodes"]:
            del code["Id"]

    full.inject(edit(forget), calls=range(good + 1, 99))
    items, caught = failing(connect, full, PaginationError, **filters)
    assert ids(items) == every[: 2 * good]
    assert rest(connect, full, caught.checkpoint, **filters) == every[2 * good :]


def test_vouchers_that_are_missing_are_an_error(connect: Connect, mock: MockMews) -> None:
    """An answer without the vouchers that were asked for is an error, not the end."""
    mock.seed(vouchers=3)
    mock.inject(edit(lambda body: body.pop("Vouchers")))
    pager = connect(mock).vouchers.get_all(service_ids=mock.enterprises[0].service_ids)
    with pytest.raises(UnexpectedResponseError, match="vouchers"):
        list(pager)


@pytest.mark.parametrize("odd", [None, "odd", 5, [], True])
@pytest.mark.parametrize("place", [0, 1])
def test_an_odd_item_does_not_lose_its_neighbours(
    connect: Connect, full: MockMews, odd: object, place: int
) -> None:
    """Something else in the place of an item is handed out as it came, and all others as well."""
    filters = {"voucher_ids": [only_voucher(full)], "page_size": 2}
    expected: list[object] = [*ids(full.codes)[::-1]]
    expected[2 + place] = odd

    def replace_one(body: JsonObject) -> None:
        body["VoucherCodes"][place] = odd

    full.inject(edit(replace_one), calls=2)
    pager = connect(full).voucher_codes.get_all(**filters)
    assert [getattr(item, "id", item) for item in pager] == expected


@pytest.mark.parametrize("cursor", [5, True, {}, [], ["a"], ""])
def test_a_cursor_that_names_nothing_is_an_error(
    connect: Connect, full: MockMews, cursor: object
) -> None:
    """A cursor that is no text, or an empty one, is an error with a checkpoint: nothing is lost."""
    filters = {"voucher_ids": [only_voucher(full)], "page_size": 2}
    every = ids(full.codes)[::-1]
    full.inject(edit(lambda body: body.update(Cursor=cursor)), calls=2)
    items, caught = failing(connect, full, PaginationError, **filters)
    given_out = ids(items)
    assert given_out == every[: len(given_out)]
    assert rest(connect, full, caught.checkpoint, **filters) == every[len(given_out) :]


def test_a_page_without_a_cursor_goes_on_behind_its_last_item(
    connect: Connect, full: MockMews
) -> None:
    """Where the cursor is missing, the oldest item's id takes its place: only null is an end."""
    filters = {"voucher_ids": [only_voucher(full)], "page_size": 2}
    full.inject(missing_property("Cursor"))
    assert ids(connect(full).voucher_codes.get_all(**filters)) == ids(full.codes)[::-1]


# --- pages that are too heavy


def test_a_page_that_is_too_heavy_is_halved(connect: Connect, full: MockMews) -> None:
    """After a 408 half as many are asked for at the same cursor, down to one."""
    full.inject(too_heavy(above=1))
    every = ids(full.codes)[::-1]
    codes = connect(full).voucher_codes
    assert ids(codes.get_all(voucher_ids=[only_voucher(full)], page_size=4)) == every
    assert counts(listings(full)) == [4, 2, 1, 1, 1, 1, 1, 1]
    cursors = [body["Limitation"].get("Cursor") for body in listings(full)]
    assert cursors == [None, None, None, *every]


@settings(max_examples=examples(30))
@given(**SIZES, bearable=st.integers(1, 12), max_items=st.none() | st.integers(0, 35))
def test_nothing_is_lost_or_doubled_when_pages_shrink(
    connect: Connect, number: int, page_size: int, bearable: int, max_items: int | None
) -> None:
    """Whatever the server can bear, each item comes once, and no request is larger than asked."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(codes_per_voucher=number)
    mock.inject(too_heavy(above=bearable))
    pager = connect(mock).voucher_codes.get_all(
        voucher_ids=voucher_ids, page_size=page_size, max_items=max_items
    )
    assert ids(pager) == ids(mock.codes)[::-1][:max_items]
    asked_for = counts(listings(mock))
    assert all(1 <= count <= page_size for count in asked_for)
    for refused, next_one in pairwise(asked_for):
        if refused > bearable:
            assert next_one == refused // 2


def test_pages_grow_back_when_the_server_recovers(connect: Connect, mock: MockMews) -> None:
    """After some pages that went well the size doubles again, and never exceeds the one asked."""
    voucher_ids = mock.seed(codes_per_voucher=40)
    mock.inject(error(408), calls=1)
    pager = connect(mock).voucher_codes.get_all(voucher_ids=voucher_ids, page_size=8)
    assert ids(pager) == ids(mock.codes)[::-1]
    assert counts(listings(mock)) == [8, 4, 4, 4, 4, 8, 8, 8, 8]


def test_pages_grow_back_step_by_step(connect: Connect, mock: MockMews) -> None:
    """After several halvings the size is doubled, and doubled again, never more at a time."""
    voucher_ids = mock.seed(codes_per_voucher=200)
    mock.inject(error(408), calls=[1, 2])
    pager = connect(mock).voucher_codes.get_all(voucher_ids=voucher_ids, page_size=16)
    assert ids(pager) == ids(mock.codes)[::-1]
    steps = [(one, other) for one, other in pairwise(counts(listings(mock))) if one != other]
    assert steps == [(16, 8), (8, 4), (4, 8), (8, 16)]


def test_a_server_that_stays_weak_is_seldom_asked_for_too_much(
    connect: Connect, mock: MockMews
) -> None:
    """Each attempt to grow that fails makes the next one wait longer."""
    voucher_ids = mock.seed(codes_per_voucher=400)
    mock.inject(too_heavy(above=4))
    pager = connect(mock).voucher_codes.get_all(voucher_ids=voucher_ids, page_size=8)
    assert ids(pager) == ids(mock.codes)[::-1]
    refused = [number for number, count in enumerate(counts(listings(mock))) if count > 4]
    pauses = [later - earlier for earlier, later in pairwise(refused)]
    assert len(refused) >= 3
    assert all(later > earlier for earlier, later in pairwise(pauses))


def test_one_item_that_is_too_heavy_reaches_the_caller(connect: Connect, full: MockMews) -> None:
    """Only when a single item is too much, the error comes, and its checkpoint loses nothing."""
    filters = {"voucher_ids": [only_voucher(full)], "page_size": 2}
    every = ids(full.codes)[::-1]
    full.inject(error(408), calls=range(2, 99))
    items, caught = failing(connect, full, RequestTooHeavyError, **filters)
    assert counts(listings(full)) == [2, 2, 1]
    assert ids(items) == every[:2]
    assert caught.status_code == 408
    assert rest(connect, full, caught.checkpoint, **filters) == every[2:]


# --- filters


@pytest.mark.parametrize(("resource", "name"), LIST_FILTERS)
def test_an_empty_filter_is_no_request(
    connect: Connect, full: MockMews, resource: str, name: str
) -> None:
    """An empty list as a filter means no items and no request, never everything."""
    listing = getattr(connect(full), resource).get_all
    updated = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    for more in ({}, {"updated": updated}, {"max_items": 1}):
        assert list(listing(**NEEDED[resource] | {name: []}, **more)) == []
        assert list(listing(**NEEDED[resource] | {name: iter(())}, **more).pages()) == []
    assert full.requests == []


@pytest.mark.parametrize(("resource", "name"), LIST_FILTERS)
def test_a_text_is_no_list(connect: Connect, mock: MockMews, resource: str, name: str) -> None:
    """A single text given as a filter is a `TypeError`, not a list of letters."""
    listing = getattr(connect(mock), resource).get_all
    with pytest.raises(TypeError, match=name):
        listing(**NEEDED[resource] | {name: "abc"})


def test_a_filter_may_be_any_iterable(connect: Connect, full: MockMews) -> None:
    """A generator is as good as a list, also when the pager is iterated twice."""
    voucher_id = only_voucher(full)
    pager = connect(full).voucher_codes.get_all(voucher_ids=(one for one in [voucher_id]))
    assert (len(list(pager)), len(list(pager))) == (5, 5)


def test_every_short_filter_is_sent_as_it_is(connect: Connect, mock: MockMews) -> None:
    """Each filter reaches the server under its own name, and one that is not given is left out."""
    enterprise = mock.enterprises[0]
    client, some = connect(mock), nobodies(2)
    list(
        client.voucher_codes.get_all(
            voucher_ids=some, voucher_code_ids=some, enterprise_ids=[enterprise.id]
        )
    )
    list(
        client.vouchers.get_all(
            service_ids=some,
            voucher_ids=some,
            company_ids=some,
            voucher_code_values=["A", "a"],
            external_identifiers=["B", "b"],
            activity_states=[ActivityState.DELETED],
            enterprise_ids=[enterprise.id],
        )
    )
    shared = {"Client": "Tests 1.0", "Limitation": {"Count": 1000}}
    assert listings(mock) == [
        shared | {"VoucherIds": some, "VoucherCodeIds": some, "EnterpriseIds": [enterprise.id]},
        shared
        | {
            "Extent": {"Vouchers": True},
            "ServiceIds": some,
            "VoucherIds": some,
            "CompanyIds": some,
            "VoucherCodeValues": ["A", "a"],
            "ExternalIdentifiers": ["B", "b"],
            "ActivityStates": ["Deleted"],
            "EnterpriseIds": [enterprise.id],
        },
    ]


def sent_once(bodies: list[JsonObject], name: str) -> list[str]:
    """Return all values of a filter that requests held; none of them held too many."""
    lists: list[list[str]] = [body[name] for body in bodies]
    assert all(len(values) <= 1000 for values in lists)
    return [value for values in lists for value in values]


@pytest.fixture
def three(mock: MockMews) -> list[JsonObject]:
    """Give three vouchers, the newest first: each has its own company, code and identifier."""
    enterprise, made = mock.enterprises[0], []
    for number, company_id in enumerate(enterprise.company_ids[:3]):
        voucher_id = mock.add_voucher(
            ServiceId=enterprise.service_ids[min(number, 1)],
            Type="PartnerCompany",
            CompanyId=company_id,
            ExternalIdentifier=f"X-{number}",
        )
        code_id = mock.add_code(voucher_id, f"SALE{number}")
        made.append(
            {
                "voucher_ids": voucher_id,
                "voucher_code_ids": code_id,
                "company_ids": company_id,
                "external_identifiers": f"X-{number}",
                "voucher_code_values": f"SALE{number}",
                "service_ids": enterprise.service_ids[min(number, 1)],
            }
        )
    return made[::-1]


@pytest.mark.parametrize(
    ("name", "wire_name"),
    [
        ("voucher_ids", "VoucherIds"),
        ("company_ids", "CompanyIds"),
        ("external_identifiers", "ExternalIdentifiers"),
        ("voucher_code_values", "VoucherCodeValues"),
        ("service_ids", "ServiceIds"),
    ],
)
def test_a_long_filter_of_vouchers_is_cut(
    connect: Connect, mock: MockMews, three: list[JsonObject], name: str, wire_name: str
) -> None:
    """A filter of more than 1,000 values is cut into several listings; each voucher comes once."""
    real = list(dict.fromkeys(voucher[name] for voucher in three))
    values = scattered(real, nobodies(2600))
    services = {"service_ids": mock.enterprises[0].service_ids}
    for page_size in (1, 1000):
        before = len(mock.requests)
        pager = connect(mock).vouchers.get_all(**services | {name: values}, page_size=page_size)
        assert sorted(ids(pager)) == sorted(voucher["voucher_ids"] for voucher in three)
        asked = listings(mock)[before:]
        assert set(sent_once(asked, wire_name)) == set(values)
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("name", "wire_name"), [("voucher_ids", "VoucherIds"), ("voucher_code_ids", "VoucherCodeIds")]
)
def test_a_long_filter_of_codes_is_cut(
    connect: Connect, mock: MockMews, three: list[JsonObject], name: str, wire_name: str
) -> None:
    """A filter of more than 1,000 ids is cut into several listings; each code comes once."""
    values = scattered([voucher[name] for voucher in three], nobodies(2600))
    vouchers = {"voucher_ids": [voucher["voucher_ids"] for voucher in three]}
    pager = connect(mock).voucher_codes.get_all(**vouchers | {name: values})
    assert sorted(ids(pager)) == sorted(voucher["voucher_code_ids"] for voucher in three)
    assert sorted(sent_once(listings(mock), wire_name)) == sorted(values)
    assert len(listings(mock)) == 3


@pytest.mark.parametrize("number", [1000, 1001])
def test_a_filter_is_cut_only_above_the_limit(
    connect: Connect, mock: MockMews, number: int
) -> None:
    """1,000 ids are one request, and one more id is one more."""
    list(connect(mock).voucher_codes.get_all(voucher_ids=nobodies(number)))
    assert [len(body["VoucherIds"]) for body in listings(mock)] == [1000, 1][: number - 999]


def test_two_long_filters_are_combined(
    connect: Connect, mock: MockMews, three: list[JsonObject]
) -> None:
    """Each part of one filter meets each part of the other; each item comes once."""
    strangers = nobodies(1200)
    pager = connect(mock).voucher_codes.get_all(
        voucher_ids=scattered([one["voucher_ids"] for one in three], strangers),
        voucher_code_ids=scattered([one["voucher_code_ids"] for one in three], strangers),
    )
    assert sorted(ids(pager)) == sorted(voucher["voucher_code_ids"] for voucher in three)
    assert len(listings(mock)) == 4


def test_values_that_are_given_twice_count_once(
    connect: Connect, mock: MockMews, three: list[JsonObject]
) -> None:
    """An id that stands in a long filter again, also in other letters, gives its item once."""
    voucher_ids = [voucher["voucher_ids"] for voucher in three]
    upper = [voucher_id.upper() for voucher_id in voucher_ids]
    pager = connect(mock).voucher_codes.get_all(
        voucher_ids=voucher_ids + nobodies(998) + upper + voucher_ids
    )
    assert sorted(ids(pager)) == sorted(voucher["voucher_code_ids"] for voucher in three)
    assert [len(body["VoucherIds"]) for body in listings(mock)] == [1000, 1]


def test_many_duplicates_are_one_request(connect: Connect, full: MockMews) -> None:
    """A filter that is long only because it repeats itself is not cut."""
    voucher_id = only_voucher(full)
    pager = connect(full).voucher_codes.get_all(voucher_ids=[voucher_id, voucher_id.upper()] * 999)
    assert len(list(pager)) == 5
    assert [len(body["VoucherIds"]) for body in listings(full)] == [1]


@pytest.mark.parametrize("page_size", [1, 2, 1000])
def test_a_voucher_with_codes_in_two_parts_comes_once(
    connect: Connect, mock: MockMews, page_size: int
) -> None:
    """A voucher that several values of a long filter match is listed once."""
    first, second, both = mock.seed(vouchers=3)
    add_codes(mock, both, ["EARLY", "LATE"])
    mock.add_code(first, "EARLY")
    mock.add_code(second, "LATE")
    pager = connect(mock).vouchers.get_all(
        service_ids=mock.enterprises[0].service_ids,
        voucher_code_values=scattered(["EARLY", "LATE"], nobodies(1500)),
        page_size=page_size,
    )
    assert ids(pager) == [both, first, second]


def test_a_voucher_that_matches_by_company_and_by_agency_comes_once(
    connect: Connect, mock: MockMews, three: list[JsonObject]
) -> None:
    """A voucher of a travel agency that matches by both of its ids, in two parts, comes once."""
    company_id, agency_id = three[0]["company_ids"], nobodies(2601)[-1]

    def match_agency(body: JsonObject) -> None:
        if agency_id in body["CompanyIds"]:
            body["CompanyIds"][body["CompanyIds"].index(agency_id)] = company_id

    mock.inject(asked_otherwise(match_agency))
    pager = connect(mock).vouchers.get_all(
        service_ids=mock.enterprises[0].service_ids,
        company_ids=scattered([company_id, agency_id], nobodies(2600)),
    )
    assert ids(pager) == [three[0]["voucher_ids"]]
    assert len(mock.requests) == 3


# --- times

START = datetime(2024, 1, 15, 6, 30, tzinfo=UTC)
END = datetime(2025, 1, 15, 6, 30, tzinfo=UTC)
BOUNDS = [START + relativedelta(months=months) for months in (9, 6, 3)]
PRAGUE = ZoneInfo("Europe/Prague")
SECOND = timedelta(seconds=1)
moments = st.datetimes(
    min_value=datetime(2019, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2026, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, PRAGUE, ZoneInfo("America/New_York")]),
    allow_imaginary=False,
)


def text(moment: datetime) -> str:
    """Return a moment as it is sent."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def sent_windows(bodies: list[JsonObject]) -> list[tuple[str, str]]:
    """Return the intervals that requests held."""
    return [(body["UpdatedUtc"]["StartUtc"], body["UpdatedUtc"]["EndUtc"]) for body in bodies]


def codes_at(
    mock: MockMews, clock: SetClock, voucher_id: str, times: list[datetime]
) -> dict[str, datetime]:
    """Add a code at each of some moments; return the moments by id, the newest first."""
    made: dict[str, datetime] = {}
    for moment in sorted(times):
        clock.now = moment
        made[mock.add_code(voucher_id, "A")] = moment
    return dict(reversed(made.items()))


@settings(max_examples=examples(30))
@given(moments, moments)
@example(datetime(2024, 2, 28, tzinfo=UTC), datetime(2025, 5, 31, tzinfo=UTC))
@example(datetime(2025, 2, 28, tzinfo=UTC), datetime(2025, 5, 31, tzinfo=UTC))
@example(datetime(2025, 11, 30, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC))
@example(datetime(2025, 11, 29, tzinfo=UTC), datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC))
@example(datetime(2025, 11, 30, tzinfo=UTC), datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC))
@example(datetime(2025, 8, 31, tzinfo=UTC), datetime(2025, 11, 30, 23, 59, 59, tzinfo=UTC))
@example(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC))
@example(datetime(2024, 1, 15, tzinfo=PRAGUE), datetime(2025, 1, 15, tzinfo=PRAGUE))
def test_a_long_interval_is_cut_into_three_months_each(
    connect: Connect, one: datetime, other: datetime
) -> None:
    """Intervals of at most three calendar months are sent, the newest first, without a gap."""
    start, end = sorted(moment.astimezone(UTC) for moment in (one, other))
    given = (one, other) if one.astimezone(UTC) == start else (other, one)
    mock = MockMews(seed=7)
    list(connect(mock).voucher_codes.get_all(voucher_ids=nobodies(1), updated=given))
    sent = sent_windows(listings(mock))
    assert {request.status for request in mock.requests} == {200}
    full = end + timedelta(seconds=1) if end.microsecond else end
    assert (sent[-1][0], sent[0][1]) == (text(start), text(full))
    assert [older[1] for older in sent[1:]] == [newer[0] for newer in sent[:-1]]
    for first, last in sent:
        begun = datetime.fromisoformat(first)
        assert begun <= datetime.fromisoformat(last) <= begun + relativedelta(months=3)
    months = (end.year - start.year) * 12 + end.month - start.month
    assert len(sent) <= months // 3 + 2


@pytest.mark.parametrize("page_size", [1, 3, 1000])
def test_an_item_on_a_bound_comes_once(
    connect: Connect, timed: MockMews, clock: SetClock, page_size: int
) -> None:
    """The start is included, the end is not; what lies where the interval is cut comes once."""
    voucher_id = timed.add_voucher()
    edges = [START, *BOUNDS, END]
    made = codes_at(
        timed,
        clock,
        voucher_id,
        [edge + step for edge in edges for step in (-SECOND, 0 * SECOND, SECOND)],
    )
    pager = connect(timed).voucher_codes.get_all(
        voucher_ids=[voucher_id], updated=(START, END), page_size=page_size
    )
    assert ids(pager) == [one for one, moment in made.items() if START <= moment < END]
    assert list(dict.fromkeys(sent_windows(listings(timed)))) == [
        (text(BOUNDS[0]), text(END)),
        (text(BOUNDS[1]), text(BOUNDS[0])),
        (text(BOUNDS[2]), text(BOUNDS[1])),
        (text(START), text(BOUNDS[2])),
    ]


def test_an_interval_may_be_in_any_zone(connect: Connect, mock: MockMews) -> None:
    """An interval of another zone is sent in UTC, in the full seconds that hold it."""
    start = datetime.fromisoformat("2025-01-01T01:00:00.9+02:00")
    end = datetime.fromisoformat("2025-02-01T00:00:00.1-05:00")
    list(connect(mock).voucher_codes.get_all(voucher_ids=nobodies(1), updated=(start, end)))
    assert sent_windows(listings(mock)) == [("2024-12-31T23:00:00Z", "2025-02-01T05:00:01Z")]


@pytest.mark.parametrize(
    ("updated", "complaint"),
    [
        ((START.replace(tzinfo=None), END), "no time zone"),
        ((START, END.replace(tzinfo=None)), "no time zone"),
        ((END, START), "ends before it starts"),
        ((START + SECOND, START), "ends before it starts"),
    ],
)
@pytest.mark.parametrize("resource", ["voucher_codes", "vouchers"])
def test_an_interval_that_makes_no_sense_is_refused_at_once(
    connect: Connect,
    mock: MockMews,
    resource: str,
    updated: tuple[datetime, datetime],
    complaint: str,
) -> None:
    """A moment without a zone, or an end before the start, is a `ValueError` at the call."""
    listing = getattr(connect(mock), resource).get_all
    with pytest.raises(ValueError, match=complaint):
        listing(**NEEDED[resource], updated=updated)


@pytest.mark.parametrize("max_items", [None, 3, 7])
def test_an_interval_and_a_long_filter_are_combined(
    connect: Connect, timed: MockMews, clock: SetClock, max_items: int | None
) -> None:
    """Each part of a long filter is listed in each window; each item comes once, newest first."""
    one, other = timed.seed(vouchers=2)
    first = codes_at(timed, clock, one, [START, *BOUNDS, END - SECOND])
    second = codes_at(timed, clock, other, [START, *BOUNDS, END])
    pager = connect(timed).voucher_codes.get_all(
        voucher_ids=scattered([one, other], nobodies(1500)),
        updated=(START, END),
        max_items=max_items,
    )
    found = ids(pager)
    inside = {code: moment for code, moment in (first | second).items() if moment < END}
    if max_items is None:
        assert sorted(found) == sorted(inside)
        assert len(listings(timed)) == 8
    assert len(found) == len(set(found)) == (max_items or 9)
    times = [inside[code] for code in found]
    windows = [sum(moment < bound for bound in BOUNDS) for moment in times]
    assert windows == sorted(windows)


@pytest.mark.parametrize("page_size", [1, 1000])
def test_a_voucher_in_two_windows_and_two_parts_comes_once(
    connect: Connect, timed: MockMews, clock: SetClock, page_size: int
) -> None:
    """A voucher on a bound that also matches two parts of a long filter is listed once."""
    made: list[str] = []
    for moment in sorted([START, *BOUNDS, END - SECOND, END]):
        clock.now = moment
        made += timed.seed()
        add_codes(timed, made[-1], ["EARLY", "LATE"])
    pager = connect(timed).vouchers.get_all(
        service_ids=timed.enterprises[0].service_ids,
        voucher_code_values=scattered(["EARLY", "LATE"], nobodies(1500)),
        updated=(START, END),
        page_size=page_size,
    )
    assert ids(pager) == made[-2::-1]  # all but the last, which lies at the end
