"""How many items a listing requests: what the user sets, and what the server can handle."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import RequestTooHeavyError
from mews_vouchers.mock import MockMews
from mews_vouchers.mock.faults import error, too_heavy
from mews_vouchers_client.models import VoucherExtent

from tests.support.clients import Connect
from tests.support.hypothesis_profiles import examples
from tests.support.listing import NEEDED, SIZES, failing, only_voucher, rest
from tests.support.seeding import JsonObject, counts, edit_request, ids, listings, unknown_ids

# --- settings of the user


@pytest.mark.parametrize(
    ("max_items", "page_size", "requested"),
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
    connect: Connect, full: MockMews, max_items: int, page_size: int, requested: list[int]
) -> None:
    """At most this many items are listed, and never are more requested."""
    codes = connect(full).voucher_codes
    filters: dict[str, Any] = {"voucher_ids": [only_voucher(full)], "page_size": page_size}
    every = ids(full.codes)[::-1]
    assert ids(codes.get_all(**filters, max_items=max_items)) == every[:max_items]
    assert counts(listings(full)) == requested
    pages = codes.get_all(**filters, max_items=max_items).pages()
    assert [one for page in pages for one in ids(page.items)] == every[:max_items]


@pytest.mark.parametrize("max_items", [None, 1, 3, 5])
def test_a_page_larger_than_requested_is_read(
    connect: Connect, full: MockMews, max_items: int | None
) -> None:
    """If the server returns more than requested, no item is lost, and `max_items` still holds."""
    filters = {"voucher_ids": [only_voucher(full)]}
    every = ids(full.codes)[::-1]

    def ask_for_more(body: JsonObject) -> None:
        body["Limitation"]["Count"] += 1

    full.inject(edit_request(ask_for_more))
    codes = connect(full).voucher_codes
    pager = codes.get_all(**filters, page_size=2, max_items=max_items)
    assert ids(pager) == every[:max_items]
    rest = codes.get_all(**filters, page_size=2, checkpoint=pager.checkpoint)
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


def test_max_items_needs_the_vouchers(connect: Connect, mock: MockMews) -> None:
    """`max_items` without the vouchers themselves is rejected: there is nothing to count."""
    with pytest.raises(ValueError, match="max_items"):
        connect(mock).vouchers.get_all(
            service_ids=unknown_ids(1), extent=VoucherExtent(rates=True), max_items=1
        )


# --- pages that are too large for the server


def test_a_page_that_is_too_heavy_is_halved(connect: Connect, full: MockMews) -> None:
    """After a 408 half as many items are requested at the same cursor, down to one."""
    full.inject(too_heavy(above=1))
    every = ids(full.codes)[::-1]
    codes = connect(full).voucher_codes
    assert ids(codes.get_all(voucher_ids=[only_voucher(full)], page_size=4)) == every
    assert counts(listings(full)) == [4, 2, 1, 1, 1, 1, 1, 1]
    cursors = [body["Limitation"].get("Cursor") for body in listings(full)]
    assert cursors == [None, None, None, *every]


@settings(max_examples=examples(30))
@given(**SIZES, server_limit=st.integers(1, 12), max_items=st.none() | st.integers(0, 35))
def test_nothing_is_lost_or_doubled_when_pages_shrink(
    connect: Connect, number: int, page_size: int, server_limit: int, max_items: int | None
) -> None:
    """Whatever the server can handle: each item once, and no request above the page size."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(codes_per_voucher=number)
    mock.inject(too_heavy(above=server_limit))
    pager = connect(mock).voucher_codes.get_all(
        voucher_ids=voucher_ids, page_size=page_size, max_items=max_items
    )
    assert ids(pager) == ids(mock.codes)[::-1][:max_items]
    requested = counts(listings(mock))
    assert all(1 <= count <= page_size for count in requested)
    for refused, next_one in pairwise(requested):
        if refused > server_limit:
            assert next_one == refused // 2


def test_pages_grow_back_when_the_server_recovers(connect: Connect, mock: MockMews) -> None:
    """After some successful pages the size doubles again, up to the page size."""
    voucher_ids = mock.seed(codes_per_voucher=40)
    mock.inject(error(408), calls=1)
    pager = connect(mock).voucher_codes.get_all(voucher_ids=voucher_ids, page_size=8)
    assert ids(pager) == ids(mock.codes)[::-1]
    assert counts(listings(mock)) == [8, 4, 4, 4, 4, 8, 8, 8, 8]


def test_pages_grow_back_step_by_step(connect: Connect, mock: MockMews) -> None:
    """After several halvings the size doubles one step at a time."""
    voucher_ids = mock.seed(codes_per_voucher=200)
    mock.inject(error(408), calls=[1, 2])
    pager = connect(mock).voucher_codes.get_all(voucher_ids=voucher_ids, page_size=16)
    assert ids(pager) == ids(mock.codes)[::-1]
    steps = [(one, other) for one, other in pairwise(counts(listings(mock))) if one != other]
    assert steps == [(16, 8), (8, 4), (4, 8), (8, 16)]


def test_failed_growth_makes_further_attempts_rare(connect: Connect, mock: MockMews) -> None:
    """Each failed attempt to grow makes the next one wait longer."""
    voucher_ids = mock.seed(codes_per_voucher=400)
    mock.inject(too_heavy(above=4))
    pager = connect(mock).voucher_codes.get_all(voucher_ids=voucher_ids, page_size=8)
    assert ids(pager) == ids(mock.codes)[::-1]
    refused = [number for number, count in enumerate(counts(listings(mock))) if count > 4]
    pauses = [later - earlier for earlier, later in pairwise(refused)]
    assert len(refused) >= 3
    assert all(later > earlier for earlier, later in pairwise(pauses))


def test_a_408_for_a_single_item_reaches_the_caller(connect: Connect, full: MockMews) -> None:
    """Only a 408 for a single item is raised; its checkpoint loses nothing."""
    filters = {"voucher_ids": [only_voucher(full)], "page_size": 2}
    every = ids(full.codes)[::-1]
    full.inject(error(408), calls=range(2, 99))
    items, caught = failing(connect, full, RequestTooHeavyError, **filters)
    assert counts(listings(full)) == [2, 2, 1]
    assert ids(items) == every[:2]
    assert caught.status_code == 408
    assert rest(connect, full, caught.checkpoint, **filters) == every[2:]
