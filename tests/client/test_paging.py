"""A listing gives every item once, with no more requests than it needs."""

import pickle
from copy import copy, deepcopy
from math import ceil
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mews_vouchers import Page
from mews_vouchers.mock import MockMews
from mews_vouchers.mock.faults import respond
from mews_vouchers_client.models import VoucherCodeResult, VoucherExtent, VoucherResult

from tests.support.clients import Connect
from tests.support.documented import UNKNOWN
from tests.support.hypothesis_profiles import examples
from tests.support.listing import SIZES, only_voucher
from tests.support.seeding import counts, ids, listings, unknown_ids


def test_nothing_is_requested_before_iteration(connect: Connect, mock: MockMews) -> None:
    """Creating a pager, its pages and their iterators sends no request."""
    client = connect(mock)
    for pager in (
        client.voucher_codes.get_all(voucher_ids=unknown_ids(1)),
        client.vouchers.get_all(service_ids=unknown_ids(1)),
    ):
        iter(pager)
        iter(pager.pages())
    assert mock.requests == []


def test_iterating_twice_starts_again(connect: Connect, full: MockMews) -> None:
    """A pager gives the same items when it is iterated again, even after a `break`."""
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
def test_every_code_is_listed_once_and_no_request_is_wasted(
    connect: Connect, number: int, page_size: int
) -> None:
    """Codes are listed newest first, each once; a full last page needs one more request."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(codes_per_voucher=number)
    pager = connect(mock).voucher_codes.get_all(voucher_ids=voucher_ids, page_size=page_size)
    assert ids(pager) == ids(mock.codes)[::-1]
    assert len(listings(mock)) == ceil(number / page_size) + (number % page_size == 0)


@settings(max_examples=examples(20))
@given(**SIZES)
def test_every_voucher_is_listed_once_and_no_request_is_wasted(
    connect: Connect, number: int, page_size: int
) -> None:
    """Vouchers are listed newest first, each once; a full last page needs one more request."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(vouchers=number)
    services = mock.enterprises[0].service_ids
    pager = connect(mock).vouchers.get_all(service_ids=services, page_size=page_size)
    assert ids(pager) == voucher_ids[::-1]
    assert len(listings(mock)) == ceil(number / page_size) + (number % page_size == 0)


@settings(max_examples=examples(20))
@given(**SIZES, vouchers=st.sampled_from([False, None]))
def test_without_the_vouchers_only_the_cursor_shows_the_end(
    connect: Connect, number: int, page_size: int, *, vouchers: bool | None
) -> None:
    """If vouchers are not requested, the listing ends at a null cursor, not at a short page."""
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


def test_an_empty_listing_is_one_request(connect: Connect, full: MockMews) -> None:
    """A listing without matches needs one request, and has no item and no page."""
    codes = connect(full).voucher_codes
    assert list(codes.get_all(voucher_ids=unknown_ids(1))) == []
    assert list(codes.get_all(voucher_ids=unknown_ids(1)).pages()) == []
    assert counts(listings(full)) == [1000, 1000]


@pytest.mark.parametrize(("full_pages", "items"), [(0, 0), (1, 2), (2, 4)])
def test_a_204_is_an_empty_page(
    connect: Connect, full: MockMews, full_pages: int, items: int
) -> None:
    """A response without a body ends the listing, like an empty page."""
    full.inject(respond(204), calls=range(full_pages + 1, 99))
    codes = connect(full).voucher_codes
    pager = codes.get_all(voucher_ids=[only_voucher(full)], page_size=2)
    assert len(list(pager)) == items
    assert len(full.requests) == full_pages + 1


def test_without_extent_only_the_vouchers_are_requested(connect: Connect, mock: MockMews) -> None:
    """By default no related items are requested; an extent that is given is sent unchanged."""
    vouchers, service_ids = connect(mock).vouchers, mock.enterprises[0].service_ids
    list(vouchers.get_all(service_ids=service_ids))
    list(vouchers.get_all(service_ids=service_ids, extent=VoucherExtent(rates=True)))
    assert [body["Extent"] for body in listings(mock)] == [{"Vouchers": True}, {"Rates": True}]


def test_pages_of_codes_have_the_whole_response(connect: Connect, full: MockMews) -> None:
    """A page has its items, the vendor's cursor, and the result as a generated model."""
    voucher_id = only_voucher(full)
    found = connect(full).voucher_codes.get_all(voucher_ids=[voucher_id], page_size=3).pages()
    pages: list[Page[Any, Any]] = list(found)
    assert [len(page.items) for page in pages] == [3, 2]
    for page in pages:
        assert isinstance(page, Page)
        assert isinstance(page.result, VoucherCodeResult)
        assert list(page.items) == page.result.voucher_codes
        assert page.cursor == page.result.cursor == page.items[-1].id


def test_changing_a_page_does_not_affect_the_next(connect: Connect, full: MockMews) -> None:
    """If the caller empties a page and its result, the next page has its items all the same."""
    voucher_id = only_voucher(full)
    pager = connect(full).voucher_codes.get_all(voucher_ids=[voucher_id], page_size=2)
    found: list[str] = []
    for page in pager.pages():
        found += ids(page.items)
        page.items.clear()
        page.result.voucher_codes.clear()
    assert sorted(found) == sorted(ids(full.codes))
    assert not ids(
        connect(full).voucher_codes.get_all(voucher_ids=[voucher_id], checkpoint=pager.checkpoint)
    )


def test_pages_of_vouchers_have_the_related_items(connect: Connect, mock: MockMews) -> None:
    """The related items of an extent are in the result of each page."""
    rate_id = mock.enterprises[0].rate_ids[0]
    for _ in range(3):
        mock.add_voucher(AssignedRateIds=[rate_id])
    found = connect(mock).vouchers.get_all(
        service_ids=mock.enterprises[0].service_ids,
        extent=VoucherExtent(vouchers=True, rates=True),
        page_size=2,
    )
    pages: list[Page[Any, Any]] = list(found.pages())
    assert all(isinstance(page.result, VoucherResult) for page in pages)
    assert [(len(page.items), ids(page.result.rates)) for page in pages] == [
        (2, [rate_id]),
        (1, [rate_id]),
    ]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_page_can_be_pickled_and_copied(connect: Connect, full: MockMews, protocol: int) -> None:
    """It goes to another process with its items, its whole response and unknown properties."""
    client = connect(full)
    extent = VoucherExtent(vouchers=True, rates=True, voucher_codes=True)
    service_ids = full.enterprises[0].service_ids
    pages = [
        *client.vouchers.get_all(service_ids=service_ids, extent=extent).pages(),
        *client.voucher_codes.get_all(voucher_ids=[only_voucher(full)], page_size=2).pages(),
    ]
    assert len(pages) > 2
    for page in pages:
        page.items[0][UNKNOWN] = 1
        for again in (pickle.loads(pickle.dumps(page, protocol)), deepcopy(page), copy(page)):
            assert again == page
            assert again.items[0][UNKNOWN] == 1
            assert again.result.to_dict() == page.result.to_dict()
            assert (again.cursor, again.request_id) == (page.cursor, page.request_id)
