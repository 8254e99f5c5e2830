"""Listings end, whatever pages the server sends: with an error, after few pages."""

import json
from collections.abc import Sequence
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers import PaginationError
from mews_vouchers._pagination.progress_check import (
    MAX_EMPTY_PAGES,
    MAX_REPETITIONS,
    ProgressCheck,
)
from mews_vouchers.mock import MockResponse
from mews_vouchers.mock.faults import Fault, FaultedCall, respond

from tests.support.clients import Connect
from tests.support.harness import Harness
from tests.support.mock_api import UNKNOWN_ID


def pages_for_ever(pages: Sequence[Sequence[str]]) -> Fault:
    """Return one page after the other, over and over, under ever new cursors."""

    def fault(call: FaultedCall) -> MockResponse:
        codes = [
            {"Id": one, "VoucherId": "v", "Value": one, "IsActive": True}
            for one in pages[(call.number - 1) % len(pages)]
        ]
        return respond(200, json.dumps({"VoucherCodes": codes, "Cursor": str(uuid4())}))(call)

    return fault


@pytest.mark.parametrize(
    ("pages", "at_most"),
    [
        ([[]], MAX_EMPTY_PAGES),
        ([["a", "b"]], 8),
        ([["a", "b"], ["c", "d"]], 16),
        ([["a", "b"], []], 16),
        ([[f"{number}-1", f"{number}-2"] for number in range(50)], 450),
    ],
)
def test_a_listing_that_does_not_get_on_is_an_error(
    connect: Connect, pages: list[list[str]], at_most: int
) -> None:
    """Empty pages, the same page, or pages in a circle, all with new cursors."""
    harness = Harness(connect)
    harness.mock.inject(pages_for_ever(pages))
    pager = harness.client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID], page_size=2)
    with pytest.raises(PaginationError, match="cannot continue"):
        list(pager)
    assert len(harness.mock.requests) <= at_most


@given(st.integers(1, 40), st.integers(0, 100))
def test_every_circle_is_found(length: int, before: int) -> None:
    """However many pages come before it, within a few times all of them."""
    check = ProgressCheck("voucherCodes/getAll")
    pages = [
        number if number < before else before + (number - before) % length
        for number in range((before + length) * 16 * MAX_REPETITIONS)
    ]
    with pytest.raises(PaginationError):
        check_all(check, pages)


def check_all(check: ProgressCheck, pages: list[int]) -> None:
    """Let some pages be checked, each of which has two items."""
    for page in pages:
        check.check([f"{page}-1", f"{page}-2"])


@given(st.lists(st.integers(1, 5), max_size=100), st.integers(0, MAX_EMPTY_PAGES - 1))
def test_a_listing_that_gets_on_is_left_alone(sizes: list[int], empty: int) -> None:
    """Pages of any size, with a few empty ones between them."""
    check = ProgressCheck("voucherCodes/getAll")
    for size in sizes:
        for _ in range(empty):
            check.check([])
        check.check([str(uuid4()) for _ in range(size)])
