"""Pages that violate the contract: an error with a checkpoint, or a listing that continues."""

from typing import Any

import pytest
from mews_vouchers import PaginationError, UnexpectedResponseError
from mews_vouchers.mock import MockMews
from mews_vouchers.mock.faults import edit, missing_property

from tests.support.clients import Connect
from tests.support.listing import failing, only_voucher, rest
from tests.support.seeding import JsonObject, add_codes, edit_request, ids


def forget_cursor(body: JsonObject) -> None:
    """Turn a request into one for the first page."""
    body["Limitation"].pop("Cursor", None)


@pytest.mark.parametrize(("good", "calls"), [(1, 2), (2, 3)], ids=["the same", "a cycle of two"])
def test_a_repeated_cursor_is_an_error(
    connect: Connect, full: MockMews, good: int, calls: int
) -> None:
    """A cursor that was sent before is an error, not an endless loop; no item is repeated."""
    filters = {"voucher_ids": [only_voucher(full)], "page_size": 2}
    every = ids(full.codes)[::-1]
    full.inject(edit_request(forget_cursor), calls=range(good + 1, 99))
    items, caught = failing(connect, full, PaginationError, **filters)
    assert len(full.requests) == calls
    assert ids(items) == every[: 2 * good]
    assert rest(connect, full, caught.checkpoint, **filters) == every[2 * good :]


@pytest.mark.parametrize("nothing", [[], None], ids=["empty", "null"])
def test_an_empty_page_with_a_cursor_is_not_the_end(
    connect: Connect, mock: MockMews, nothing: list[Any] | None
) -> None:
    """A page without items but with a cursor does not end the listing."""
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
    "malformed", [{}, {"VoucherCodes": {}}, {"VoucherCodes": "text"}, {"VoucherCodes": 5}]
)
def test_a_page_without_a_list_is_an_error(
    connect: Connect, full: MockMews, malformed: JsonObject
) -> None:
    """A missing or malformed list is an error with a checkpoint, not the end."""
    filters = {"voucher_ids": [only_voucher(full)], "page_size": 2}
    every = ids(full.codes)[::-1]

    def break_it(body: JsonObject) -> None:
        del body["VoucherCodes"]
        body.update(malformed)

    full.inject(edit(break_it), calls=range(2, 99))
    items, caught = failing(connect, full, UnexpectedResponseError, **filters)
    assert ids(items) == every[:2]
    assert rest(connect, full, caught.checkpoint, **filters) == every[2:]


@pytest.mark.parametrize("good", [0, 1])
def test_a_full_page_with_neither_cursor_nor_ids_is_an_error(
    connect: Connect, full: MockMews, good: int
) -> None:
    """If nothing says how to continue after a full page, that is an error, not the end."""
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
    """A response without the requested vouchers is an error, not the end."""
    mock.seed(vouchers=3)
    mock.inject(edit(lambda body: body.pop("Vouchers")))
    pager = connect(mock).vouchers.get_all(service_ids=mock.enterprises[0].service_ids)
    with pytest.raises(UnexpectedResponseError, match="vouchers"):
        list(pager)


@pytest.mark.parametrize("malformed", [None, "malformed", 5, [], True])
@pytest.mark.parametrize("place", [0, 1])
def test_a_malformed_item_does_not_lose_other_items(
    connect: Connect, full: MockMews, malformed: object, place: int
) -> None:
    """A malformed item is returned as received, and all other items are, too."""
    filters = {"voucher_ids": [only_voucher(full)], "page_size": 2}
    expected: list[object] = [*ids(full.codes)[::-1]]
    expected[2 + place] = malformed

    def replace_one(body: JsonObject) -> None:
        body["VoucherCodes"][place] = malformed

    full.inject(edit(replace_one), calls=2)
    pager = connect(full).voucher_codes.get_all(**filters)
    assert [getattr(item, "id", item) for item in pager] == expected


@pytest.mark.parametrize("cursor", [5, True, {}, [], ["a"], ""])
def test_a_malformed_cursor_is_an_error(connect: Connect, full: MockMews, cursor: object) -> None:
    """A cursor that is empty or not a string is an error with a checkpoint."""
    filters = {"voucher_ids": [only_voucher(full)], "page_size": 2}
    every = ids(full.codes)[::-1]
    full.inject(edit(lambda body: body.update(Cursor=cursor)), calls=2)
    items, caught = failing(connect, full, PaginationError, **filters)
    given_out = ids(items)
    assert given_out == every[: len(given_out)]
    assert rest(connect, full, caught.checkpoint, **filters) == every[len(given_out) :]


def test_a_page_without_a_cursor_continues_after_its_last_item(
    connect: Connect, full: MockMews
) -> None:
    """If the cursor is missing, the id of the oldest item is used: only null is the end."""
    filters = {"voucher_ids": [only_voucher(full)], "page_size": 2}
    full.inject(missing_property("Cursor"))
    assert ids(connect(full).voucher_codes.get_all(**filters)) == ids(full.codes)[::-1]
